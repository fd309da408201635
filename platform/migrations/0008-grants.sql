-- What a grant signed: one row a use, so that its caps can be summed over a window. Written with the approval it signed,
-- under the ledger head's lock; nothing here is changed or deleted.
CREATE TABLE grant_uses (
  tenant text NOT NULL, grant_id text NOT NULL, approval text NOT NULL, currency text, amount_micros bigint,
  used_at timestamptz NOT NULL, PRIMARY KEY (tenant, approval),
  FOREIGN KEY (tenant, grant_id) REFERENCES grants, FOREIGN KEY (tenant, approval) REFERENCES approvals);
CREATE INDEX ON grant_uses (tenant, grant_id, used_at);
CREATE INDEX ON grants (tenant, (doc->>'agent'), (doc->>'tool'));
ALTER TABLE grants ADD COLUMN revoked_by text;

ALTER TABLE grant_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE grant_uses FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON grant_uses USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON grant_uses TO countersign_app;
-- A grant's own words never change once they were signed.
REVOKE UPDATE ON grants FROM countersign_app;
GRANT UPDATE (uses, sum_micros, revoked_at, revoked_by) ON grants TO countersign_app;
