-- Fair intake: whether a run may begin is decided here, by its row. A run waits in line while it is queued and not
-- admitted; from then on it holds a place while it works. A run that waits for people holds none.
-- Runs of before count as admitted; from now on a new run is not.
ALTER TABLE runs
  ADD COLUMN priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('high','normal','low')),
  ADD COLUMN rank_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN admitted_at timestamptz DEFAULT now(),
  ADD COLUMN working_since timestamptz DEFAULT now(),
  ADD COLUMN left_at timestamptz,
  ADD COLUMN worked_ms bigint NOT NULL DEFAULT 0;
ALTER TABLE runs ALTER COLUMN admitted_at DROP DEFAULT, ALTER COLUMN working_since DROP DEFAULT;
CREATE INDEX runs_in_line ON runs (tenant, requester, agent, rank_at, run) WHERE status = 'queued' AND admitted_at IS NULL;
CREATE INDEX runs_at_work ON runs (tenant, requester, agent, working_since)
  WHERE status IN ('queued','running') AND admitted_at IS NOT NULL;
CREATE INDEX runs_served ON runs (tenant, requester, admitted_at) WHERE admitted_at IS NOT NULL;
CREATE INDEX runs_left ON runs (tenant, left_at) WHERE left_at IS NOT NULL;
CREATE INDEX outbox_held ON outbox (tenant, key)
  WHERE topic = 'intake' AND done_at IS NULL AND enqueued_at IS NULL;
-- Cards that say how long a run still waits, and are not at their last word.
CREATE INDEX card_copies_in_line ON card_copies (tenant, subject)
  WHERE subject LIKE 'run\_%/line' AND wanted_version < 1000000;

-- Null: the product's default (core/intake/limits.ts). intake_pass is the tenant's turn, moved by admissions only.
ALTER TABLE tenants
  ADD COLUMN intake_share real NOT NULL DEFAULT 1 CHECK (intake_share BETWEEN 0.1 AND 100),
  ADD COLUMN intake_pass double precision NOT NULL DEFAULT 0,
  ADD COLUMN working_limit int CHECK (working_limit >= 1),
  ADD COLUMN person_working_limit int CHECK (person_working_limit >= 1),
  ADD COLUMN waiting_limit int CHECK (waiting_limit >= 1),
  ADD COLUMN person_waiting_limit int CHECK (person_waiting_limit >= 1);
ALTER TABLE agent_settings ADD COLUMN working_limit int CHECK (working_limit >= 1);

GRANT UPDATE (working_since, left_at, worked_ms) ON runs TO countersign_app;
GRANT UPDATE (intake_share, working_limit, person_working_limit, waiting_limit, person_waiting_limit)
  ON tenants TO countersign_app;

-- The third named crossing: who admits sees ids, states and times of runs, limits and switches, and no content. It can do one
-- thing to a run, once: admit it.
CREATE POLICY admission_sees ON runs FOR SELECT TO countersign_dispatcher USING (true);
CREATE POLICY admission_admits ON runs FOR UPDATE TO countersign_dispatcher
  USING (status = 'queued' AND admitted_at IS NULL)
  WITH CHECK (status = 'queued' AND admitted_at IS NOT NULL AND working_since IS NOT NULL);
GRANT SELECT (tenant, run, agent, requester, status, rank_at, admitted_at, working_since) ON runs TO countersign_dispatcher;
GRANT UPDATE (admitted_at, working_since) ON runs TO countersign_dispatcher;
CREATE POLICY admission_sees ON tenants FOR SELECT TO countersign_dispatcher USING (true);
CREATE POLICY admission_turns ON tenants FOR UPDATE TO countersign_dispatcher USING (true) WITH CHECK (true);
GRANT SELECT (tenant, stopped, intake_share, intake_pass, working_limit, person_working_limit) ON tenants TO countersign_dispatcher;
GRANT UPDATE (intake_pass) ON tenants TO countersign_dispatcher;
CREATE POLICY admission_sees ON agent_settings FOR SELECT TO countersign_dispatcher USING (true);
GRANT SELECT (tenant, agent, paused, working_limit) ON agent_settings TO countersign_dispatcher;
