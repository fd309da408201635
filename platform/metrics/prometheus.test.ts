import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantRows, type PlantedRun } from '../../test/plant-metrics.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { createLog } from '../log.ts';
import { mayScrape } from './may-scrape.ts';
import { createExposition } from './prometheus.ts';
import { serveMetrics } from './serve.ts';

const log = createLog({ level: 'silent' });
let t: TestStores;

const run = (i: number, change: Partial<PlantedRun>): PlantedRun => ({
  ...{
    run: `run_${String(i).padStart(26, '0')}`,
    agent: 'refunds',
    version: '1.0.0',
    source: 'slack',
    rehearsal: false,
  },
  ...{
    environment: 'production',
    status: 'done',
    createdAtMs: Date.now() - 90_000,
    admittedAtMs: Date.now() - 80_000,
  },
  ...{ finishedAtMs: Date.now() - 60_000, workedMs: 2_000, calls: [], decision: null, scores: [] },
  ...change,
});

beforeAll(async () => {
  t = await openTestStores();
  const calls = [{ atMs: Date.now() - 70_000, micros: 250_000 }];
  const runs = [run(1, { calls }), run(2, {}), run(3, { status: 'failed' }), run(4, { agent: 'a"b\nc' })];
  await plantRows(await t.as('superuser'), t.tenant, { runs, events: [] });
});
afterAll(() => t.close());

const lineOf = (text: string, start: string): string | undefined => text.split('\n').find((line) => line.startsWith(start)); // prettier-ignore

test('figures of the last hour, in base units; one that is missing is missing, and one that cannot be known says so', async () => {
  const text = await createExposition({ metrics: t.stores.metrics, log }).text();
  const of = `{tenant="${t.tenant}",agent="refunds",version="1.0.0",route="slack"}`;
  expect(lineOf(text, `countersign_agent_runs${of}`)).toMatch(/ 3$/);
  expect(lineOf(text, `countersign_agent_error_ratio${of}`)).toMatch(/ 0\.333/);
  expect(lineOf(text, `countersign_agent_cost_usd${of}`)).toMatch(/ 0\.25$/);
  expect(Number(lineOf(text, `countersign_agent_latency_p95_seconds${of}`)?.split(' ').at(-1))).toBeCloseTo(
    2,
    1,
  );
  expect(lineOf(text, `countersign_agent_faithfulness${of}`)).toBeUndefined();
  expect(lineOf(text, `countersign_agent_override_ratio${of}`)).toBeUndefined();
  expect(text).toContain(`countersign_agent_unknown{tenant="${t.tenant}",agent="refunds",version="1.0.0",route="slack",figure="faithfulness"} 1`); // prettier-ignore
  expect(text).toContain(`countersign_backlog{tenant="${t.tenant}",what="runs_in_line"} 0`);
  expect(text).toContain('process_cpu_seconds_total');
  // a label that would end its line stays in it
  expect(text).toContain('agent="a\\"b\\nc"');
});

test('nobody is named: no people, no ids, nothing that was said', async () => {
  const text = await createExposition({ metrics: t.stores.metrics, log }).text();
  for (const person of Object.values(t.people)) expect(text).not.toContain(person.name);
  expect(text).not.toMatch(/(run|per|apr)_[0-9A-Z]{26}|@/);
});

test('a store that is away takes its figures with it, not the process', async () => {
  const away = { ...t.stores.metrics, tenants: () => Promise.reject(new Error('away')) };
  const text = await createExposition({ metrics: away, log }).text();
  expect(text).not.toContain('countersign_agent_runs{');
  expect(text).toContain('process_cpu_seconds_total');
});

test('series stay few whatever a deployment grows to, and what is left out is counted', async () => {
  const [one] = await t.stores.metrics.window(t.tenant, { fromMs: Date.now() - 3_600_000, toMs: Date.now(), by: ['agent'] }); // prettier-ignore
  const many = Array.from({ length: 900 }, (_, i) => ({ ...one!, scope: { agent: `a${i}`, version: null, route: null } })); // prettier-ignore
  const text = await createExposition({
    metrics: { ...t.stores.metrics, window: async () => many },
    log,
  }).text();
  expect(text.match(/countersign_agent_runs\{/g)).toHaveLength(500);
  expect(text).toContain('countersign_scopes_left_out 400');
});

describe('who may read them', () => {
  const req = (remoteAddress: string, headers: Record<string, string> = {}) =>
    ({ headers, socket: { remoteAddress } }) as unknown as Parameters<typeof mayScrape>[0];

  test.each([
    ['this machine', req('127.0.0.1'), null, true],
    ['this machine, over IPv6', req('::1'), null, true],
    ['elsewhere', req('10.0.0.9'), null, false],
    ['a tunnel on this machine', req('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }), null, false],
    ['a proxy on this machine', req('127.0.0.1', { via: '1.1 proxy' }), null, false],
    ['elsewhere with the token', req('10.0.0.9', { authorization: 'Bearer s3cret' }), 's3cret', true],
    ['elsewhere with another', req('10.0.0.9', { authorization: 'Bearer s3cre' }), 's3cret', false],
    ['this machine without the token', req('127.0.0.1'), 's3cret', false],
  ])('%s', (_, request, token, may) => expect(mayScrape(request, token)).toBe(may));

  test('over HTTP: nothing but the figures, and those for whoever may', async () => {
    const text = async () => 'countersign_x 1\n';
    const served = await serveMetrics({ host: '127.0.0.1', port: 0, token: 's3cret', text });
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${served.port}${path}`, { headers });
    expect((await get('/metrics')).status).toBe(403);
    const read = await get('/metrics', { authorization: 'Bearer s3cret' });
    expect([read.status, await read.text()]).toEqual([200, 'countersign_x 1\n']);
    expect((await get('/', { authorization: 'Bearer s3cret' })).status).toBe(404);
    await served.close();
  });
});
