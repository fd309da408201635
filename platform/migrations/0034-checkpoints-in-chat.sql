-- The newest checkpoint as it was told to the company's own channels, so that its chat is a witness: one a day, which the key makes so.
CREATE TABLE checkpoint_posts (
  tenant text NOT NULL REFERENCES tenants, day date NOT NULL, post text NOT NULL, size bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, day),
  FOREIGN KEY (tenant, size) REFERENCES ledger_checkpoints);
CREATE UNIQUE INDEX ON checkpoint_posts (tenant, post);
ALTER TABLE checkpoint_posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkpoint_posts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON checkpoint_posts USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON checkpoint_posts TO countersign_app;
