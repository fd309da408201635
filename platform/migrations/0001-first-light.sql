-- First light: every table is tenant-first and has row-level security ENABLED and FORCED. Roles exist already
-- (made by `platform/prepare-database.ts` on an embedded engine, by the operator elsewhere):
--   countersign_migrator    owns the schema, is used by `migrate` only
--   countersign_app         bot and workers; no owner, no superuser, no BYPASSRLS
--   countersign_dispatcher  sees outbox ids and workspace routing across tenants, nothing else
-- A transaction names its tenant with set_config('app.tenant', $1, true); unset or empty means no rows.

CREATE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.tenant', true), '') $$;

CREATE TABLE tenants (
  tenant text PRIMARY KEY, name text NOT NULL, settings jsonb NOT NULL DEFAULT '{}',
  stopped boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL DEFAULT now());

-- Which tenant a chat workspace belongs to. settings: {approvalsChannel, botUser, serviceUrl, ...}
CREATE TABLE chat_workspaces (
  tenant text NOT NULL REFERENCES tenants, platform text NOT NULL CHECK (platform IN ('slack','teams')),
  workspace text NOT NULL, settings jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (tenant, platform, workspace));
CREATE INDEX ON chat_workspaces (platform, workspace);

CREATE TABLE people (
  tenant text NOT NULL REFERENCES tenants, person text NOT NULL, email text NOT NULL, name text NOT NULL,
  roles text[] NOT NULL, team text NOT NULL, manager text, time_zone text NOT NULL DEFAULT 'UTC',
  active boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, person), UNIQUE (tenant, email));

-- One chat account is one person at most; one person may have many accounts.
CREATE TABLE chat_identities (
  tenant text NOT NULL, platform text NOT NULL CHECK (platform IN ('slack','teams')), workspace text NOT NULL,
  account text NOT NULL, person text NOT NULL, kind text NOT NULL DEFAULT 'member'
    CHECK (kind IN ('member','guest','external','bot','deactivated')),
  PRIMARY KEY (tenant, platform, workspace, account), FOREIGN KEY (tenant, person) REFERENCES people);
CREATE INDEX ON chat_identities (tenant, person);

-- Where a person or a channel can be written to (Teams needs a stored conversation; Slack opens a DM).
CREATE TABLE conversations (
  tenant text NOT NULL, platform text NOT NULL, workspace text NOT NULL, conversation text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('channel','personal')), person text, service_url text,
  PRIMARY KEY (tenant, platform, workspace, conversation));

-- Claim check: whatever is too large or too personal for workflow history. Encrypted (AES-256-GCM).
CREATE TABLE payloads (
  tenant text NOT NULL, ref text NOT NULL, sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, ref));

CREATE TABLE runs (
  tenant text NOT NULL REFERENCES tenants, run text NOT NULL, agent text NOT NULL, agent_version text NOT NULL,
  agent_class text NOT NULL CHECK (agent_class IN ('standard','restricted')),
  status text NOT NULL CHECK (status IN ('queued','running','waiting','done','refused','failed','cancelled')),
  environment text NOT NULL DEFAULT 'production', requester text NOT NULL, team text NOT NULL,
  source text NOT NULL, dedupe_key text, input_label text NOT NULL, input_ref text NOT NULL, output_ref text,
  summary text, origin jsonb NOT NULL DEFAULT '{}', rehearsal boolean NOT NULL DEFAULT false, traceparent text,
  cost_micros bigint NOT NULL DEFAULT 0, budget_micros bigint NOT NULL, input_tokens bigint NOT NULL DEFAULT 0,
  output_tokens bigint NOT NULL DEFAULT 0, cached_tokens bigint NOT NULL DEFAULT 0, assessment_ref text,
  created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, finished_at timestamptz,
  PRIMARY KEY (tenant, run));
CREATE UNIQUE INDEX ON runs (tenant, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX ON runs (tenant, created_at DESC);

-- The conversation with the model, sealed; one row a message. (run, seq) makes a repeated activity harmless.
CREATE TABLE run_messages (
  tenant text NOT NULL, run text NOT NULL, seq int NOT NULL, role text NOT NULL, ref text NOT NULL,
  PRIMARY KEY (tenant, run, seq));

-- One line of the trace: guard, model, tool or approval. key makes a repeated activity harmless.
CREATE TABLE run_steps (
  tenant text NOT NULL, run text NOT NULL, key text NOT NULL, seq bigint GENERATED ALWAYS AS IDENTITY,
  parent text, kind text NOT NULL CHECK (kind IN ('guard','model','tool','approval')), name text NOT NULL,
  label text NOT NULL, ok boolean NOT NULL, model text, input_tokens int NOT NULL DEFAULT 0,
  output_tokens int NOT NULL DEFAULT 0, cached_tokens int NOT NULL DEFAULT 0, cost_micros bigint NOT NULL DEFAULT 0,
  latency_ms int NOT NULL DEFAULT 0, detail jsonb NOT NULL DEFAULT '{}', started_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, run, key));

CREATE TABLE policies (
  tenant text NOT NULL REFERENCES tenants, version int NOT NULL, doc jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, version));

CREATE TABLE agent_settings (
  tenant text NOT NULL REFERENCES tenants, agent text NOT NULL, paused boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, agent));

-- state: core's ApprovalState, whole. evidence: core's Evidence (what the card says beside the action).
-- involved: everyone whose rights the machine has to look up again (requester, signers, editors, delegators ...).
CREATE TABLE approvals (
  tenant text NOT NULL, approval text NOT NULL, run text NOT NULL, call_id text NOT NULL, root text NOT NULL,
  status text NOT NULL, version int NOT NULL, state jsonb NOT NULL, evidence jsonb NOT NULL,
  requester text NOT NULL, agent text NOT NULL, tool text NOT NULL, effect text NOT NULL, involved text[] NOT NULL,
  currency text, amount_micros bigint, first_seq bigint NOT NULL, last_seq bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), decide_by timestamptz NOT NULL,
  PRIMARY KEY (tenant, approval), FOREIGN KEY (tenant, run) REFERENCES runs);
CREATE INDEX ON approvals (tenant, status, created_at);
CREATE INDEX ON approvals (tenant, run);
-- one live approval per tool call of a run: asking twice (a retried activity) finds the first
CREATE UNIQUE INDEX ON approvals (tenant, run, call_id) WHERE root = approval;

CREATE TABLE delegations (
  tenant text NOT NULL, delegation text NOT NULL, from_person text NOT NULL, to_person text NOT NULL,
  from_at timestamptz NOT NULL, until_at timestamptz NOT NULL, created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, delegation));

CREATE TABLE grants (
  tenant text NOT NULL, grant_id text NOT NULL, doc jsonb NOT NULL, uses int NOT NULL DEFAULT 0,
  sum_micros bigint NOT NULL DEFAULT 0, revoked_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, grant_id));

-- What every copy should show is its subject's newest version; what it does show is remembered here.
CREATE TABLE card_copies (
  tenant text NOT NULL, copy text NOT NULL, subject text NOT NULL, platform text NOT NULL, workspace text NOT NULL,
  conversation text NOT NULL, person text, message text, wanted_version int NOT NULL, shown_version int NOT NULL DEFAULT 0,
  card_digest text, status text NOT NULL DEFAULT 'intended' CHECK (status IN ('intended','posted','failed')),
  failure text, lease_until timestamptz, lease_by text, lease_subject text, posting_since timestamptz,
  next_attempt_at timestamptz NOT NULL DEFAULT now(), attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, copy));
-- one copy of a card per place
CREATE UNIQUE INDEX ON card_copies (tenant, subject, platform, workspace, conversation);
CREATE INDEX ON card_copies (tenant, platform, workspace, conversation, message);

-- What a platform has sent already (event id, trigger id, activity id, our own nonce), with the answer given.
CREATE TABLE seen_requests (
  tenant text NOT NULL, platform text NOT NULL, key text NOT NULL, seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, platform, key));

-- The ledger. header: RFC 8785 text {v,tenant,seq,at,kind,subject,actor,body,prev}; body: SHA-256(salt || canonical body);
-- entry_hash = SHA-256(0x00 || header bytes), which is the RFC 6962 leaf hash. Erasing body and salt leaves the chain whole.
-- A tenant's head is made with the tenant and moved by nothing but an append (see the trigger below).
CREATE TABLE ledger_heads (
  tenant text PRIMARY KEY REFERENCES tenants, size bigint NOT NULL DEFAULT 0, head text NOT NULL);
CREATE TABLE ledger_entries (
  tenant text NOT NULL, seq bigint NOT NULL, header text NOT NULL, entry_hash text NOT NULL,
  kind text NOT NULL, subject text NOT NULL, run text, created_at timestamptz NOT NULL, PRIMARY KEY (tenant, seq));
CREATE INDEX ON ledger_entries (tenant, subject, seq);
CREATE INDEX ON ledger_entries (tenant, run, seq);
CREATE TABLE ledger_bodies (
  tenant text NOT NULL, seq bigint NOT NULL, salt bytea NOT NULL, body text NOT NULL,
  PRIMARY KEY (tenant, seq), FOREIGN KEY (tenant, seq) REFERENCES ledger_entries);

-- The one way out. topic: intake (start a run), signals (start or signal a workflow), deliver (a card copy).
CREATE TABLE outbox (
  tenant text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, topic text NOT NULL CHECK (topic IN ('intake','signals','deliver')),
  key text NOT NULL, payload jsonb NOT NULL, traceparent text, created_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(), enqueued_at timestamptz, done_at timestamptz,
  attempts int NOT NULL DEFAULT 0, last_error text, PRIMARY KEY (tenant, id));
CREATE INDEX outbox_waiting ON outbox (due_at, id) WHERE done_at IS NULL AND enqueued_at IS NULL;
CREATE INDEX outbox_enqueued ON outbox (enqueued_at) WHERE done_at IS NULL AND enqueued_at IS NOT NULL;

-- The application may read heads and append entries, nothing else. These three run as the owner, who is bound by
-- the same forced policies, so they too see no tenant but the one that the transaction named.
CREATE FUNCTION make_ledger_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_heads (tenant, size, head) VALUES (NEW.tenant, 0, repeat('0', 64));
  RETURN NULL;
END $$;
CREATE TRIGGER make_ledger_head AFTER INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION make_ledger_head();

-- Takes the head's row lock until the end of the transaction. Lock order everywhere: approval, head, then the rest.
CREATE FUNCTION lock_ledger_head(of_tenant text, OUT size bigint, OUT head text)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.size, h.head FROM ledger_heads h WHERE h.tenant = of_tenant AND h.tenant = current_tenant() FOR UPDATE
$$;

-- The database itself refuses an entry that does not continue the chain, whoever wrote it.
CREATE FUNCTION continue_ledger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE h jsonb := NEW.header::jsonb;
BEGIN
  IF NEW.entry_hash <> encode(sha256('\x00'::bytea || convert_to(NEW.header, 'UTF8')), 'hex')
     OR h->>'tenant' <> NEW.tenant OR (h->>'seq')::bigint <> NEW.seq OR h->>'kind' <> NEW.kind
     OR h->>'subject' <> NEW.subject THEN
    RAISE EXCEPTION 'ledger entry % does not say what its row says', NEW.seq USING ERRCODE = 'CSL01';
  END IF;
  UPDATE ledger_heads l SET size = NEW.seq, head = NEW.entry_hash
    WHERE l.tenant = NEW.tenant AND l.size = NEW.seq - 1 AND l.head = h->>'prev';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger entry % does not follow the head', NEW.seq USING ERRCODE = 'CSL02';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER continue_ledger BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION continue_ledger();

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = current_schema() AND c.relkind IN ('r','p') AND c.relname <> 'schema_migrations' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT ON %I TO countersign_app', t);
    IF t <> 'ledger_heads' THEN EXECUTE format('GRANT INSERT ON %I TO countersign_app', t); END IF;
  END LOOP;
END $$;
-- UPDATE is granted table by table, where rows have a life; what was said once (ledger, policies, payloads, messages,
-- steps) cannot be said again, and nothing can be deleted.
GRANT UPDATE (name, stopped, settings) ON tenants TO countersign_app;
GRANT UPDATE (settings) ON chat_workspaces TO countersign_app;
GRANT UPDATE (name, roles, team, manager, time_zone, active) ON people TO countersign_app;
GRANT UPDATE (person, kind) ON chat_identities TO countersign_app;
GRANT UPDATE (kind, person, service_url) ON conversations TO countersign_app;
GRANT UPDATE (status, output_ref, summary, assessment_ref, cost_micros, input_tokens, output_tokens, cached_tokens,
  started_at, finished_at) ON runs TO countersign_app;
GRANT UPDATE ON agent_settings, grants, card_copies TO countersign_app;
GRANT UPDATE (status, version, state, involved, last_seq, decide_by) ON approvals TO countersign_app;
GRANT UPDATE (due_at, enqueued_at, done_at, last_error) ON outbox TO countersign_app;
REVOKE EXECUTE ON FUNCTION lock_ledger_head(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_ledger_head(text) TO countersign_app;

-- The two named crossings, both read-only for rows' contents.
CREATE POLICY dispatcher_sees ON outbox FOR SELECT TO countersign_dispatcher USING (true);
CREATE POLICY dispatcher_marks ON outbox FOR UPDATE TO countersign_dispatcher USING (true) WITH CHECK (true);
GRANT SELECT (tenant, id, topic, key, traceparent, created_at, due_at, enqueued_at, done_at, attempts) ON outbox TO countersign_dispatcher;
GRANT UPDATE (enqueued_at, attempts, due_at) ON outbox TO countersign_dispatcher;
CREATE POLICY router_sees ON chat_workspaces FOR SELECT TO countersign_dispatcher USING (true);
GRANT SELECT (tenant, platform, workspace) ON chat_workspaces TO countersign_dispatcher;
