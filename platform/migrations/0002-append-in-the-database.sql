-- The application loses its INSERT on the ledger: one function appends, and it fills in what only the holder of the
-- head's lock can know. The check of 0001's trigger moves into it.
DROP TRIGGER continue_ledger ON ledger_entries;
DROP FUNCTION continue_ledger();

-- The only way into the ledger: the database puts number, time and previous hash into each header itself, under the
-- head's lock, so that the lock is held for this statement and the commit only. Arrays are one element an entry:
-- the header's text before `at`, between `at` and `prev`, between `prev` and `seq`, and after `seq`. Returns the number
-- of the first entry (of the next one, when there are none).
CREATE FUNCTION append_ledger(before_at text[], before_prev text[], before_seq text[], after_seq text[],
    kinds text[], subjects text[], runs text[], salts bytea[], bodies text[]) RETURNS bigint
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
    INSERT INTO ledger_bodies (tenant, seq, salt, body) VALUES (t, n, salts[i], bodies[i]);
  END LOOP;
  UPDATE ledger_heads SET size = n, head = prev WHERE tenant = t AND size < n;
  RETURN first;
END $$;

REVOKE INSERT ON ledger_entries, ledger_bodies, ledger_heads FROM countersign_app;
REVOKE EXECUTE ON FUNCTION
  append_ledger(text[], text[], text[], text[], text[], text[], text[], bytea[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  append_ledger(text[], text[], text[], text[], text[], text[], text[], bytea[], text[]) TO countersign_app;
