import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type pg from 'pg';
import type { Finding } from '../../core/alerts/finding.ts';
import type { Digest, DigestScope } from '../../core/digest/digest.ts';
import { periodDue, type Every } from '../../core/digest/period.ts';
import { COUNTS } from '../../core/digest/rows.ts';
import type { SubscriptionId, TenantId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { digestByHand, readRawRows } from '../../test/digest-by-hand.ts';
import { plantWeeks, TEAMS } from '../../test/plant-weeks.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openDatabase } from '../database.ts';
import type { DigestStore } from '../stores/digests.ts';
import { openAdmin } from '../tenants.ts';
import { createDigestStore } from './digest-store.ts';

let kit: TestStores;
let db: pg.Client;
beforeAll(async () => {
  kit = await openTestStores();
  db = await kit.as('superuser');
});
afterAll(() => kit.close());

const digests = () => kit.stores.digests;
const OTHER = 'other-insurer' as TenantId;
const DAY_MS = 86_400_000;

/** Written out by hand: a week that lost an hour, one that won one, and the day on which it did. */
const PERIODS = [
  ['week 2025-03-03', 'America/New_York', '2025-02-24T05:00Z', '2025-03-03T05:00Z', '2025-03-10T04:00Z', 7],
  ['week 2025-10-20', 'Europe/London', '2025-10-12T23:00Z', '2025-10-19T23:00Z', '2025-10-27T00:00Z', 7],
  ['day 2025-10-26', 'Europe/London', '2025-10-24T23:00Z', '2025-10-25T23:00Z', '2025-10-27T00:00Z', 1],
] as const;

const at = (iso: string): number => Date.parse(iso);
const daysFrom = (fromMs: number, days: number): number[] =>
  Array.from({ length: days }, (_, i) => fromMs + i * DAY_MS);

const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' ? Number(one.toFixed(9)) : one)),
  );

describe('every number', () => {
  beforeAll(async () => {
    const admin = openAdmin({ appUrl: kit.urls.appUrl });
    await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
    await admin.close();
    for (const [i, [, , before, from, to, days]] of PERIODS.entries()) {
      if (days === 1) continue;
      const [fromMs, toMs] = [at(before) - DAY_MS, at(to) + DAY_MS];
      const edgesMs = [...daysFrom(at(before), 7), ...daysFrom(at(from), 7), at(to)];
      for (const tenant of [kit.tenant, OTHER])
        await plantWeeks(db, tenant, {
          seed: i + (tenant === OTHER ? 9 : 1),
          nth: i,
          fromMs,
          toMs,
          edgesMs,
          runs: 180,
        });
    }
  });

  const SCOPES: readonly DigestScope[] = [
    { kind: 'all' },
    ...TEAMS.map((team) => ({ kind: 'team', team }) as const),
    { kind: 'own', person: 'per_planted_3' },
  ];

  test.each(PERIODS)(
    'is what other code counts from the raw rows, and opens exactly that: %s in %s',
    async (key, timeZone, before, from, to, days) => {
      const every: Every = days === 7 ? 'week' : 'day';
      const period = periodDue(every, timeZone, at(to) + 12 * 3_600_000);
      for (const tenant of [kit.tenant, OTHER]) {
        const rows = await readRawRows(db, tenant);
        for (const scope of SCOPES) {
          const digest = await digests().count(tenant, { period, scope, costs: true });
          const { figures, things } = digestByHand(rows, {
            ...{ now: [at(from), at(to)], before: [at(before), at(from)] },
            daysMs: daysFrom(at(from), days),
            team: scope.kind === 'team' ? scope.team : null,
            person: scope.kind === 'own' ? scope.person : null,
          });
          const {
            v,
            key: named,
            fromMs,
            toMs,
            timeZone: zone,
            scope: of,
            empty,
            every: length,
            ...told
          } = digest;
          const what = `${tenant} ${JSON.stringify(scope)}`;
          expect(rounded(told), what).toEqual(rounded(figures));
          expect([v, length, zone, of, empty], what).toEqual([1, every, timeZone, scope, false]);
          expect([named, fromMs, toMs], what).toEqual([key, at(from), at(to)]);
          if (scope.kind === 'all') expect(digest.runs.now, what).toBeGreaterThan(0);
          for (const count of COUNTS) {
            const listed = await digests().list(tenant, { period, scope, count });
            expect(listed.map(({ id }) => id).sort(), `${what} ${count}`).toEqual(things[count]);
          }
        }
      }
    },
  );

  test('a reader without the right is told no cost, and a week without anything says so', async () => {
    const [, timeZone, , , to] = PERIODS[1];
    const period = periodDue('week', timeZone, at(to) + 12 * 3_600_000);
    const count = (team: string, costs: boolean): Promise<Digest> =>
      digests().count(kit.tenant, { period, scope: { kind: 'team', team }, costs });
    const [told, untold] = [await count('claims', true), await count('claims', false)];
    expect(untold.cost).toBeNull();
    expect(told.findings.map(({ rule }) => rule)).toContain('cost-week');
    expect(untold.findings).toEqual(told.findings.filter(({ rule }) => rule !== 'cost-week'));
    expect(await count('nobody-works-here', true)).toMatchObject({
      ...{ empty: true, runs: { now: 0, before: 0 }, medianWaitMs: { now: null } },
      ...{ overrideRate: { now: null }, faithfulness: { now: null, before: null } },
    });
  });
});

describe('posting', () => {
  const { team: workspace, channel } = EXAMPLE.slack;
  let id: SubscriptionId;
  const subscribe = (who: 'mara' | 'ines', team: string | null) =>
    digests().subscribe(kit.tenant, {
      ...{
        person: kit.people[who].id,
        every: 'week',
        team,
        platform: 'slack',
        workspace,
        conversation: channel,
      },
    });
  const rowsOf = async (table: string, where = 'true'): Promise<number> =>
    (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`)).rows[0]?.n ??
    -1;
  const kinds = async (): Promise<string[]> =>
    (
      await db.query<{ kind: string }>(
        `SELECT kind FROM ledger_entries WHERE kind LIKE 'digest.%' ORDER BY seq`,
      )
    ).rows.map(({ kind }) => kind);

  beforeEach(async () => {
    await db.query(
      `UPDATE digest_subscriptions SET ended_at = now(), ended_why = 'test' WHERE ended_at IS NULL`,
    );
    await db.query(`UPDATE outbox SET done_at = now() WHERE done_at IS NULL`);
    await db.query(`DELETE FROM digest_posts`);
    await db.query(`DELETE FROM card_copies WHERE subject LIKE 'dig\\_%'`);
    await subscribe('mara', kit.people.mara.team);
    id = (await digests().of(kit.tenant, kit.people.mara.id))[0]?.id as SubscriptionId;
  });
  const long = () =>
    db.query(
      `UPDATE digest_subscriptions SET created_at = now() - interval '30 days' WHERE subscription = $1`,
      [id],
    );

  test('the first is due on the next Monday at eight where the reader is, and comes not before', async () => {
    const { rows } = await db.query<{ due: Date }>(
      `SELECT due_at AS due FROM outbox WHERE key = $1 AND done_at IS NULL`,
      [id],
    );
    expect(rows).toHaveLength(1);
    const said = new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: kit.people.mara.timeZone,
    });
    expect(said.format(new Date((rows[0]?.due.getTime() ?? 0) + 1_000))).toMatch(/^Mon.*08:00$/);
    expect(await digests().post(kit.tenant, id)).toMatchObject({ result: 'early' });
    expect(await rowsOf('digest_posts')).toBe(0);
    expect((await subscribe('mara', kit.people.mara.team)).isNew).toBe(false);
    expect(await rowsOf('outbox', `key = '${id}' AND done_at IS NULL`)).toBe(1);
  });

  test('one post a period, whoever asks and however often at once; one row for the next', async () => {
    await long();
    const all = await Promise.all(Array.from({ length: 8 }, () => digests().post(kit.tenant, id)));
    expect(all.every(({ result }) => result === 'posted')).toBe(true);
    expect(await rowsOf('digest_posts')).toBe(1);
    expect(await rowsOf('card_copies', `subject LIKE 'dig\\_%'`)).toBe(1);
    expect(await rowsOf('outbox', `key = '${id}' AND done_at IS NULL`)).toBe(1);
  });

  test.each(['digest_posts', 'card_copies', 'outbox'])(
    'a crash at the row in %s leaves nothing behind, and the next try does it all, once',
    async (table) => {
      await long();
      await db.query(`UPDATE outbox SET done_at = now() WHERE key = $1`, [id]);
      await db.query(
        `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`,
      );
      await db.query(`CREATE TRIGGER die BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION die()`);
      await db.query(`ALTER FUNCTION die() SECURITY DEFINER`);
      try {
        await expect(digests().post(kit.tenant, id)).rejects.toThrow();
        expect(await rowsOf('digest_posts')).toBe(0);
        expect(await rowsOf('card_copies', `subject LIKE 'dig\\_%'`)).toBe(0);
        expect(await rowsOf('outbox', `key = '${id}' AND done_at IS NULL`)).toBe(0);
      } finally {
        await db.query(`DROP FUNCTION die CASCADE`);
      }
      expect(await digests().post(kit.tenant, id)).toEqual({ result: 'posted' });
      expect(await digests().post(kit.tenant, id)).toEqual({ result: 'posted' });
      expect(await rowsOf('digest_posts')).toBe(1);
      expect(await rowsOf('card_copies', `subject LIKE 'dig\\_%'`)).toBe(1);
      expect(await rowsOf('outbox', `key = '${id}' AND done_at IS NULL`)).toBe(1);
    },
  );

  test('a manager who is none any more, or works elsewhere, gets no more of it, and the ledger says why', async () => {
    await long();
    await db.query(`UPDATE people SET team = 'elsewhere' WHERE person = $1`, [kit.people.mara.id]);
    try {
      expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
    } finally {
      await db.query(`UPDATE people SET team = $2 WHERE person = $1`, [
        kit.people.mara.id,
        kit.people.mara.team,
      ]);
    }
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
    expect(await rowsOf('digest_posts')).toBe(0);
    expect((await kinds()).at(-1)).toBe('digest.unsubscribed');
  });

  const wrong: Finding = {
    ...{ rule: 'tool-pattern', agent: 'fraud-review', version: null, severity: 'p2', state: 'firing' },
    ...{ fingerprint: 'tool-pattern/fraud-review', value: 2, threshold: 0, unit: 'count', sample: 2 },
    ...{ sinceMs: null, worstRuns: [], series: [] },
    reason: { key: 'tool-pattern', params: { count: 2, minutes: 1440 } },
  };

  test('what is for the digest alone opens nothing and is kept once an hour; a day without anything is posted nowhere', async () => {
    const { observe } = kit.stores.incidents;
    for (let i = 0; i < 3; i += 1)
      await observe(OTHER, [wrong, { ...wrong, state: 'clear', fingerprint: 'x' }]);
    const hours = `(SELECT count(DISTINCT date_trunc('hour', at)) FROM daily_findings WHERE tenant = '${OTHER}' AND at > now() - interval '1 hour')`; // prettier-ignore
    expect(await rowsOf('daily_findings', `tenant = '${OTHER}' AND at > now() - interval '1 hour'`)).toBe(
      (await db.query<{ n: number }>(`SELECT ${hours}::int AS n`)).rows[0]?.n,
    );
    expect(await rowsOf('incidents', `fingerprint = '${wrong.fingerprint}'`)).toBe(0);

    await db.query(`UPDATE digest_subscriptions SET every = 'day', team = NULL WHERE subscription = $1`, [
      id,
    ]);
    await db.query(`UPDATE people SET roles = roles || '{admin}' WHERE person = $1`, [kit.people.mara.id]);
    await db.query(`UPDATE approvals SET status = 'declined' WHERE status = 'pending'`);
    await long();
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'posted' });
    expect([await rowsOf('digest_posts'), await rowsOf('card_copies', `subject LIKE 'dig\\_%'`)]).toEqual([
      1, 0,
    ]);
    await db.query(`DELETE FROM digest_posts`);
    const { fromMs } = periodDue('day', kit.people.mara.timeZone, Date.now());
    await db.query(
      `INSERT INTO daily_findings (tenant, fingerprint, hour, agent, rule, doc, at)
       VALUES ($1, 'tool-pattern/x', now(), 'x', 'tool-pattern', $2, to_timestamp($3::float8 / 1000))`,
      [kit.tenant, JSON.stringify(wrong), fromMs],
    );
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'posted' });
    expect(await rowsOf('card_copies', `subject LIKE 'dig\\_%'`)).toBe(1);
    await db.query(`UPDATE people SET roles = array_remove(roles, 'admin') WHERE person = $1`, [
      kit.people.mara.id,
    ]);
  });

  test('a manager who left gets none, and the ledger says so', async () => {
    await long();
    const left = (is: boolean) =>
      db.query(`UPDATE people SET active = $2 WHERE person = $1`, [kit.people.mara.id, !is]);
    await left(true);
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
    await left(false);
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
    expect((await kinds()).at(-1)).toBe('digest.unsubscribed');
  });

  test('ended by whoever asked for it alone', async () => {
    expect(await digests().unsubscribe(kit.tenant, kit.people.ines.id, id)).toBe(false);
    expect(await digests().unsubscribe(kit.tenant, kit.people.mara.id, id)).toBe(true);
    expect(await digests().unsubscribe(kit.tenant, kit.people.mara.id, id)).toBe(false);
    expect(await digests().of(kit.tenant, kit.people.mara.id)).toEqual([]);
    await long();
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
  });
});

/** Postgres itself believes it: `now()` and `clock_timestamp()` are found in a schema that comes before its own. */
async function plantClock(): Promise<(iso: string) => Promise<unknown>> {
  await db.query(`CREATE SCHEMA planted; CREATE TABLE planted.clock AS SELECT now() AS at;
    CREATE FUNCTION planted.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM planted.clock';
    CREATE FUNCTION planted.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM planted.clock';
    GRANT USAGE ON SCHEMA planted TO PUBLIC; GRANT SELECT ON planted.clock TO PUBLIC`);
  return (iso) => db.query('UPDATE planted.clock SET at = $1', [iso]);
}

describe('Monday morning, by a planted clock', () => {
  let store: DigestStore;
  let clock: (iso: string) => Promise<unknown>;
  let planted: ReturnType<typeof openDatabase>;
  beforeAll(async () => {
    clock = await plantClock();
    const url = new URL(kit.urls.appUrl);
    url.searchParams.set('options', '-c search_path=planted,public,pg_catalog');
    planted = openDatabase(url.href);
    store = createDigestStore(planted, () => {});
  });
  afterAll(() => planted.close());

  const place = { platform: 'slack', workspace: EXAMPLE.slack.team, conversation: 'C08PLANTED' } as const;
  const subscribe = async (): Promise<SubscriptionId> => {
    const { id, team } = kit.people.mara;
    await store.subscribe(kit.tenant, { ...place, person: id, every: 'week', team });
    // A column's default was bound to the real clock when the table was made.
    await db.query(
      `UPDATE digest_subscriptions SET created_at = (SELECT at FROM planted.clock) WHERE conversation = $1 AND ended_at IS NULL`,
      [place.conversation],
    );
    const mine = await store.of(kit.tenant, id);
    return mine.find(({ conversation }) => conversation === place.conversation)?.id as SubscriptionId;
  };
  const due = async (id: SubscriptionId): Promise<string[]> =>
    (
      await db.query<{ at: Date }>(
        `SELECT due_at AS at FROM outbox WHERE key = $1 AND done_at IS NULL ORDER BY due_at`,
        [id],
      )
    ).rows.map((row) => row.at.toISOString());
  const periods = async (): Promise<string[]> =>
    (
      await db.query<{ period: string }>(
        `SELECT d.period FROM digest_posts d JOIN digest_subscriptions s USING (tenant, subscription)
         WHERE s.conversation = $1 ORDER BY d.period`,
        [place.conversation],
      )
    ).rows.map(({ period }) => period);

  test('it comes at eight by the manager’s clocks, whatever those do, once a week; nothing comes between', async () => {
    await clock('2025-03-26T12:00:00Z');
    const first = await subscribe();
    // Clocks go forward on the Sunday: eight is an hour earlier by the sun.
    expect(await due(first)).toEqual(['2025-03-31T07:00:00.000Z']);
    await clock('2025-03-31T06:59:59.999Z');
    expect(await store.post(kit.tenant, first)).toEqual({ result: 'early', inMs: 1 });
    await clock('2025-03-31T07:00:00Z');
    for (let i = 0; i < 2; i += 1) expect(await store.post(kit.tenant, first)).toEqual({ result: 'posted' });
    expect(await periods()).toEqual(['week 2025-03-24']);
    expect((await due(first)).at(-1)).toBe('2025-04-07T07:00:00.000Z');

    // Ended and begun again within the week: neither the old row nor the new one posts that week twice.
    await clock('2025-04-02T12:00:00Z');
    await store.unsubscribe(kit.tenant, kit.people.mara.id, first);
    const second = await subscribe();
    expect(await store.post(kit.tenant, second)).toMatchObject({ result: 'early' });
    await clock('2025-04-07T07:00:00Z');
    expect(await store.post(kit.tenant, first)).toEqual({ result: 'over' });
    expect(await store.post(kit.tenant, second)).toEqual({ result: 'posted' });
    expect(await periods()).toEqual(['week 2025-03-24', 'week 2025-03-31']);

    // Everything was down for half a year: the newest week alone, and the next at eight in winter's time.
    await clock('2025-10-22T12:00:00Z');
    expect(await store.post(kit.tenant, second)).toEqual({ result: 'posted' });
    expect((await due(second)).at(-1)).toBe('2025-10-27T08:00:00.000Z');
    await clock('2025-10-27T07:59:59.999Z');
    await store.post(kit.tenant, second);
    expect((await periods()).at(-1)).toBe('week 2025-10-13');
    await clock('2025-10-27T08:00:00Z');
    await store.post(kit.tenant, second);
    expect(await periods()).toEqual([
      'week 2025-03-24',
      'week 2025-03-31',
      'week 2025-10-13',
      'week 2025-10-20',
    ]);
  });
});
