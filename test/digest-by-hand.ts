import type { Client } from 'pg';

/**
 * What a digest must say, counted once more by other code: every row of the company in memory, loops and maps, no statement,
 * no rollup and no function of the product. What a word means is said here anew, so that a change of meaning is a failure.
 */
export interface ByHand {
  readonly figures: Readonly<Record<string, unknown>>;
  /** The things that each figure was counted from, by id, sorted. */
  readonly things: Readonly<Record<string, readonly string[]>>;
}

export interface AskedByHand {
  /** The period and the one before: instants as epoch ms, and where each day of the period begins. */
  readonly now: readonly [number, number];
  readonly before: readonly [number, number];
  readonly daysMs: readonly number[];
  readonly team: string | null;
  readonly person: string | null;
}

interface Run {
  readonly run: string;
  readonly agent: string;
  readonly team: string;
  readonly requester: string;
  readonly status: string;
  readonly rehearsal: boolean;
  readonly environment: string;
  readonly source: string;
  readonly ended: number | null;
}
interface Asking {
  readonly approval: string;
  readonly root: string;
  readonly run: string;
  readonly agent: string;
  readonly status: string;
  readonly requester: string;
  readonly asked: number;
  readonly state: {
    readonly createdAtMs: number;
    readonly decidedAtMs: number | null;
    readonly grant: string | null;
    readonly edits: readonly unknown[];
    readonly closed: { readonly atMs: number } | null;
    readonly escalatedAtMs: number | null;
    readonly signatures: readonly { readonly person: string }[];
    readonly action: { readonly connector: string; readonly tool: string };
    readonly policy: {
      readonly requirement: { readonly stages: readonly Stage[]; readonly escalateTo: Who[] };
    };
  };
}
type Who = {
  readonly kind: string;
  readonly role?: string;
  readonly group?: string;
  readonly person?: string;
};
interface Stage {
  readonly who: readonly Who[];
}
interface Reader {
  readonly person: string;
  readonly name: string;
  readonly team: string;
  readonly roles: readonly string[];
}
export interface RawRows {
  readonly runs: readonly Run[];
  readonly steps: readonly { readonly run: string; readonly micros: number; readonly at: number }[];
  readonly approvals: readonly Asking[];
  readonly scores: readonly { readonly run: string; readonly score: number | null; readonly at: number }[];
  readonly incidents: readonly {
    readonly incident: string;
    readonly agent: string | null;
    readonly status: string;
    readonly at: number;
  }[];
  readonly events: readonly {
    readonly event: string;
    readonly kind: string;
    readonly agent: string;
    readonly run: string | null;
    readonly at: number;
  }[];
  readonly findings: readonly {
    readonly fingerprint: string;
    readonly rule: string;
    readonly agent: string;
    readonly doc: { readonly reason: unknown };
    readonly at: number;
  }[];
  readonly people: readonly Reader[];
}

/** As ms with fractions, so that a microsecond before midnight is before midnight. */
const at = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

/** Every row of a company that a digest could be counted from. */
export async function readRawRows(client: Client, tenant: string): Promise<RawRows> {
  const all = async <T>(columns: string, rest: string): Promise<T[]> =>
    (await client.query(`SELECT ${columns} FROM ${rest}`, [tenant])).rows as T[];
  return {
    runs: await all(`*, ${at('finished_at')} AS ended`, 'runs WHERE tenant = $1'),
    steps: await all(
      `run, cost_micros::float8 AS micros, ${at('started_at')} AS at`,
      'run_steps WHERE tenant = $1',
    ),
    approvals: await all(`*, ${at('created_at')} AS asked`, 'approvals WHERE tenant = $1'),
    scores: await all(
      `run, score, ${at('scored_at')} AS at`,
      `run_scores WHERE tenant = $1 AND metric = 'faithfulness'`,
    ),
    incidents: await all(`*, ${at('opened_at')} AS at`, 'incidents WHERE tenant = $1'),
    events: await all(`*, ${at('at')} AS at`, 'agent_events WHERE tenant = $1'),
    findings: await all(`*, ${at('at')} AS at`, 'daily_findings WHERE tenant = $1'),
    people: await all('*', 'people WHERE tenant = $1 AND active'),
  };
}

/** Somebody's decision: taken by a person, not by a grant, and not taken back before it counted. */
function isDecided({ status, state, agent }: Asking): boolean {
  if (agent === 'countersign' || state.action.connector === 'countersign') return false;
  if (state.decidedAtMs === null || state.grant !== null) return false;
  if (status === 'cancelled') return state.closed !== null && state.decidedAtMs < state.closed.atMs;
  return !['pending', 'superseded', 'expired', 'answered', 'undeliverable'].includes(status);
}

const endingOf = ({ status, state }: Asking): 'declined' | 'edited' | 'as_asked' =>
  status === 'declined' ? 'declined' : state.edits.length > 0 ? 'edited' : 'as_asked';

function middle(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] ?? null)
    : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

const totals = (pairs: readonly (readonly [string, number])[]): Record<string, number> => {
  const into: Record<string, number> = {};
  for (const [key, value] of pairs) into[key] = (into[key] ?? 0) + value;
  return into;
};

/** The most first, then by name. */
const ranked = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));

const couldSign = (person: Reader, { requester, state }: Asking): boolean => {
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...(state.escalatedAtMs === null ? [] : escalateTo)];
  if (requester === person.person || state.signatures.some((one) => one.person === person.person))
    return false;
  return asked.some(
    ({ kind, role, group, person: named }) =>
      (kind === 'role' && person.roles.includes(role ?? '')) ||
      (kind === 'group' && person.team === group) ||
      (kind === 'person' && named === person.person),
  );
};

/** Of each rule about each agent the last word in the period, and whether it had none in the two hours before. */
function lastWords(
  rows: RawRows,
  [from, to]: readonly [number, number],
  concerns: (agent: string) => boolean,
) {
  const words = new Map<string, RawRows['findings'][number]>();
  for (const one of [...rows.findings].sort((a, b) => a.at - b.at))
    if (one.at >= from && one.at < to && concerns(one.agent)) words.set(one.fingerprint, one);
  const before = (fingerprint: string): boolean =>
    rows.findings.some(
      (one) => one.fingerprint === fingerprint && one.at < from && one.at >= from - 7_200_000,
    );
  return [...words]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fingerprint, { rule, agent, doc }]) => ({
      rule,
      agent,
      reason: doc.reason,
      isNew: !before(fingerprint),
    }));
}

/** One period's figures, and what they were counted from. */
function countPeriod(
  rows: RawRows,
  mine: ReadonlyMap<string, Run>,
  span: readonly [number, number],
  whole: boolean,
) {
  const inside = (ms: number | null | undefined): boolean => ms != null && ms >= span[0] && ms < span[1];
  const ended = [...mine.values()].filter((run) => run.agent !== 'countersign' && inside(run.ended));
  const theirs = new Set([...mine.values()].filter((run) => inside(run.ended)).map(({ agent }) => agent));
  const asks = rows.approvals.filter(
    ({ run, agent, state }) =>
      mine.has(run) && agent !== 'countersign' && state.action.connector !== 'countersign',
  );
  const requests = asks.filter((one) => one.approval === one.root && inside(one.asked));
  const decided = rows.approvals.filter(
    (one) => mine.has(one.run) && isDecided(one) && inside(one.state.decidedAtMs),
  );
  const expired = asks.filter(({ status, state }) => status === 'expired' && inside(state.closed?.atMs));
  const scored = rows.scores.filter((one) => mine.has(one.run) && one.score !== null && inside(one.at));
  const paid = rows.steps.filter((one) => mine.has(one.run) && one.micros > 0 && inside(one.at));
  const incidents = rows.incidents.filter(
    (one) => inside(one.at) && (whole || (one.agent !== null && theirs.has(one.agent))),
  );
  const unusual = rows.events.filter(
    (one) =>
      inside(one.at) &&
      !['breaker', 'change'].includes(one.kind) &&
      (one.run === null ? whole || theirs.has(one.agent) : mine.has(one.run)),
  );
  const findings = lastWords(rows, span, (agent) => whole || theirs.has(agent));
  return { findings, ended, asks, requests, decided, expired, scored, paid, incidents, unusual };
}

const sorted = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

/** @see ByHand */
export function digestByHand(rows: RawRows, asked: AskedByHand): ByHand {
  const whole = asked.team === null && asked.person === null;
  const mine = new Map<string, Run>();
  for (const run of rows.runs) {
    const isTheirs =
      whole || (asked.person === null ? run.team === asked.team : run.requester === asked.person);
    if (isTheirs && run.environment === 'production' && run.source !== 'eval') mine.set(run.run, run);
  }
  const now = countPeriod(rows, mine, asked.now, whole);
  const before = countPeriod(rows, mine, asked.before, whole);
  type Period = typeof now;
  const both = (of: (period: Period) => number | null) => ({ now: of(now), before: of(before) });
  const waits = ({ decided }: Period): number[] =>
    decided.map(({ state }) => (state.decidedAtMs ?? 0) - state.createdAtMs);
  const overridden = ({ decided }: Period): Asking[] => decided.filter((one) => endingOf(one) !== 'as_asked');
  const spent = ({ paid }: Period): Record<string, number> =>
    totals(paid.map(({ run, micros }) => [mine.get(run)?.agent ?? '', micros]));
  const total = (period: Period): number => Object.values(spent(period)).reduce((all, one) => all + one, 0);
  const waiting = now.asks.filter(({ status }) => status === 'pending');
  const agents = sorted([...Object.keys(spent(now)), ...Object.keys(spent(before))]);
  const loads = rows.people.map(
    (person) => [person.name, waiting.filter((one) => couldSign(person, one)).length] as const,
  );
  const mean = ({ scored }: Period): number | null =>
    scored.length === 0 ? null : scored.reduce((sum, { score }) => sum + (score ?? 0), 0) / scored.length;
  const ends = (name: string): number => now.decided.filter((one) => endingOf(one) === name).length;
  return {
    figures: {
      runs: both(({ ended }) => ended.length),
      failed: both(({ ended }) => ended.filter(({ status }) => status === 'failed').length),
      rehearsal: now.ended.some(({ rehearsal }) => rehearsal),
      requests: both(({ requests }) => requests.length),
      requestsByDay: asked.daysMs.map((from, i) => ({
        atMs: from,
        n: now.requests.filter((one) => one.asked >= from && one.asked < (asked.daysMs[i + 1] ?? Infinity))
          .length,
      })),
      decisions: both(({ decided }) => decided.length),
      endings: { as_asked: ends('as_asked'), edited: ends('edited'), declined: ends('declined') },
      expired: both(({ expired }) => expired.length),
      medianWaitMs: both((period) => middle(waits(period))),
      longestWaitMs: both((period) => (period.decided.length === 0 ? null : Math.max(...waits(period)))),
      overrideRate: both((period) =>
        period.decided.length === 0 ? null : overridden(period).length / period.decided.length,
      ),
      faithfulness: both(mean),
      scored: both(({ scored }) => scored.length),
      cost: {
        micros: both(total),
        tenfoldMicros: 10 * total(now),
        byAgent: agents
          .map((agent) => ({
            agent,
            micros: { now: spent(now)[agent] ?? 0, before: spent(before)[agent] ?? 0 },
          }))
          .sort((a, b) => b.micros.now - a.micros.now || (a.agent < b.agent ? -1 : 1)),
      },
      incidents: both(({ incidents }) => incidents.length),
      openIncidents: now.incidents.filter(({ status }) => status !== 'resolved').length,
      unusual: ranked(totals(now.unusual.map(({ kind }) => [kind, 1]))).map(([kind, n]) => ({ kind, n })),
      findings: now.findings,
      waiting: waiting.length,
      overloaded: ranked(Object.fromEntries(loads.filter(([, n]) => n >= 5)))
        .slice(0, 5)
        .map(([person, n]) => ({ person, n })),
      asked: ranked(
        totals(now.requests.map(({ state: { action } }) => [`${action.connector}.${action.tool}`, 1])),
      )
        .slice(0, 5)
        .map(([tool, n]) => ({ tool, n })),
    },
    things: {
      runs: sorted(now.ended.map(({ run }) => run)),
      failed: sorted(now.ended.filter(({ status }) => status === 'failed').map(({ run }) => run)),
      requests: sorted(now.requests.map(({ approval }) => approval)),
      decisions: sorted(now.decided.map(({ approval }) => approval)),
      overrides: sorted(overridden(now).map(({ approval }) => approval)),
      expired: sorted(now.expired.map(({ approval }) => approval)),
      waiting: sorted(waiting.map(({ approval }) => approval)),
      cost: sorted(now.paid.map(({ run }) => run)),
      scores: sorted(now.scored.map(({ run }) => run)),
      incidents: sorted(now.incidents.map(({ incident }) => incident)),
      unusual: sorted(now.unusual.map(({ event }) => event)),
    },
  };
}
