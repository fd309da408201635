import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../core/digest/digest.ts';
import { periodDue, type Period } from '../../core/digest/period.ts';
import type { SubscriptionId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import type pg from 'pg';

let kit: TestStores;
let db: pg.Client;
beforeAll(async () => {
  kit = await openTestStores();
  db = await kit.as('superuser');
});
afterAll(() => kit.close());

const ZONE = 'Europe/London';
const week = (): Period => periodDue('week', ZONE, Date.now());
const digests = () => kit.stores.digests;
const count = (team: string | null, costs = true): Promise<Digest> =>
  digests().count(kit.tenant, {
    ...{ period: week(), costs },
    scope: team === null ? { kind: 'all' } : { kind: 'team', team },
  });

const HOUR = 3_600_000;

/** A run that ended, an approval that was decided or ran out, money, a score: somewhere in the last two weeks. */
async function plant(n: number): Promise<void> {
  const { fromMs, toMs } = week();
  const begin = fromMs - (toMs - fromMs) - HOUR;
  const when = (): string => new Date(begin + randomInt(0, Date.now() - begin)).toISOString();
  for (let i = 0; i < n; i += 1) {
    const run = await startTestRun(kit, `CLM-${1000 + i}`);
    const at = when();
    if (i % 3 > 0) await decided(run, at, i);
    const status = ['done', 'done', 'failed', 'cancelled', 'refused'][randomInt(0, 5)];
    await db.query(
      `UPDATE runs SET status = $2, finished_at = $3, team = $4, agent = $5, environment = $6, source = $7 WHERE run = $1`,
      [
        ...[
          run,
          status,
          at,
          ['claims', 'payments'][randomInt(0, 2)],
          ['fraud-review', 'refund-check'][randomInt(0, 2)],
        ],
        ...[
          ['production', 'production', 'production', 'sandbox'][randomInt(0, 4)],
          ['slack', 'slack', 'eval'][randomInt(0, 3)],
        ],
      ],
    );
    await db.query(
      `INSERT INTO run_steps (tenant, run, key, kind, name, label, ok, cost_micros, started_at)
       VALUES ($1, $2, 'a', 'model', 'm', 'm', true, $3, $4), ($1, $2, 'b', 'model', 'm', 'm', true, $5, $6)`,
      [kit.tenant, run, randomInt(0, 3) * 10_000, at, randomInt(1, 90_000), when()],
    );
    if (i % 2 === 0)
      await db.query(
        `INSERT INTO run_scores (tenant, run, metric, score, reason, judge, rehearsal, scored_at)
         VALUES ($1, $2, 'faithfulness', $3, $4, 'j', false, $5)`,
        [kit.tenant, run, ...(i % 6 === 0 ? [null, 'no statements'] : [randomInt(0, 101) / 100, null]), at],
      );
  }
}

async function decided(run: Awaited<ReturnType<typeof startTestRun>>, at: string, i: number): Promise<void> {
  const asked = await kit.stores.approvals.open(kit.tenant, testApproval(run, kit.people.robin.id));
  if (!asked.ok) throw new Error(asked.reason);
  const decidedAtMs = Date.parse(at);
  const createdAtMs = decidedAtMs - randomInt(60_000, 40 * HOUR);
  const [status, patch] = [
    ['executed', {}],
    ['declined', {}],
    ['executed', { edits: [{}] }],
    ['executed', { grant: 'grt_1' }],
    ['expired', { decidedAtMs: null, closed: { by: null, reason: 'x', atMs: decidedAtMs } }],
    ['cancelled', { closed: { by: null, reason: 'x', atMs: decidedAtMs + 1 } }],
    ['cancelled', { decidedAtMs: null, closed: { by: null, reason: 'x', atMs: decidedAtMs } }],
    ['pending', { decidedAtMs: null }],
  ][i % 8] as [string, object];
  await db.query(
    `UPDATE approvals SET status = $2, created_at = to_timestamp($3::float8 / 1000),
       state = state || jsonb_build_object('createdAtMs', $3::bigint, 'decidedAtMs', $4::bigint) || $5::jsonb WHERE approval = $1`,
    [asked.approval, status, createdAtMs, decidedAtMs, JSON.stringify(patch)],
  );
}

interface Raw {
  runs: Record<string, never> &
    {
      run: string;
      team: string;
      agent: string;
      status: string;
      environment: string;
      source: string;
      finished_at: Date | null;
    }[];
  steps: { run: string; cost_micros: string; started_at: Date }[];
  scores: { run: string; score: number | null; scored_at: Date }[];
  approvals: {
    approval: string;
    run: string;
    root: string;
    status: string;
    created_at: Date;
    state: {
      createdAtMs: number;
      decidedAtMs: number | null;
      grant: string | null;
      edits: unknown[];
      closed?: { atMs: number } | null;
      action: { connector: string; tool: string };
    };
  }[];
}

/** Every figure once more, in another way: all rows in memory, loops, no statement of the digest's. */
async function byHand(team: string | null): Promise<Record<string, unknown>> {
  const all = async (table: string): Promise<never[]> =>
    (await db.query(`SELECT * FROM ${table}`)).rows as never[];
  const raw = {
    ...{ runs: await all('runs'), steps: await all('run_steps') },
    ...{ scores: await all('run_scores'), approvals: await all('approvals') },
  } as unknown as Raw;
  const { fromMs, toMs } = week();
  const mine = new Map(
    raw.runs
      .filter(
        (r) => (team === null || r.team === team) && r.environment === 'production' && r.source !== 'eval',
      )
      .map((r) => [r.run, r]),
  );
  const figures = (from: number, to: number) => {
    const inside = (ms: number | null | undefined): boolean => ms != null && ms >= from && ms < to;
    const ended = [...mine.values()].filter(
      (r) => r.agent !== 'countersign' && inside(r.finished_at?.getTime()),
    );
    const asks = raw.approvals.filter((a) => mine.has(a.run));
    const people = asks.filter(
      ({ status, state }) =>
        inside(state.decidedAtMs) &&
        state.grant === null &&
        (!['pending', 'expired', 'cancelled', 'answered', 'superseded', 'undeliverable'].includes(status) ||
          (status === 'cancelled' && (state.decidedAtMs ?? Infinity) < (state.closed?.atMs ?? 0))),
    );
    const waits = people
      .map(({ state }) => (state.decidedAtMs ?? 0) - state.createdAtMs)
      .sort((a, b) => a - b);
    const mid = waits.length / 2;
    const spent: Record<string, number> = {};
    for (const step of raw.steps) {
      const run = mine.get(step.run);
      if (run && inside(step.started_at.getTime()) && Number(step.cost_micros) > 0)
        spent[run.agent] = (spent[run.agent] ?? 0) + Number(step.cost_micros);
    }
    const scores = raw.scores.filter(
      (q) => mine.has(q.run) && q.score !== null && inside(q.scored_at.getTime()),
    );
    const edited = people.filter(
      ({ status, state }) => status !== 'declined' && state.edits.length > 0,
    ).length;
    const declined = people.filter(({ status }) => status === 'declined').length;
    return {
      runs: ended.length,
      failed: ended.filter(({ status }) => status === 'failed').length,
      requests: asks.filter((a) => a.root === a.approval && inside(a.created_at.getTime())).length,
      decisions: people.length,
      expired: asks.filter((a) => a.status === 'expired' && inside(a.state.closed?.atMs)).length,
      median:
        waits.length === 0 ? null : ((waits[Math.ceil(mid) - 1] ?? 0) + (waits[Math.floor(mid)] ?? 0)) / 2,
      longest: waits.at(-1) ?? null,
      overrideRate: people.length === 0 ? null : (edited + declined) / people.length,
      faithfulness:
        scores.length === 0 ? null : scores.reduce((sum, q) => sum + (q.score ?? 0), 0) / scores.length,
      scored: scores.length,
      spent,
      total: Object.values(spent).reduce((sum, one) => sum + one, 0),
      ...{ edited, declined, asIs: people.length - edited - declined },
      waiting: asks.filter(({ status }) => status === 'pending').length,
    };
  };
  const [now, before] = [figures(fromMs, toMs), figures(fromMs - (toMs - fromMs), fromMs)];
  return { now, before };
}

function told(digest: Digest, which: 'now' | 'before'): Record<string, unknown> {
  const spent = Object.fromEntries(
    (digest.cost?.byAgent ?? [])
      .map(({ agent, micros }) => [agent, micros[which] ?? 0])
      .filter(([, n]) => n !== 0),
  );
  return {
    ...{ runs: digest.runs[which], failed: digest.failed[which], requests: digest.requests[which] },
    ...{
      decisions: digest.decisions[which],
      expired: digest.expired[which],
      median: digest.medianWaitMs[which],
    },
    ...{ longest: digest.longestWaitMs[which], overrideRate: digest.overrideRate[which] },
    ...{ faithfulness: digest.faithfulness[which], scored: digest.scored[which] },
    ...{ spent, total: digest.cost?.micros[which] },
  };
}

describe('every number', () => {
  test('is what other code counts from the raw rows, for a team and for the company, and opens exactly that', async () => {
    await plant(60);
    for (const team of [null, 'claims', 'payments']) {
      const digest = await count(team);
      const { now, before } = (await byHand(team)) as {
        now: Record<string, never>;
        before: Record<string, never>;
      };
      const { edited, declined, asIs, waiting, ...figures } = now;
      const close = (value: Record<string, unknown>) =>
        JSON.parse(
          JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' ? Number(v.toFixed(9)) : v)),
        ) as unknown;
      expect(close(told(digest, 'now'))).toEqual(close(figures));
      const earlier = Object.fromEntries(
        Object.entries(before).filter(([name]) => !['edited', 'declined', 'asIs', 'waiting'].includes(name)),
      );
      expect(close(told(digest, 'before'))).toEqual(close(earlier));
      expect(digest.endings).toEqual({ edited, declined, as_asked: asIs });
      expect(digest.waiting).toBe(waiting);
      expect(digest.cost?.tenfoldMicros).toBe(10 * Number(figures['total']));
      expect(digest.requestsByDay).toHaveLength(7);
      expect(digest.requestsByDay.reduce((sum, { n }) => sum + n, 0)).toBe(digest.requests.now);
      expect(digest.runs.now).toBeGreaterThan(0);

      const opened = (name: Parameters<TestStores['stores']['digests']['list']>[1]['count']) =>
        digests().list(kit.tenant, {
          ...{ period: week(), count: name },
          scope: team === null ? { kind: 'all' } : { kind: 'team', team },
        });
      for (const name of ['runs', 'failed', 'requests', 'decisions', 'expired'] as const)
        expect(await opened(name), name).toHaveLength(digest[name].now ?? -1);
      expect(await opened('overrides')).toHaveLength(Number(edited) + Number(declined));
      expect(await opened('waiting')).toHaveLength(Number(waiting));
      expect((await opened('cost')).reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(figures['total']);
      expect(await opened('scores')).toHaveLength(Number(figures['scored']));
    }
  });

  test('a reader without the right is told no cost, and a week without anything says so', async () => {
    expect((await count('claims', false)).cost).toBeNull();
    expect(await count('nobody-works-here')).toMatchObject({
      ...{
        empty: true,
        runs: { now: 0, before: 0 },
        medianWaitMs: { now: null },
        overrideRate: { now: null },
      },
      faithfulness: { now: null, before: null },
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

  test('ended by whoever asked for it alone', async () => {
    expect(await digests().unsubscribe(kit.tenant, kit.people.ines.id, id)).toBe(false);
    expect(await digests().unsubscribe(kit.tenant, kit.people.mara.id, id)).toBe(true);
    expect(await digests().unsubscribe(kit.tenant, kit.people.mara.id, id)).toBe(false);
    expect(await digests().of(kit.tenant, kit.people.mara.id)).toEqual([]);
    await long();
    expect(await digests().post(kit.tenant, id)).toEqual({ result: 'over' });
  });
});
