import type { Client } from 'pg';
import { createDice } from '../bench/world/alert-histories.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Instants are epoch ms with fractions: Postgres keeps microseconds, and the edge of a week lies between two of them. */
interface Planting {
  readonly seed: number;
  /** Names what is planted: a second planting in a company is another one's rows. */
  readonly nth: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where a day or a week ends: much happens within a microsecond of one. */
  readonly edgesMs: readonly number[];
  readonly runs: number;
}

const PUT = (table: string): string =>
  `INSERT INTO ${table} SELECT x.* FROM jsonb_populate_recordset(NULL::${table}, $1) AS x`;

type Row = Record<string, unknown>;

async function put(client: Client, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
  await client.query(`${PUT(table).replace(' SELECT x.*', ` (${columns}) SELECT ${columns}`)}`, [
    JSON.stringify(rows),
  ]);
}

/** ISO with microseconds, which JavaScript's own dates lose. */
const stamp = (atMs: number): string => {
  const micros = Math.round((atMs - Math.floor(atMs)) * 1_000);
  const whole = new Date(Math.floor(atMs) + Math.floor(micros / 1_000)).toISOString();
  return `${whole.slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;
};

export const TEAMS = ['claims', 'payments', 'the other one'] as const;
const AGENTS = ['fraud-review', 'refund-check', 'letters', 'countersign'] as const;
const WHO = [
  { kind: 'role', role: 'approver' },
  { kind: 'role', role: 'manager' },
  { kind: 'group', group: 'claims' },
  { kind: 'group', group: 'payments' },
] as const;

interface Dice {
  readonly roll: () => number;
  readonly int: (below: number) => number;
  readonly pick: <T>(of: readonly T[]) => T;
  readonly when: () => number;
}

function diceFor({ seed, fromMs, toMs, edgesMs }: Planting): Dice {
  const roll = createDice(seed);
  const int = (below: number): number => Math.floor(roll() * below);
  const pick = <T>(of: readonly T[]): T => of[int(of.length)] as T;
  const beside = [-1, -0.001, -0.0004, 0, 0.001, 1, -HOUR_MS, HOUR_MS];
  const when = (): number =>
    roll() < 0.5 ? pick(edgesMs) + pick(beside) : fromMs + roll() * (toMs - fromMs);
  return { roll, int, pick, when };
}

function peopleOf({ roll, pick }: Dice, tenant: string): Row[] {
  return Array.from({ length: 8 }, (_, i) => ({
    ...{ tenant, person: `per_planted_${i}`, email: `planted.${i}@example.com`, name: `Planted ${i}` },
    ...{ roles: [pick(['approver', 'manager', 'operator'])], team: pick(TEAMS), active: roll() < 0.8 },
    ...{ time_zone: 'UTC', created_at: stamp(Date.UTC(2026, 0, 1)) },
  }));
}

function runOf({ roll, int, pick, when }: Dice, tenant: string, i: number, nth: number): Row {
  const endedAtMs = when();
  const status = pick(['done', 'done', 'failed', 'cancelled', 'refused', 'running']);
  return {
    ...{
      tenant,
      run: `run_${nth}${String(i).padStart(25, '0')}`,
      agent: pick(AGENTS),
      agent_version: '1.0.0',
    },
    ...{ agent_class: 'standard', status, environment: roll() < 0.2 ? 'sandbox' : 'production' },
    ...{ requester: `per_planted_${int(8)}`, team: pick(TEAMS), source: pick(['slack', 'teams', 'eval']) },
    ...{ input_label: `CLM-${i}`, input_ref: 'x', origin: {}, rehearsal: roll() < 0.1, priority: 'normal' },
    ...{ cost_micros: 0, budget_micros: 0, input_tokens: 0, output_tokens: 0, cached_tokens: 0 },
    ...{ created_at: stamp(endedAtMs - 60_000), rank_at: stamp(endedAtMs - 60_000) },
    finished_at: status === 'running' ? null : stamp(endedAtMs),
  };
}

const stepsOf = ({ int, when }: Dice, { tenant, run }: Row): Row[] =>
  Array.from({ length: int(4) }, (_, n) => ({
    ...{ tenant, run, key: `model-${n}`, kind: 'model', name: 'm', label: 'm', ok: true, detail: {} },
    ...{ input_tokens: 0, output_tokens: 0, cached_tokens: 0, latency_ms: 0 },
    ...{ cost_micros: int(3) * (1 + int(90_000)), started_at: stamp(when()) },
  }));

const HOW = ['executed', 'declined', 'edited', 'granted', 'expired', 'failed', 'lapsed', 'pending'] as const;
const CLOSED = ['cancelled after', 'cancelled before', 'answered', 'undeliverable'] as const;

interface Asked {
  readonly root: string;
  readonly edits: readonly object[];
}

function approvalOf(dice: Dice, { tenant, run, agent, requester }: Row, id: string, asked: Asked): Row {
  const { int, pick, roll, when } = dice;
  const how = pick([...HOW, ...HOW, 'pending', 'pending', ...CLOSED]);
  const createdAtMs = Math.floor(when());
  const decidedAtMs = createdAtMs + int(60 * 3_600) * 1_000;
  const isOpen = how === 'pending' || how === 'expired' || how === 'cancelled before';
  const closed = /expired|cancelled/.test(how) ? { by: null, reason: 'x', atMs: decidedAtMs + int(2) } : null;
  const state = {
    ...{ createdAtMs, decidedAtMs: isOpen ? null : decidedAtMs, grant: how === 'granted' ? 'grt_1' : null },
    edits: how === 'edited' ? [...asked.edits, {}] : asked.edits,
    ...{ closed, escalatedAtMs: roll() < 0.3 ? createdAtMs + 1 : null },
    signatures: Array.from({ length: int(3) }, () => ({ person: `per_planted_${int(8)}` })),
    action: { connector: roll() < 0.1 ? 'countersign' : 'insurer', tool: pick(['pay', 'refer', 'deny']) },
    policy: {
      requirement: {
        stages: Array.from({ length: 1 + int(2) }, () => ({ who: [pick(WHO)] })),
        escalateTo: [pick(WHO)],
      },
    },
  };
  const status = how.replace(/ .*/, '').replace(/edited|granted/, 'executed');
  return {
    ...{ tenant, approval: id, run, call_id: id, root: asked.root, status, version: 1, state, evidence: {} },
    ...{ requester, agent, tool: 'x', effect: 'irreversible', involved: [], first_seq: 1, last_seq: 1 },
    ...{ created_at: stamp(createdAtMs + int(1_000) / 1_000), decide_by: stamp(createdAtMs + DAY_MS) },
  };
}

/** Up to two requests of a run; one in five was edited by somebody, which makes one more of the same lineage. */
function approvalsOf(dice: Dice, run: Row): Row[] {
  const { int, roll } = dice;
  return Array.from({ length: int(3) }, (_, n) => {
    const id = `${String(run['run']).replace('run_', 'apr_')}${n}`;
    const first = approvalOf(dice, run, id, { root: id, edits: [] });
    if (roll() > 0.2) return [first];
    return [{ ...first, status: 'superseded' }, approvalOf(dice, run, `${id}b`, { root: id, edits: [{}] })];
  }).flat();
}

const scoresOf = ({ roll, when }: Dice, { tenant, run }: Row): Row[] =>
  ['faithfulness', 'answer_relevancy']
    .filter(() => roll() < 0.4)
    .map((metric) => {
      const score = roll() < 0.2 ? null : roll();
      const reason = score === null ? 'no statements' : null;
      return { tenant, run, metric, score, reason, judge: 'j', rehearsal: false, scored_at: stamp(when()) };
    });

function incidentOf({ int, pick, when }: Dice, tenant: string, i: number, nth: number): Row {
  const status = pick(['open', 'acknowledged', 'resolved']);
  const openedAtMs = when();
  return {
    ...{
      tenant,
      incident: `inc_${nth}_${i}`,
      fingerprint: `f${nth} ${i}`,
      rule: pick(['slow', 'error-rate']),
      status,
    },
    ...{ agent: pick([...AGENTS.slice(0, 3), null]), severity: `p${int(2)}`, version: 1, state: {} },
    ...{ involved: [], first_seq: 1, last_seq: 1, opened_at: stamp(openedAtMs) },
    resolved_at: status === 'resolved' ? stamp(openedAtMs + HOUR_MS) : null,
  };
}

const KINDS = ['guardrail', 'pii', 'pii_leak', 'breaker', 'change', 'tool_pattern', 'input_drift'];

const eventOf = ({ pick, roll, when }: Dice, tenant: string, name: string, runs: readonly Row[]): Row => ({
  ...{ tenant, event: `evt_${name}`, at: stamp(when()), kind: pick(KINDS), key: name, detail: {} },
  ...{ agent: pick(AGENTS.slice(0, 3)), run: roll() < 0.5 ? pick(runs)['run'] : null },
});

/** A rule is heard at most once an hour; what it said differs each time. */
function findingsOf({ int, pick, when }: Dice, tenant: string, n: number): Row[] {
  const rows = Array.from({ length: n }, (_, i) => {
    const rule = pick(['cost-week', 'tool-pattern', 'input-drift']);
    const agent = pick(AGENTS.slice(0, 3));
    const atMs = when();
    const hour = new Date(Math.floor(atMs / HOUR_MS) * HOUR_MS).toISOString();
    const doc = { reason: { key: rule, params: { count: i, minutes: int(60) } } };
    return { tenant, fingerprint: `${rule}/${agent}`, hour, agent, rule, doc, at: stamp(atMs) };
  });
  return [...new Map(rows.map((row) => [`${row.fingerprint} ${row.hour}`, row])).values()];
}

/** Two weeks and more of one company, past every door and in every state that rows may be in; the same for the same seed. */
export async function plantWeeks(client: Client, tenant: string, planting: Planting): Promise<void> {
  const dice = diceFor(planting);
  const { nth } = planting;
  const runs = Array.from({ length: planting.runs }, (_, i) => runOf(dice, tenant, i, nth));
  if (nth === 0) await put(client, 'people', peopleOf(dice, tenant));
  await put(client, 'runs', runs);
  await put(
    client,
    'run_steps',
    runs.flatMap((run) => stepsOf(dice, run)),
  );
  await put(
    client,
    'approvals',
    runs.flatMap((run) => approvalsOf(dice, run)),
  );
  await put(
    client,
    'run_scores',
    runs.flatMap((run) => scoresOf(dice, run)),
  );
  const few = Array.from({ length: Math.ceil(planting.runs / 6) });
  await put(
    client,
    'incidents',
    few.map((_, i) => incidentOf(dice, tenant, i, nth)),
  );
  await put(client, 'daily_findings', findingsOf(dice, tenant, few.length));
  await put(
    client,
    'agent_events',
    few.map((_, i) => eventOf(dice, tenant, `${nth}_${i}`, runs)),
  );
}
