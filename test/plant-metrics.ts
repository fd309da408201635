import type { Client } from 'pg';

/** One planted run with everything that is counted about it; times are epoch ms, null: it did not happen. */
export interface PlantedRun {
  readonly run: string;
  readonly agent: string;
  readonly version: string;
  readonly source: string;
  readonly environment: 'production' | 'sandbox';
  readonly status: 'done' | 'refused' | 'failed' | 'cancelled' | 'running';
  readonly createdAtMs: number;
  readonly admittedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly workedMs: number;
  readonly rehearsal: boolean;
  readonly calls: readonly { readonly atMs: number; readonly micros: number }[];
  readonly decision: {
    readonly askedAtMs: number;
    readonly atMs: number;
    readonly how: 'approved' | 'declined' | 'edited' | 'granted' | 'expired';
  } | null;
  readonly scores: readonly {
    readonly metric: string;
    readonly score: number | null;
    readonly atMs: number;
  }[];
}

export interface PlantedEvent {
  readonly agent: string;
  readonly kind: string;
  readonly atMs: number;
  readonly run: string | null;
}

const RUNS = `INSERT INTO runs (tenant, run, agent, agent_version, agent_class, status, environment, requester, team, source,
    input_label, input_ref, budget_micros, rehearsal, created_at, admitted_at, finished_at, worked_ms, cost_micros)
  SELECT $1, x.run, x.agent, x.version, 'standard', x.status, x.environment, 'per_x', 'claims', x.source, 'x', 'x', 0, x.rehearsal,
    to_timestamp(x."createdAtMs" / 1000), to_timestamp(x."admittedAtMs" / 1000), to_timestamp(x."finishedAtMs" / 1000),
    x."workedMs", x.cost
  FROM jsonb_to_recordset($2) AS x (run text, agent text, version text, status text, environment text, source text,
    rehearsal boolean, "createdAtMs" float8, "admittedAtMs" float8, "finishedAtMs" float8, "workedMs" bigint, cost bigint)`;

const STEPS = `INSERT INTO run_steps (tenant, run, key, kind, name, label, ok, cost_micros, started_at)
  SELECT $1, x.run, x.key, 'model', 'reason', 'answers', true, x.micros, to_timestamp(x."atMs" / 1000)
  FROM jsonb_to_recordset($2) AS x (run text, key text, micros bigint, "atMs" float8)`;

const APPROVALS = `INSERT INTO approvals (tenant, approval, run, call_id, root, status, version, state, evidence, requester, agent, tool,
    effect, involved, first_seq, last_seq, decide_by)
  SELECT $1, x.approval, x.run, 'c', x.approval, x.status, 1, x.state, '{}', 'per_x', x.agent, 'settle_claim', 'irreversible', '{}', 1, 1, now()
  FROM jsonb_to_recordset($2) AS x (approval text, run text, status text, state jsonb, agent text)`;

const SCORES = `INSERT INTO run_scores (tenant, run, metric, score, reason, judge, rehearsal, scored_at)
  SELECT $1, x.run, x.metric, x.score, CASE WHEN x.score IS NULL THEN 'no judge' END, 'judge', false, to_timestamp(x."atMs" / 1000)
  FROM jsonb_to_recordset($2) AS x (run text, metric text, score float8, "atMs" float8)`;

const EVENTS = `INSERT INTO agent_events (tenant, event, at, agent, run, kind, key)
  SELECT $1, x.event, to_timestamp(x."atMs" / 1000), x.agent, x.run, x.kind, x.event
  FROM jsonb_to_recordset($2) AS x (event text, "atMs" float8, agent text, run text, kind text)`;

function approvalOf({ run, agent, decision }: PlantedRun): object[] {
  if (decision === null) return [];
  const { how, askedAtMs, atMs } = decision;
  const state = {
    ...{ decidedAtMs: atMs, createdAtMs: askedAtMs, grant: how === 'granted' ? 'grt_x' : null },
    ...{
      edits: how === 'edited' ? [{}] : [],
      action: { connector: 'insurer', tool: 'settle_claim' },
      closed: null,
    },
  };
  const status = how === 'declined' || how === 'expired' ? how : 'executed';
  return [{ approval: run.replace('run_', 'apr_'), run, agent, status, state }];
}

/** Writes the rows past every door, as the superuser: for tests and measurements of what is counted from them. */
export async function plantRows(
  client: Client,
  tenant: string,
  { runs, events }: { readonly runs: readonly PlantedRun[]; readonly events: readonly PlantedEvent[] },
): Promise<void> {
  const put = (text: string, rows: readonly object[]): Promise<unknown> =>
    client.query(text, [tenant, JSON.stringify(rows)]);
  const cost = ({ calls }: PlantedRun): number => calls.reduce((sum, { micros }) => sum + micros, 0);
  await put(
    RUNS,
    runs.map((run) => ({ ...run, cost: cost(run) })),
  );
  await put(
    STEPS,
    runs.flatMap(({ run, calls }) => calls.map((call, i) => ({ run, key: `model-${i}`, ...call }))),
  );
  await put(APPROVALS, runs.flatMap(approvalOf));
  await put(
    SCORES,
    runs.flatMap(({ run, scores }) => scores.map((score) => ({ run, ...score }))),
  );
  await put(
    EVENTS,
    events.map((event, i) => ({ event: `evt_${i}_${event.atMs}`, ...event })),
  );
}
