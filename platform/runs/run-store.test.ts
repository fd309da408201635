import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, startTestRun, TEST_AGENT, type TestStores } from '../../test/test-stores.ts';
import type { NewRun, Step } from '../stores.ts';

let t: TestStores;
beforeAll(async () => {
  t = await openTestStores();
});
afterAll(() => t.close());

const newRun = (change: Partial<NewRun> = {}): NewRun => ({
  agent: TEST_AGENT,
  input: { claim: 'CLM-0847', payee: 'Dana Whitfield' },
  requester: t.people.robin,
  source: 'slack',
  dedupeKey: null,
  environment: 'production',
  rehearsal: true,
  origin: {},
  ...change,
});
const step = (key: string, change: Partial<Step> = {}): Step => ({
  key, parent: null, kind: 'model', name: 'reason', label: 'turn 1', ok: true, model: 'claude-sonnet', inputTokens: 900,
  outputTokens: 100, cachedTokens: 300, costMicros: 4_200, latencyMs: 1310, startedAtMs: 1_000, ...change,
}); // prettier-ignore

test('the same key starts one run, however often and at whatever instant it comes', async () => {
  const started = await Promise.all(
    Array.from({ length: 5 }, () => t.stores.runs.create(t.tenant, newRun({ dedupeKey: 'event-1' }))),
  );
  expect(new Set(started.map((s) => s.run)).size).toBe(1);
  expect(new Set(started.map((s) => s.ledgerSeq)).size).toBe(1);
  expect(started.filter((s) => !s.duplicate)).toHaveLength(1);
  const db = await t.as('superuser');
  const { rows } = await db.query('SELECT count(*)::int AS n FROM outbox WHERE key = $1', [started[0]!.run]);
  expect(rows).toEqual([{ n: 1 }]);
});

test('input, messages and output lie sealed, and open only for their tenant and place', async () => {
  const { run } = await t.stores.runs.create(t.tenant, newRun());
  expect(await t.stores.runs.input(t.tenant, run)).toEqual({ claim: 'CLM-0847', payee: 'Dana Whitfield' });
  await t.stores.runs.appendMessage(t.tenant, run, { seq: 1, role: 'user', content: 'first' });
  await t.stores.runs.appendMessage(t.tenant, run, { seq: 1, role: 'user', content: 'second' });
  expect(await t.stores.runs.messages(t.tenant, run)).toEqual([{ seq: 1, role: 'user', content: 'first' }]);
  await t.stores.runs.saveAssessment(t.tenant, run, { score: 0.4 });
  await t.stores.runs.saveAssessment(t.tenant, run, { score: 0.5 });
  expect(await t.stores.runs.assessment(t.tenant, run)).toEqual({ score: 0.5 });
  const db = await t.as('superuser');
  const { rows } = await db.query<{ sealed: Buffer }>('SELECT sealed FROM payloads');
  expect(rows.some((r) => r.sealed.includes('Whitfield') || r.sealed.includes('first'))).toBe(false);
  await db.query(`UPDATE payloads p SET sealed = q.sealed FROM payloads q WHERE p.ref = $1 AND q.ref = $2`, [
    `${run}/input`,
    `${run}/message/1`,
  ]);
  await expect(t.stores.runs.input(t.tenant, run)).rejects.toThrow();
});

test('a step counts once, however often its activity ran, and a tool call is in the ledger', async () => {
  const { run } = await t.stores.runs.create(t.tenant, newRun());
  await Promise.all([1, 2, 3].map(() => t.stores.runs.recordStep(t.tenant, run, step('m1'))));
  await Promise.all(
    [1, 2, 3].map(() =>
      t.stores.runs.recordStep(
        t.tenant,
        run,
        step('t1', {
          kind: 'tool',
          name: 'get_claim',
          costMicros: 0,
          inputTokens: 0,
          outputTokens: 0,
          cachedTokens: 0,
          startedAtMs: 2_000,
        }),
      ),
    ),
  );
  const view = await t.stores.runs.view(t.tenant, run);
  expect(view).toMatchObject({
    tokens: 1000,
    cachedTokens: 300,
    costMicros: 4_200,
    budgetMicros: 500_000,
    workingMs: 2620,
  });
  expect(view?.steps.map((s) => s.key)).toEqual(['m1', 't1']);
  expect((await t.stores.ledger.verify(t.tenant, run)).lines.map((l) => l.kind)).toEqual([
    'run.started',
    'tool.called',
  ]);
});

test('a run ends once', async () => {
  const run = await startTestRun(t);
  expect(await t.stores.runs.markRunning(t.tenant, run)).toBe(true);
  await t.stores.runs.markWaiting(t.tenant, run);
  const end = (summary: string) =>
    t.stores.runs.close(t.tenant, run, { status: 'done', summary, output: null });
  await Promise.all([end('paid'), end('paid')]);
  await end('again');
  expect(await t.stores.runs.view(t.tenant, run)).toMatchObject({
    status: 'done',
    summary: 'paid',
    finishedAtMs: expect.any(Number),
  });
  expect(await t.stores.runs.markRunning(t.tenant, run)).toBe(false);
  expect((await t.stores.ledger.verify(t.tenant, run)).lines.map((l) => l.kind)).toEqual([
    'run.started',
    'run.finished',
  ]);
});

test('lists and costs are those of the asked-for people, by day with empty days', async () => {
  const { run } = await t.stores.runs.create(t.tenant, newRun({ requester: t.people.ines }));
  await t.stores.runs.recordStep(t.tenant, run, step('m1', { costMicros: 1_000_000 }));
  const mine = await t.stores.runs.list(t.tenant, { requester: t.people.ines.id, limit: 10 });
  expect(mine.map((r) => r.run)).toEqual([run]);
  const costs = await t.stores.runs.costs(t.tenant, { team: 'operations', days: 7 });
  expect(costs).toMatchObject({
    spentMicros: 1_000_000,
    todayMicros: 1_000_000,
    byAgent: [{ agent: 'fraud-review', micros: 1_000_000, runs: 1 }],
    rehearsal: true,
  });
  expect(costs.byDay).toHaveLength(7);
  expect(costs.byDay.filter((d) => d.runs === 0)).toHaveLength(6);
});
