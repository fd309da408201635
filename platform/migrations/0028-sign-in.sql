-- A sign-in with the company's directory, from the private link to the page that it ends on. Link and `state` carry its tenant
-- and name, sealed; `browser` is the digest of the cookie that a browser got when a person there went on, `secrets` the nonce
-- and the PKCE verifier, sealed. Taken up once, ended once.
CREATE TABLE sign_ins (
  tenant text NOT NULL REFERENCES tenants, sign_in text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('link','step-up')),
  person text, platform text NOT NULL CHECK (platform IN ('slack','teams')), workspace text NOT NULL, account text NOT NULL,
  approval text, action_digest text, language text NOT NULL CHECK (language IN ('en','de')),
  browser text, secrets bytea, created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
  begun_at timestamptz, used_at timestamptz,
  PRIMARY KEY (tenant, sign_in), FOREIGN KEY (tenant, person) REFERENCES people,
  CHECK ((purpose = 'step-up') = (approval IS NOT NULL AND action_digest IS NOT NULL)));

-- What a directory said of a person when it was last read: the groups that mappings name, as `<source>:<group>`, and whether
-- they are a member there at all. Rights count it for a minute, plans for a day.
CREATE TABLE directory_memberships (
  tenant text NOT NULL, person text NOT NULL, directory text NOT NULL CHECK (directory IN ('entra','slack')),
  groups text[] NOT NULL, standing text NOT NULL CHECK (standing IN ('member','guest','deactivated')),
  read_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, person, directory), FOREIGN KEY (tenant, person) REFERENCES people);

-- Whoever is in the group has the role: in their own team, or in that one alone. Signed by a second Admin; never changed, ended.
CREATE TABLE role_mappings (
  tenant text NOT NULL REFERENCES tenants, mapping text NOT NULL,
  source text NOT NULL CHECK (source IN ('entra','app-role','slack')), group_key text NOT NULL,
  role text NOT NULL CHECK (role IN ('consumer','operator','approver','manager','admin','engineer')), team text,
  approval text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), ended_by text, ended_at timestamptz,
  PRIMARY KEY (tenant, mapping));
CREATE UNIQUE INDEX role_mappings_in_force ON role_mappings (tenant, source, group_key, role, coalesce(team, ''))
  WHERE ended_at IS NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sign_ins', 'directory_memberships', 'role_mappings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (browser, secrets, begun_at, used_at) ON sign_ins TO countersign_app;
GRANT UPDATE (groups, standing, read_at) ON directory_memberships TO countersign_app;
GRANT UPDATE (ended_by, ended_at) ON role_mappings TO countersign_app;
