-- Bot registrations in Microsoft Teams that are one company's own, beside the one that the environment may name. app: the
-- application (client) id; directories: the Entra tenants it is heard from and writes to, the first being where its tokens
-- are asked for; sealed: its client secret, gone once it ended.
CREATE TABLE teams_registrations (
  tenant text NOT NULL REFERENCES tenants,
  app text NOT NULL CHECK (app ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
  directories text[] NOT NULL CHECK (cardinality(directories) BETWEEN 1 AND 20),
  cloud text NOT NULL CHECK (cloud IN ('public', 'us-gov', 'us-gov-dod', 'china')),
  sealed bytea, made_at timestamptz NOT NULL DEFAULT now(), secret_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz,
  PRIMARY KEY (tenant, app), CHECK ((ended_at IS NULL) = (sealed IS NOT NULL)));

ALTER TABLE teams_registrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams_registrations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON teams_registrations USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON teams_registrations TO countersign_app;
GRANT UPDATE (directories, cloud, sealed, made_at, secret_at, ended_at) ON teams_registrations TO countersign_app;

-- A request names its registration before its company is known: which company that is, and nothing more.
CREATE POLICY router_sees ON teams_registrations FOR SELECT TO countersign_dispatcher USING (ended_at IS NULL);
GRANT SELECT (tenant, app) ON teams_registrations TO countersign_dispatcher;
