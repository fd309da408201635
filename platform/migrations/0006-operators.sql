-- A replay is a run of its own that names the run it repeats, and the step from which it goes its own way (null: all of it).
ALTER TABLE runs ADD COLUMN replay_of text, ADD COLUMN replay_from text,
  ADD FOREIGN KEY (tenant, replay_of) REFERENCES runs;
CREATE INDEX ON runs (tenant, replay_of) WHERE replay_of IS NOT NULL;

-- Failures of a row itself; waiting for an engine that is away is none. A row that used up its tries is due at infinity:
-- neither the dispatcher nor its sweeper ever takes it, and it is never pruned, since it is not done.
ALTER TABLE outbox ADD COLUMN failures int NOT NULL DEFAULT 0;
GRANT UPDATE (failures) ON outbox TO countersign_app;

-- What could not be processed, in one list. The row stays for good; what became of it is marked.
-- kind: intake, signals, deliver (an outbox row), copy (a card that a chat refused for good), run (handed to a person).
-- subject: the run, approval or copy that it is about. cause: a word of ours; detail: what was said, cut short.
CREATE TABLE dead_letters (
  tenant text NOT NULL REFERENCES tenants, letter text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('intake','signals','deliver','copy','run')),
  subject text NOT NULL, run text, outbox_id bigint, cause text NOT NULL, detail text NOT NULL DEFAULT '',
  tries int NOT NULL, since timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open','replayed','discarded')),
  handled_by text, handled_at timestamptz, replay_run text,
  PRIMARY KEY (tenant, letter), FOREIGN KEY (tenant, run) REFERENCES runs);
CREATE INDEX ON dead_letters (tenant, since) WHERE status = 'open';
CREATE UNIQUE INDEX ON dead_letters (tenant, kind, subject, coalesce(outbox_id, 0)) WHERE status = 'open';

-- What a person thinks of a run's output: a thumb, and a word (sealed, in payloads). One a person and run, the last counts.
CREATE TABLE run_feedback (
  tenant text NOT NULL, run text NOT NULL, person text NOT NULL, thumb text NOT NULL CHECK (thumb IN ('up','down')),
  word_ref text, rated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, run, person), FOREIGN KEY (tenant, run) REFERENCES runs,
  FOREIGN KEY (tenant, person) REFERENCES people);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['dead_letters', 'run_feedback'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (status, handled_by, handled_at, replay_run) ON dead_letters TO countersign_app;
GRANT UPDATE (thumb, word_ref, rated_at) ON run_feedback TO countersign_app;
