import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TenantId, type RunId } from '../../core/ids.ts';
import type { Priority } from '../../core/intake/priority.ts';
import type { Person } from '../../core/people.ts';
import { openTestStores, TEST_AGENT, type TestStores } from '../../test/test-stores.ts';
import { createPool, openDatabase, type Database } from '../database.ts';
import { openAdmin, type Admin } from '../tenants.ts';
import { admit, MOST } from './admit.ts';
import { readLine } from './line.ts';

let t: TestStores;
let admin: Admin;
let db: pg.Client;
let pool: pg.Pool;
let database: Database;
const TENANTS = ['one', 'two', 'three'].map((name) => TenantId.parse(name));
const people = new Map<TenantId, readonly Person[]>();

const HEAD = 'email,name,roles,team,manager,slack_team,slack_user,entra_tenant,entra_object,time_zone';
beforeAll(async () => {
  t = await openTestStores({ usualLimits: true });
  admin = openAdmin({ appUrl: t.urls.appUrl });
  db = await t.as('superuser');
  pool = createPool(t.urls.dispatcherUrl, { max: 4 });
  database = openDatabase(t.urls.appUrl, { max: 1 });
  for (const tenant of TENANTS) {
    await admin.createTenant({ tenant, name: tenant, workspaces: [] });
    const lines = ['a', 'b'].map((who) => `${who}@${tenant}.example,${who},operator,claims,,,,,,UTC`);
    await admin.importPeople(tenant, `${HEAD}\n${lines.join('\n')}\n`);
    people.set(tenant, await t.stores.people.everyone(tenant));
  }
});
afterAll(async () => {
  await pool.end();
  await database.close();
  await admin.close();
  await t.close();
});
beforeEach(async () => {
  await db.query(
    `UPDATE runs SET status = 'done', admitted_at = coalesce(admitted_at, now()), left_at = NULL`,
  );
  await db.query(`UPDATE outbox SET done_at = now() WHERE done_at IS NULL`);
  await db.query(
    `UPDATE tenants SET working_limit = NULL, person_working_limit = NULL, waiting_limit = NULL, person_waiting_limit = NULL`,
  );
  await db.query('DELETE FROM agent_settings');
});

interface More {
  readonly who?: number;
  readonly agent?: string;
  readonly priority?: Priority;
}

async function ask(tenant: TenantId, more: More = {}): Promise<RunId> {
  const requester = people.get(tenant)?.[more.who ?? 0];
  if (!requester) throw new Error('nobody asks');
  const { run } = await t.stores.runs.create(tenant, {
    agent: { ...TEST_AGENT, name: more.agent ?? TEST_AGENT.name },
    ...{ input: { claim: 'CLM-0847' }, requester, source: 'api', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
    priority: more.priority ?? 'normal',
  });
  return run;
}
const flood = async (count: number, ...who: Parameters<typeof ask>): Promise<RunId[]> => {
  const runs: RunId[] = [];
  for (let i = 0; i < count; i++) runs.push(await ask(...who));
  return runs;
};
const admitted = async (): Promise<Record<string, number>> => {
  const { rows } = await db.query<{ tenant: string; n: number }>(
    `SELECT tenant, count(*)::int AS n FROM runs WHERE status = 'queued' AND admitted_at IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ tenant, n }) => [tenant, n]));
};
/** Runs whose way out is open, and runs that were admitted: the two must be the same at every instant. */
const released = async (): Promise<readonly [open: number, admitted: number]> => {
  const { rows } = await db.query<{ open: number; admitted: number }>(
    `SELECT (SELECT count(*)::int FROM outbox WHERE topic = 'intake' AND done_at IS NULL AND due_at < 'infinity') AS open,
      (SELECT count(*)::int FROM runs WHERE status = 'queued' AND admitted_at IS NOT NULL) AS admitted`,
  );
  return [rows[0]?.open ?? -1, rows[0]?.admitted ?? -1];
};
const [one, two, three] = TENANTS as [TenantId, TenantId, TenantId];

test('three tenants flood and a fourth comes late: it is admitted at the next look, they share the rest', async () => {
  await Promise.all([flood(40, one), flood(20, two), flood(20, three)]);
  while ((await admit(pool, 20)) > 0);
  expect(await admitted()).toEqual({ one: 6, three: 6, two: 6 });
  await t.stores.runs.create(t.tenant, {
    agent: TEST_AGENT,
    ...{ input: { claim: 'CLM-0847' }, requester: t.people.robin, source: 'api', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
  });
  expect(await admit(pool, 20)).toBe(1);
  expect(await admitted()).toMatchObject({ [t.tenant]: 1 });
});

test('a colleague’s flood does not hold up a person, nor a low priority run for ever', async () => {
  await admin.setLimits(one, { working: 3 });
  await flood(30, one);
  const low = await ask(one, { who: 1, priority: 'low' });
  while ((await admit(pool, 100)) > 0);
  const { rows } = await db.query(`SELECT admitted_at IS NOT NULL AS begun FROM runs WHERE run = $1`, [low]);
  expect(rows).toEqual([{ begun: true }]);
  expect(await admitted()).toEqual({ one: 3 });
});

test('a run that is admitted while it is asked where it stands is not told to wait for its own place', async () => {
  await admin.setLimits(one, { working: 1 });
  const [, next] = [await ask(one), await ask(one)];
  const places = await database.inTenant(one, (tx) => {
    const rows = tx.rows.bind(tx);
    const slowly: typeof tx.rows = async (statement) => {
      const found = await rows(statement);
      if (statement.name === 'in_line') await admit(pool, 1);
      return found as never;
    };
    return readLine(Object.assign(tx, { rows: slowly }), one);
  });
  expect([...places].map(([waits, { position }]) => [waits, position])).toEqual([[next, 1]]);
});

test('a place is given back when a run ends, waits for people or is cancelled, and not before', async () => {
  await admin.setLimits(one, { working: 1 });
  const [first, second, third, fourth] = (await flood(4, one)) as [RunId, RunId, RunId, RunId];
  const by = people.get(one)![0]!.id;
  expect([await admit(pool, 9), await admit(pool, 9)]).toEqual([1, 0]);
  await t.stores.runs.markRunning(one, first);
  expect(await admit(pool, 9)).toBe(0);
  await t.stores.runs.markWaiting(one, first);
  expect([await admit(pool, 9), await admit(pool, 9)]).toEqual([1, 0]);
  // Whoever was answered goes on at once, though the house is full.
  expect(await t.stores.runs.markRunning(one, first)).toBe(true);
  await t.stores.runs.close(one, second, { status: 'done', summary: '', output: null });
  expect(await admit(pool, 9)).toBe(0);
  await t.stores.runs.close(one, first, { status: 'done', summary: '', output: null });
  expect([await admit(pool, 9), await admit(pool, 9)]).toEqual([1, 0]);
  await t.stores.runs.cancel(one, third, by);
  await t.stores.runs.cancel(one, fourth, by);
  expect(await admit(pool, 9)).toBe(0);
  const { rows } = await db.query(`SELECT count(*)::int AS n FROM outbox WHERE topic = 'intake' AND done_at IS NULL AND key = $1`, [fourth]); // prettier-ignore
  expect(rows).toEqual([{ n: 0 }]);
});

test('a run that a terminated workflow left at work holds its place for an hour only', async () => {
  await admin.setLimits(one, { working: 1 });
  const [first] = await flood(2, one);
  await admit(pool, 9);
  await db.query(`UPDATE runs SET working_since = now() - interval '59 minutes' WHERE run = $1`, [first]);
  expect(await admit(pool, 9)).toBe(0);
  await db.query(`UPDATE runs SET working_since = now() - interval '61 minutes' WHERE run = $1`, [first]);
  expect(await admit(pool, 9)).toBe(1);
});

test('what is paused or stopped waits, and is not lost', async () => {
  const { id } = people.get(one)![0]!;
  await flood(2, one, { agent: 'other' });
  await ask(one);
  await t.stores.switches.pause(one, 'other', id);
  expect(await admit(pool, 9)).toBe(1);
  await t.stores.switches.resume(one, 'other', id);
  await t.stores.switches.stop(one, id, 'A drill');
  expect(await admit(pool, 9)).toBe(0);
  await t.stores.switches.lift(one, id);
  expect(await admit(pool, 9)).toBe(2);
});

test('limits of an agent are its own', async () => {
  await admin.setLimits(one, { agents: { slow: 2 } });
  await flood(5, one, { agent: 'slow' });
  await flood(3, one, { agent: 'quick' });
  while ((await admit(pool, 100)) > 0);
  const { rows } = await db.query(
    `SELECT agent, count(*)::int AS n FROM runs WHERE status = 'queued' AND admitted_at IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  expect(rows).toEqual([
    { agent: 'quick', n: 3 },
    { agent: 'slow', n: 2 },
  ]);
});

describe('crashes', () => {
  test('many admit at once: nothing twice, no place twice, and each admitted run has its way out', async () => {
    await Promise.all([flood(30, one), flood(30, two)]);
    await Promise.all(Array.from({ length: 8 }, () => admit(pool, 25)));
    while ((await admit(pool, 25)) > 0);
    const [open, done] = await released();
    expect([open, done]).toEqual([done, done]);
    expect(done).toBeLessThanOrEqual(25);
    expect(done).toBeGreaterThanOrEqual(22);
  });

  test('one that dies between admitting and committing admitted nothing; the next admits the same', async () => {
    await flood(5, one);
    const dying = createPool(t.urls.dispatcherUrl, { max: 1 });
    const client = await dying.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    client.release();
    // Holds what the admission must write last, so that it is caught in its transaction.
    await db.query('BEGIN');
    await db.query(`SELECT 1 FROM tenants WHERE tenant = 'one' FOR UPDATE`);
    const caught = admit(dying, 9).then(() => 'committed', () => 'died'); // prettier-ignore
    const blocked = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`;
    while ((await db.query(blocked, [rows[0]?.pid])).rowCount === 0)
      await new Promise((r) => setTimeout(r, 20));
    await db.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(await caught).toBe('died');
    await db.query('ROLLBACK');
    expect(await released()).toEqual([0, 0]);
    expect(await admit(pool, 9)).toBe(5);
    expect(await released()).toEqual([5, 5]);
    await dying.end();
  });

  test('a flood that is longer than one look is admitted whole', async () => {
    await admin.setLimits(one, { personWorking: 1_000, working: 1_000, personWaiting: 1_000 });
    await flood(MOST + 20, one);
    expect(await admit(pool, 1_000)).toBe(MOST);
    expect(await admit(pool, 1_000)).toBe(20);
  });
});

describe('the line is no longer than it may be', () => {
  test('a person’s: the next is refused, nobody else, and nothing that was accepted is lost', async () => {
    await admin.setLimits(one, { personWaiting: 3 });
    await flood(3, one);
    await expect(ask(one)).rejects.toMatchObject({
      code: 'line_full',
      whose: 'person',
      most: 3,
      retryInMs: null,
    });
    await ask(one, { who: 1 });
    await ask(two);
    expect(await admit(pool, 100)).toBe(5);
    await ask(one);
  });

  test('a company’s, asked by many at once: exactly as many as fit', async () => {
    await admin.setLimits(one, { waiting: 5 });
    const asked = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => ask(one, { who: i % 2 })));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect((await t.stores.intake.line(one)).size).toBe(5);
  });

  test('the refusal says when, once that is known', async () => {
    await admin.setLimits(one, { personWaiting: 2, working: 1 });
    await ask(one);
    await admit(pool, 9);
    await flood(2, one);
    await db.query(
      `UPDATE runs SET left_at = now(), worked_ms = 120000 WHERE run IN (SELECT run FROM runs WHERE tenant = 'one' AND status = 'done' LIMIT 5)`,
    );
    const refused = await ask(one).catch((error: unknown) => error);
    expect((refused as { retryInMs: number }).retryInMs).toBeGreaterThan(115_000);
    expect((refused as { retryInMs: number }).retryInMs).toBeLessThan(150_000);
  });
});

test('positions are the order in which runs are admitted, people taking turns', async () => {
  await admin.setLimits(one, { working: 1 });
  const mine = await flood(3, one);
  const hers = await ask(one, { who: 1 });
  const line = await t.stores.intake.line(one);
  const order = [...line].sort(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0)).map(([run]) => run);
  expect(order.slice(0, 2).sort()).toEqual([mine[0], hers].sort());
  expect(order).toHaveLength(4);
  const began: RunId[] = [];
  for (let turn = 0; turn < 4; turn++) {
    await admit(pool, 9);
    const { rows } = await db.query<{ run: RunId }>(
      `SELECT run FROM runs WHERE status = 'queued' AND admitted_at IS NOT NULL`,
    );
    began.push(rows[0]!.run);
    await t.stores.runs.close(one, rows[0]!.run, { status: 'done', summary: '', output: null });
  }
  expect(began).toEqual(order);
});

describe('the crossing: who admits sees ids, and can do nothing but admit', () => {
  test('no content, no other column, no run but a waiting one', async () => {
    const [run] = await flood(1, one);
    const dispatcher = await t.as('dispatcher');
    for (const sql of [
      'SELECT input_label FROM runs',
      'SELECT summary FROM runs',
      'SELECT origin FROM runs',
      'SELECT name FROM tenants',
      'SELECT settings FROM tenants',
      `UPDATE runs SET status = 'done'`,
      `UPDATE runs SET requester = 'x'`,
      `UPDATE tenants SET stopped = false`,
      `UPDATE tenants SET working_limit = 9`,
      `UPDATE agent_settings SET paused = false`,
      'DELETE FROM runs',
    ])
      await expect(dispatcher.query(sql)).rejects.toThrow(/permission denied/);
    await expect(
      dispatcher.query(`UPDATE runs SET working_since = now() WHERE run = $1`, [run]),
    ).rejects.toThrow(/row-level security/);
    await admit(pool, 9);
    const again = await dispatcher.query(
      `UPDATE runs SET admitted_at = NULL, working_since = NULL WHERE run = $1`,
      [run],
    );
    expect(again.rowCount).toBe(0);
  });

  test('and a tenant sees its own line only', async () => {
    await flood(2, one);
    await flood(3, two);
    expect((await t.stores.intake.line(one)).size).toBe(2);
    expect((await t.stores.intake.load(two)).agents.get('fraud-review')).toMatchObject({ waiting: 3 });
    expect(await t.stores.intake.tenants()).toEqual(expect.arrayContaining([one, two]));
  });
});
