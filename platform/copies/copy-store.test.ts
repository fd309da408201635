import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, CopyId } from '../../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import type { CardCopy, CopyFailure } from '../stores.ts';
import { LEASE_MS } from './copy-store.ts';

let t: TestStores;
let approval: ApprovalId;
let copy: CopyId;
const cardDigest = 'd'.repeat(64) as Sha256;

beforeAll(async () => {
  t = await openTestStores();
});
afterAll(() => t.close());
beforeEach(async () => {
  const run = await startTestRun(t);
  const opened = await t.stores.approvals.open(t.tenant, testApproval(run, t.people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  approval = opened.approval;
  copy = (await t.stores.copies.ofSubject(t.tenant, approval))[0]!.copy;
});

const lease = (owner: string) => t.stores.copies.lease(t.tenant, copy, owner);
/** Time passes for the lease alone. */
const leaseRunsOut = async () => {
  const db = await t.as('superuser');
  await db.query(`UPDATE card_copies SET lease_until = now() - interval '1 second' WHERE copy = $1`, [copy]);
};
const posting = (holder: string) => t.stores.copies.markPosting(t.tenant, copy, { holder, instead: null });
const shown = (holder: string, message: string, version = 1) =>
  t.stores.copies.shown(t.tenant, copy, { holder, instead: null, message, version, cardDigest });
const failed = (holder: string, more: Partial<CopyFailure> = {}) =>
  t.stores.copies.failed(t.tenant, copy, {
    ...{ holder, failure: 'http_500', final: false, retryInMs: 0, trouble: null },
    ...more,
  });
const outboxOf = async (key: string) => {
  const db = await t.as('superuser');
  const { rows } = await db.query<{ late: boolean }>(
    `SELECT due_at > now() + interval '5 seconds' AS late FROM outbox WHERE key = $1 ORDER BY id`,
    [key],
  );
  return rows.map((r) => r.late);
};

test('one sender holds a copy; others are told that it is held, and that nothing is to do once it is shown', async () => {
  const holders = ['a', 'b', 'c'];
  const leases = await Promise.all(holders.map(lease));
  expect(leases.filter((l) => l === 'held')).toHaveLength(2);
  const holder = holders[leases.findIndex((l) => l !== 'held')]!;
  const mine = leases.find((l): l is CardCopy => l !== 'held' && l !== null)!;
  expect(mine).toMatchObject({
    copy,
    subject: approval,
    wantedVersion: 1,
    shownVersion: 0,
    message: null,
    attempts: 1,
    postingSinceMs: null,
  });
  expect(await posting(holder)).toBe(true);
  expect(await shown(holder, '17.1')).toEqual({ again: false, lost: false });
  expect(await lease('d')).toBeNull();
  const [now] = await t.stores.copies.ofSubject(t.tenant, approval);
  expect(now).toMatchObject({ message: '17.1', shownVersion: 1, status: 'posted', attempts: 0 });
  const { lines } = await t.stores.ledger.verify(t.tenant, approval);
  expect(lines.at(-1)).toMatchObject({ kind: 'card.shown', sentence: 'Card version 1 shown in Slack.' });
});

test('a sender that dies leaves its mark: the next one knows that a post was begun', async () => {
  await lease('a');
  await posting('a');
  await leaseRunsOut();
  const next = await lease('b');
  expect(next).toMatchObject({ attempts: 2, postingSinceMs: expect.any(Number) });
});

test('a version wanted while another was sent is told to the sender', async () => {
  await lease('a');
  const state = (await t.stores.approvals.get(t.tenant, approval))!;
  await t.stores.approvals.transition(t.tenant, approval, {
    kind: 'approve',
    by: t.people.ada.id,
    via: 'slack',
    actionDigest: state.actionDigest,
    cardDigest: null,
    comment: null,
  });
  expect(await shown('a', 'm')).toEqual({ again: true, lost: false });
  expect(await lease('a')).toMatchObject({ wantedVersion: 2, shownVersion: 1 });
});

test('Retry-After: the copy rests, and its own outbox row brings it back', async () => {
  await lease('a');
  await failed('a', { failure: 'ratelimited', retryInMs: 30_000 });
  expect(await lease('b')).toBeNull();
  expect(await outboxOf(copy)).toEqual([false, true]);
});

test('a copy that failed for good is left alone and recorded', async () => {
  await lease('a');
  await failed('a', { failure: 'card_does_not_fit', final: true });
  expect(await lease('b')).toBeNull();
  const { lines } = await t.stores.ledger.verify(t.tenant, approval);
  expect(lines.at(-1)).toMatchObject({ kind: 'card.failed' });
});

describe('a lease is short, and fences', () => {
  test('a sender that died is followed within seconds, one that lives goes on', async () => {
    expect(LEASE_MS).toBeLessThanOrEqual(8_000);
    await lease('a');
    await leaseRunsOut();
    // Nobody took it meanwhile, so it is still the first one's.
    expect(await t.stores.copies.renew(t.tenant, copy, 'a')).toBe(true);
    expect(await lease('b')).toBe('held');
    await leaseRunsOut();
    expect(await lease('b')).toMatchObject({ attempts: 2 });
    expect(await t.stores.copies.renew(t.tenant, copy, 'a')).toBe(false);
  });

  test('who was followed posts, remembers, and fails nothing in the other’s time', async () => {
    await lease('a');
    await leaseRunsOut();
    await lease('b');
    expect(await posting('a')).toBe(false);
    expect(await shown('a', 'of a')).toEqual({ again: false, lost: true });
    await failed('a', { failure: 'is_archived', final: true, trouble: 'gone' });
    const [now] = await t.stores.copies.ofSubject(t.tenant, approval);
    expect(now).toMatchObject({ status: 'intended', message: null, shownVersion: 0 });
    expect(await lease('c')).toBe('held');
    expect(await posting('b')).toBe(true);
    expect(await shown('b', 'of b')).toEqual({ again: false, lost: false });
  });

  test('a message that turned up meanwhile stays the only one', async () => {
    await lease('a');
    await leaseRunsOut();
    await lease('b');
    // The first one's post arrived late, and it says so.
    expect(await t.stores.copies.adopt(t.tenant, copy, 'late')).toBe(true);
    expect(await posting('b')).toBe(false);
    expect(await shown('b', 'second')).toMatchObject({ lost: true });
    expect(await t.stores.copies.adopt(t.tenant, copy, 'second')).toBe(false);
    expect((await t.stores.copies.ofSubject(t.tenant, approval))[0]?.message).toBe('late');
  });

  test('an announced message is remembered before its card is in it', async () => {
    await lease('a');
    await posting('a');
    const held = { holder: 'a', instead: null };
    expect(await t.stores.copies.markPosted(t.tenant, copy, { ...held, message: 'm' })).toBe(true);
    await leaseRunsOut();
    expect(await lease('b')).toMatchObject({ message: 'm', shownVersion: 0, postingSinceMs: null });
  });
});

test('a click on an unknown message adopts the copy, once, and has it repaired', async () => {
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.1')).toBe(true);
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.1')).toBe(true);
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.2')).toBe(false);
  expect(await lease('a')).toMatchObject({ message: '99.1', shownVersion: 0 });
});
