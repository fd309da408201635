import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import type { ApprovalId } from '../core/ids.ts';
import { firing } from '../core/incident/examples.ts';
import { OWN } from '../core/own-actions.ts';
import { stepBack } from '../core/versions.ts';
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
      { timeout: 90_000 },
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

test('a roll back that was signed survives whoever is to carry it out: killed before it is written, replaced, killed after it is', async () => {
  const { stores, tenant, people } = world;
  const played = { agent: 'fraud-review', environment: 'production' } as const;
  const place = { ...played, known: ['1.0.0', '1.1.0'] };
  for (const active of ['1.0.0', '1.1.0'])
    await stores.versions.set(tenant, {
      ...place,
      known: ['1.0.0', '1.1.0'],
      active,
      next: null,
      percent: 0,
    });
  const before = await stores.versions.read(tenant, place);
  const step = before && stepBack(before);
  if (!step) throw new Error('there is nothing to go back to');
  await stores.incidents.observe(tenant, [firing({ agent: place.agent, fingerprint: 'faithfulness/own' })]);
  const [incident] = await stores.incidents.open(tenant);
  const args: JsonObject = {
    ...{ ...played, team: 'claims', revision: before.revision, from_version: step.from },
    ...{ share: step.share, to_version: step.to },
  };
  const opened = await stores.approvals.openOwn(tenant, {
    ...{ tool: 'roll_back_version', args, input: null, title: 'Roll back', labels: {} },
    ...{ why: `It says what is not so (${incident?.id})`, requester: people.robin, source: 'slack' },
    dedupeKey: 'a roll back that is killed',
  });
  if (!opened.ok) throw new Error(opened.reason);

  const { approvals } = stores;
  const real = approvals.transition.bind(approvals);
  let kill: 'before' | 'after' | 'no' = 'before';
  const killed: string[] = [];
  const dying: typeof real = async (...given) => {
    if (given[2].kind !== 'execute-begin' || kill === 'no') return real(...given);
    killed.push(kill);
    if (kill === 'after') {
      kill = 'no';
      await real(...given);
    }
    throw new Error('killed');
  };
  Object.assign(approvals, { transition: dying });
  await world.sign(opened.approval, 'mara');
  await expect.poll(() => killed.length, { timeout: 60_000 }).toBeGreaterThan(0);
  expect((await approvals.get(tenant, opened.approval))?.status).toBe('approved');
  expect((await stores.versions.read(tenant, place))?.active).toBe('1.1.0');
  await world.restart();
  kill = 'after';
  await untilSettled(opened.approval);
  await world.until(opened.run, (view) => view.status === 'done');
  Object.assign(approvals, { transition: real });
  expect(killed.filter((when) => when === 'after')).toEqual(['after']);
  expect(await stores.versions.read(tenant, place)).toMatchObject({
    ...{ active: '1.0.0', next: null, revision: before.revision + 1 },
  });
  const written = await (
    await world.as('superuser')
  ).query(
    `SELECT kind FROM ledger_entries WHERE subject = $1 AND kind SIMILAR TO '(approval|action).%' ORDER BY seq`,
    [opened.approval],
  );
  expect(written.rows.map(({ kind }: { kind: string }) => kind)).toEqual([
    'approval.asked',
    'approval.signed',
    'action.intended',
    'action.executed',
  ]);
});
