import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../core/ids.ts';
import { testEngines } from '../../test/engines.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { createLog } from '../log.ts';
import { startConsumer, startDispatcher, type Handled } from '../outbox/index.ts';

let t: TestStores;
let close: () => Promise<void>;
/** What stands in for the handler of runs: null lets a run begin. */
let ill: ReadonlyMap<string, Handled | Error> = new Map();
const begun: string[] = [];

beforeAll(async () => {
  t = await openTestStores();
  const { redisUrl } = testEngines();
  const prefix = `poison-${randomBytes(6).toString('hex')}`;
  const log = createLog({ level: 'silent' });
  const dispatcher = startDispatcher({
    dispatcherUrl: t.urls.dispatcherUrl,
    redisUrl,
    log,
    prefix,
    pollMs: 50,
  });
  const consumer = startConsumer({
    ...{ topic: 'intake', redisUrl, outbox: t.stores.outbox, log, prefix, concurrency: 1 },
    handle: async ({ key }) => {
      const wrong = ill.get(key);
      if (wrong instanceof Error) throw wrong;
      if (wrong === undefined) begun.push(key);
      return wrong ?? 'done';
    },
  });
  close = async () => {
    await consumer.close();
    await dispatcher.close();
    await t.close();
  };
});
afterAll(() => close());

const letterOf = async (run: RunId) =>
  (await t.stores.deadLetters.open(t.tenant)).find(({ subject }) => subject === run);

/** Lets its back-off pass. */
async function hurry(run: RunId): Promise<void> {
  const db = await t.as('superuser');
  await db.query(
    `UPDATE outbox SET due_at = now() WHERE key = $1 AND due_at < 'infinity' AND enqueued_at IS NULL AND done_at IS NULL`,
    [run],
  );
  await db.end();
}

async function untilParked(run: RunId): Promise<void> {
  await expect
    .poll(async () => hurry(run).then(() => letterOf(run)), { timeout: 90_000, interval: 50 })
    .toBeDefined();
}

describe('a job that always fails', () => {
  test('blocks nobody, ends on the list with its cause, and succeeds once that is mended, started once', async () => {
    const poison = await startTestRun(t, 'CLM-0666');
    ill = new Map([[poison, new Error('no such namespace')]]);
    const others = await Promise.all([1, 2, 3, 4, 5].map((n) => startTestRun(t, `CLM-000${n}`)));
    await expect.poll(() => others.every((run) => begun.includes(run)), { timeout: 90_000 }).toBe(true);
    expect(begun).not.toContain(poison);
    await untilParked(poison);
    const letter = await letterOf(poison);
    expect(letter).toMatchObject({
      ...{ kind: 'intake', cause: 'keeps-failing', detail: 'no such namespace', tries: 8 },
      run: { run: poison, inputLabel: 'CLM-0666' },
    });
    // It is left alone: no sweep and no poll takes it up.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(begun).not.toContain(poison);

    ill = new Map();
    const { people, stores, tenant } = t;
    const twice = await Promise.all(
      [1, 2].map(() => stores.deadLetters.replay(tenant, letter!.letter, people.robin.id)),
    );
    expect(twice.map(({ changed }) => changed).sort()).toEqual([false, true]);
    await expect.poll(() => begun.filter((run) => run === poison), { timeout: 90_000 }).toEqual([poison]);
    expect((await stores.deadLetters.get(tenant, letter!.letter))?.status).toBe('replayed');
  });

  test('what cannot be read is given up at once, and not quoted', async () => {
    const run = await startTestRun(t);
    ill = new Map([[run, { error: 'IBAN GB33BUKB20201555555555', useless: 'unreadable' }]]);
    await expect.poll(() => letterOf(run), { timeout: 90_000 }).toBeDefined();
    expect(await letterOf(run)).toMatchObject({ cause: 'unreadable', detail: '', tries: 1 });
  });

  test('what only waits for an engine that is away is never given up', async () => {
    const run = await startTestRun(t);
    ill = new Map([[run, { error: 'Temporal answered 14', waits: true, retryInMs: 1 }]]);
    const db = await t.as('superuser');
    const attempts = async () => {
      const { rows } = await db.query<{ attempts: number; failures: number }>(
        'SELECT attempts, failures FROM outbox WHERE key = $1',
        [run],
      );
      return rows[0];
    };
    await expect.poll(async () => (await attempts())?.attempts ?? 0, { timeout: 90_000 }).toBeGreaterThan(12);
    expect(await attempts()).toMatchObject({ failures: 0 });
    expect(await letterOf(run)).toBeUndefined();
    ill = new Map();
    await expect.poll(() => begun.includes(run), { timeout: 90_000 }).toBe(true);
  });

  test('who dies between failing and parking leaves the row due; whoever is next parks it, once', async () => {
    const run = await startTestRun(t);
    ill = new Map([[run, new Error('again')]]);
    const db = await t.as('superuser');
    await db.query(`UPDATE outbox SET failures = 7 WHERE key = $1`, [run]);
    await untilParked(run);
    const { rows } = await db.query<{ id: string }>('SELECT id FROM outbox WHERE key = $1', [run]);
    // A job left behind on a queue, handled by another process at the same time.
    const id = Number(rows[0]?.id);
    await Promise.all([1, 2].map(() => t.stores.outbox.fail(t.tenant, id, { error: 'late' })));
    expect(await t.stores.outbox.claim(t.tenant, id)).toBeNull();
    const letters = await db.query('SELECT 1 FROM dead_letters WHERE subject = $1', [run]);
    expect(letters.rows).toHaveLength(1);
  });
});

test('a card that a chat refuses for good is on the list, and comes again when it is replayed', async () => {
  const { stores, tenant, people } = t;
  const run = await startTestRun(t);
  const asked = await stores.approvals.open(tenant, testApproval(run, people.robin.id));
  if (!asked.ok) throw new Error(asked.reason);
  const [first] = await stores.copies.ofSubject(tenant, asked.approval);
  const copy = first!.copy;
  const holder = 'test';
  const refuse = async () => {
    expect(await stores.copies.lease(tenant, copy, holder)).toMatchObject({ copy });
    const end = { holder, failure: 'channel_not_found', final: true, retryInMs: 0, trouble: 'gone' } as const;
    await stores.copies.failed(tenant, copy, end);
  };
  const letter = async () => (await stores.deadLetters.open(tenant)).find(({ subject }) => subject === copy);
  await refuse();
  const parked = await letter();
  expect(parked).toMatchObject({
    ...{ kind: 'copy', cause: 'not-shown', run: { run } },
    detail: expect.stringMatching(/^(slack|teams): channel_not_found$/),
  });
  await stores.deadLetters.replay(tenant, parked!.letter, people.robin.id);
  const now = (await stores.copies.ofSubject(tenant, asked.approval)).find((one) => one.copy === copy);
  expect(now).toMatchObject({ status: 'intended', attempts: 0 });
  const db = await t.as('superuser');
  const { rows } = await db.query(`SELECT 1 FROM outbox WHERE topic = 'deliver' AND key = $1`, [copy]);
  expect(rows.length).toBeGreaterThan(1);
  // Refused again, it is on the list again.
  await refuse();
  expect((await letter())?.letter).not.toBe(parked!.letter);
});
