import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentVersions } from '../../agents/index.ts';
import { findAgent, loadAgents } from '../../bin/load-agents.ts';
import type { EvalId } from '../../core/ids.ts';
import { versionsOf } from '../../core/versions.ts';
import { compareMarks } from '../../evals/compare.ts';
import { openTestStores, startTestRun, type TestStores } from '../../test/test-stores.ts';
import { lookAtTenant } from '../watch/look-at-tenant.ts';
import { askWeekly, mondayOf } from './ask-weekly.ts';

let kit: TestStores;
beforeAll(async () => {
  kit = await openTestStores();
});
afterAll(() => kit.close());

const WEEK = 7 * 86_400_000;
const CASES = 20;
const loaded = loadAgents().map((agent) => ({ ...agent, cases: agent.cases?.slice(0, CASES) ?? [] }));
const known = versionsOf(agentVersions, 'fraud-review').map(({ version }) => version);
const weekly = (atMs: number, agents = findAgent(loaded)) =>
  askWeekly({ stores: kit.stores, agents }, kit.tenant, atMs);

interface Row {
  readonly eval: EvalId;
  readonly agent_version: string;
  readonly status: string;
}
const scheduled = async (): Promise<readonly Row[]> =>
  (
    await (
      await kit.as('superuser')
    ).query<Row>(`SELECT eval, agent_version, status FROM eval_runs WHERE source = 'schedule' ORDER BY eval`)
  ).rows;

/** As its workflow would end it, with every case marked about so. */
async function end(id: EvalId, mark: number, week: number): Promise<void> {
  const { evals } = kit.stores;
  for (let i = 0; i < CASES; i += 1)
    await evals.saveResult(kit.tenant, id, {
      ...{
        caseId: `case-${i}`,
        kind: 'easy',
        mark: mark - ((i + week) % 3) / 100,
        grades: [],
        failure: null,
      },
      ...{ run: null, costMicros: 0, latencyMs: 1 },
    });
  const before = await evals.before(kit.tenant, { agent: 'fraud-review', rehearsal: true, eval: id });
  const marks = (of: EvalId) => evals.marks(kit.tenant, of);
  const comparison = before === null ? null : compareMarks(await marks(before.eval), await marks(id));
  await evals.finish(kit.tenant, id, { status: 'done', comparison });
}

test('a week is told by its Monday', () => {
  expect(mondayOf(Date.UTC(2026, 10, 22, 3))).toBe('2026-11-16');
  expect(mondayOf(Date.UTC(2026, 10, 23, 0))).toBe('2026-11-23');
});

test('each agent that is used is evaluated once a week, in its active version; a regression opens one incident', async () => {
  const { stores, tenant } = kit;
  const now = await stores.metrics.nowMs(tenant);
  expect(await weekly(now)).toEqual({ asked: [], left: [] });
  const place = { agent: 'fraud-review', environment: 'production', known } as const;
  await stores.versions.set(tenant, { ...place, active: '1.0.0', next: null, percent: 0 });
  await startTestRun(kit);
  expect(await weekly(now, () => null)).toEqual({ asked: [], left: ['fraud-review'] });

  for (let i = 0; i < 3; i += 1) expect(await weekly(now)).toEqual({ asked: ['fraud-review'], left: [] });
  const [first, ...others] = await scheduled();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ agent_version: '1.0.0', status: 'running' });
  const { rows } = await (
    await kit.as('superuser')
  ).query(`SELECT 1 FROM card_copies WHERE subject LIKE 'evl_%'`);
  expect(rows).toEqual([]);

  await end(first!.eval, 1, 0);
  await weekly(now + WEEK);
  await end((await scheduled())[1]!.eval, 1, 1);
  await lookAtTenant(stores, tenant);
  expect(await stores.incidents.open(tenant)).toEqual([]);

  await weekly(now + 2 * WEEK);
  await end((await scheduled())[2]!.eval, 0.6, 2);
  for (let i = 0; i < 2; i += 1) await lookAtTenant(stores, tenant);
  expect(await stores.incidents.open(tenant)).toMatchObject([
    { rule: 'eval-worse', agent: 'fraud-review', severity: 'p1', status: 'open' },
  ]);
});
