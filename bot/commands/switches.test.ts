import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fraudReview } from '../../agents/fraud-review/agent.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { addOtherTenant, startBotKit, type BotKit } from '../../test/bot-kit.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
});
afterAll(() => world.close());
afterEach(async () => {
  const { stores, tenant, people } = world.kit;
  await stores.switches.lift(tenant, people.ines.id);
  await stores.switches.resume(tenant, 'fraud-review', people.ines.id);
});

const held = () => world.kit.stores.switches.read(world.kit.tenant);

const sign = (asked: ApprovalState, who: 'ada' | 'sofia') =>
  world.kit.stores.approvals.transition(world.kit.tenant, asked.id, {
    ...{ kind: 'approve', by: world.kit.people[who].id, via: 'slack', comment: null, cardDigest: null },
    actionDigest: asked.actionDigest,
  });

/** What the workflow does once an approval is signed, up to the call itself. */
const begin = (asked: ApprovalState) =>
  world.kit.stores.approvals.transition(world.kit.tenant, asked.id, {
    ...{ kind: 'execute-begin', preconditionsHold: true },
    actionDigest: asked.actionDigest,
  });

/** The newest entries that are no news about cards, oldest first. */
async function lastEntries(count: number): Promise<string[]> {
  const { ledger } = world.kit.stores;
  const lines = (await ledger.verify(world.kit.tenant)).lines.filter(({ kind }) => !kind.startsWith('card.'));
  return lines.slice(-count).map(({ sentence }) => sentence);
}

async function signalsTo(id: string): Promise<number> {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM outbox WHERE topic = 'signals' AND key = $1`,
    [id],
  );
  return rows[0]?.n ?? 0;
}

describe.each(['Slack', 'Teams'] as const)('in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);

  test('agents: version, class, owner, and whether each is paused, for everyone', async () => {
    const listed = await type('ben', 'agents');
    expect(listed).toContain(`fraud-review ${fraudReview.version}`);
    expect(listed).toMatch(/standard · production · of claims/);
    expect(listed).toMatch(/All agents may start/);
    await world.kit.stores.switches.pause(world.kit.tenant, 'fraud-review', world.kit.people.mara.id);
    const paused = await type('ben', 'agents');
    expect(paused).toMatch(/1 agent paused/);
    expect(paused).toMatch(/Mara Lindqvist|U08MARA/);
  });

  test('pause: nothing starts, is signed or begins; what is open stays open', async () => {
    const [open, signed] = [await world.ask(), await world.ask({ effect: 'reversible' })];
    expect(await sign(signed, 'ada')).toMatchObject({ ok: true, state: { status: 'approved' } });
    expect(await type('robin', 'pause fraud-review')).toMatch(/1 agent paused/);
    expect((await held()).paused.get('fraud-review')?.by?.name).toBe('Robin Reyes');
    expect(await lastEntries(1)).toEqual(['Robin Reyes paused fraud-review.']);

    const before = await world.counts();
    expect(await type('robin', 'run fraud-review CLM-0847')).toMatch(
      /The agent \\?"fraud-review\\?" is paused, so nothing may start/,
    );
    expect(await world.counts()).toEqual({
      ...before,
      ledger: before.ledger + 1,
      refused: before.refused + 1,
    });
    expect(await sign(open, 'ada')).toMatchObject({ ok: false, reason: 'agent_paused' });
    expect(await begin(signed)).toMatchObject({ ok: false, reason: 'agent_paused' });
    expect([(await world.approval(open.id)).status, (await world.approval(signed.id)).status]).toEqual([
      'pending',
      'approved',
    ]);
  });

  test('resume: what was signed is looked at again at once, and runs start', async () => {
    const signed = await world.ask({ effect: 'reversible' });
    await sign(signed, 'ada');
    await type('robin', 'pause fraud-review');
    const before = await signalsTo(signed.id);
    expect(await type('mara', 'resume Fraud-Review')).toMatch(/All agents may start/);
    expect(await signalsTo(signed.id)).toBe(before + 1);
    expect(await begin(signed)).toMatchObject({ ok: true, state: { status: 'executing' } });
    expect(await type('robin', 'run fraud-review CLM-0847')).toMatch(/fraud-review on CLM-0847/);
    expect(await lastEntries(4)).toContain('Mara Lindqvist resumed fraud-review.');
  });

  test('pause and resume twice are one entry each', async () => {
    await type('robin', 'pause fraud-review');
    const paused = await world.counts();
    await type('mara', 'pause fraud-review');
    expect(await world.counts()).toEqual(paused);
    expect((await held()).paused.get('fraud-review')?.by?.name).toBe('Robin Reyes');
    await type('mara', 'resume fraud-review');
    await type('mara', 'resume fraud-review');
    expect((await world.counts()).ledger).toBe(paused.ledger + 1);
  });

  test('an operator may pause and not resume; an approver neither; each refusal is in the ledger', async () => {
    const before = await world.counts();
    await type('robin', 'pause fraud-review');
    expect(await type('robin', 'resume fraud-review')).toMatch(/Your roles do not allow that \(resume/);
    expect(await type('ada', 'pause fraud-review')).toMatch(/Your roles do not allow that \(pause/);
    expect(await type('ada', 'resume everything')).toMatch(/Your roles do not allow that/);
    expect((await held()).paused.has('fraud-review')).toBe(true);
    expect((await world.counts()).refused).toBe(before.refused + 3);
  });

  test("a manager of another team may not pause this team's agent", async () => {
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET team = 'motor' WHERE email LIKE 'mara.%'`);
    expect(await type('mara', 'pause fraud-review')).toMatch(/Your roles do not allow that/);
    await db.query(`UPDATE people SET team = 'claims' WHERE email LIKE 'mara.%'`);
    expect((await held()).paused.size).toBe(0);
  });

  test('the nearest agent and verb are offered, a missing agent asked for', async () => {
    expect(await type('robin', 'pause fruad-reveiw')).toMatch(/Did you mean \\?"fraud-review/);
    expect(await type('mara', 'resmue')).toMatch(/Did you mean \\?"resume/);
    expect(await type('robin', 'help pause')).toMatch(/Holds an agent/);
    await type('robin', 'pause');
    await chats[chat].fillIn('robin', { agent: 'fraud-review' });
    expect((await held()).paused.has('fraud-review')).toBe(true);
    await type('mara', 'resume');
    await chats[chat].fillIn('mara', { agent: 'fraud-review' });
    expect((await held()).paused.size).toBe(0);
  });

  test('stop: nothing starts, is signed or begins, whatever is resumed; a Manager lifts it by name', async () => {
    const [open, signed] = [await world.ask(), await world.ask({ effect: 'reversible' })];
    await sign(signed, 'ada');
    expect(await type('mara', 'stop payouts go to a wrong account')).toMatch(/Everything is stopped/);
    expect(await lastEntries(1)).toEqual([
      'Mara Lindqvist stopped everything: payouts go to a wrong account',
    ]);
    const stopped = /Everything is stopped for your company/;
    expect(await type('robin', 'run fraud-review CLM-0847')).toMatch(stopped);
    expect(await sign(open, 'ada')).toMatchObject({ ok: false, reason: 'tenant_stopped' });
    expect(await begin(signed)).toMatchObject({ ok: false, reason: 'tenant_stopped' });
    expect(await type('ben', 'agents')).toMatch(/payouts go to a wrong account/);
    expect(await type('mara', 'resume fraud-review')).toMatch(/Everything is stopped/);

    const before = await signalsTo(signed.id);
    expect(await type('mara', 'resume everything')).toMatch(/All agents may start/);
    expect(await signalsTo(signed.id)).toBe(before + 1);
    expect(await lastEntries(1)).toEqual(['Mara Lindqvist lifted the stop of everything.']);
    expect(await sign(open, 'ada')).toMatchObject({ ok: true });
  });

  test('stop is for Managers and Admins, and asks why', async () => {
    expect(await type('robin', 'stop now')).toMatch(/Your roles do not allow that/);
    expect(await type('ada', 'stop now')).toMatch(/Your roles do not allow that/);
    await type('ines', 'stop');
    expect((await held()).stopped).toBeNull();
    await chats[chat].fillIn('ines', { reason: 'A drill' });
    expect((await held()).stopped).toMatchObject({ by: { name: 'Ines Vogel' }, reason: 'A drill' });
  });
});

test('a stop of one company is none of another', async () => {
  const other = await addOtherTenant(world.kit);
  const { stores, tenant, people } = world.kit;
  await stores.switches.stop(tenant, people.ines.id, 'A drill');
  expect((await stores.switches.read(other)).stopped).toBeNull();
  await expect(stores.switches.stop(other, people.ines.id, 'A drill')).resolves.toBe(true);
  expect((await stores.switches.read(tenant)).stopped?.by?.name).toBe('Ines Vogel');
});
