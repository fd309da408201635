-- A link by which the person whom a decision concerns reads what was decided about them and asks people to look at it again.
-- link: SHA-256 of what was handed out. Asking uses it up, once; what came of it can be read until it expires.
CREATE TABLE review_links (
  tenant text NOT NULL REFERENCES tenants, link text NOT NULL CHECK (link ~ '^[0-9a-f]{64}$'), approval text NOT NULL,
  made_by text NOT NULL, made_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
  used_at timestamptz, revoked_at timestamptz,
  PRIMARY KEY (tenant, link), FOREIGN KEY (tenant, approval) REFERENCES approvals);
CREATE INDEX ON review_links (tenant, approval);

-- Who read what of the record: the first time in an hour that somebody did by that door, so that nobody fills it by reading.
-- reader: a person's id, `link` with the beginning of a link's digest, or `operator` for whoever has a shell.
CREATE TABLE record_reads (
  tenant text NOT NULL REFERENCES tenants, subject text NOT NULL, reader text NOT NULL, what text NOT NULL, via text NOT NULL,
  hour timestamptz NOT NULL DEFAULT date_trunc('hour', now()), read_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subject, reader, what, via, hour), CHECK (length(subject) <= 100 AND length(reader) <= 60),
  CHECK (what IN ('output', 'trace', 'request', 'evidence', 'changes', 'explanation', 'receipt', 'verification', 'entries', 'export', 'reads')),
  CHECK (via IN ('slack', 'teams', 'api', 'mcp', 'page', 'link', 'shell')));
CREATE INDEX ON record_reads (tenant, read_at);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['review_links', 'record_reads'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (used_at, expires_at, revoked_at) ON review_links TO countersign_app;

-- Forgets reads that are two years old, unless a legal hold stands. The application has no other way to take one back.
CREATE FUNCTION drop_old_reads() RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE dropped bigint;
BEGIN
  IF EXISTS (SELECT 1 FROM legal_holds h WHERE h.lifted_at IS NULL) THEN RETURN 0; END IF;
  DELETE FROM record_reads r WHERE r.read_at < now() - interval '2 years';
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END $$;
REVOKE EXECUTE ON FUNCTION drop_old_reads() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_reads() TO countersign_app;
