import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalEvent, ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, PersonId } from '../../core/ids.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { newId } from '../ids.ts';
import type { Recorded } from '../stores.ts';

let t: TestStores;
beforeAll(async () => {
  t = await openTestStores();
});
afterAll(() => t.close());

async function ask(change: Parameters<typeof testApproval>[2] = {}): Promise<ApprovalState> {
  const run = await startTestRun(t);
  const opened = await t.stores.approvals.open(t.tenant, testApproval(run, t.people.robin.id, change));
  if (!opened.ok) throw new Error(opened.reason);
  return (await t.stores.approvals.get(t.tenant, opened.approval))!;
}

const approve = (state: ApprovalState, by: PersonId): ApprovalEvent => ({
  kind: 'approve',
  by,
  via: 'slack',
  actionDigest: state.actionDigest,
  cardDigest: null,
  comment: null,
});
const decline = (state: ApprovalState, by: PersonId): ApprovalEvent => ({
  kind: 'decline',
  by,
  via: 'teams',
  actionDigest: state.actionDigest,
  cardDigest: null,
  reason: 'The phone link needs a look first.',
});
const say = (state: ApprovalState, event: ApprovalEvent): Promise<Recorded> =>
  t.stores.approvals.transition(t.tenant, state.id, event);
const now = async (id: ApprovalId) => (await t.stores.approvals.get(t.tenant, id))!;
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);
const kinds = async (id: ApprovalId) => (await t.stores.ledger.verify(t.tenant, id)).lines.map((l) => l.kind);

describe('one decision', () => {
  test('two people sign, one in each chat, and everything that follows is written with it', async () => {
    const state = await ask();
    const first = await say(state, approve(state, t.people.ada.id));
    expect(first).toMatchObject({ ok: true, duplicate: false, state: { status: 'pending', version: 2 } });
    const second = await say(state, approve(state, t.people.sofia.id));
    expect(second).toMatchObject({ ok: true, state: { status: 'approved', version: 3 } });
    expect(second.ledgerSeq).toBeGreaterThan(first.ledgerSeq);
    expect(await kinds(state.id)).toEqual(['approval.asked', 'approval.signed', 'approval.signed']);
    const copies = await t.stores.copies.ofSubject(t.tenant, state.id);
    expect(copies.map((c) => c.platform).sort()).toEqual(['slack', 'teams']);
    expect(copies.every((c) => c.wantedVersion === 3)).toBe(true);
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT topic, count(*)::int AS n FROM outbox WHERE key = $1 OR key = ANY($2) GROUP BY topic ORDER BY topic`,
      [state.id, copies.map((c) => c.copy)],
    );
    expect(rows).toEqual([
      { topic: 'deliver', n: 6 },
      { topic: 'signals', n: 3 },
    ]);
  });

  test('what its own workflow does wakes no workflow, but every card', async () => {
    const state = await ask();
    await say(state, approve(state, t.people.ada.id));
    await say(state, approve(state, t.people.sofia.id));
    await say(state, { kind: 'execute-begin', actionDigest: state.actionDigest, preconditionsHold: true });
    const done = await say(state, { kind: 'execute-done', summary: 'Paid', reference: 'PAY-1' });
    expect(done).toMatchObject({ ok: true, state: { status: 'executed', version: 5 } });
    const copies = await t.stores.copies.ofSubject(t.tenant, state.id);
    expect(copies.every((c) => c.wantedVersion === 5)).toBe(true);
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT payload->>'version' AS version FROM outbox WHERE key = $1 AND topic = 'signals' ORDER BY id`,
      [state.id],
    );
    expect(rows.map((row) => row.version)).toEqual(['1', '2', '3']);
  });

  test('the same click delivered five times at once is one decision', async () => {
    const state = await ask();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => say(state, approve(state, t.people.ada.id))),
    );
    expect(answers.every((a) => a.ok)).toBe(true);
    expect(answers.filter((a) => a.ok && !a.duplicate)).toHaveLength(1);
    expect((await now(state.id)).signatures).toHaveLength(1);
    expect(await kinds(state.id)).toEqual(['approval.asked', 'approval.signed']);
  });

  test('attack 34: a hundred approvals by two people at one instant have one outcome each', async () => {
    const states = await Promise.all(Array.from({ length: 100 }, () => ask()));
    const said = await Promise.all(
      states.flatMap((s) => [say(s, approve(s, t.people.ada.id)), say(s, approve(s, t.people.ben.id))]),
    );
    expect(said.every((s) => s.ok && !s.duplicate)).toBe(true);
    expect(said.filter((s) => s.ok && s.state.status === 'approved')).toHaveLength(100);
    for (const { id } of states) expect(await now(id)).toMatchObject({ status: 'approved', version: 3 });
    expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true, broken: null });
  });

  test('attack 33: approve against decline, a hundred times: one wins, the other is told so', async () => {
    for (let round = 0; round < 100; round++) {
      const state = await ask();
      await say(state, approve(state, t.people.ada.id));
      const [yes, no] = await Promise.all([
        say(state, approve(state, t.people.ben.id)),
        say(state, decline(state, t.people.sofia.id)),
      ]);
      const end = await now(state.id);
      expect([yes.ok, no.ok].filter(Boolean)).toHaveLength(1);
      expect(end.status).toBe(yes.ok ? 'approved' : 'declined');
      const lost = yes.ok ? no : yes;
      expect(lost).toMatchObject({ ok: false, reason: 'already_decided' });
    }
  });
});

describe('refusals are recorded', () => {
  test('the requester, a forged digest and an unknown approval each leave an entry', async () => {
    const state = await ask();
    const own = await say(state, approve(state, t.people.robin.id));
    expect(own).toMatchObject({ ok: false, reason: 'own_request' });
    const forged = await say(state, {
      ...approve(state, t.people.ada.id),
      actionDigest: 'f'.repeat(64) as never,
    } as ApprovalEvent);
    expect(forged).toMatchObject({ ok: false, reason: 'digest_mismatch' });
    const lines = (await t.stores.ledger.verify(t.tenant, state.id)).lines;
    expect(lines.map((l) => l.kind)).toEqual(['approval.asked', 'refused', 'refused']);
    expect(lines[1]?.sentence).toContain('Robin Reyes');
    const ghost = newId('apr');
    const none = await t.stores.approvals.transition(t.tenant, ghost, approve(state, t.people.ada.id));
    expect(none).toMatchObject({ ok: false, reason: 'not_found' });
    expect(await kinds(ghost)).toEqual(['refused']);
    expect(await now(state.id)).toMatchObject({ version: 1, signatures: [] });
  });

  test('rights are read at the click: a role taken away after the card was shown counts no more', async () => {
    const state = await ask();
    const db = await t.as('superuser');
    await db.query(`UPDATE people SET roles = '{operator}' WHERE person = $1`, [t.people.ben.id]);
    expect(await say(state, approve(state, t.people.ben.id))).toMatchObject({
      ok: false,
      reason: 'not_permitted',
    });
    await db.query(`UPDATE people SET roles = '{approver}' WHERE person = $1`, [t.people.ben.id]);
    await db.query(`UPDATE tenants SET stopped = true`);
    expect(await say(state, approve(state, t.people.ben.id))).toMatchObject({
      ok: false,
      reason: 'tenant_stopped',
    });
    await db.query(`UPDATE tenants SET stopped = false`);
    expect(await say(state, approve(state, t.people.ben.id))).toMatchObject({ ok: true });
  });

  test('the deadline is judged by the database although no timer fired', async () => {
    const state = await ask();
    const db = await t.as('superuser');
    await db.query(
      `UPDATE approvals SET state = jsonb_set(state, '{createdAtMs}', '1000') WHERE approval = $1`,
      [state.id],
    );
    expect(await say(state, approve(state, t.people.ada.id))).toMatchObject({ ok: false, reason: 'expired' });
    expect((await now(state.id)).status).toBe('expired');
    expect(await kinds(state.id)).toEqual(['approval.asked', 'approval.expired', 'refused']);
  });
});

test('attack 19: who is no person (the run, its agent, a worker, the bot) signs nothing, by any event', async () => {
  const state = await ask();
  for (const by of [state.action.run, 'fraud-review', 'countersign', 'system'])
    expect(await say(state, approve(state, by as unknown as PersonId))).toMatchObject({
      ...{ ok: false, reason: 'not_an_approver' },
    });
  const { actionDigest } = state;
  const events: ApprovalEvent[] = [
    { kind: 'execute-begin', actionDigest, preconditionsHold: true },
    { kind: 'execute-done', summary: 'Paid', reference: null },
    { kind: 'grant', grant: 'grt_00000000000000000000000000' },
  ];
  for (const event of events) expect(await say(state, event)).toMatchObject({ ok: false });
  expect(await now(state.id)).toEqual(state);
});

test('attack 38: ten payments of 1,000 at one instant trip the limit of one of 5,000, also those that are asked for later', async () => {
  const [rule] = EXAMPLE_POLICY.rules;
  if (!rule) throw new Error('the example has no rule');
  const amountAbove = { amount: { currency: 'GBP', micros: 5_000_000_000 }, windowMs: 86_400_000 };
  const above = { ...rule, when: { tool: 'refund', amountAbove }, risk: 'high' as const };
  const below = { ...rule, when: { tool: 'refund' }, risk: 'low' as const };
  const rules = [above, below, ...EXAMPLE_POLICY.rules];
  await t.stores.approvals.putPolicy(t.tenant, { ...EXAMPLE_POLICY, version: 3, rules });
  const part = (pounds: number): Parameters<typeof testApproval>[2] => ({
    ...{ tool: 'refund', amount: { currency: 'GBP', micros: pounds * 1_000_000 } },
  });
  const ten = await Promise.all(Array.from({ length: 10 }, () => ask(part(1_000))));
  expect(ten.map(({ risk }) => risk).sort()).toEqual([...times(5, 'high'), ...times(5, 'low')]);
  // Cut as thin as one likes, or into another currency: the sum is the sum, and what cannot be compared is refused.
  expect((await ask(part(0.01))).risk).toBe('high');
  await expect(ask({ ...part(1), amount: { currency: 'EUR', micros: 1 } })).rejects.toThrow(/EUR/);
  // What was asked for first is judged by the sum up to it, so that nobody's own card changes under them.
  const first = ten.find(({ risk }) => risk === 'low');
  expect(first && (await now(first.id)).progress?.needed).toBe(1);
});

describe('an edit', () => {
  const edit = (state: ApprovalState, micros: number) =>
    t.stores.approvals.edit(t.tenant, state.id, {
      by: t.people.sofia.id,
      via: 'slack',
      actionDigest: state.actionDigest,
      cardDigest: null,
      args: { ...state.action.args, amount: { currency: 'GBP', micros } },
      comment: 'The £350 excess was not taken off.',
      successorAmount: { currency: 'GBP', micros },
    });

  test('puts a successor in place in the same transaction and binds the live copies to it', async () => {
    const state = await ask();
    await say(state, approve(state, t.people.ada.id));
    const before = await t.stores.copies.ofSubject(t.tenant, state.id);
    const [copy] = before;
    const leased = await t.stores.copies.lease(t.tenant, copy!.copy, 'sender');
    const edited = await edit(state, 5_830_000_000);
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    const { successor } = edited;
    expect(await now(state.id)).toMatchObject({ status: 'superseded', supersededBy: successor.id });
    expect(await t.stores.copies.ofSubject(t.tenant, state.id)).toEqual([]);
    const moved = await t.stores.copies.ofSubject(t.tenant, successor.id);
    expect(moved.map((c) => c.copy).sort()).toEqual(before.map((c) => c.copy).sort());
    // A sender that was showing the old one meanwhile has shown nothing of the new one.
    expect(leased).toMatchObject({ subject: state.id });
    const shown = await t.stores.copies.shown(t.tenant, copy!.copy, {
      holder: 'sender',
      instead: null,
      message: 'm1',
      version: 2,
      cardDigest: 'c'.repeat(64) as never,
    });
    expect(shown).toEqual({ again: true, lost: false });
    const view = await t.stores.approvals.view(t.tenant, successor.id);
    expect(view?.evidence.title).toBe('Pay £5,830.00 on claim CLM-0847');
    expect(view?.ledger.first).toBe((await t.stores.approvals.view(t.tenant, state.id))?.ledger.first);
    expect(await say(state, approve(state, t.people.ben.id))).toMatchObject({
      ok: false,
      reason: 'superseded',
    });
    expect(await say(successor, approve(successor, t.people.ben.id))).toMatchObject({
      ok: true,
      state: { status: 'approved' },
    });
    expect((await t.stores.ledger.verify(t.tenant, successor.id)).ok).toBe(true);
  });

  test('sent twice makes one successor', async () => {
    const state = await ask();
    const [a, b] = await Promise.all([edit(state, 5_000_000_000), edit(state, 5_000_000_000)]);
    expect([a, b].filter((r) => r.ok && r.successor)).toHaveLength(1);
    expect([a, b].filter((r) => r.ok && r.duplicate)).toHaveLength(1);
  });
});

test('a request is asked once per tool call, however often the activity runs', async () => {
  const run = await startTestRun(t);
  const wanted = testApproval(run, t.people.robin.id);
  const opened = await Promise.all([1, 2, 3, 4].map(() => t.stores.approvals.open(t.tenant, wanted)));
  expect(new Set(opened.map((o) => (o.ok ? o.approval : o.reason))).size).toBe(1);
  const view = await t.stores.runs.view(t.tenant, run);
  expect(view?.approvals).toEqual([expect.objectContaining({ tool: 'settle_claim', signed: 0, needed: 2 })]);
});

test('arguments that Postgres or the digest cannot hold are refused with a sentence, and recorded', async () => {
  const run = await startTestRun(t);
  const odd = testApproval(run, t.people.robin.id, { args: { claim: 'a\u0000b' } });
  expect(await t.stores.approvals.open(t.tenant, odd)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('NUL'),
  });
  const unsafe = testApproval(run, t.people.robin.id, { args: { n: 2 ** 53 } });
  expect(await t.stores.approvals.open(t.tenant, unsafe)).toMatchObject({ ok: false });
  const verified = await t.stores.ledger.verify(t.tenant, run);
  expect(verified.lines.map((l) => l.kind)).toEqual(['run.started', 'refused', 'refused']);
  expect(verified.ok).toBe(true);
});

describe('when the ledger cannot be written', () => {
  const REVOKE = 'REVOKE INSERT ON ledger_bodies FROM countersign_migrator';
  const GRANT = 'GRANT INSERT ON ledger_bodies TO countersign_migrator';

  test('attack 54: nothing is decided and the clicker is told so', async () => {
    const state = await ask();
    const db = await t.as('superuser');
    await db.query(REVOKE);
    const refused = await say(state, approve(state, t.people.ada.id));
    await db.query(GRANT);
    expect(refused).toMatchObject({ ok: false, reason: 'ledger_unwritable', ledgerSeq: 0 });
    expect(await now(state.id)).toEqual(state);
    await expect(db.query(REVOKE).then(() => say(state, { kind: 'timer' }))).resolves.toMatchObject({
      ok: true,
      duplicate: true,
    });
    await expect(say(state, { kind: 'cancel', by: null, reason: 'stop' })).rejects.toThrow();
    await db.query(GRANT);
    expect(await say(state, approve(state, t.people.ada.id))).toMatchObject({ ok: true });
  });

  test('a connection that dies in the middle leaves no half decision, and clicking again works', async () => {
    const state = await ask();
    const db = await t.as('superuser');
    await db.query('BEGIN');
    await db.query('SELECT 1 FROM approvals WHERE approval = $1 FOR UPDATE', [state.id]);
    const waiting = say(state, approve(state, t.people.ada.id));
    const held = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = 'countersign_app'
      AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await db.query(held)).rows.length, { timeout: 90_000 }).toBeGreaterThan(0);
    await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'countersign_app'`,
    );
    await db.query('ROLLBACK');
    expect(await waiting).toMatchObject({ ok: false, reason: 'not_confirmed' });
    // The other connections of the pool died too; each is found out and replaced.
    await expect
      .poll(() => now(state.id).catch(() => null), { timeout: 90_000 })
      .toMatchObject({ signatures: [] });
    expect(await say(state, approve(state, t.people.ada.id))).toMatchObject({ ok: true, duplicate: false });
  });
});
