import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agents } from '../../agents/index.ts';
import type { Connectors, GrantedTool, ToolAnswer, ToolCall } from '../../connectors/client.ts';
import type { ToolGrant } from '../../connectors/definition.ts';
import { actionDigest } from '../../core/action.ts';
import type { ApprovalRef } from '../../core/activities.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { OpenStores } from '../../platform/open-store.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { createExecuteActivities } from './execute-activities.ts';

let base: TestStores;
beforeAll(async () => {
  base = await openTestStores();
});
afterAll(() => base.close());

const HASH = 'a'.repeat(64) as Sha256;
const DONE: ToolAnswer = {
  ok: true,
  structured: { summary: 'Paid', reference: 'PAY-1' },
  text: '',
  latencyMs: 1,
};
const lost = (kind: 'away' | 'in-doubt' | 'said-no'): ToolAnswer => ({
  ok: false,
  kind,
  reason: 'why',
  latencyMs: 1,
});

/** A target whose answers are scripted; what was called is written down. */
let calls: ToolCall[] = [];
let answers: ToolAnswer[] = [];
let offered: Partial<GrantedTool> | null = {};
let grant: Partial<ToolGrant> = {};
const connectors: Connectors = {
  async tools() {
    if (!offered) return [];
    const granted: ToolGrant = { effect: 'irreversible', idempotent: true, timeoutMs: 1000, ...grant };
    return [{ connector: 'insurer', connectorLabel: '', name: 'settle_claim', description: '', inputSchema: {}, schemaHash: HASH, check: () => null, grant: granted, ...offered }]; // prettier-ignore
  },
  async call(call) {
    calls.push(call);
    return answers.shift() ?? DONE;
  },
  grantOf: () => null,
  close: async () => {},
};

beforeEach(() => {
  calls = [];
  answers = [];
  offered = {};
  grant = {};
});

const activities = (stores: OpenStores = base.stores, environmentAgents = agents) =>
  createExecuteActivities({
    stores,
    connectors,
    agents: (name) => {
      const contract = environmentAgents.find((agent) => agent.name === name);
      return contract ? { contract, prompt: '' } : null;
    },
    nowMs: () => Date.now(),
  });

async function approved(): Promise<ApprovalRef> {
  const { stores, tenant, people } = base;
  const run = await startTestRun(base);
  const opened = await stores.approvals.open(tenant, testApproval(run, people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  const ref = { tenant, approval: opened.approval };
  for (const { id: by } of [people.ada, people.ben]) {
    const state = await stores.approvals.get(tenant, opened.approval);
    const said = await stores.approvals.transition(tenant, opened.approval, { kind: 'approve', by, via: 'api', actionDigest: state!.actionDigest, cardDigest: null, comment: null }); // prettier-ignore
    if (!said.ok) throw new Error(said.reason);
  }
  return ref;
}

async function stateOf(ref: ApprovalRef): Promise<ApprovalState> {
  const state = await base.stores.approvals.get(ref.tenant, ref.approval);
  if (state === null) throw new Error('no such approval');
  return state;
}
const statusOf = async (ref: ApprovalRef) => (await stateOf(ref)).status;

describe('running a signed action', () => {
  test('calls once with the approval as key, and a repeat only reports', async () => {
    const ref = await approved();
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
    expect(calls.map((c) => c.meta)).toEqual([{ idempotencyKey: ref.approval, correlationId: ref.approval }]);
  });

  test('the intent is in the ledger before the call', async () => {
    const ref = await approved();
    let before: string | undefined;
    const spy = {
      ...connectors,
      call: async (c: ToolCall) => ((before = await statusOf(ref)), connectors.call(c)),
    };
    const edges = { stores: base.stores, connectors: spy, agents: () => ({ contract: agents[0]!, prompt: '' }), nowMs: Date.now }; // prettier-ignore
    await createExecuteActivities(edges).executeAction(ref);
    expect(before).toBe('executing');
  });

  /** The process ends between the call and its record. */
  async function dies(ref: ApprovalRef): Promise<void> {
    const { approvals } = base.stores;
    const dying: OpenStores = {
      ...base.stores,
      approvals: {
        ...approvals,
        transition: (t, id, event) =>
          event.kind === 'execute-done'
            ? Promise.reject(new Error('killed'))
            : approvals.transition(t, id, event),
      },
    };
    await expect(activities(dying).executeAction(ref)).rejects.toThrow('killed');
    expect(await statusOf(ref)).toBe('executing');
  }

  test('killed between the call and its record: the same key again', async () => {
    const ref = await approved();
    await dies(ref);
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
    expect(new Set(calls.map((c) => c.meta?.['idempotencyKey']))).toEqual(new Set([ref.approval]));
    expect(calls).toHaveLength(2);
  });

  test('no answer: tried again with the same key, never left as failed', async () => {
    const ref = await approved();
    answers = [lost('in-doubt'), lost('away')];
    await expect(activities().executeAction(ref)).rejects.toThrow(/same key/);
    await expect(activities().executeAction(ref)).rejects.toThrow(/same key/);
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
    expect(calls).toHaveLength(3);
  });

  test('without a key or a look-up a doubt is unknown, and nothing is called again', async () => {
    const ref = await approved();
    grant = { idempotent: false };
    answers = [lost('in-doubt')];
    expect(await activities().executeAction(ref)).toEqual({ status: 'unknown' });
    expect(await activities().executeAction(ref)).toEqual({ status: 'unknown' });
    expect(calls).toHaveLength(1);
  });

  test('without a key the look-up decides what a crash left open', async () => {
    grant = { idempotent: false, lookup: 'find_action' };
    const found = (data: object): ToolAnswer => ({ ok: true, structured: { data: { ...data }, sources: [] }, text: '', latencyMs: 1 }); // prettier-ignore
    const ref = await approved();
    answers = [lost('in-doubt'), found({ found: true, summary: 'Paid', reference: 'PAY-7' })];
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
    expect(calls.map((c) => c.tool)).toEqual(['settle_claim', 'find_action']);

    const other = await approved();
    answers = [lost('in-doubt'), found({ found: false })];
    expect(await activities().executeAction(other)).toEqual({ status: 'unknown' });
  });

  test('a refusal of the system is a failure that changed nothing', async () => {
    const ref = await approved();
    answers = [lost('said-no')];
    expect(await activities().executeAction(ref)).toEqual({ status: 'failed' });
  });

  test.each([
    ['its schema changed since it was shown', () => (offered = { schemaHash: 'b'.repeat(64) as Sha256 })],
    ['the tool is gone', () => (offered = null)],
    ['it is graver now than what was signed', () => (grant = { effect: 'reversible' })],
    [
      'its amount is not what policy was chosen by',
      () => (grant = { amountOf: () => ({ currency: 'GBP', micros: 1 }) }),
    ],
    ['its arguments do not fit any more', () => (offered = { check: () => 'no' })],
  ])('is not run when %s', async (_why, change) => {
    const ref = await approved();
    change();
    expect(await activities().executeAction(ref)).toEqual({ status: 'lapsed' });
    expect(calls).toEqual([]);
  });

  /** Whoever can write to the database changes what was signed; what was signed does not run, and neither does the other. */
  const rewrite = async (ref: ApprovalRef, path: string, value: unknown): Promise<void> => {
    const db = await base.as('superuser');
    await db.query(`UPDATE approvals SET state = jsonb_set(state, $2, $3) WHERE approval = $1`, [
      ...[ref.approval, path, JSON.stringify(value)],
    ]);
  };
  const refusals = async (ref: ApprovalRef): Promise<string[]> =>
    (await base.stores.ledger.verify(base.tenant, ref.approval)).lines
      .filter(({ kind }) => kind === 'refused')
      .map(({ sentence }) => sentence);

  test('attack 26: arguments that changed after the approval', async () => {
    const ref = await approved();
    await rewrite(ref, '{action,args,amount,micros}', 9_180_000_000);
    await rewrite(ref, '{amount,micros}', 9_180_000_000);
    expect(await activities().executeAction(ref)).toEqual({ status: 'approved' });
    expect(calls).toEqual([]);
    expect(await refusals(ref)).toEqual([expect.stringMatching(/not what would run/)]);
  });

  describe('attack 26: the row, its digest and its signatures changed together, past the one writer', () => {
    const lapses = async (ref: ApprovalRef): Promise<void> => {
      expect(await activities().executeAction(ref)).toEqual({ status: 'lapsed' });
      expect(calls).toEqual([]);
      expect(await refusals(ref)).toEqual([expect.stringMatching(/not what the ledger says was signed/)]);
    };

    test('another amount, with a digest that fits it', async () => {
      const ref = await approved();
      await rewrite(ref, '{action,args,amount,micros}', 9_180_000_000);
      await rewrite(ref, '{amount,micros}', 9_180_000_000);
      const { action } = await stateOf(ref);
      await rewrite(ref, '{actionDigest}', actionDigest(action));
      await lapses(ref);
    });

    test('a signature that nobody gave', async () => {
      const ref = await approved();
      const { signatures } = await stateOf(ref);
      const forged = { ...signatures[0], person: base.people.mara.id };
      await rewrite(ref, '{signatures}', [...signatures.slice(1), forged]);
      await lapses(ref);
    });

    test('a call that was begun is not made again with other arguments', async () => {
      const ref = await approved();
      await dies(ref);
      await rewrite(ref, '{action,args,note}', 'Pay it to somebody else.');
      await rewrite(ref, '{actionDigest}', actionDigest((await stateOf(ref)).action));
      expect(await activities().executeAction(ref)).toEqual({ status: 'unknown' });
      expect(calls).toHaveLength(1);
    });

    test('an entry of the ledger changed as well', async () => {
      const ref = await approved();
      const db = await base.as('superuser');
      await db.query(
        `UPDATE ledger_bodies SET body = replace(body, '"signed":1', '"signed":2') WHERE (tenant, seq) IN
          (SELECT tenant, seq FROM ledger_entries WHERE subject = $1 AND kind = 'approval.signed')`,
        [ref.approval],
      );
      await lapses(ref);
    });
  });

  test.each([
    ['tool', '{action,tool}', 'deny_claim'],
    ['connector', '{action,connector}', 'bank'],
    ['run, as of a child', '{action,run}', null],
    ['request', '{action,approval}', 'apr_00000000000000000000000000'],
  ])('attack 37: a signature for another %s', async (_what, path, other) => {
    const ref = await approved();
    await rewrite(ref, path, other ?? (await startTestRun(base)));
    expect(await activities().executeAction(ref)).toEqual({ status: 'approved' });
    expect(calls).toEqual([]);
    expect(await refusals(ref)).toEqual([expect.stringMatching(/not what would run/)]);
  });

  test('attack 54: nothing is called while the ledger cannot be written, and once it can, it runs', async () => {
    const ref = await approved();
    const db = await base.as('superuser');
    await db.query('REVOKE INSERT ON ledger_bodies FROM countersign_migrator');
    await expect(activities().executeAction(ref)).rejects.toThrow(/permission denied/);
    await db.query('GRANT INSERT ON ledger_bodies TO countersign_migrator');
    expect(calls).toEqual([]);
    expect(await statusOf(ref)).toBe('approved');
    expect(await activities().executeAction(ref)).toEqual({ status: 'executed' });
  });

  test('is not run for an agent that may not use the tool any more', async () => {
    const ref = await approved();
    const spy = { ...connectors, tools: async (...[, allowed]: Parameters<Connectors['tools']>) => (Object.keys(allowed).length > 0 ? connectors.tools(base.tenant, allowed) : []) }; // prettier-ignore
    const edges = { stores: base.stores, connectors: spy, agents: () => null, nowMs: Date.now };
    expect(await createExecuteActivities(edges).executeAction(ref)).toEqual({ status: 'lapsed' });
    expect(calls).toEqual([]);
  });

  test('a pending or declined approval runs nothing', async () => {
    const { stores, tenant, people } = base;
    const run = await startTestRun(base);
    const opened = await stores.approvals.open(tenant, testApproval(run, people.robin.id));
    if (!opened.ok) throw new Error(opened.reason);
    expect(await activities().executeAction({ tenant, approval: opened.approval })).toEqual({
      status: 'pending',
    });
    expect(calls).toEqual([]);
  });

  test('twenty workers at once begin it once', async () => {
    const ref = await approved();
    await Promise.allSettled(Array.from({ length: 20 }, () => activities().executeAction(ref)));
    expect(await statusOf(ref)).toBe('executed');
    expect(new Set(calls.map((c) => c.meta?.['idempotencyKey']))).toEqual(new Set([ref.approval]));
  });
});
