-- Who gets which digest, and where. team: whose figures; null: the whole company's. One that ended stays, and says why.
CREATE TABLE digest_subscriptions (
  tenant text NOT NULL REFERENCES tenants, subscription text NOT NULL, person text NOT NULL,
  every text NOT NULL CHECK (every IN ('day','week')), team text,
  platform text NOT NULL CHECK (platform IN ('slack','teams')), workspace text NOT NULL, conversation text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz, ended_why text,
  PRIMARY KEY (tenant, subscription), FOREIGN KEY (tenant, person) REFERENCES people,
  CHECK ((ended_at IS NULL) = (ended_why IS NULL)));
-- the same digest comes to a place once, whoever asked for it
CREATE UNIQUE INDEX digest_subscriptions_open
  ON digest_subscriptions (tenant, every, coalesce(team, ''), platform, workspace, conversation) WHERE ended_at IS NULL;
CREATE INDEX ON digest_subscriptions (tenant, person) WHERE ended_at IS NULL;

-- What was posted: one row a subscription and period, which is what makes it one post. doc: core's Digest, as it was counted.
CREATE TABLE digest_posts (
  tenant text NOT NULL, subscription text NOT NULL, period text NOT NULL, post text NOT NULL, doc jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subscription, period), FOREIGN KEY (tenant, subscription) REFERENCES digest_subscriptions);
CREATE UNIQUE INDEX ON digest_posts (tenant, post);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['digest_subscriptions', 'digest_posts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (ended_at, ended_why) ON digest_subscriptions TO countersign_app;
