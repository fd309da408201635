-- What is wrong with an agent, told in one thread until it is over. state: core's IncidentState, whole; the columns beside it
-- are what is asked for by value. One that was resolved may open again, in the thread that it has.
CREATE TABLE incidents (
  tenant text NOT NULL REFERENCES tenants, incident text NOT NULL, fingerprint text NOT NULL, rule text NOT NULL,
  agent text, status text NOT NULL CHECK (status IN ('open','acknowledged','resolved')),
  severity text NOT NULL CHECK (severity IN ('p0','p1','p2')), version int NOT NULL, state jsonb NOT NULL,
  involved text[] NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now(), resolved_at timestamptz,
  PRIMARY KEY (tenant, incident), CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)));
-- one open incident per thing that is wrong: later findings of the same kind land in it
CREATE UNIQUE INDEX incidents_open ON incidents (tenant, fingerprint) WHERE status <> 'resolved';
CREATE INDEX ON incidents (tenant, fingerprint, opened_at DESC);
CREATE INDEX ON incidents (tenant, opened_at DESC);

-- What happened to it, in order; detail holds figures and ids, and what a person noted. Never said anew.
CREATE TABLE incident_events (
  tenant text NOT NULL, incident text NOT NULL, seq int NOT NULL, at timestamptz NOT NULL, kind text NOT NULL,
  actor text, detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant, incident, seq), FOREIGN KEY (tenant, incident) REFERENCES incidents);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['incidents', 'incident_events'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (status, severity, version, state, involved, last_seq, resolved_at) ON incidents TO countersign_app;
