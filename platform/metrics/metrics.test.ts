import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import type { Figure, WindowFigures } from '../../core/metrics.ts';
import { plantRows, type PlantedEvent, type PlantedRun } from '../../test/plant-metrics.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import type { MetricsStore } from '../stores/metrics.ts';
import { openAdmin } from '../tenants.ts';
import { createMetricsStore } from './metrics-store.ts';
import { partsOf } from './read.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OTHER = 'other-insurer' as TenantId;

let t: TestStores;
let db: Database;
let router: pg.Pool;
let metrics: MetricsStore;
let nowMs: number;

/** A small random number generator (mulberry32), so that every run of the test plants the same. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const roll = dice(7);
const pick = <T>(...of: T[]): T => of[Math.floor(roll() * of.length)] as T;

function plantRun(i: number, endMs: number): PlantedRun {
  const finishedAtMs = Math.floor(endMs - roll() * 3 * DAY);
  const createdAtMs = finishedAtMs - Math.floor(roll() * 2 * HOUR);
  const how = pick('approved', 'declined', 'edited', 'granted', 'expired', null);
  const status = pick('done', 'done', 'refused', 'failed', 'cancelled');
  return {
    ...{ run: `run_${String(i).padStart(26, '0')}`, agent: pick('fraud-review', 'refunds'), status },
    ...{ version: pick('1.0.0', '1.1.0'), source: pick('slack', 'api', 'eval'), rehearsal: roll() < 0.2 },
    environment: roll() < 0.1 ? 'sandbox' : 'production',
    ...{ createdAtMs, admittedAtMs: createdAtMs + Math.floor(roll() * 90_000), finishedAtMs },
    workedMs: Math.floor(roll() ** 3 * 20_000),
    calls: Array.from({ length: Math.floor(roll() * 4) }, () => ({
      atMs: finishedAtMs - Math.floor(roll() * HOUR),
      micros: 1 + Math.floor(roll() * 9_000),
    })),
    decision: how && { how, askedAtMs: createdAtMs, atMs: finishedAtMs - 1_000 },
    scores:
      roll() < 0.3
        ? [{ metric: 'faithfulness', score: roll() < 0.2 ? null : roll(), atMs: finishedAtMs }]
        : [],
  };
}

let runs: PlantedRun[];
let events: PlantedEvent[];

beforeAll(async () => {
  t = await openTestStores();
  db = openDatabase(t.urls.appUrl);
  router = new pg.Pool({ connectionString: t.urls.dispatcherUrl });
  metrics = createMetricsStore(db, router);
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
  await admin.close();
  nowMs = Date.now();
  runs = Array.from({ length: 900 }, (_, i) => plantRun(i, nowMs));
  events = Array.from({ length: 60 }, () => ({
    agent: pick('fraud-review', 'refunds'),
    kind: pick('guardrail', 'pii', 'pii_leak', 'breaker', 'tool_pattern'),
    atMs: Math.floor(nowMs - roll() * 3 * DAY),
    run: null,
  }));
  await plantRows(await t.as('superuser'), t.tenant, { runs, events });
});
afterAll(async () => {
  await db.close();
  await router.end();
  await t.close();
});

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
const inside = ({ fromMs, toMs }: Span, atMs: number | null | undefined): boolean =>
  typeof atMs === 'number' && atMs >= fromMs && atMs < toMs;

const nearest = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/** The same figures by other code: from the planted list, one filter at a time. */
function byHand(span: Span, agent: string) {
  const live = runs.filter((r) => r.agent === agent && r.source !== 'eval' && r.environment === 'production');
  const over = live.filter((r) => inside(span, r.finishedAtMs));
  const ended = over.filter(({ status }) => status !== 'cancelled');
  const decided = live.flatMap(({ decision: d }) =>
    d && inside(span, d.atMs) && ['approved', 'declined', 'edited'].includes(d.how) ? [d] : [],
  );
  const scored = live
    .flatMap(({ scores }) => scores)
    .filter(({ atMs, score }) => inside(span, atMs) && score !== null);
  const told = (kind: string): number =>
    events.filter((e) => e.agent === agent && e.kind === kind && inside(span, e.atMs)).length;
  const calls = live.flatMap((r) => r.calls).filter(({ atMs }) => inside(span, atMs));
  return {
    runs: ended.length,
    cancelled: over.length - ended.length,
    errorRate: ended.filter(({ status }) => status === 'failed').length / ended.length,
    latencyP50Ms: nearest(
      ended.map(({ workedMs }) => workedMs),
      0.5,
    ),
    latencyP95Ms: nearest(
      ended.map(({ workedMs }) => workedMs),
      0.95,
    ),
    costMicros: calls.reduce((sum, { micros }) => sum + micros, 0),
    overrideRate: decided.filter(({ how }) => how !== 'approved').length / decided.length,
    timeToDecisionP50Ms: nearest(
      decided.map(({ atMs, askedAtMs }) => atMs - askedAtMs),
      0.5,
    ),
    queueLagP95Ms: nearest(
      live.flatMap(({ admittedAtMs: at, createdAtMs }) =>
        at !== null && inside(span, at) ? [at - createdAtMs] : [],
      ),
      0.95,
    ),
    faithfulness: scored.reduce((sum, { score }) => sum + (score ?? 0), 0) / scored.length,
    ...{ guardrailEvents: told('guardrail'), piiEvents: told('pii'), piiLeaks: told('pii_leak') },
    breakerOpenings: told('breaker'),
  };
}

const valueOf = (figure: Figure): number => (figure.state === 'measured' ? figure.value : Number.NaN);

function expectSame(figures: WindowFigures | undefined, hand: ReturnType<typeof byHand>): void {
  if (figures === undefined) throw new Error('the agent is missing');
  const { latencyP50Ms, latencyP95Ms, timeToDecisionP50Ms, queueLagP95Ms, faithfulness, ...exact } = hand;
  expect(figures).toMatchObject({ runs: exact.runs, cancelled: exact.cancelled });
  for (const name of [
    'errorRate',
    'costMicros',
    'overrideRate',
    'guardrailEvents',
    'piiEvents',
    'piiLeaks',
    'breakerOpenings',
  ] as const)
    // prettier-ignore
    expect([name, valueOf(figures[name])]).toEqual([name, exact[name]]);
  expect(valueOf(figures.scores.faithfulness)).toBeCloseTo(faithfulness, 12);
  for (const [name, value] of Object.entries({
    latencyP50Ms,
    latencyP95Ms,
    timeToDecisionP50Ms,
    queueLagP95Ms,
  }))
    expect(Math.abs(valueOf(figures[name as 'latencyP50Ms']) - value)).toBeLessThanOrEqual(
      value * 0.0101 + 1,
    );
}

/** Ragged, whole hours, a minute, and all. */
const spans = (): Span[] => [
  { fromMs: nowMs - 50 * HOUR - 17 * MINUTE, toMs: nowMs - 3 * HOUR - 11 * MINUTE },
  {
    fromMs: Math.floor((nowMs - 40 * HOUR) / HOUR) * HOUR,
    toMs: Math.floor((nowMs - 9 * HOUR) / HOUR) * HOUR,
  },
  { fromMs: nowMs - 80 * HOUR, toMs: nowMs + MINUTE },
];

async function expectAllSpans(): Promise<void> {
  for (const span of spans()) {
    const windows = await metrics.window(t.tenant, { ...span, by: ['agent'] });
    for (const agent of ['fraud-review', 'refunds'])
      expectSame(
        windows.find(({ scope }) => scope.agent === agent),
        byHand(span, agent),
      );
  }
}

describe('figures from the store', () => {
  test('are the same as by hand: from the rows, half rolled up, and rolled up', async () => {
    await expectAllSpans();
    expect(await metrics.roll(t.tenant, 30)).toBe(30);
    await expectAllSpans();
    while ((await metrics.roll(t.tenant, 20)) > 0);
    await expectAllSpans();
    const client = await t.as('superuser');
    const { rows } = await client.query<{ hours: number }>(
      'SELECT count(DISTINCT hour)::int AS hours FROM metric_hours WHERE tenant = $1',
      [t.tenant],
    );
    expect(rows[0]?.hours).toBeGreaterThan(60);
  });

  test('told apart by version and route add up to those of the agent', async () => {
    const span = spans()[0] as Span;
    const [apart, together] = await Promise.all([
      metrics.window(t.tenant, { ...span, by: ['agent', 'version', 'route'] }),
      metrics.window(t.tenant, { ...span, by: [] }),
    ]);
    const ran = apart.filter(({ scope }) => scope.route !== null);
    expect(new Set(ran.map(({ scope }) => `${scope.agent} ${scope.version} ${scope.route}`)).size).toBe(8);
    expect(apart.reduce((sum, { runs: n }) => sum + n, 0)).toBe(together[0]?.runs);
    expect(together[0]?.scope).toEqual({ agent: null, version: null, route: null });
  });

  test('minutes, hours and days of one measure each add up to the window', async () => {
    const span = { fromMs: nowMs - 5 * HOUR, toMs: nowMs + MINUTE };
    const hand = byHand(span, 'refunds').costMicros;
    for (const step of ['minute', 'hour', 'day'] as const) {
      const [series] = await metrics.series(t.tenant, { ...span, by: ['agent'], step, agent: 'refunds', measures: ['cost'] }); // prettier-ignore
      expect(series?.slots.reduce((sum, { tallies }) => sum + (tallies.cost?.sum ?? 0), 0)).toBe(hand);
      expect(series?.slots.map(({ atMs }) => atMs)).toEqual(series?.slots.map(({ atMs }) => atMs).sort((a, b) => a - b)); // prettier-ignore
    }
  });

  test('evals and the sandbox are no live figures, and each has its own', async () => {
    const span = { fromMs: nowMs - 80 * HOUR, toMs: nowMs + MINUTE };
    const evals = await metrics.window(t.tenant, { ...span, by: [], environment: 'eval' });
    expect(evals[0]?.runs).toBe(runs.filter((r) => r.source === 'eval' && r.status !== 'cancelled').length);
  });

  test('two processes that roll up at once count nothing twice', async () => {
    const client = await t.as('superuser');
    await client.query('DELETE FROM metric_hours WHERE tenant = $1', [t.tenant]);
    await client.query('DELETE FROM metric_rolled WHERE tenant = $1', [t.tenant]);
    await Promise.all([1, 2, 3].map(() => metrics.roll(t.tenant, 1_000)));
    await expectAllSpans();
  });

  test('an hour that has not settled stays with the rows', async () => {
    const client = await t.as('superuser');
    const { rows } = await client.query<{ late: boolean }>(
      `SELECT until > now() - interval '10 minutes' AS late FROM metric_rolled WHERE tenant = $1`,
      [t.tenant],
    );
    expect(rows).toEqual([{ late: false }]);
  });

  test('of another company are none of ours', async () => {
    await metrics.roll(OTHER);
    expect(await metrics.window(OTHER, { fromMs: 0, toMs: nowMs + DAY, by: ['agent'] })).toEqual([]);
    expect(await metrics.tenants()).toEqual([t.tenant, OTHER].sort());
  });

  test('the worst runs of a window, the worst first', async () => {
    const asked = { agent: 'refunds', fromMs: nowMs - 60 * HOUR, toMs: nowMs, limit: 4 };
    const live = runs.filter(
      (r) => r.agent === 'refunds' && r.source !== 'eval' && r.environment === 'production',
    );
    const ended = live.filter((r) => inside(asked, r.finishedAtMs) && r.status !== 'cancelled');
    const slowest = [...ended].sort((a, b) => b.workedMs - a.workedMs).slice(0, 4);
    const slow = await metrics.worst(t.tenant, { ...asked, by: 'slow' });
    expect(slow.map(({ value }) => value)).toEqual(slowest.map(({ workedMs }) => workedMs));
    const failed = await metrics.worst(t.tenant, { ...asked, by: 'failed' });
    const known = new Map(ended.map((r) => [r.run, r]));
    expect(failed.map(({ run }) => known.get(run)?.status)).toEqual(['failed', 'failed', 'failed', 'failed']);
    const low = await metrics.worst(t.tenant, { ...asked, by: 'unfaithful' });
    expect(low.map(({ value }) => value)).toEqual(low.map(({ value }) => value).sort((a, b) => a - b));
    const overridden = await metrics.worst(t.tenant, { ...asked, by: 'overridden' });
    expect(overridden.map(({ run }) => known.get(run)?.decision?.how ?? runs.find((r) => r.run === run)?.decision?.how)) // prettier-ignore
      .toSatisfy((hows: string[]) => hows.length === 4 && hows.every((how) => how === 'declined' || how === 'edited')); // prettier-ignore
    for (const by of ['costly', 'low_score', 'leaked', 'unusual'] as const)
      expect((await metrics.worst(t.tenant, { ...asked, by })).length).toBeLessThanOrEqual(4);
  });
});

test('the rollup serves whole hours only, and never later than it goes', () => {
  const parts = partsOf(30 * MINUTE, 5 * HOUR + MINUTE, 4 * HOUR);
  expect(parts).toEqual([
    { rolled: false, fromMs: 30 * MINUTE, toMs: HOUR },
    { rolled: true, fromMs: HOUR, toMs: 4 * HOUR },
    { rolled: false, fromMs: 4 * HOUR, toMs: 5 * HOUR + MINUTE },
  ]);
  expect(partsOf(0, HOUR, -Infinity)).toEqual([{ rolled: false, fromMs: 0, toMs: HOUR }]);
  expect(partsOf(10, 20, 4 * HOUR)).toEqual([{ rolled: false, fromMs: 10, toMs: 20 }]);
});
