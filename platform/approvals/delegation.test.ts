import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApprovalId } from '../../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';

let t: TestStores;
beforeAll(async () => {
  t = await openTestStores();
});
afterAll(() => t.close());

const state = async (id: ApprovalId) => (await t.stores.approvals.get(t.tenant, id))!;

test('attack 20: a delegate whom the requester named while it was pending stays shut out after an edit', async () => {
  const { robin, ada, ben, sofia } = t.people;
  const run = await startTestRun(t);
  const opened = await t.stores.approvals.open(t.tenant, testApproval(run, robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  const db = await t.as('superuser');
  // Short: it has ended before the edit makes the successor's row.
  await db.query(
    `INSERT INTO delegations (tenant, delegation, from_person, to_person, from_at, until_at, created_by)
     VALUES ($1, 'dlg_test', $2, $3, now(), now() + interval '1 millisecond', $4)`,
    [t.tenant, ada.id, ben.id, robin.id],
  );
  const first = await state(opened.approval);
  const edited = await t.stores.approvals.edit(t.tenant, first.id, {
    by: sofia.id,
    via: 'teams',
    actionDigest: first.actionDigest,
    cardDigest: null,
    args: { ...first.action.args, reason: 'Escape of water, excess taken off' },
    comment: null,
    successorAmount: first.amount,
  });
  if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
  const next = edited.successor;
  const answer = await t.stores.approvals.transition(t.tenant, next.id, {
    kind: 'approve',
    by: ben.id,
    via: 'slack',
    actionDigest: next.actionDigest,
    cardDigest: null,
    comment: null,
  });
  expect(answer).toMatchObject({ ok: false, reason: 'delegate_not_allowed' });
});
