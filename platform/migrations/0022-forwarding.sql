-- Where else a company wants its incidents: PagerDuty, or a webhook of its own. secret: sealed, a routing key or a signing
-- secret; nobody reads it but the worker that sends. One that ended stays, and says why.
CREATE TABLE forward_targets (
  tenant text NOT NULL REFERENCES tenants, target text NOT NULL, kind text NOT NULL CHECK (kind IN ('pagerduty','webhook')),
  url text NOT NULL, secret bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz, ended_why text,
  PRIMARY KEY (tenant, target), CHECK ((ended_at IS NULL) = (ended_why IS NULL)));
-- a place is told once, whatever is set up twice
CREATE UNIQUE INDEX forward_targets_open ON forward_targets (tenant, kind, url) WHERE ended_at IS NULL;

-- One thing that happened to an incident, for one target, written with what it tells of. doc: core's ForwardedEvent, whole;
-- links: where to read on, as known at the first try, so that every try says the same. A try holds it until held_until.
CREATE TABLE incident_forwards (
  tenant text NOT NULL, forward text NOT NULL, target text NOT NULL, incident text NOT NULL, seq int NOT NULL,
  doc jsonb NOT NULL, links jsonb, status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting','sent','dead','dropped')),
  tries int NOT NULL DEFAULT 0, held_until timestamptz, why text, created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  PRIMARY KEY (tenant, forward), FOREIGN KEY (tenant, target) REFERENCES forward_targets,
  FOREIGN KEY (tenant, incident) REFERENCES incidents);
CREATE UNIQUE INDEX ON incident_forwards (tenant, incident, target, seq);

-- forward: a row of the outbox is one of incident_forwards, by its id; it is a dead letter of its own kind.
ALTER TABLE outbox DROP CONSTRAINT outbox_topic_check,
  ADD CONSTRAINT outbox_topic_check CHECK (topic IN ('intake','signals','deliver','forward'));
ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_kind_check,
  ADD CONSTRAINT dead_letters_kind_check CHECK (kind IN ('intake','signals','deliver','copy','run','forward'));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['forward_targets', 'incident_forwards'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (ended_at, ended_why) ON forward_targets TO countersign_app;
GRANT UPDATE (links, status, tries, held_until, why, settled_at) ON incident_forwards TO countersign_app;
