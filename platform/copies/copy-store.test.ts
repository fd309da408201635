import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, CopyId } from '../../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import type { CardCopy } from '../stores.ts';

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
const outboxOf = async (key: string) => {
  const db = await t.as('superuser');
  const { rows } = await db.query<{ late: boolean }>(
    `SELECT due_at > now() + interval '5 seconds' AS late FROM outbox WHERE key = $1 ORDER BY id`,
    [key],
  );
  return rows.map((r) => r.late);
};

test('one sender holds a copy; others are told that it is held, and that nothing is to do once it is shown', async () => {
  const leases = await Promise.all(['a', 'b', 'c'].map(lease));
  expect(leases.filter((l) => l === 'held')).toHaveLength(2);
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
  await t.stores.copies.markPosting(t.tenant, copy);
  expect(await t.stores.copies.shown(t.tenant, copy, { message: '17.1', version: 1, cardDigest })).toEqual({
    again: false,
  });
  expect(await lease('d')).toBeNull();
  const [shown] = await t.stores.copies.ofSubject(t.tenant, approval);
  expect(shown).toMatchObject({ message: '17.1', shownVersion: 1, status: 'posted', attempts: 0 });
  const { lines } = await t.stores.ledger.verify(t.tenant, approval);
  expect(lines.at(-1)).toMatchObject({ kind: 'card.shown', sentence: 'Card version 1 shown in slack.' });
});

test('a sender that dies leaves its mark: the next one knows that a post was begun', async () => {
  await lease('a');
  await t.stores.copies.markPosting(t.tenant, copy);
  const db = await t.as('superuser');
  await db.query(`UPDATE card_copies SET lease_until = now() - interval '1 second' WHERE copy = $1`, [copy]);
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
  expect(await t.stores.copies.shown(t.tenant, copy, { message: 'm', version: 1, cardDigest })).toEqual({
    again: true,
  });
  expect(await lease('a')).toMatchObject({ wantedVersion: 2, shownVersion: 1 });
});

test('Retry-After: the copy rests, and its own outbox row brings it back', async () => {
  await lease('a');
  await t.stores.copies.failed(t.tenant, copy, { failure: 'ratelimited', final: false, retryInMs: 30_000 });
  expect(await lease('b')).toBeNull();
  expect(await outboxOf(copy)).toEqual([false, true]);
});

test('a copy that failed for good is left alone and recorded', async () => {
  await lease('a');
  await t.stores.copies.failed(t.tenant, copy, { failure: 'channel_not_found', final: true, retryInMs: 0 });
  expect(await lease('b')).toBeNull();
  const { lines } = await t.stores.ledger.verify(t.tenant, approval);
  expect(lines.at(-1)).toMatchObject({ kind: 'card.failed' });
});

test('a click on an unknown message adopts the copy, once, and has it repaired', async () => {
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.1')).toBe(true);
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.1')).toBe(true);
  expect(await t.stores.copies.adopt(t.tenant, copy, '99.2')).toBe(false);
  expect(await lease('a')).toMatchObject({ message: '99.1', shownVersion: 0 });
});
