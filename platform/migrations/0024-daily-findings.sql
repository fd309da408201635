-- What a rule of the daily digest said, once an hour while it went on saying it; doc: core's Finding, without what is drawn.
-- Such a finding opens no incident. A row is never changed, so that a digest of any day finds what was said on that day.
CREATE TABLE daily_findings (
  tenant text NOT NULL REFERENCES tenants, fingerprint text NOT NULL, hour timestamptz NOT NULL, agent text,
  rule text NOT NULL, doc jsonb NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (tenant, fingerprint, hour));
CREATE INDEX ON daily_findings (tenant, at);

ALTER TABLE daily_findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_findings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON daily_findings USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON daily_findings TO countersign_app;
