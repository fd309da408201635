-- Accounts of programs, and the tokens by which they and people use the HTTP API and MCP. A service account is somebody who
-- asks for runs and reads, and nobody who signs (core/roles.ts). A token's secret is known to whoever got it; here lies its
-- SHA-256. It lets its owner do what both the token and their roles of now allow.
ALTER TABLE people ADD COLUMN service boolean NOT NULL DEFAULT false;

CREATE TABLE api_tokens (
  tenant text NOT NULL, token text NOT NULL, person text NOT NULL, name text NOT NULL,
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'), hint text NOT NULL,
  roles text[] NOT NULL CHECK (cardinality(roles) > 0), verbs text[] NOT NULL CHECK (cardinality(verbs) > 0),
  created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
  last_used_at timestamptz, revoked_at timestamptz,
  PRIMARY KEY (tenant, token), UNIQUE (tenant, hash), FOREIGN KEY (tenant, person) REFERENCES people,
  CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'));
CREATE INDEX ON api_tokens (tenant, person);

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON api_tokens USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON api_tokens TO countersign_app;
GRANT UPDATE (last_used_at, revoked_at) ON api_tokens TO countersign_app;
