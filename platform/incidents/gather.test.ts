import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../core/alerts/finding.ts';
import { firing } from '../../core/incident/examples.ts';
import type { IncidentState, Ladder } from '../../core/incident/types.ts';
import { letIncidentsBeApart } from '../../test/incidents-apart.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import type { IncidentStore } from '../stores.ts';
import { createIncidentStore } from './incident-store.ts';

let t: TestStores;
let db: Database;
let incidents: IncidentStore;
let ladder: Ladder;

beforeAll(async () => {
  t = await openTestStores();
  ladder = { first: t.people.ada.id, second: t.people.ben.id, manager: t.people.mara.id };
  db = openDatabase(t.urls.appUrl);
  incidents = createIncidentStore({ db, wake: () => {}, whoIsOnCall: () => Promise.resolve(ladder) });
});
afterAll(async () => {
  await db.close();
  await t.close();
});

async function sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const superuser = await t.as('superuser');
  return (await superuser.query(text, values)).rows as Row[];
}
/** Nothing of an earlier test is about any more. */
beforeEach(async () => {
  await letIncidentsBeApart(t);
  await sql(`UPDATE incident_conditions SET over_at = coalesce(over_at, now())`);
  await sql(`UPDATE incidents SET status = 'resolved', resolved_at = now() - interval '2 days',
    state = state || jsonb_build_object('status', 'resolved', 'resolved', jsonb_build_object('by', NULL, 'armed', true,
      'atMs', (extract(epoch FROM now()) * 1000)::bigint - 172800000))`); // prettier-ignore
});

let n = 0;
/** So many agents under one rule, none of which any other test has. */
function agents(count: number, rule = 'error-rate', change: Partial<Finding> = {}): Finding[] {
  n += 1;
  return Array.from({ length: count }, (_, i) => {
    const agent = `agent-${n}-${i}`;
    const more = {
      rule,
      agent,
      fingerprint: `${rule}/${agent}`,
      sinceMs: Date.now(),
      unit: 'ratio',
    } as const;
    return firing({ ...more, value: 0.1 + i / (2 * count), threshold: 0.05, ...change });
  });
}
const clear = (findings: readonly Finding[]): Finding[] =>
  findings.map((one) => ({ ...one, state: 'clear', value: 0.01, worstRuns: [] }));

const openOnes = (): Promise<IncidentState[]> => incidents.open(t.tenant);
async function theOne(): Promise<IncidentState> {
  const [one, ...more] = await openOnes();
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} are open`);
  return one;
}
const threadsOf = async (): Promise<number> =>
  (await sql(`SELECT 1 FROM card_copies c JOIN incidents i ON i.incident = c.subject WHERE i.status <> 'resolved' AND c.person IS NULL`)).length; // prettier-ignore
const kindsOf = async ({ id }: IncidentState): Promise<string[]> =>
  (
    await sql<{ kind: string }>('SELECT kind FROM incident_events WHERE incident = $1 ORDER BY seq', [id])
  ).map(({ kind }) => kind);
/** The minutes pass for everything that is about an incident. */
const pass = (minutes: number): Promise<unknown> =>
  sql(
    `WITH c AS (UPDATE incident_conditions SET clear_since = clear_since - $1 * interval '1 minute', since = since - $1 * interval '1 minute'),
       e AS (UPDATE incident_events SET at = at - $1 * interval '1 minute')
     UPDATE incidents SET state = state || jsonb_build_object('clearSinceMs', (state ->> 'clearSinceMs')::bigint - $1 * 60000,
       'observedAtMs', (state ->> 'observedAtMs')::bigint, 'drawnAtMs', (state ->> 'drawnAtMs')::bigint - $1 * 60000)`,
    [minutes],
  );

describe('many at once', () => {
  test('a handful has a thread each; one more of the same rule and they gather, one thread in each chat', async () => {
    await incidents.observe(t.tenant, agents(5));
    expect([(await openOnes()).length, await threadsOf()]).toEqual([5, 10]);
    const more = agents(7);
    await incidents.observe(t.tenant, more);
    const gathered = (await openOnes()).find(({ fingerprint }) => fingerprint === 'gathered/rule/error-rate');
    expect(gathered?.finding.gathered).toMatchObject({ by: 'rule', firing: 7, total: 7, agents: 7 });
    expect(await threadsOf()).toBe(12);
    const view = await incidents.view(t.tenant, gathered?.id ?? ('' as never));
    expect(view?.worst).toHaveLength(5);
    expect(view?.worst[0]).toMatchObject({ agent: more[6]?.agent, paused: false });
  });

  test('each is over by itself, what is over comes back to the others, and when all are over so is the incident', async () => {
    const all = agents(12);
    await incidents.observe(t.tenant, all);
    const { id } = await theOne();
    await incidents.observe(t.tenant, [...clear(all.slice(0, 4)), ...all.slice(4)]);
    await pass(16);
    await incidents.observe(t.tenant, [...clear(all.slice(0, 4)), ...all.slice(4)]);
    expect((await theOne()).finding.gathered).toMatchObject({ firing: 8, over: 4, total: 12 });
    expect(new Set((await incidents.firing(t.tenant)).map(({ fingerprint }) => fingerprint))).toEqual(
      new Set(all.slice(4).map(({ fingerprint }) => fingerprint)),
    );
    await incidents.observe(t.tenant, clear(all.slice(4)));
    await pass(16);
    await incidents.observe(t.tenant, clear(all.slice(4)));
    expect(await openOnes()).toEqual([]);
    expect((await incidents.get(t.tenant, id))?.resolved).toMatchObject({ by: null });
    expect(await incidents.firing(t.tenant)).toEqual([]);
  });

  test('twenty who look at the same instant open one, and count each once', async () => {
    const all = agents(30);
    await Promise.all(Array.from({ length: 20 }, () => incidents.observe(t.tenant, all)));
    expect((await theOne()).finding.gathered).toMatchObject({ firing: 30, total: 30 });
    expect(await threadsOf()).toBe(2);
  });

  test('clicks while it is looked at meet no deadlock', async () => {
    const all = agents(40);
    await incidents.observe(t.tenant, all);
    const { id } = await theOne();
    const by = t.people.ada.id;
    await Promise.all([
      ...Array.from({ length: 10 }, () => incidents.observe(t.tenant, [...all, ...agents(3)])),
      ...Array.from({ length: 10 }, (_, i) =>
        incidents.act(t.tenant, id, { kind: 'note', by, text: `${i}` }),
      ),
    ]);
    expect((await theOne()).finding.gathered?.total).toBe(70);
  });

  test('a person who called it over spoke of what there was: what comes then opens it again', async () => {
    const all = agents(8);
    await incidents.observe(t.tenant, all);
    const before = await theOne();
    await incidents.act(t.tenant, before.id, { kind: 'resolve', by: t.people.ada.id });
    await incidents.observe(t.tenant, all);
    expect(await openOnes()).toEqual([]);
    await incidents.observe(t.tenant, [...all, ...agents(6)]);
    expect(await theOne()).toMatchObject({ id: before.id, reopenings: 1 });
    expect((await theOne()).finding.gathered?.firing).toBe(14);
  });

  test('a second wave is told, whatever the first one was', async () => {
    await incidents.observe(t.tenant, agents(20));
    const first = await theOne();
    await incidents.act(t.tenant, first.id, { kind: 'acknowledge', by: t.people.ada.id });
    await pass(60);
    await incidents.observe(t.tenant, agents(8));
    expect(await theOne()).toMatchObject({
      id: first.id,
      status: 'open',
      asked: { person: t.people.ada.id },
    });
    expect(await kindsOf(first)).toEqual(['opened', 'acknowledged', 'grew']);
  });

  test('long after, one alone has a thread of its own again', async () => {
    await incidents.observe(t.tenant, agents(20));
    await pass(60);
    await incidents.observe(t.tenant, agents(1));
    expect(await openOnes()).toHaveLength(2);
  });
});

test('a flood of 10,000 is a few threads, and none of them is lost', async () => {
  const rules = ['error-rate', 'slow', 'cost-spike', 'faithfulness', 'overrides'] as const;
  const flood = rules.flatMap((rule) => agents(2_000, rule, rule === 'slow' ? { severity: 'p1' } : {}));
  const leak = firing({ rule: 'pii-leak', agent: 'letters', fingerprint: 'pii-leak/letters' });
  await incidents.observe(t.tenant, [...flood, leak]);
  const open = await openOnes();
  expect(open.map(({ fingerprint }) => fingerprint).sort()).toEqual(
    [...rules.map((rule) => `gathered/rule/${rule}`), 'pii-leak/letters'].sort(),
  );
  expect(open.reduce((sum, { finding }) => sum + (finding.gathered?.firing ?? 0), 0)).toBe(10_000);
  expect(await incidents.firing(t.tenant)).toHaveLength(10_001);
  expect(await threadsOf()).toBe(12);
});

test('attack: what one company gathers is nothing to another', async () => {
  await incidents.observe(t.tenant, agents(10));
  expect(await incidents.firing('other-insurer' as never)).toEqual([]);
  const app = await t.as('app');
  await app.query('BEGIN');
  await app.query(`SELECT set_config('app.tenant', 'other-insurer', true)`);
  expect((await app.query('SELECT 1 FROM incident_conditions')).rows).toEqual([]);
  await app.query('ROLLBACK');
});
