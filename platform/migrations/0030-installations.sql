-- Slack workspaces that installed the app by themselves (OAuth). sealed: {token, refreshToken}, gone once it ended: the
-- application was removed there, or its tokens were revoked. expires_at null: the token does not expire.
CREATE TABLE slack_installations (
  tenant text NOT NULL REFERENCES tenants, workspace text NOT NULL, name text NOT NULL, app text NOT NULL, bot_user text NOT NULL,
  scopes text[] NOT NULL, sealed bytea, expires_at timestamptz, refreshing_until timestamptz,
  installed_at timestamptz NOT NULL DEFAULT now(), refreshed_at timestamptz, ended_at timestamptz, ended_why text,
  PRIMARY KEY (tenant, workspace), CHECK ((ended_at IS NULL) = (ended_why IS NULL)),
  CHECK ((ended_at IS NULL) = (sealed IS NOT NULL)));

-- Which company a new workspace belongs to is said by a link that an operator made, never by whoever installs. link, state:
-- SHA-256 of what was handed out, in hexadecimal. A link ends with the installation that used it; a state, with its first use.
CREATE TABLE install_links (
  tenant text NOT NULL REFERENCES tenants, link text NOT NULL CHECK (link ~ '^[0-9a-f]{64}$'), channel text,
  made_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, used_at timestamptz, workspace text,
  PRIMARY KEY (tenant, link), CHECK ((used_at IS NULL) = (workspace IS NULL)));
CREATE TABLE install_states (
  tenant text NOT NULL, state text NOT NULL CHECK (state ~ '^[0-9a-f]{64}$'), link text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, used_at timestamptz,
  PRIMARY KEY (tenant, state), FOREIGN KEY (tenant, link) REFERENCES install_links);
CREATE INDEX ON install_states (tenant, link);

-- What stays of a company that was deleted: what its ledger had come to, so that an export can be told from a forgery. The
-- name is never given again, since its published checkpoints would then be of two ledgers. done_at null: deletion is under way.
CREATE TABLE tenant_tombstones (
  tenant text PRIMARY KEY, begun_at timestamptz NOT NULL DEFAULT now(), done_at timestamptz,
  size bigint NOT NULL, head text NOT NULL, note text, export_digest text, rows jsonb NOT NULL DEFAULT '{}');

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['slack_installations', 'install_links', 'install_states', 'tenant_tombstones'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT ON %I TO countersign_app', t);
    IF t <> 'tenant_tombstones' THEN EXECUTE format('GRANT INSERT ON %I TO countersign_app', t); END IF;
  END LOOP;
END $$;
GRANT UPDATE (name, app, bot_user, scopes, sealed, expires_at, refreshing_until, installed_at, refreshed_at, ended_at, ended_why)
  ON slack_installations TO countersign_app;
GRANT UPDATE (used_at, workspace) ON install_links TO countersign_app;
GRANT UPDATE (used_at) ON install_states TO countersign_app;

-- Deleting is the owner's: the application has no right to. A name that was deleted is gone for good.
CREATE FUNCTION refuse_deleted_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM tenant_tombstones s WHERE s.tenant = NEW.tenant) THEN
    RAISE EXCEPTION 'the tenant % was deleted; its name is not given again', NEW.tenant USING ERRCODE = 'CST01';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_deleted_tenant BEFORE INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION refuse_deleted_tenant();
