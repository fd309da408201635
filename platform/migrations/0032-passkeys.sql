-- What people sign with beside a click: public keys only. A credential is taken once, also after it was removed.
-- public_key: COSE, as the authenticator gave it; aaguid: its model. Removed, not deleted: what it signed stays provable.
CREATE TABLE passkeys (
  tenant text NOT NULL REFERENCES tenants, passkey text NOT NULL, person text NOT NULL, credential text NOT NULL,
  public_key bytea NOT NULL, counter bigint NOT NULL CHECK (counter >= 0), aaguid text NOT NULL, transports text[] NOT NULL,
  synced boolean NOT NULL, rp_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), last_used_at timestamptz,
  removed_at timestamptz, removed_by text,
  PRIMARY KEY (tenant, passkey), FOREIGN KEY (tenant, person) REFERENCES people, UNIQUE (tenant, credential));
CREATE INDEX ON passkeys (tenant, person) WHERE removed_at IS NULL;

-- The way from a chat to a page of ours, for one person, once, for minutes. link: the digest of the secret in it.
-- statement: what is signed, to the letter; words: a comment or reason, sealed. A link that adds a passkey has neither.
CREATE TABLE sign_links (
  tenant text NOT NULL REFERENCES tenants, link text NOT NULL, purpose text NOT NULL CHECK (purpose IN ('sign','register')),
  person text NOT NULL, platform text NOT NULL CHECK (platform IN ('slack','teams')), workspace text NOT NULL,
  account text NOT NULL, home_workspace text, language text NOT NULL CHECK (language IN ('en','de')), nonce text NOT NULL,
  approval text, statement text, words bytea, created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL, used_at timestamptz,
  PRIMARY KEY (tenant, link), FOREIGN KEY (tenant, person) REFERENCES people, FOREIGN KEY (tenant, approval) REFERENCES approvals,
  CHECK ((purpose = 'sign') = (approval IS NOT NULL AND statement IS NOT NULL)));
CREATE INDEX ON sign_links (tenant, person, approval) WHERE used_at IS NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['passkeys', 'sign_links'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (counter, last_used_at, synced, removed_at, removed_by) ON passkeys TO countersign_app;
GRANT UPDATE (used_at) ON sign_links TO countersign_app;
