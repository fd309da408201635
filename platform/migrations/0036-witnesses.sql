-- What witnesses signed under a checkpoint (https://c2sp.org/tlog-cosignature), each verified before it came here. A line as
-- it stands under the note; witness: its name and hint. published_at null: it does not lie in every place yet.
CREATE TABLE ledger_cosignatures (
  tenant text NOT NULL REFERENCES tenants, size bigint NOT NULL,
  witness text NOT NULL CHECK (witness ~ '^[^\s+]{1,200}\+[0-9a-f]{8}$'), line text NOT NULL CHECK (line ~ '^\u2014 \S+ \S+$'),
  signed_at timestamptz NOT NULL, got_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz,
  PRIMARY KEY (tenant, size, witness), FOREIGN KEY (tenant, size) REFERENCES ledger_checkpoints);
CREATE INDEX ON ledger_cosignatures (tenant) WHERE published_at IS NULL;
ALTER TABLE ledger_cosignatures ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_cosignatures FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON ledger_cosignatures USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON ledger_cosignatures TO countersign_app;
GRANT UPDATE (published_at) ON ledger_cosignatures TO countersign_app;

-- Which checkpoints a witness is still to sign: names, sizes and times only.
CREATE POLICY keeper_sees ON ledger_cosignatures FOR SELECT TO countersign_dispatcher USING (true);
GRANT SELECT (tenant, size, witness, published_at) ON ledger_cosignatures TO countersign_dispatcher;
