import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents } from '../../agents/index.ts';
import type { RunId } from '../../core/ids.ts';
import { openTestStores, startTestRun, TEST_AGENT, type TestStores } from '../../test/test-stores.ts';
import { createGuardActivities } from './guard-activities.ts';
import { tellRest } from './rest.ts';
import { createRunActivities } from './run-activities.ts';

let t: TestStores;
beforeAll(async () => {
  t = await openTestStores();
});
afterAll(() => t.close());

const { version } = TEST_AGENT;
const contract = { ...agents[0]!, version };
const edges = () => ({ stores: t.stores, agents: () => ({ contract, prompt: '' }), nowMs: () => Date.now() });

const assessment = (ask: string) => ({
  ...{ score: 0.4, baseRate: null, signals: [], confidence: 0.9, unsure: '', recommendation: 'settle', ask },
});

async function told(run: RunId): Promise<string[]> {
  const client = await t.as('superuser');
  const { rows } = await client.query<{ said: string }>(
    `SELECT concat_ws(' ', kind, agent, agent_version, detail::text) AS said FROM agent_events WHERE run = $1 ORDER BY kind`,
    [run],
  );
  return rows.map(({ said }) => said);
}

test('what a guardrail holds back is told once, however often the activity is played', async () => {
  const run = await startTestRun(t, '???');
  for (let i = 0; i < 2; i += 1)
    expect(await createGuardActivities(edges()).guardInput({ tenant: t.tenant, run })).toMatchObject({
      pass: false,
    });
  expect(await told(run)).toEqual([
    `guardrail fraud-review ${version} {"at": "guard-in", "label": "input off schema"}`,
  ]);
});

test('personal data that was found in an answer and held back is told by its kind, never itself', async () => {
  const run = await startTestRun(t);
  await t.stores.runs.saveAssessment(t.tenant, run, assessment('Write to kim@example.com first.'));
  const { guardOutput } = createGuardActivities(edges());
  for (let i = 0; i < 2; i += 1)
    expect(await guardOutput({ tenant: t.tenant, run, turn: 1 })).toMatchObject({ pass: false });
  const said = await told(run);
  expect(said).toEqual([
    `guardrail fraud-review ${version} {"at": "guard-out-1", "label": "holds email address"}`,
    `pii fraud-review ${version} {"at": "guard-out-1", "found": ["email address"]}`,
  ]);
  expect(said.join()).not.toContain('kim@');
});

test('personal data in what a run ended with is a leak, and an end without any is none', async () => {
  const { closeRun } = createRunActivities(edges());
  const [leaky, clean] = [await startTestRun(t), await startTestRun(t)];
  await t.stores.runs.saveAssessment(t.tenant, leaky, assessment('Pay to GB33BUKB20201555555555.'));
  await t.stores.runs.saveAssessment(t.tenant, clean, assessment('Pay the policyholder.'));
  for (const run of [leaky, leaky, clean])
    await closeRun({ tenant: t.tenant, run, outcome: 'done', reason: null });
  expect(await told(leaky)).toEqual([`pii_leak fraud-review ${version} {"found": ["IBAN"]}`]);
  expect(await told(clean)).toEqual([]);
});

test('a connector that is given a rest is told once for each opening, and nothing else of a failed call is', async () => {
  const run = await startTestRun(t);
  const about = { tenant: t.tenant, agent: 'fraud-review', version, run, connector: 'insurer', atMs: 1 };
  const failed = { ok: false, kind: 'away', reason: 'it could not be reached', latencyMs: 3 } as const;
  await tellRest(edges(), about, failed);
  for (let i = 0; i < 2; i += 1) await tellRest(edges(), about, { ...failed, opened: true });
  await tellRest(edges(), { ...about, atMs: 2 }, { ...failed, opened: true });
  const one = `breaker fraud-review ${version} {"failure": "away", "connector": "insurer"}`;
  expect(await told(run)).toEqual([one, one]);
});
