import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type pg from 'pg';
import { goldenSetOf } from '../workers/evals/golden-set.ts';
import { READY_POINTS, type Readiness } from '../core/ready/judge.ts';
import { plantRows, type PlantedRun } from '../test/plant-metrics.ts';
import { openTestStores, type TestStores } from '../test/test-stores.ts';
import { chosenAgents } from './eval/evaluate.ts';
import { run } from './ready.ts';

let t: TestStores;
let db: pg.Client;
let env: NodeJS.ProcessEnv;
const said: string[] = [];
beforeAll(async () => {
  t = await openTestStores();
  db = await t.as('superuser');
  env = {
    ...{ DATABASE_URL: t.urls.appUrl, DATABASE_DISPATCHER_URL: t.urls.dispatcherUrl },
    COUNTERSIGN_ENCRYPTION_KEY: t.encryptionKey,
  };
});
afterAll(() => t?.close());
// The files of a worker share its console.
afterEach(() => void vi.restoreAllMocks());
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

const states = (): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(said.at(-1) ?? '') as Readiness).points.map(({ point, state }) => [point, state]),
  );
const all = (state: string): Record<string, string> =>
  Object.fromEntries(READY_POINTS.map((point) => [point, state]));

test('an empty store, and none at all: nothing is ok, and the exit code says so', async () => {
  for (const named of [env, {}]) {
    expect(await run(['fraud-review'], named)).toBe(1);
    expect(states()).toEqual(all('missing'));
  }
  expect(said.at(-2)).toMatch(/No store is named/);
  expect(await run(['fraud-review', '--language', 'de'], env)).toBe(1);
  expect(said.at(-2)).toMatch(/Nicht bereit für den Betrieb: 0 nicht in Ordnung, 7 nicht vorhanden/);
  expect(await run(['fraud-reviw'], env)).toBe(2);
});

/** One run after the other, and a request of every second: some to undo, some not. */
function planted(rehearsal: boolean): PlantedRun[] {
  const hour = Math.floor((Date.now() - 2 * 86_400_000) / 3_600_000) * 3_600_000;
  return Array.from({ length: 60 }, (_, i) => {
    const atMs = hour + i * 1_000;
    return {
      ...{
        run: `run_${rehearsal ? 'R' : 'L'}${String(i).padStart(25, '0')}`,
        agent: 'fraud-review',
        version: '1.1.0',
      },
      ...({ source: 'slack', environment: 'production', status: i === 7 ? 'refused' : 'done' } as const),
      ...{
        createdAtMs: atMs - 3_000,
        admittedAtMs: atMs - 2_900,
        finishedAtMs: atMs,
        workedMs: 40 * i,
        rehearsal,
      },
      calls: [{ atMs, micros: 30_000 }],
      decision: i % 2 === 0 ? { how: 'approved', askedAtMs: atMs - 2_000, atMs: atMs - 1_000 } : null,
      scores: [],
    };
  });
}

async function plant(rehearsal: boolean): Promise<void> {
  await plantRows(db, t.tenant, { runs: planted(rehearsal), events: [] });
  await db.query(`UPDATE runs SET traceparent = '00-x' WHERE traceparent IS NULL`);
  await db.query(`UPDATE run_steps SET model = 'claude' WHERE kind = 'model'`);
  for (const kind of ['guard', 'approval'])
    await db.query(
      `INSERT INTO run_steps (tenant, run, key, kind, name, label, ok, started_at)
       SELECT tenant, run, $1, $1, 'x', 'x', true, now() FROM runs ON CONFLICT DO NOTHING`,
      [kind],
    );
  const evidence = {
    assessment: { signals: [{ citation: 'CLM-1' }], confidence: 0.8 },
    sources: [{ citation: 'CLM-1' }],
  };
  await db.query(
    `UPDATE approvals SET evidence = $1, state = state || '{"signatures": [{"person": "per_x"}]}' WHERE evidence = '{}'`,
    [JSON.stringify(evidence)],
  );
  const agent = (await chosenAgents('fraud-review', undefined, env))?.[0];
  if (agent === undefined) throw new Error('fraud-review is gone');
  const { promptHash, casesHash, model } = goldenSetOf(agent, rehearsal);
  for (const source of ['command', 'schedule'] as const) {
    const id = await t.stores.evals.start(t.tenant, {
      ...{ agent: 'fraud-review', agentVersion: '1.1.0', promptHash, casesHash, model, rehearsal, source },
      ...{ requester: null, origin: {}, cases: 60 },
    });
    for (let i = 0; i < 60; i += 1)
      await t.stores.evals.saveResult(t.tenant, id, {
        ...{ caseId: `case-${i}`, kind: i < 8 ? 'no-answer' : 'easy', mark: i === 20 ? 0 : 1, grades: [] },
        ...{ failure: null, run: null, costMicros: 1 as never, latencyMs: 1 },
      });
    await t.stores.evals.finish(t.tenant, id, { status: 'done' });
  }
}

test('what the store holds is judged: rehearsed is missing, real is ok, and the red team keeps it from being ready', async () => {
  expect((await chosenAgents('fraud-review', undefined, env))?.[0]?.contract.version).toBe('1.1.0');
  await plant(true);
  expect(await run(['fraud-review'], env)).toBe(1);
  expect(states()).toEqual({ ...all('missing') });
  await plant(false);
  expect(await run(['fraud-review'], env)).toBe(1);
  expect(states()).toEqual({ ...all('ok'), 'red-team': 'missing' });
  expect(said.at(-2)).toMatch(
    /59 of 60 passed.*\$0\.03 a task over 60 runs.*2\.2 s over 60 runs.*20 of 20 runs.*of 30 requests 30 cite/s,
  );

  // What breaks a point in the rows breaks it in the verdict.
  await db.query(
    `UPDATE approvals SET state = state || '{"signatures": []}' WHERE approval = (SELECT min(approval) FROM approvals WHERE approval LIKE 'apr_L%')`,
  );
  await db.query(`UPDATE run_steps SET kind = 'tool' WHERE kind = 'guard' AND run LIKE 'run_L%59'`);
  await db.query(`UPDATE runs SET worked_ms = 9000 WHERE run LIKE 'run_L%'`);
  await db.query(`UPDATE run_steps SET cost_micros = 900000 WHERE run LIKE 'run_L%10' AND kind = 'model'`);
  await db.query(`UPDATE eval_results SET mark = 0 WHERE case_id > 'case-4'`);
  await db.query(`UPDATE eval_runs SET finished_at = now() - interval '9 days' WHERE source = 'schedule'`);
  await run(['fraud-review'], env);
  expect(states()).toEqual({ ...all('not_ok'), 'red-team': 'missing' });
  await run(['fraud-review', '1.0.0'], env);
  expect(states()).toEqual(all('missing'));

  // A case of the company's own is played by its evaluations too: one without it was of other cases.
  const golden = (await chosenAgents('fraud-review', undefined, env))?.[0]?.cases?.[0];
  await db.query(
    `INSERT INTO golden_cases (tenant, run, agent, status, golden, decided_by) SELECT tenant, run, agent, 'accepted', $1, $2 FROM runs LIMIT 1`,
    [JSON.stringify({ ...golden, id: 'live-1' }), t.people.ines.id],
  );
  await run(['fraud-review'], env);
  expect(said.at(-2)).toMatch(/was of another prompt or of other cases/);
});
