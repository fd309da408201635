import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import type { ApprovalId } from '../core/ids.ts';
import { OWN } from '../core/own-actions.ts';
import { agents } from '../agents/index.ts';
import { connectors } from '../connectors/registry.ts';
import { EXAMPLE_POLICY } from '../local/example/example.ts';
import { openWorld, type World } from '../test/worker-world.ts';

/** A claim that the rehearsal model hands to the special investigation unit, and is sure of it. */
const REFERRED = 'CLM-0812';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function untilSettled(id: ApprovalId): Promise<ApprovalState> {
  let state: ApprovalState | null = null;
  await expect
    .poll(
      async () => {
        state = await world.stores.approvals.get(world.tenant, id);
        return state?.status;
      },
      { timeout: 45_000 },
    )
    .toBe('executed');
  if (state === null) throw new Error('it is gone');
  return state;
}

test('no agent and no connector takes the name that stands for Countersign itself', () => {
  expect(agents.map(({ name }) => name)).not.toContain(OWN.agent);
  expect(connectors.map(({ name }) => name)).not.toContain(OWN.connector);
});

test('a grant that people signed is made by its own workflow, and then signs what an agent asks, which runs once', async () => {
  const { stores, tenant, people } = world;
  const rules = EXAMPLE_POLICY.rules.map((rule) => ({
    ...rule,
    require: { ...rule.require, grants: rule.when.effect === 'reversible' },
  }));
  await stores.approvals.putPolicy(tenant, { ...EXAMPLE_POLICY, version: 2, rules });
  const first = await world.untilAsked(await world.ask(REFERRED));
  expect(first.action.tool).toBe('refer_to_siu');
  const { agentVersion, connector, tool, toolSchemaHash } = first.action;
  const args: JsonObject = {
    ...{ agent: 'fraud-review', agent_version: agentVersion, connector, tool, tool_schema: toolSchemaHash },
    ...{ team: 'claims', uses: 1, sum: null, bounds: { claim: { kind: 'any' }, reason: { kind: 'any' } } },
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const opened = await stores.approvals.openOwn(tenant, {
    ...{ tool: 'create_grant', args, input: null, title: 'Grant', why: 'Every day', labels: {} },
    ...{ requester: people.mara, source: 'slack', dedupeKey: 'own actions' },
  });
  if (!opened.ok) throw new Error(opened.reason);
  await world.sign(opened.approval, 'ines');
  const made = await untilSettled(opened.approval);
  await world.until(opened.run, (view) => view.status === 'done');

  const second = await world.ask(REFERRED);
  const view = await world.until(second, (one) => one.finishedAtMs !== null);
  expect(view.approvals).toMatchObject([{ status: 'executed', tool: 'refer_to_siu', signed: 0 }]);
  const signed = await stores.approvals.get(tenant, view.approvals[0]!.id);
  expect(signed).toMatchObject({ grant: made.execution?.reference, signatures: [] });
  const { grants } = await stores.grants.list(tenant, { limit: 10 });
  expect(grants).toMatchObject([{ uses: 1, revoked: false }]);
  expect(await stores.ledger.verify(tenant)).toMatchObject({ ok: true });
});
