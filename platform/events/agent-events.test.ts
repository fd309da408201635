import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { openTestStores, startTestRun, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import type { AgentEvent, AgentEventStore } from '../stores/metrics.ts';
import { openAdmin } from '../tenants.ts';
import { programBuild } from './program-build.ts';
import { tellDeploy } from './tell-deploy.ts';
import { createLog } from '../log.ts';
import { createAgentEventStore } from './agent-event-store.ts';

let t: TestStores;
let db: Database;
let events: AgentEventStore;
beforeAll(async () => {
  t = await openTestStores();
  db = openDatabase(t.urls.appUrl);
  events = createAgentEventStore(db);
});
afterAll(async () => {
  await db.close();
  await t.close();
});

interface Told {
  readonly agent: string;
  readonly kind: string;
  readonly key: string;
  readonly detail: Record<string, unknown>;
}

async function told(kind: string): Promise<Told[]> {
  const client = await t.as('superuser');
  const { rows } = await client.query<Told>(
    'SELECT agent, kind, key, detail FROM agent_events WHERE tenant = $1 AND kind = $2 ORDER BY at, key',
    [t.tenant, kind],
  );
  return rows;
}

const whats = async (): Promise<unknown[]> =>
  (await told('change')).map(({ agent, detail }) => `${agent}: ${String(detail['what'])}`);

test('the same thing told ten times at once is one event', async () => {
  const run = await startTestRun(t);
  const event: AgentEvent = {
    ...{ agent: 'fraud-review', version: '1.0.0', run, kind: 'guardrail', key: `${run}/guard-out-1` },
    detail: { label: 'no assessment' },
  };
  const said = await Promise.all(Array.from({ length: 10 }, () => events.record(t.tenant, event)));
  expect(said.filter(Boolean)).toHaveLength(1);
  expect(await told('guardrail')).toEqual([
    {
      agent: 'fraud-review',
      kind: 'guardrail',
      key: `${run}/guard-out-1`,
      detail: { label: 'no assessment' },
    },
  ]);
});

test('a new version of the program is told once, whichever processes start, and so is the way back', async () => {
  const deploys = async () =>
    (await told('change'))
      .filter(({ detail }) => detail['what'] === 'deploy')
      .map(({ agent, detail }) => [agent, detail['from'], detail['to']]);
  for (const build of ['0.1.0+a', '0.1.0+b', '0.1.0+a', '0.1.0+b']) {
    await Promise.all(Array.from({ length: 4 }, () => events.deployed(t.tenant, build)));
    await tellDeploy({ metrics: t.stores.metrics, events }, createLog({ level: 'silent' }), () => build);
  }
  expect(await deploys()).toEqual([
    ['countersign', null, '0.1.0+a'],
    ['countersign', '0.1.0+a', '0.1.0+b'],
    ['countersign', '0.1.0+b', '0.1.0+a'],
    ['countersign', '0.1.0+a', '0.1.0+b'],
  ]);
  expect(programBuild()).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{10}$/);
  expect(programBuild()).toBe(programBuild());
});

test('what people switch, and a new policy, is a change; what was so already is none', async () => {
  const { switches } = t.stores;
  const by = t.people.ines.id;
  const before = (await whats()).length;
  expect(await switches.pause(t.tenant, 'fraud-review', by)).toBe(true);
  expect(await switches.pause(t.tenant, 'fraud-review', by)).toBe(false);
  await switches.resume(t.tenant, 'fraud-review', by);
  await switches.stop(t.tenant, by, 'a drill');
  await switches.lift(t.tenant, by);
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.putPolicy(t.tenant, { ...EXAMPLE_POLICY, version: EXAMPLE_POLICY.version + 1 });
  await admin.close();
  expect((await whats()).slice(before)).toEqual([
    'fraud-review: paused',
    'fraud-review: resumed',
    'countersign: stopped',
    'countersign: lifted',
    'countersign: policy',
  ]);
});

test('a tool that looks otherwise than before is a change; its first sight, and the same again, are none', async () => {
  const seen = (schemaHash: string) =>
    events.sawSchema(t.tenant, {
      agent: 'fraud-review',
      connector: 'insurer',
      tool: 'get_claim',
      schemaHash,
    });
  const before = (await whats()).length;
  await seen('a'.repeat(64));
  await seen('a'.repeat(64));
  expect(await whats()).toHaveLength(before);
  await seen('b'.repeat(64));
  await seen('b'.repeat(64));
  const [last] = (await told('change')).slice(before);
  expect(last?.detail).toEqual({
    ...{ what: 'schema', connector: 'insurer', tool: 'get_claim' },
    ...{ from: 'a'.repeat(64), to: 'b'.repeat(64) },
  });
  expect(await whats()).toHaveLength(before + 1);
});
