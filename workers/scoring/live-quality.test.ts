import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAgent, loadAgents } from '../../bin/load-agents.ts';
import type { RunId } from '../../core/ids.ts';
import { plantedVersions, WORSE } from '../../local/planted/versions.ts';
import { openWorld, patientAgents, type World } from '../../test/worker-world.ts';
import { lookAtTenant } from '../watch/look-at-tenant.ts';

/** Live runs on the real engines, each of them scored. */
const loaded = patientAgents([...loadAgents(), ...plantedVersions()]);
let world: World;
beforeAll(async () => {
  world = await openWorld({ agents: findAgent(loaded), sampleShare: 1 });
});
afterAll(() => world?.close());

async function play(version: string, claim: string, environment: 'production' | 'sandbox' = 'production') {
  const agent = loaded.find(({ contract }) => contract.version === version)?.contract;
  if (agent === undefined) throw new Error('no such version');
  const { run } = await world.stores.runs.create(world.tenant, {
    ...{ agent, input: { claim }, requester: world.people.robin, source: 'api', dedupeKey: null },
    ...{ environment, rehearsal: true, origin: {} },
  });
  return run;
}

interface Row {
  readonly metric: string;
  readonly score: number | null;
  readonly reason: string | null;
  readonly rehearsal: boolean;
}

async function scored(run: RunId): Promise<readonly Row[]> {
  const db = await world.as('superuser');
  for (const until = Date.now() + 90_000; Date.now() < until;) {
    const { rows } = await db.query<Row>('SELECT * FROM run_scores WHERE run = $1 ORDER BY metric', [run]);
    if (rows.length > 0) return rows;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${run} was not scored`);
}

const metric = (rows: readonly Row[], name: string): Row | undefined =>
  rows.find((row) => row.metric === name);
/** Claims on which an agent has nothing to propose, so that no person is waited for. */
const CLOSED = ['CLM-0312', 'CLM-0821', ...Array.from({ length: 8 }, (_, i) => `CLM-99${10 + i}`)];
const openOnes = async () =>
  (await world.stores.incidents.open(world.tenant)).map(({ rule, finding }) => [rule, finding.version]);

test('a finished live run is scored beside itself, once, and its cost says so; the sandbox is not', async () => {
  const [run, tried] = [await play('1.1.0', 'CLM-0847'), await play('1.1.0', 'CLM-0312', 'sandbox')];
  const asked = await world.untilAsked(run);
  for (const who of ['ada', 'ben'] as const) await world.sign(asked.id, who);
  const rows = await scored(run);
  expect(metric(rows, 'faithfulness')).toMatchObject({ score: 1, rehearsal: true });
  expect(metric(rows, 'judge')?.score).toBeGreaterThan(0.5);
  expect(metric(rows, 'context_recall')).toMatchObject({ score: null, reason: 'no_reference' });
  const view = await world.stores.runs.view(world.tenant, run);
  const judged = view?.steps.filter(({ name }) => name === 'judge') ?? [];
  expect(judged).toHaveLength(1);
  const spent = view?.steps.reduce((sum, { costMicros }) => sum + costMicros, 0);
  expect([view?.costMicros, judged[0]!.costMicros > 0]).toEqual([spent, true]);
  await world.until(tried, ({ finishedAtMs }) => finishedAtMs !== null);
  const keys = await (
    await world.as('superuser')
  ).query(`SELECT key FROM outbox WHERE key LIKE 'score_run%'`);
  expect(keys.rows).toEqual([{ key: `score_${run}` }]);
}, 240_000);

test('a worse prompt in live traffic opens an incident about faithfulness within one period; a good one opens none', async () => {
  const good = await Promise.all(CLOSED.map((claim) => play('1.1.0', claim)));
  for (const run of good) expect(metric(await scored(run), 'faithfulness')?.score).toBe(1);
  await lookAtTenant(world.stores, world.tenant);
  expect(await openOnes()).toEqual([]);
  const worse = await Promise.all(CLOSED.map((claim) => play(WORSE, claim)));
  for (const run of worse) expect(metric(await scored(run), 'faithfulness')?.score).toBeLessThan(0.6);
  await lookAtTenant(world.stores, world.tenant);
  expect((await openOnes()).map(([rule]) => rule)).toEqual(['faithfulness']);
  const [incident] = await world.stores.incidents.open(world.tenant);
  expect(incident?.finding.worstRuns.every((run) => worse.includes(run))).toBe(true);
});
