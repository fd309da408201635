import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents } from '../../agents/index.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { createRunActivities } from './run-activities.ts';

let base: TestStores;
beforeAll(async () => {
  base = await openTestStores();
});
afterAll(() => base.close());

const activities = () =>
  createRunActivities({ stores: base.stores, agents: () => ({ contract: agents[0]!, prompt: '' }) });

test('a cancelled run takes its open question with it, and ends once', async () => {
  const { stores, tenant, people } = base;
  const run = await startTestRun(base);
  const opened = await stores.approvals.open(tenant, testApproval(run, people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  await activities().closeRun({ tenant, run, outcome: 'cancelled', reason: null });
  await activities().closeRun({ tenant, run, outcome: 'failed', reason: 'late' });
  expect(await stores.approvals.get(tenant, opened.approval)).toMatchObject({ status: 'cancelled' });
  expect(await stores.runs.view(tenant, run)).toMatchObject({ status: 'cancelled', summary: 'Cancelled.' });
  expect((await activities().openRun({ tenant, run })).go).toBe(false);
});

test('a run that was recorded before its agent was paused does not begin; one under way goes on', async () => {
  const { stores, tenant, people } = base;
  const [waiting, under] = [await startTestRun(base), await startTestRun(base)];
  expect((await activities().openRun({ tenant, run: under })).go).toBe(true);
  await stores.switches.pause(tenant, 'fraud-review', people.mara.id);
  await expect(activities().openRun({ tenant, run: waiting })).rejects.toThrow(/fraud-review" is paused/);
  expect((await activities().openRun({ tenant, run: under })).go).toBe(true);
  await stores.switches.resume(tenant, 'fraud-review', people.mara.id);
  expect((await activities().openRun({ tenant, run: waiting })).go).toBe(true);
});

test('a run of another version of its agent is not played by this one', async () => {
  const { tenant } = base;
  const run = await startTestRun(base);
  const newer = { ...agents[0]!, version: '9.9.9' };
  const other = createRunActivities({ stores: base.stores, agents: () => ({ contract: newer, prompt: '' }) });
  await expect(other.openRun({ tenant, run })).rejects.toThrow(/no longer installed/);
});

test('an edit is followed to the approval that counts', async () => {
  const { stores, tenant, people } = base;
  const run = await startTestRun(base);
  const opened = await stores.approvals.open(tenant, testApproval(run, people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  const before = (await stores.approvals.get(tenant, opened.approval))!;
  const args = { ...before.action.args, amount: { currency: 'GBP', micros: 5_000_000_000 } };
  const edited = await stores.approvals.edit(tenant, opened.approval, {
    by: people.ada.id,
    via: 'api',
    actionDigest: before.actionDigest,
    cardDigest: null,
    args,
    comment: null,
    successorAmount: args.amount,
  });
  if (!edited.ok) throw new Error(edited.reason);
  const outcome = await activities().readOutcome({ tenant, approval: opened.approval });
  expect(outcome).toEqual({ settled: false, approval: edited.successor?.id, status: 'pending' });
  expect(outcome.approval).not.toBe(opened.approval);
});
