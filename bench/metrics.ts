import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { lookAt } from '../workers/alerts/reading/look.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
import { plantRuns } from './world/plant-runs.ts';
import { percentile, rounded } from './world/statistics.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
/** A look every minute must leave the machine to the agents; a digest is asked for by somebody who waits. */
const AIM = { lookMs: 1_000, weekMs: 500 };

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAt, result };
}

async function p95Of(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) took.push((await timed(work)).ms);
  return rounded(percentile(took, 0.95));
}

async function rollAll({ stores }: Stack): Promise<number> {
  let hours = 0;
  for (let more = 1; more > 0; hours += more) more = await stores.metrics.roll(EXAMPLE.tenant);
  return hours;
}

async function play(stack: Stack, say: Say, quick: boolean) {
  const { tenant } = EXAMPLE;
  const { metrics } = stack.stores;
  const runs = quick ? 100_000 : 1_000_000;
  const db = new pg.Pool({ connectionString: databaseUrl(stack, 'countersign'), max: 2 });
  try {
    say(`Planting ${runs} runs over ${DAYS} days.`);
    const planted = await timed(() => plantRuns(db, { tenant, runs, days: DAYS }));
    const toMs = Date.now();
    const week = { fromMs: toMs - 7 * DAY_MS, toMs, by: ['agent'] } as const;
    say(`  in ${Math.round(planted.ms / 1000)} s; now a week from the rows, then everything rolled up`);
    const fromRows = await timed(() => metrics.window(tenant, week));
    const rolled = await timed(() => rollAll(stack));
    const fromHours = await metrics.window(tenant, week);
    const size = await db.query<{ rows: number; bytes: number }>(
      `SELECT count(*)::int AS rows, pg_total_relation_size('metric_hours')::float8 AS bytes FROM metric_hours`,
    );
    const look = () => lookAt(metrics, { tenant, atMs: toMs, tunings: [], firing: new Map() });
    const lookP95Ms = await p95Of(quick ? 5 : 20, look);
    const weekP95Ms = await p95Of(10, () => metrics.window(tenant, week));
    const apart = { ...week, by: ['agent', 'version', 'route'] } as const;
    const findings = await look();
    return {
      // Floating point: sums of scores may differ in the last digit, so they are compared rounded.
      ok: same(fromRows.result, fromHours) && findings.length === 50,
      met: lookP95Ms <= AIM.lookMs && weekP95Ms <= AIM.weekMs,
      ...{ aim: AIM, runs, plantSeconds: Math.round(planted.ms / 1000) },
      roll: { hours: rolled.result, seconds: rounded(rolled.ms / 1000), ...size.rows[0] },
      weekFromRowsMs: rounded(fromRows.ms),
      ...{ weekP95Ms, lookP95Ms },
      weekByVersionAndRouteP95Ms: await p95Of(5, () => metrics.window(tenant, apart)),
      lastFiveMinutesP95Ms: await p95Of(10, () =>
        metrics.window(tenant, { ...apart, fromMs: toMs - 300_000 }),
      ),
    };
  } finally {
    await db.end();
  }
}

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' ? Number(inner.toPrecision(9)) : inner))); // prettier-ignore

const byAgent = (a: { scope: { agent: string | null } }, b: typeof a): number =>
  (a.scope.agent ?? '').localeCompare(b.scope.agent ?? '');

const same = (a: readonly { scope: { agent: string | null } }[], b: typeof a): boolean =>
  a.length > 0 && isDeepStrictEqual(plain([...a].sort(byAgent)), plain([...b].sort(byAgent)));

/** Figures over a million runs: rolled up, read, and looked at by every rule. */
export async function measure(say: Say, quick: boolean) {
  return withBenchStack(say, (stack) => play(stack, say, quick));
}
