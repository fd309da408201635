-- What of a ledger entry is personal lies sealed under a key of the person concerned, and the body commits to it by a
-- salted digest: destroying the key erases it, and chain, tree, checkpoints and receipts verify as before.
-- subject: a keyed digest of whom the key is for, so that this table names nobody; wrapped null: destroyed.
CREATE TABLE subject_keys (
  tenant text NOT NULL REFERENCES tenants, key_id text NOT NULL CHECK (key_id ~ '^[0-9a-f]{32}$'),
  subject text NOT NULL CHECK (subject ~ '^[0-9a-f]{64}$'), wrapped bytea, made_at timestamptz NOT NULL DEFAULT now(),
  erased_at timestamptz, PRIMARY KEY (tenant, key_id), CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)));
CREATE UNIQUE INDEX ON subject_keys (tenant, subject) WHERE erased_at IS NULL;

-- While one stands, nothing of whom it names is erased, and no month of the ledger is dropped. subject null: everybody.
CREATE TABLE legal_holds (
  tenant text NOT NULL REFERENCES tenants, hold text NOT NULL, subject text CHECK (subject ~ '^[0-9a-f]{64}$'),
  reason text NOT NULL, set_by text, set_at timestamptz NOT NULL DEFAULT now(),
  lifted_by text, lifted_at timestamptz, PRIMARY KEY (tenant, hold));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['subject_keys', 'legal_holds'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (lifted_by, lifted_at) ON legal_holds TO countersign_app;

-- Whom a run is about: the outside party that its agent's contract names, else the run by itself.
ALTER TABLE runs ADD COLUMN party text CHECK (party ~ '^[0-9a-f]{64}$');
CREATE INDEX ON runs (tenant, party) WHERE party IS NOT NULL;

-- Entries and bodies by month of their time, so that a month can be exported and its bodies dropped. One number is given
-- once: append_ledger gives it, under the head's lock, and is the only way in.
ALTER TABLE ledger_bodies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_entries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_bodies RENAME TO ledger_bodies_whole;
ALTER TABLE ledger_entries RENAME TO ledger_entries_whole;

CREATE TABLE ledger_entries (
  tenant text NOT NULL, seq bigint NOT NULL, header text NOT NULL, entry_hash text NOT NULL,
  kind text NOT NULL, subject text NOT NULL, run text, created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, seq, created_at)) PARTITION BY RANGE (created_at);
CREATE INDEX ON ledger_entries (tenant, subject, seq);
CREATE INDEX ON ledger_entries (tenant, run, seq);
-- personal: JSON {part: {key, sealed}}, beside the body that commits to each part.
CREATE TABLE ledger_bodies (
  tenant text NOT NULL, seq bigint NOT NULL, created_at timestamptz NOT NULL, salt bytea NOT NULL, body text NOT NULL,
  personal text, PRIMARY KEY (tenant, seq, created_at)) PARTITION BY RANGE (created_at);

-- A part's rows are guarded by the whole's policy; asked for by its own name, by its own. Nobody has a right on a part.
CREATE FUNCTION guard_ledger_part(part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
  EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', part);
END $$;
REVOKE EXECUTE ON FUNCTION guard_ledger_part(text) FROM PUBLIC;

-- The part for one month of both tables, if it is not there yet. What no month takes lies in the rest, so that a job that
-- did not run stops nobody; a month of which rows lie there is not made any more.
CREATE FUNCTION make_ledger_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  whole text; part text; made boolean := false;
  first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  after timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  FOREACH whole IN ARRAY ARRAY['ledger_entries', 'ledger_bodies'] LOOP
    part := whole || to_char(month, '"_y"YYYY"m"MM');
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', part, whole);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', whole, part, first, after);
      PERFORM guard_ledger_part(part);
      made := true;
    END IF;
  END LOOP;
  RETURN made;
EXCEPTION WHEN check_violation THEN RETURN false;
END $$;
REVOKE EXECUTE ON FUNCTION make_ledger_month(date) FROM PUBLIC;

-- This month and the next three. Says how many were made.
CREATE FUNCTION make_ledger_months() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE made int := 0; month date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger months', 0));
  FOR i IN 0 .. 3 LOOP
    month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i))::date;
    IF to_regclass('ledger_bodies' || to_char(month, '"_y"YYYY"m"MM')) IS NULL AND make_ledger_month(month) THEN
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

DO $$
DECLARE m date;
BEGIN
  FOR m IN SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date FROM ledger_entries_whole LOOP
    PERFORM make_ledger_month(m);
  END LOOP;
  PERFORM make_ledger_months();
END $$;
CREATE TABLE ledger_entries_rest PARTITION OF ledger_entries DEFAULT;
CREATE TABLE ledger_bodies_rest PARTITION OF ledger_bodies DEFAULT;
SELECT guard_ledger_part('ledger_entries_rest'), guard_ledger_part('ledger_bodies_rest');

INSERT INTO ledger_entries SELECT tenant, seq, header, entry_hash, kind, subject, run, created_at FROM ledger_entries_whole;
INSERT INTO ledger_bodies SELECT b.tenant, b.seq, e.created_at, b.salt, b.body, NULL
  FROM ledger_bodies_whole b JOIN ledger_entries_whole e USING (tenant, seq);
DROP TABLE ledger_bodies_whole;
DROP TABLE ledger_entries_whole;
SELECT guard_ledger_part('ledger_entries'), guard_ledger_part('ledger_bodies');
GRANT SELECT ON ledger_entries, ledger_bodies TO countersign_app;

-- As before (0002), with what is personal beside each body.
DROP FUNCTION append_ledger(text[], text[], text[], text[], text[], text[], text[], bytea[], text[]);
CREATE FUNCTION append_ledger(before_at text[], before_prev text[], before_seq text[], after_seq text[],
    kinds text[], subjects text[], runs text[], salts bytea[], bodies text[], personals text[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text := current_tenant();
  n bigint; prev text; first bigint; text_of text; fields jsonb; now_at timestamptz; at text;
BEGIN
  SELECT size, head INTO n, prev FROM ledger_heads WHERE tenant = t FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'there is no ledger for this tenant' USING ERRCODE = 'CSL02'; END IF;
  first := n + 1;
  now_at := date_trunc('milliseconds', clock_timestamp());
  at := to_char(now_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  FOR i IN 1 .. cardinality(kinds) LOOP
    n := n + 1;
    text_of := before_at[i] || at || before_prev[i] || prev || before_seq[i] || n || after_seq[i];
    fields := text_of::jsonb;
    IF (fields->>'tenant' = t AND fields->>'seq' = n::text AND fields->>'prev' = prev AND fields->>'at' = at
        AND fields->>'kind' = kinds[i] AND fields->>'subject' = subjects[i]) IS NOT TRUE THEN
      RAISE EXCEPTION 'ledger entry % does not say what it is', n USING ERRCODE = 'CSL01';
    END IF;
    prev := encode(sha256('\x00'::bytea || convert_to(text_of, 'UTF8')), 'hex');
    INSERT INTO ledger_entries (tenant, seq, header, entry_hash, kind, subject, run, created_at)
      VALUES (t, n, text_of, prev, kinds[i], subjects[i], runs[i], now_at);
    INSERT INTO ledger_bodies (tenant, seq, created_at, salt, body, personal)
      VALUES (t, n, now_at, salts[i], bodies[i], personals[i]);
  END LOOP;
  UPDATE ledger_heads SET size = n, head = prev WHERE tenant = t AND size < n;
  RETURN first;
END $$;

-- What was typed or weighed about a person in an approval that is over; who decided it, when and how stays.
CREATE FUNCTION blank_state(state jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE f record;
BEGIN
  state := jsonb_set(state, '{action,args}', '{}') || '{"edits": [], "questions": []}';
  state := jsonb_set(state, '{signatures}',
    (SELECT coalesce(jsonb_agg(s || '{"comment": null}'), '[]') FROM jsonb_array_elements(state -> 'signatures') s));
  FOR f IN SELECT * FROM (VALUES ('declined', '{"reason": "erased"}'::jsonb), ('answer', '{"value": "erased", "reason": null}'),
      ('breakGlass', '{"reason": "erased"}'), ('closed', '{"reason": "erased"}'), ('execution', '{"summary": null, "reference": null}')
    ) fields(name, blank) LOOP
    IF jsonb_typeof(state -> f.name) = 'object' THEN
      state := jsonb_set(state, ARRAY[f.name], (state -> f.name) || f.blank);
    END IF;
  END LOOP;
  RETURN state;
END $$;

-- Destroys the keys of these subjects and takes what else is known of them out of this database: what runs about them
-- read, weighed and said, and a person's name, address and chat accounts. Ids stay, so that the record stays whole.
-- Refused under a legal hold (CSL03), and while something about them is still to be decided or to run (CSL04).
CREATE FUNCTION erase_subject(subjects text[], of_person text, OUT keys text[], OUT runs_of text[])
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM legal_holds h WHERE h.lifted_at IS NULL AND (h.subject IS NULL OR h.subject = ANY(subjects))) THEN
    RAISE EXCEPTION 'a legal hold stands' USING ERRCODE = 'CSL03';
  END IF;
  SELECT coalesce(array_agg(r.run), '{}') INTO runs_of FROM runs r WHERE r.party = ANY(subjects);
  IF EXISTS (SELECT 1 FROM runs r WHERE r.run = ANY(runs_of) AND r.status IN ('queued', 'running', 'waiting'))
    OR EXISTS (SELECT 1 FROM approvals a WHERE a.run = ANY(runs_of) AND a.status IN ('pending', 'approved', 'executing', 'unknown')) THEN
    RAISE EXCEPTION 'something about them is still open' USING ERRCODE = 'CSL04';
  END IF;
  WITH gone AS (UPDATE subject_keys k SET wrapped = NULL, erased_at = now()
    WHERE k.subject = ANY(subjects) AND k.erased_at IS NULL RETURNING k.key_id)
  SELECT coalesce(array_agg(g.key_id ORDER BY g.key_id), '{}') INTO keys FROM gone g;
  DELETE FROM payloads p WHERE split_part(p.ref, '/', 1) = ANY(runs_of)
    OR split_part(p.ref, '/', 1) IN (SELECT a.approval FROM approvals a WHERE a.run = ANY(runs_of));
  DELETE FROM run_messages m WHERE m.run = ANY(runs_of);
  DELETE FROM golden_cases g WHERE g.run = ANY(runs_of);
  UPDATE run_steps s SET label = '', detail = '{}' WHERE s.run = ANY(runs_of);
  UPDATE runs r SET input_label = 'erased', summary = NULL, output_ref = NULL, assessment_ref = NULL WHERE r.run = ANY(runs_of);
  UPDATE approvals a SET evidence = a.evidence || '{"title": "erased", "sources": [], "passages": []}'
        || jsonb_build_object('assessment', (a.evidence -> 'assessment') || '{"ask": "erased", "unsure": "", "signals": []}'),
      state = blank_state(a.state)
    WHERE a.run = ANY(runs_of);
  DELETE FROM outbox o WHERE o.done_at IS NOT NULL AND (o.key = ANY(runs_of) OR o.payload ->> 'run' = ANY(runs_of));
  IF of_person IS NOT NULL THEN
    DELETE FROM chat_identities i WHERE i.person = of_person;
    DELETE FROM conversations c WHERE c.person = of_person AND c.kind = 'personal';
    DELETE FROM sign_links l WHERE l.person = of_person;
    DELETE FROM passkeys k WHERE k.person = of_person;
    DELETE FROM sign_ins s WHERE s.person = of_person;
    DELETE FROM directory_memberships d WHERE d.person = of_person;
    UPDATE people p SET name = 'Erased', email = lower(of_person) || '@erased.invalid', active = false, manager = NULL,
      time_zone = 'UTC', roles = '{}' WHERE p.person = of_person;
  END IF;
END $$;

-- Drops the tenant's bodies of one month: seven years old at least, under no hold, and only after an entry in the ledger
-- said what they were exported to. What that entry names is what goes, so that nothing goes unsaid.
CREATE FUNCTION drop_ledger_bodies(said bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  told jsonb; first timestamptz; after timestamptz; dropped bigint;
BEGIN
  SELECT b.body::jsonb INTO told FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq, created_at)
    WHERE e.seq = said AND e.kind = 'ledger.month-exported';
  IF told IS NULL THEN RAISE EXCEPTION 'no export was recorded there' USING ERRCODE = 'CSL05'; END IF;
  first := ((told ->> 'month') || '-01')::timestamp AT TIME ZONE 'UTC';
  after := (((told ->> 'month') || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC';
  IF after > now() - interval '7 years' THEN RAISE EXCEPTION 'it is younger than seven years' USING ERRCODE = 'CSL05'; END IF;
  IF EXISTS (SELECT 1 FROM legal_holds h WHERE h.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'a legal hold stands' USING ERRCODE = 'CSL03';
  END IF;
  DELETE FROM ledger_bodies b WHERE b.created_at >= first AND b.created_at < after
    AND b.seq BETWEEN (told ->> 'firstSeq')::bigint AND (told ->> 'lastSeq')::bigint
    -- What says that something is gone stays for as long as it is.
    AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.tenant = b.tenant AND e.seq = b.seq AND e.created_at = b.created_at
      AND e.kind IN ('subject.erased', 'ledger.month-exported'));
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['make_ledger_months()', 'erase_subject(text[], text)', 'drop_ledger_bodies(bigint)',
    'append_ledger(text[], text[], text[], text[], text[], text[], text[], bytea[], text[], text[])'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO countersign_app', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION make_ledger_months() TO countersign_dispatcher;
