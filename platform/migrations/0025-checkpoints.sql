-- What a tenant's ledger had come to, signed: an RFC 6962 tree over the entry hashes. Published outside of this database,
-- since whoever owns that could rewrite this table too. published_at null: not yet, or nowhere.
CREATE TABLE ledger_checkpoints (
  tenant text NOT NULL REFERENCES tenants, size bigint NOT NULL CHECK (size > 0),
  root text NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'), note text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, PRIMARY KEY (tenant, size));
CREATE INDEX ON ledger_checkpoints (tenant) WHERE published_at IS NULL;

-- The tree's whole nodes at every eighth level (256, 65,536 ... entries), so that a proof is not made from all entries.
CREATE TABLE ledger_nodes (
  tenant text NOT NULL REFERENCES tenants, level int NOT NULL CHECK (level > 0 AND level % 8 = 0),
  index bigint NOT NULL CHECK (index >= 0), hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (tenant, level, index));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ledger_checkpoints', 'ledger_nodes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (published_at) ON ledger_checkpoints TO countersign_app;

-- Which ledgers have grown: sizes and times only.
CREATE POLICY keeper_sees ON ledger_heads FOR SELECT TO countersign_dispatcher USING (true);
GRANT SELECT (tenant, size) ON ledger_heads TO countersign_dispatcher;
CREATE POLICY keeper_sees ON ledger_checkpoints FOR SELECT TO countersign_dispatcher USING (true);
GRANT SELECT (tenant, size, made_at, published_at) ON ledger_checkpoints TO countersign_dispatcher;
