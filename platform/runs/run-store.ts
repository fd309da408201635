import type { JsonObject } from '../../core/canonical-json.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import { HEAD_START_MS } from '../../core/intake/priority.ts';
import { newId } from '../ids.ts';
import type { Database, Statement, TenantTx } from '../database.ts';
import { GIVE_BACK, TAKE_PLACE } from '../intake/place.ts';
import { append, lockHead, type LedgerEntry } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { parkRun, settleByReplay } from '../dead-letters/park.ts';
import type { Payloads } from '../payloads.ts';
import { runAlone, type Pseudonym } from '../personal/subject-keys.ts';
import type { NewRun, RunRow, RunStore, Step } from '../stores.ts';
import { currentTraceparent } from '../telemetry.ts';
import { cancelRun } from './cancel-run.ts';
import { countEntries } from './count-entries.ts';
import { intendResult } from './intend-result.ts';
import { rateRun } from './ratings.ts';
import { takeRecording } from './recording.ts';
import { costsOf, listRuns, viewRun } from './run-views.ts';
import { holdToVersion } from '../versions/hold-to-version.ts';
import { whyNotStart } from './why-not-start.ts';

interface Edges {
  readonly db: Database;
  readonly payloads: Payloads;
  readonly wake: () => void;
  /** A run came, or gave its place back. */
  readonly wakeIntake: () => void;
}

type Created = { run: RunId; ledgerSeq: number; duplicate: boolean };

/** The run that the same key started before, with its `run.started` entry. */
async function startedBefore(tx: TenantTx, dedupeKey: string | null): Promise<Created | null> {
  if (dedupeKey === null) return null;
  const row = await tx.row<{ run: RunId; seq: number }>({
    text: `SELECT r.run, min(e.seq) AS seq FROM runs r JOIN ledger_entries e ON e.tenant = r.tenant AND e.run = r.run
      WHERE r.dedupe_key = $1 GROUP BY r.run`,
    values: [dedupeKey],
  });
  return row ? { run: row.run, ledgerSeq: row.seq, duplicate: true } : null;
}

const INSERT_RUN = `INSERT INTO runs (tenant, run, agent, agent_version, agent_class, status, environment, requester, team,
    source, dedupe_key, input_label, input_ref, origin, rehearsal, traceparent, budget_micros, replay_of, replay_from,
    priority, rank_at, party)
  VALUES (current_tenant(), $1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    $18, now() - $19::float8 * interval '1 millisecond', $20)`;

/** A replay is told of in both runs' records. */
function startEntries(run: RunId, about: string, n: NewRun, party: Pseudonym | null): LedgerEntry[] {
  const { agent, requester, environment, source, rehearsal, replay } = n;
  const actor = requester.id;
  const replayed: JsonObject = replay === undefined ? {} : { replayOf: replay.of, replayFrom: replay.from };
  const started = { agent: agent.name, agentVersion: agent.version, environment, source, rehearsal, about };
  const body = { ...started, ...replayed };
  const own = { kind: 'run.started', subject: run, run, actor, body, ...(party ? { party } : {}) };
  if (replay === undefined) return [own];
  const { of, from } = replay;
  return [own, { kind: 'run.replayed', subject: of, run: of, actor, body: { as: run, from, environment } }];
}

/** Whom the run is about: whom its agent's contract names, else the run by itself; by a digest that names nobody. */
const partyOf = (
  { keys }: TenantTx,
  tenant: TenantId,
  run: RunId,
  { agent, input }: NewRun,
): Pseudonym | null => keys?.pseudonym(tenant, agent.concerns?.(input) ?? runAlone(run)) ?? null;

async function insertRun(
  edges: Edges,
  tx: TenantTx,
  tenant: TenantId,
  run: RunId,
  n: NewRun,
): Promise<number> {
  const { agent, requester, environment, source, rehearsal } = n;
  const ref = `${run}/input`;
  const label = agent.inputLabel(n.input);
  const party = partyOf(tx, tenant, run, n);
  // The head's lock comes first: two commands with one key then meet here, and the second finds the first.
  const ledgerSeq = await append(tx, tenant, ...startEntries(run, label, n, party));
  await whyNotStart(tx, agent.name, requester.id);
  await holdToVersion(tx, tenant, run, n);
  await edges.payloads.put(tx, tenant, ref, n.input);
  const values = [
    run,
    agent.name,
    agent.version,
    agent.class,
    environment,
    requester.id,
    requester.team,
    source,
    n.dedupeKey,
    label,
    ref,
    JSON.stringify(n.origin),
    rehearsal,
    currentTraceparent(),
    agent.budget.costMicros,
    n.replay?.of ?? null,
    n.replay?.from ?? null,
    n.priority ?? 'normal',
    HEAD_START_MS[n.priority ?? 'normal'],
    party,
  ];
  await tx.rows({ text: INSERT_RUN, values });
  if (n.replay?.from === null)
    await settleByReplay(tx, tenant, { run: n.replay.of, as: run, by: requester.id });
  // Due when the run is admitted.
  await sendOut(tx, [{ topic: 'intake', key: run, payload: { run }, dueInMs: Infinity }]);
  return ledgerSeq;
}

const UNIQUE_VIOLATION = '23505';

async function createRun(edges: Edges, tenant: TenantId, n: NewRun): Promise<Created> {
  const run = newId('run');
  try {
    const created = await edges.db.inTenant(tenant, async (tx): Promise<Created> => {
      const before = await startedBefore(tx, n.dedupeKey);
      return before ?? { run, ledgerSeq: await insertRun(edges, tx, tenant, run, n), duplicate: false };
    });
    edges.wakeIntake();
    return created;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    const before = await edges.db.inTenant(tenant, (tx) => startedBefore(tx, n.dedupeKey));
    if (!before) throw error;
    return before;
  }
}

const RUN_COLUMNS = `run, agent, agent_version AS "agentVersion", status, environment, requester,
  input_label AS "inputLabel", rehearsal, origin, traceparent, cost_micros AS "costMicros",
  input_tokens AS "inputTokens", output_tokens AS "outputTokens", replay_of AS "replayOf", replay_from AS "replayFrom"`;

const INSERT_STEP = `WITH step AS (
    INSERT INTO run_steps (tenant, run, key, parent, kind, name, label, ok, model, input_tokens, output_tokens,
      cached_tokens, cost_micros, latency_ms, detail, started_at)
    VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, to_timestamp($15::float8 / 1000))
    ON CONFLICT DO NOTHING RETURNING input_tokens, output_tokens, cached_tokens, cost_micros)
  UPDATE runs SET input_tokens = runs.input_tokens + step.input_tokens, output_tokens = runs.output_tokens + step.output_tokens,
    cached_tokens = runs.cached_tokens + step.cached_tokens, cost_micros = runs.cost_micros + step.cost_micros
  FROM step WHERE run = $1 RETURNING run`;

const stepValues = (run: RunId, s: Step): unknown[] => [
  run,
  s.key,
  s.parent,
  s.kind,
  s.name,
  s.label,
  s.ok,
  s.model ?? null,
  s.inputTokens ?? 0,
  s.outputTokens ?? 0,
  s.cachedTokens ?? 0,
  s.costMicros ?? 0,
  Math.round(s.latencyMs),
  JSON.stringify(s.detail ?? {}),
  s.startedAtMs,
];

/** A tool step is in the ledger as well, once: a repeated activity finds its key and writes nothing. */
async function recordStep({ db }: Edges, tenant: TenantId, run: RunId, s: Step): Promise<void> {
  await db.inTenant(tenant, async (tx) => {
    if (s.kind === 'tool') {
      await lockHead(tx, tenant);
      const known = await tx.row({
        text: 'SELECT key FROM run_steps WHERE run = $1 AND key = $2',
        values: [run, s.key],
      });
      if (known) return;
      await append(tx, tenant, toolCalled(run, s));
    }
    await tx.commitWith({ name: 'insert_step', text: INSERT_STEP, values: stepValues(run, s) });
  });
}

function toolCalled(run: RunId, s: Step): LedgerEntry {
  const { key, name, ok, label, latencyMs, costMicros = 0, detail = {} } = s;
  return {
    kind: 'tool.called',
    subject: run,
    run,
    actor: null,
    body: { key, tool: name, ok, label, latencyMs: Math.round(latencyMs), costMicros, detail },
  };
}

type End = Parameters<RunStore['close']>[2];
const SCORED: readonly End['status'][] = ['done', 'refused'];

async function closeRun(edges: Edges, tenant: TenantId, run: RunId, end: End): Promise<void> {
  const { db, payloads, wake, wakeIntake } = edges;
  const { status, summary, output, sampled = false } = end;
  await db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const ref = `${run}/output`;
    const closed = await tx.rows<{ source: string; environment: RunRow['environment'] }>({
      text: `UPDATE runs SET status = $2, summary = $3, output_ref = $4, finished_at = now(), ${GIVE_BACK}
        WHERE run = $1 AND status IN ('queued', 'running', 'waiting') RETURNING source, environment`,
      values: [run, status, summary, ref],
    });
    const [row] = closed;
    if (row === undefined) return;
    await payloads.put(tx, tenant, ref, output);
    await append(tx, tenant, {
      kind: 'run.finished',
      subject: run,
      run,
      actor: null,
      body: { status, summary, entries: await countEntries(tx, run) },
    });
    await intendResult(tx, run);
    if (row.source === 'eval') return;
    await parkRun(tx, tenant, run, status);
    if (sampled && row.environment === 'production' && SCORED.includes(status))
      await sendOut(tx, [{ topic: 'signals', key: `score_${run}`, payload: { kind: 'score-run', run } }]);
  });
  wake();
  wakeIntake();
}

const GET_RUN: Statement = { name: 'get_run', text: `SELECT ${RUN_COLUMNS} FROM runs WHERE run = $1` };
const MARK_RUNNING: Statement = {
  name: 'mark_running',
  text: `UPDATE runs SET status = 'running', started_at = coalesce(started_at, now()), ${TAKE_PLACE}
    WHERE run = $1 AND status IN ('queued', 'running', 'waiting') RETURNING run`,
};
const MARK_WAITING: Statement = {
  name: 'mark_waiting',
  text: `UPDATE runs SET status = 'waiting', ${GIVE_BACK} WHERE run = $1 AND status = 'running'`,
};

/** Runs, their sealed conversation, their steps and what they cost. */
export function createRunStore(edges: Edges): RunStore {
  const { db, payloads } = edges;
  const change = (tenant: TenantId, statement: Statement): Promise<object[]> =>
    db.inTenant(tenant, (tx) => tx.commitWith(statement));
  return {
    create: (tenant, run) => createRun(edges, tenant, run),
    get: (tenant, run) => db.inTenant(tenant, (tx) => tx.row<RunRow>({ ...GET_RUN, values: [run] })),
    input: (tenant, run) => db.inTenant(tenant, (tx) => payloads.get(tx, tenant, `${run}/input`)),
    markRunning: async (tenant, run) => {
      const rows = await change(tenant, { ...MARK_RUNNING, values: [run] });
      return rows.length === 1;
    },
    markWaiting: async (tenant, run) => {
      await change(tenant, { ...MARK_WAITING, values: [run] });
      edges.wakeIntake();
    },
    messages: (tenant, run) => readMessages(edges, tenant, run),
    appendMessage: (tenant, run, { seq, role, content }) =>
      db.inTenant(tenant, async (tx) => {
        const ref = `${run}/message/${seq}`;
        await payloads.put(tx, tenant, ref, content);
        await tx.commitWith({
          text: `INSERT INTO run_messages (tenant, run, seq, role, ref) VALUES (current_tenant(), $1, $2, $3, $4)
            ON CONFLICT DO NOTHING`,
          values: [run, seq, role, ref],
        });
      }),
    recordStep: (tenant, run, step) => recordStep(edges, tenant, run, step),
    close: (tenant, run, end) => closeRun(edges, tenant, run, end),
    cancel: async (tenant, run, by) => {
      const cancelled = await db.inTenant(tenant, (tx) => cancelRun(tx, tenant, run, by));
      edges.wake();
      edges.wakeIntake();
      return cancelled;
    },
    saveAssessment: (tenant, run, assessment) => saveAssessment(edges, tenant, run, assessment),
    assessment: (tenant, run) => readAssessment(edges, tenant, run),
    saveProposal: (tenant, run, key, title) =>
      db.inTenant(tenant, (tx) => payloads.put(tx, tenant, `${run}/proposal/${key}`, title)),
    takeRecording: (tenant, run, recording) =>
      db.inTenant(tenant, (tx) => takeRecording(tx, payloads, tenant, run, recording)),
    rate: (tenant, run, rating) => db.inTenant(tenant, (tx) => rateRun(tx, payloads, tenant, run, rating)),
    view: (tenant, run) => db.inTenant(tenant, (tx) => viewRun({ payloads, tenant }, tx, run)),
    list: (tenant, filter) => db.inTenant(tenant, (tx) => listRuns(tx, filter)),
    costs: (tenant, filter) => db.inTenant(tenant, (tx) => costsOf(tx, filter)),
  };
}

async function readMessages({ db, payloads }: Edges, tenant: TenantId, run: RunId) {
  const rows = await db.inTenant(tenant, (tx) =>
    tx.rows<{ seq: number; role: 'user' | 'assistant'; ref: string; sealed: Buffer }>({
      text: `SELECT m.seq, m.role, m.ref, p.sealed FROM run_messages m JOIN payloads p USING (tenant, ref)
        WHERE m.run = $1 ORDER BY m.seq`,
      values: [run],
    }),
  );
  return rows.map(({ seq, role, ref, sealed }) => ({
    seq,
    role,
    content: payloads.open(tenant, { ref, sealed }),
  }));
}

/** Each assessment is a payload of its own; the run remembers the last. */
async function saveAssessment(
  { db, payloads }: Edges,
  tenant: TenantId,
  run: RunId,
  assessment: unknown,
): Promise<void> {
  await db.inTenant(tenant, async (tx) => {
    const ref = `${run}/assessment/${newId('pol')}`;
    await payloads.put(tx, tenant, ref, assessment);
    await tx.commitWith({ text: 'UPDATE runs SET assessment_ref = $2 WHERE run = $1', values: [run, ref] });
  });
}

async function readAssessment({ db, payloads }: Edges, tenant: TenantId, run: RunId): Promise<unknown> {
  return db.inTenant(tenant, async (tx) => {
    const row = await tx.row<{ ref: string | null }>({
      text: 'SELECT assessment_ref AS ref FROM runs WHERE run = $1',
      values: [run],
    });
    return row?.ref ? payloads.get(tx, tenant, row.ref) : null;
  });
}
