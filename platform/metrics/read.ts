import { groupBy } from '../../core/group-by.ts';
import type { Histogram } from '../../core/histogram.ts';
import {
  MEASURES,
  mergeTallies,
  type Measure,
  type Scope,
  type Series,
  type Slot,
  type Tally,
} from '../../core/metrics.ts';
import type { TenantTx } from '../database.ts';
import type { By } from '../stores/metrics.ts';
import { FACTS } from './facts.ts';
import { HOUR_MS } from './roll.ts';

const STEP_MS = { minute: 60_000, hour: HOUR_MS, day: 24 * HOUR_MS, all: null } as const;
export type StepName = keyof typeof STEP_MS;

export interface Counting {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: readonly By[];
  readonly agent?: string | undefined;
  readonly environment?: 'production' | 'sandbox' | 'eval' | undefined;
  readonly measures?: readonly Measure[] | undefined;
  /** False: how many and their sum are enough, which reads whole hours several times as fast. */
  readonly spread?: boolean | undefined;
  /** `all`: one slot for the whole span. */
  readonly step: StepName;
}

interface Row extends Scope {
  readonly at: number;
  readonly measure: Measure;
  readonly n: number;
  readonly sum: number;
  readonly buckets: number[] | null;
  readonly counts: number[] | null;
}

const columns = (by: readonly By[]): string =>
  (['agent', 'version', 'route'] as const)
    .map((name) => (by.includes(name) ? `nullif(${name}, '') AS ${name}` : `NULL AS ${name}`))
    .join(', ');

/** $3 the agent, $4 the environment, $5 the measures, $6 the step in ms, or null for one slot from $1. */
const WANTED = `($3::text IS NULL OR agent = $3) AND environment = $4 AND measure = ANY($5::text[])`;
const SLOT = (at: string): string =>
  `CASE WHEN $6::float8 IS NULL THEN $1::float8 ELSE floor(extract(epoch FROM ${at}) * 1000 / $6::float8) * $6::float8 END AS at`;

const summed = (by: readonly By[], cells: string): string => `WITH facts AS (${cells}),
  cells AS (SELECT at, agent, version, route, measure, bucket, sum(n) AS n, sum(sum) AS sum
    FROM facts GROUP BY 1, 2, 3, 4, 5, 6)
  SELECT at, agent, version, route, measure, sum(n)::bigint AS n, sum(sum)::float8 AS sum,
    array_agg(bucket ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL) AS buckets,
    array_agg(n::float8 ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL) AS counts
  FROM cells GROUP BY at, agent, version, route, measure ORDER BY at`;

const fromRows = (by: readonly By[]): string =>
  summed(
    by,
    `SELECT ${SLOT('at')}, ${columns(by)}, measure, bucket, 1 AS n, value AS sum FROM (${FACTS}) f WHERE ${WANTED}`,
  );

const IN_HOURS = `hour >= to_timestamp($1::float8 / 1000) AND hour < to_timestamp($2::float8 / 1000) AND ${WANTED}`;

/** The sum of an hour stands at its first bucket. */
const SPREAD = `b.bucket, coalesce(b.n, h.n) AS n, CASE WHEN coalesce(b.place, 1) = 1 THEN h.sum ELSE 0 END AS sum
  FROM metric_hours h LEFT JOIN LATERAL unnest(h.buckets, h.counts) WITH ORDINALITY AS b (bucket, n, place) ON true`;
const SUMS = `NULL::int AS bucket, h.n, h.sum FROM metric_hours h`;

const fromHours = (by: readonly By[], spread: boolean): string =>
  summed(by, `SELECT ${SLOT('hour')}, ${columns(by)}, measure, ${spread ? SPREAD : SUMS} WHERE ${IN_HOURS}`);

const ROLLED = `SELECT (extract(epoch FROM until) * 1000)::bigint AS "untilMs" FROM metric_rolled`;

interface Part {
  readonly rolled: boolean;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whole hours before `untilMs` are in the rollup; the ragged ends are counted from the rows. */
export function partsOf(fromMs: number, toMs: number, untilMs: number): Part[] {
  const first = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const last = Math.min(Math.floor(toMs / HOUR_MS) * HOUR_MS, untilMs);
  if (first >= last) return [{ rolled: false, fromMs, toMs }];
  const parts = [
    { rolled: false, fromMs, toMs: first },
    { rolled: true, fromMs: first, toMs: last },
    { rolled: false, fromMs: last, toMs },
  ];
  return parts.filter((part) => part.fromMs < part.toMs);
}

async function rowsOf(tx: TenantTx, asked: Counting): Promise<Row[]> {
  const rolled = await tx.row<{ untilMs: number }>({ text: ROLLED });
  // Minutes are not in the rollup.
  const untilMs = asked.step === 'minute' ? -Infinity : (rolled?.untilMs ?? -Infinity);
  const found: Row[] = [];
  for (const part of partsOf(asked.fromMs, asked.toMs, untilMs)) {
    const { by, agent = null, environment = 'production', measures = MEASURES, step, spread = true } = asked;
    const text = part.rolled ? fromHours(by, spread) : fromRows(by);
    const span = [part.fromMs, part.toMs];
    found.push(
      ...(await tx.rows<Row>({ text, values: [...span, agent, environment, measures, STEP_MS[step]] })),
    );
  }
  return found;
}

const spreadOf = ({ buckets, counts }: Row): Histogram | null =>
  buckets === null || counts === null ? null : { at: buckets, n: counts };

const keyOf = ({ agent, version, route }: Scope): string => JSON.stringify([agent, version, route]);

function slotOf(atMs: number, spanMs: number, rows: readonly Row[]): Slot {
  const tallies = new Map<Measure, Tally>();
  for (const row of rows) {
    const tally = { n: row.n, sum: row.sum, histogram: spreadOf(row) };
    const known = tallies.get(row.measure);
    // The same slot may come from the rollup and from the rows beside it.
    tallies.set(row.measure, known ? mergeTallies([known, tally]) : tally);
  }
  return { atMs, spanMs, tallies: Object.fromEntries(tallies) };
}

/** What was counted in a span, by scope and step. */
export async function countIn(tx: TenantTx, asked: Counting): Promise<Series[]> {
  const { fromMs, toMs, step } = asked;
  const whole = step === 'all';
  const rows = await rowsOf(tx, asked);
  return [...groupBy(rows, keyOf).values()].map((ofScope) => {
    const [{ agent, version, route } = { agent: null, version: null, route: null }] = ofScope;
    const slots = [...groupBy(ofScope, ({ at }) => (whole ? fromMs : at))]
      .sort(([a], [b]) => a - b)
      .map(([at, ofSlot]) => slotOf(at, whole ? toMs - fromMs : STEP_MS[step], ofSlot));
    return { scope: { agent, version, route }, slots };
  });
}
