import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalEvent, ApprovalState } from '../../core/approval/types.ts';
import type { JsonObject, Sha256 } from '../../core/canonical-json.ts';
import type { GrantRequest } from '../../core/grants.ts';
import { GrantId, type ApprovalId, type PersonId } from '../../core/ids.ts';
import { changeArguments, policyDigest } from '../../core/policy-change.ts';
import type { Policy } from '../../core/policy-types.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import {
  openTestStores,
  startTestRun,
  TEST_AGENT,
  testApproval,
  type TestStores,
} from '../../test/test-stores.ts';
import type { NewApproval, OwnRequest } from '../stores.ts';

/** Countersign changed by approval, and what its grants sign: on the real Postgres, without a chat. */
let t: TestStores;
beforeAll(async () => {
  t = await openTestStores();
  const db = await t.as('superuser');
  await db.query(`UPDATE people SET roles = roles || '{admin}' WHERE name LIKE 'Sofia%'`);
  await openUp();
});
afterAll(() => t.close());

const SCHEMA = 'b'.repeat(64) as Sha256;
const HOUR = 3_600_000;

const now = async (id: ApprovalId): Promise<ApprovalState> => (await t.stores.approvals.get(t.tenant, id))!;
const kinds = async (id: ApprovalId) => (await t.stores.ledger.verify(t.tenant, id)).lines.map((l) => l.kind);
const policyNow = async (): Promise<Policy> => (await t.stores.approvals.policy(t.tenant))!;

let keys = 0;
const asking = (change: Partial<OwnRequest>): OwnRequest => ({
  tool: 'create_grant',
  args: {},
  input: null,
  title: 'Change something',
  why: 'It is asked for every day.',
  labels: {},
  requester: t.people.mara,
  source: 'slack',
  dedupeKey: `test ${++keys}`,
  ...change,
});

const approve = (state: ApprovalState, by: PersonId): ApprovalEvent => ({
  ...{ kind: 'approve', by, via: 'slack', actionDigest: state.actionDigest, cardDigest: null, comment: null },
});
const say = (state: Pick<ApprovalState, 'id'>, event: ApprovalEvent) =>
  t.stores.approvals.transition(t.tenant, state.id, event);
const execute = (state: ApprovalState) =>
  say(state, { kind: 'execute-begin', actionDigest: state.actionDigest, preconditionsHold: true });

async function askOwn(change: Partial<OwnRequest>): Promise<ApprovalState> {
  const opened = await t.stores.approvals.openOwn(t.tenant, asking(change));
  if (!opened.ok) throw new Error(`${opened.reason} ${JSON.stringify(opened.detail)}`);
  return now(opened.approval);
}

async function change(after: Policy, more: Partial<OwnRequest> = {}): Promise<Partial<OwnRequest>> {
  const made = changeArguments(await policyNow(), after);
  if (!made.ok) throw new Error(made.why);
  const args = made.args as unknown as JsonObject;
  return { tool: 'change_policy', requester: t.people.ines, args, input: { policy: after }, ...more };
}

const edited = (policy: Policy, edit: (rules: Policy['rules']) => Policy['rules']): Policy => ({
  ...policy,
  version: policy.version + 1,
  rules: edit(structuredClone(policy.rules)),
});

/** Grants are allowed for what can be undone: itself a change of policy that two Admins make. */
async function openUp(): Promise<void> {
  const after = edited(await policyNow(), (rules) =>
    rules.map((rule) => ({
      ...rule,
      require: { ...rule.require, grants: rule.when.effect === 'reversible' },
    })),
  );
  const state = await askOwn(await change(after));
  await say(state, approve(state, t.people.sofia.id));
  await execute(state);
}

const referral = (more: Partial<NewApproval> = {}): Partial<NewApproval> => ({
  tool: 'refer_to_siu',
  toolSchemaHash: SCHEMA,
  effect: 'reversible',
  amount: null,
  args: { claim: 'CLM-0847', reason: 'Two phones' },
  ...more,
});

async function ask(more: Partial<NewApproval> = {}): Promise<ApprovalState> {
  const run = await startTestRun(t);
  const opened = await t.stores.approvals.open(
    t.tenant,
    testApproval(run, t.people.robin.id, referral(more)),
  );
  if (!opened.ok) throw new Error(opened.reason);
  return now(opened.approval);
}

const request = (more: Partial<GrantRequest> = {}): JsonObject => ({
  ...{ agent: 'fraud-review', agent_version: TEST_AGENT.version, connector: 'insurer', tool: 'refer_to_siu' },
  ...{ tool_schema: SCHEMA, team: 'claims', uses: 10, sum: null },
  bounds: { claim: { kind: 'one_of', values: ['CLM-0847', 'CLM-0312'] }, reason: { kind: 'any' } },
  expires_at: new Date(Date.now() + HOUR).toISOString(),
  ...(more as JsonObject),
});

async function grant(more: Partial<GrantRequest> = {}): Promise<GrantId> {
  const state = await askOwn({ args: request(more) });
  await say(state, approve(state, t.people.ines.id));
  const done = await execute(state);
  if (!done.ok) throw new Error(done.reason);
  return GrantId.parse(done.state.execution?.reference);
}

const endAll = async (): Promise<void> => {
  const { grants } = await t.stores.grants.list(t.tenant, { limit: 100 });
  for (const one of grants) await t.stores.grants.revoke(t.tenant, one.grant.id, t.people.ines.id);
};

describe('a change of Countersign itself', () => {
  test('waits for a second person, is done once in one transaction, and ends its run', async () => {
    const first = await ask();
    expect(first.status).toBe('pending');
    const state = await askOwn({ args: request() });
    expect(state).toMatchObject({ status: 'pending', requester: t.people.mara.id, effect: 'reversible' });
    expect(await t.stores.runs.get(t.tenant, state.action.run)).toMatchObject({
      ...{ agent: 'countersign', status: 'waiting' },
    });
    const before = (await t.stores.grants.list(t.tenant, { limit: 100 })).grants.length;
    const early = await execute(state);
    expect(early).toMatchObject({ ok: false, reason: 'wrong_state' });
    expect(await say(state, approve(state, t.people.mara.id))).toMatchObject({ reason: 'own_request' });
    expect(await say(state, approve(state, t.people.ada.id))).toMatchObject({ reason: 'not_an_approver' });
    expect(await say(state, approve(state, t.people.ines.id))).toMatchObject({
      state: { status: 'approved' },
    });
    const tries = await Promise.all(Array.from({ length: 10 }, () => execute(state)));
    expect(tries.filter((one) => one.ok)).toHaveLength(1);
    expect((await t.stores.grants.list(t.tenant, { limit: 100 })).grants).toHaveLength(before + 1);
    const end = await now(state.id);
    expect(end).toMatchObject({ status: 'executed', execution: { attempts: 1 } });
    expect((await kinds(state.id)).filter((kind) => kind !== 'refused')).toEqual([
      'approval.asked',
      'approval.signed',
      'action.intended',
      'action.executed',
    ]);
    expect(await t.stores.runs.get(t.tenant, state.action.run)).toMatchObject({ status: 'done' });
    expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
    await endAll();
  });

  test('the same request twice is one, and one that is declined ends its run', async () => {
    await ask();
    const twice = asking({ args: request() });
    const [one, two] = await Promise.all([
      t.stores.approvals.openOwn(t.tenant, twice),
      t.stores.approvals.openOwn(t.tenant, twice),
    ]);
    expect(one).toEqual(two);
    if (!one.ok) throw new Error(one.reason);
    const state = await now(one.approval);
    await say(state, {
      ...{ kind: 'decline', by: t.people.ines.id, via: 'slack', reason: 'Too wide' },
      ...{ actionDigest: state.actionDigest, cardDigest: null },
    });
    expect(await t.stores.runs.get(t.tenant, one.run)).toMatchObject({ status: 'done' });
  });

  test('is asked only by those who may, whatever the door said, and nothing is written otherwise', async () => {
    const db = await t.as('superuser');
    const count = async () =>
      (await db.query('SELECT (SELECT count(*) FROM runs)::int + (SELECT count(*) FROM approvals)::int AS n'))
        .rows[0];
    const before = await count();
    for (const who of ['robin', 'ada', 'ben'] as const)
      expect(
        await t.stores.approvals.openOwn(t.tenant, asking({ requester: t.people[who], args: request() })),
      ).toMatchObject({ ok: false, reason: 'not_permitted' });
    // A Manager asks for their own team's agents only.
    expect(
      await t.stores.approvals.openOwn(t.tenant, asking({ args: request({ team: 'finance' }) })),
    ).toMatchObject({ ok: false, reason: 'not_permitted' });
    const after = edited(await policyNow(), (rules) => rules.slice(1));
    expect(
      await t.stores.approvals.openOwn(t.tenant, asking(await change(after, { requester: t.people.mara }))),
    ).toMatchObject({ ok: false, reason: 'not_permitted' });
    expect(await count()).toEqual(before);
  });

  test('is not edited, and no agent asks for it', async () => {
    await ask();
    const state = await askOwn({ args: request() });
    const edit = await t.stores.approvals.edit(t.tenant, state.id, {
      ...{ by: t.people.ines.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      ...{ args: request({ uses: 1000 }), successorAmount: null, comment: null },
    });
    expect(edit).toMatchObject({ ok: false, reason: 'arguments_refused' });
    const run = await startTestRun(t);
    for (const forged of [{ connector: 'countersign' }, { agent: 'countersign' }])
      await expect(
        t.stores.approvals.open(
          t.tenant,
          testApproval(run, t.people.robin.id, { tool: 'change_policy', ...forged }),
        ),
      ).rejects.toThrow(/Countersign itself/);
    await say(state, { kind: 'cancel', by: t.people.ines.id, reason: 'x' });
    expect(await t.stores.runs.get(t.tenant, state.action.run)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a change of policy', () => {
  test('by a second Admin, in force at once and recorded; pending requests follow both versions', async () => {
    const waiting = await ask({ args: { claim: 'CLM-0001', reason: 'x' } });
    const before = await policyNow();
    const after = edited(before, (rules) =>
      rules.map((rule) =>
        rule.when.effect === 'reversible'
          ? { ...rule, require: { ...rule.require, stages: [{ ...rule.require.stages[0]!, quorum: 2 }] } }
          : rule,
      ),
    );
    const state = await askOwn(await change(after));
    expect(state.action.args['changes']).toBe('#2 require.stages[1].quorum: 1 → 2');
    expect(await say(state, approve(state, t.people.ines.id))).toMatchObject({ reason: 'own_request' });
    expect(await say(state, approve(state, t.people.mara.id))).toMatchObject({ reason: 'not_an_approver' });
    await say(state, approve(state, t.people.sofia.id));
    expect(await policyNow()).toEqual(before);
    expect(await execute(state)).toMatchObject({ ok: true, state: { status: 'executed' } });
    expect(await policyNow()).toEqual(after);
    expect(await say(waiting, approve(waiting, t.people.ada.id))).toMatchObject({
      state: { status: 'pending' },
    });
    expect(await say(waiting, approve(waiting, t.people.ben.id))).toMatchObject({
      state: { status: 'approved' },
    });
    const { history } = await t.stores.policies.view(t.tenant);
    expect(history[0]).toMatchObject({ version: after.version, approval: state.id, by: t.people.ines.id });
    await say({ id: (await back(before)).id }, { kind: 'timer' });
  });

  /** Puts the rules of before in force again. */
  async function back(to: Policy): Promise<ApprovalState> {
    const state = await askOwn(await change({ ...to, version: (await policyNow()).version + 1 }));
    await say(state, approve(state, t.people.sofia.id));
    await execute(state);
    return state;
  }

  test('of two at once the second is stale: refused when asked, lapsed when signed', async () => {
    const before = await policyNow();
    const [one, two] = [60, 80].map((hours) =>
      edited(before, (rules) =>
        rules.map((rule) => ({ ...rule, require: { ...rule.require, expireAfterMs: hours * HOUR } })),
      ),
    ) as [Policy, Policy];
    const stale = await change(two);
    const first = await askOwn(await change(one));
    const second = await askOwn(stale);
    for (const state of [first, second]) await say(state, approve(state, t.people.sofia.id));
    await execute(first);
    expect(await execute(second)).toMatchObject({ ok: false, reason: 'preconditions_failed' });
    expect((await now(second.id)).status).toBe('lapsed');
    expect(await policyNow()).toEqual(one);
    expect(await t.stores.approvals.openOwn(t.tenant, asking(stale))).toMatchObject({
      ...{ ok: false, reason: 'arguments_refused', detail: { why: 'policy-stale' } },
    });
    await back(before);
  });

  test('that hides a difference, or another policy behind the arguments, is refused', async () => {
    const before = await policyNow();
    const shown = edited(before, (rules) =>
      rules.map((r) => ({ ...r, require: { ...r.require, expireAfterMs: 70 * HOUR } })),
    );
    const hidden = edited(shown, (rules) => rules.map((r) => ({ ...r, risk: 'low' })));
    const honest = await change(shown);
    const tampered: Partial<OwnRequest>[] = [
      { ...honest, input: { policy: { ...hidden, version: shown.version } } },
      { ...honest, args: { ...honest.args, digest: policyDigest({ ...hidden, version: shown.version }) } },
      { ...honest, args: { ...honest.args, changes: 'nothing of note' } },
      { ...honest, input: { policy: { ...shown, extra: 1 } } },
    ];
    for (const one of tampered)
      expect(await t.stores.approvals.openOwn(t.tenant, asking(one))).toMatchObject({
        ...{ ok: false, reason: 'arguments_refused', detail: { why: 'policy-damaged' } },
      });
    // Behind a signed request nobody swaps the policy either: it lies sealed, and cannot be written again.
    const state = await askOwn(honest);
    const app = await t.as('app');
    await app.query(`SELECT set_config('app.tenant', $1, false)`, [t.tenant]);
    await expect(
      app.query(`UPDATE payloads SET sealed = '' WHERE ref = $1`, [`${state.action.run}/input`]),
    ).rejects.toThrow(/permission denied/);
    await say(state, { kind: 'cancel', by: t.people.ines.id, reason: 'x' });
  });

  test('that cannot be met is refused before anybody is asked', async () => {
    const before = await policyNow();
    const wanting = edited(before, (rules) =>
      rules.map((r) => ({
        ...r,
        require: { ...r.require, stages: [{ ...r.require.stages[0]!, quorum: 9 }] },
      })),
    );
    const refused = await t.stores.approvals.openOwn(t.tenant, asking(await change(wanting)));
    expect(refused).toMatchObject({ ok: false, reason: 'policy_unmet' });
    const { findings } = (refused as unknown as { detail: { findings: string } }).detail;
    expect(JSON.parse(findings)).toContainEqual(
      expect.objectContaining({
        what: 'too-few',
        detail: expect.objectContaining({ quorum: 9, eligible: 4 }),
      }),
    );
  });

  test('by an Admin who is alone is asked of nobody', async () => {
    const db = await t.as('superuser');
    await db.query(`UPDATE people SET roles = array_remove(roles, 'admin') WHERE name LIKE 'Sofia%'`);
    const after = edited(await policyNow(), (rules) => rules.slice(0, 1));
    expect(await t.stores.approvals.openOwn(t.tenant, asking(await change(after)))).toMatchObject({
      ...{ ok: false, reason: 'policy_unmet' },
    });
    await db.query(`UPDATE people SET roles = roles || '{admin}' WHERE name LIKE 'Sofia%'`);
  });
});

describe('a grant', () => {
  test('signs what lies within it, names itself in the ledger, and asks nobody', async () => {
    await ask();
    const id = await grant();
    const state = await ask();
    expect(state).toMatchObject({ status: 'approved', grant: id, signatures: [] });
    expect(await kinds(state.id)).toEqual(['approval.asked', 'approval.granted']);
    const copies = await t.stores.copies.ofSubject(t.tenant, state.id);
    expect(copies.every(({ person }) => person === null)).toBe(true);
    expect(await execute(state)).toMatchObject({ ok: true, state: { status: 'executing' } });
    expect(await t.stores.grants.get(t.tenant, id)).toMatchObject({ uses: 1, revoked: false });
    await endAll();
  });

  test('attack 62: another version, bounds, schema, low confidence, spent, expired or revoked ask a person', async () => {
    const id = await grant({ uses: 2 });
    const outside: Partial<NewApproval>[] = [
      { agentVersion: '9.9.9' },
      { toolSchemaHash: 'c'.repeat(64) as Sha256 },
      { connector: 'other' },
      { args: { claim: 'CLM-0001', reason: 'x' } },
      { args: { claim: 'CLM-0847', reason: 'x', extra: 'y' } },
      { lowConfidence: true },
    ];
    for (const one of outside)
      expect(await ask(one), JSON.stringify(one)).toMatchObject({ status: 'pending', grant: null });
    expect(await ask()).toMatchObject({ grant: id });
    expect(await ask()).toMatchObject({ grant: id });
    expect(await ask()).toMatchObject({ status: 'pending', grant: null });
    const revoked = await grant();
    const signed = await ask();
    expect(signed.grant).toBe(revoked);
    expect(await t.stores.grants.revoke(t.tenant, revoked, t.people.ines.id)).toBe(true);
    expect(await t.stores.grants.revoke(t.tenant, revoked, t.people.ines.id)).toBe(false);
    expect(await ask()).toMatchObject({ grant: null });
    // Signed by it, not begun: it signs for nothing any more.
    expect(await execute(signed)).toMatchObject({ ok: false, reason: 'policy_unmet' });
    expect((await now(signed.id)).status).toBe('lapsed');
    const expired = await grant();
    const db = await t.as('superuser');
    await db.query(
      `UPDATE grants SET doc = jsonb_set(doc, '{request,expires_at}', to_jsonb('2026-01-01T00:00:00Z'::text)) WHERE grant_id = $1`,
      [expired],
    );
    expect(await ask()).toMatchObject({ grant: null });
    await endAll();
  });

  test('a hundred uses at one instant of a grant with ten left: exactly ten', async () => {
    const id = await grant({ uses: 10 });
    const runs = await Promise.all(Array.from({ length: 100 }, () => startTestRun(t)));
    const opened = await Promise.all(
      runs.map((run) => t.stores.approvals.open(t.tenant, testApproval(run, t.people.robin.id, referral()))),
    );
    const states = await Promise.all(opened.map(async (one) => (one.ok ? now(one.approval) : null)));
    expect(states.filter((state) => state?.grant === id)).toHaveLength(10);
    expect(states.filter((state) => state?.status === 'pending')).toHaveLength(90);
    expect(await t.stores.grants.get(t.tenant, id)).toMatchObject({ uses: 10 });
    expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
    await endAll();
  });

  test('sums are capped over the window, whatever comes at once', async () => {
    const paid = (micros: number): Partial<NewApproval> => ({
      tool: 'refund',
      args: { amount: { currency: 'GBP', micros } },
      amount: { currency: 'GBP', micros },
    });
    await ask(paid(1_000_000));
    expect(
      await t.stores.approvals.openOwn(t.tenant, asking({ args: request({ tool: 'refund' }) })),
    ).toMatchObject({ ok: false, detail: { why: 'grant-needs-sum' } });
    const id = await grant({
      tool: 'refund',
      uses: 100,
      bounds: { amount: { kind: 'range', min: null, max: { currency: 'GBP', micros: 3_000_000 } } },
      sum: { amount: { currency: 'GBP', micros: 10_000_000 }, hours: 24 },
    });
    const states = await Promise.all(Array.from({ length: 20 }, () => ask(paid(3_000_000))));
    expect(states.filter(({ grant: by }) => by === id)).toHaveLength(3);
    expect(await ask(paid(1_000_000))).toMatchObject({ grant: id });
    expect(await ask(paid(1_000_000))).toMatchObject({ grant: null });
    const db = await t.as('superuser');
    await db.query(`UPDATE grant_uses SET used_at = used_at - interval '25 hours'`);
    expect(await ask(paid(3_000_000))).toMatchObject({ grant: id });
    await endAll();
  });

  test('is refused for what cannot be undone, what nobody saw, and where policy allows none', async () => {
    await ask({ tool: 'settle_claim', effect: 'irreversible' });
    const refusals = await Promise.all(
      [
        { tool: 'settle_claim' },
        { tool: 'never_asked' },
        { expires_at: '2026-01-01T00:00:00Z' },
        { uses: 0 },
      ].map((more) => t.stores.approvals.openOwn(t.tenant, asking({ args: request(more) }))),
    );
    expect(refusals.map((one) => (one.ok ? 'asked' : one.reason))).toEqual([
      'grant_not_allowed',
      'arguments_refused',
      'arguments_refused',
      'arguments_refused',
    ]);
  });

  test('of another company does not exist here', async () => {
    const id = await grant();
    const app = await t.as('app');
    await app.query(`SELECT set_config('app.tenant', 'other-insurer', false)`);
    expect((await app.query('SELECT 1 FROM grants')).rows).toEqual([]);
    expect((await app.query('SELECT 1 FROM grant_uses')).rows).toEqual([]);
    await app.query(`SELECT set_config('app.tenant', $1, false)`, [t.tenant]);
    // Nor are its words ever changed, or a use taken back.
    await expect(app.query(`UPDATE grants SET doc = '{}'`)).rejects.toThrow(/permission denied/);
    await expect(app.query('DELETE FROM grant_uses')).rejects.toThrow(/permission denied/);
    await t.stores.grants.revoke(t.tenant, id, t.people.ines.id);
    expect(EXAMPLE_POLICY.rules).toHaveLength(2);
  });
});
