-- How far each tenant's ledger was told to a security system; whoever holds the lease tells on. Nothing of the entries.
CREATE TABLE siem_cursors (
  tenant text NOT NULL REFERENCES tenants, sink text NOT NULL, seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
  lease_by text, lease_until timestamptz, moved_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, sink));
ALTER TABLE siem_cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE siem_cursors FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON siem_cursors USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE (seq, lease_by, lease_until, moved_at) ON siem_cursors TO countersign_app;
