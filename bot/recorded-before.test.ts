import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import type { ExamplePerson } from '../test/test-stores.ts';

/** The same again: whoever repeats themselves is told the number of their own entry, in both chats over their real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara');
});
afterAll(() => world?.close());

const cited = (words: string): number => Number(/Ledger #(\d+)/.exec(words)?.[1]);

async function entryOf(kind: string, who: ExamplePerson, subject: string): Promise<number> {
  const { kit } = world;
  const { rows } = await (
    await kit.as('superuser')
  ).query<{ seq: string }>(
    `SELECT seq FROM ledger_entries WHERE kind = $1 AND header::jsonb ->> 'actor' = $2 AND subject = $3`,
    [kind, kit.people[who].id, subject],
  );
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.seq);
}

describe.each(['Slack', 'Teams'] as const)('the same again, in %s', (name) => {
  const press = (who: ExamplePerson, state: Pick<ApprovalState, 'id'>, label: string): Promise<string> =>
    chats[name].press(who, { subject: state.id }, label);
  const ask = async (
    who: ExamplePerson,
    state: Pick<ApprovalState, 'id'>,
    question: string,
  ): Promise<string> => {
    await press(who, state, 'Ask a question…');
    return chats[name].fillIn(who, { question });
  };
  const delegate = async (state: Pick<ApprovalState, 'id'>, to: ExamplePerson): Promise<string> => {
    await press('ada', state, 'Delegate…');
    return chats[name].fillIn('ada', { to: chats[name].nameOf(to) });
  };

  test('a second click of a signer names that signer’s entry, not the newest one', async () => {
    const state = await world.ask();
    const first = cited(await press('ada', state, 'Approve'));
    const later = cited(await ask('ben', state, 'Is it the kitchen alone?'));
    expect(later).toBeGreaterThan(first);
    const again = await press('ada', state, 'Approve');
    expect(again).toContain('recorded before');
    expect(cited(again)).toBe(first);
    expect(first).toBe(await entryOf('approval.signed', 'ada', state.id));
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
  });

  test('of two questions and two delegations each names its own', async () => {
    const state = await world.ask();
    const [one, other] = [
      cited(await ask('ada', state, 'Who took the photos?')),
      cited(await ask('ada', state, 'And when?')),
    ];
    const toBen = cited(await delegate(state, 'ben'));
    const toSofia = cited(await delegate(state, 'sofia'));
    expect(new Set([one, other, toBen, toSofia]).size).toBe(4);
    expect(cited(await ask('ada', state, 'Who took the photos?'))).toBe(one);
    expect(cited(await ask('ada', state, 'And when?'))).toBe(other);
    expect(cited(await delegate(state, 'ben'))).toBe(toBen);
    expect(cited(await delegate(state, 'sofia'))).toBe(toSofia);
  });

  test('whoever edited signed by it: their click on what they made names the edit', async () => {
    const state = await world.ask();
    const delegated = cited(await delegate(state, 'ben'));
    const edited = await world.kit.stores.approvals.edit(world.kit.tenant, state.id, {
      ...{ by: world.kit.people.ada.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      args: { ...state.action.args, reason: 'Burst pipe' },
      ...{ successorAmount: state.amount, comment: null },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    const made = edited.successor;
    await ask('sofia', made, 'Is it the kitchen alone?');
    const again = await press('ada', made, 'Approve');
    expect(again).toContain('recorded before');
    expect(cited(again)).toBe(await entryOf('approval.edited', 'ada', state.id));
    // A delegation outlives the edit: its entry lies with what was replaced.
    expect(cited(await delegate(made, 'ben'))).toBe(delegated);
  });
});
