import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, meetInTeams } from '../test/hands.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';
import type { ExamplePerson } from '../test/test-stores.ts';

/** An answer written to Countersign under the card, in both chats over their real wires. */
let world: BotKit;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  await meetInTeams(world, 'robin', 'ada', 'ben');
});
afterAll(() => world?.close());

const inSlack = async (who: ExamplePerson, state: ApprovalState, words: string): Promise<void> => {
  const root = (await copyAt(world, 'slack', { subject: state.id })).message;
  await world.slack.client.say(
    `U08${who.toUpperCase()}`,
    EXAMPLE.slack.channel,
    `@countersign ${words}`,
    root,
  );
};
const inTeams = async (who: ExamplePerson, state: ApprovalState, words: string): Promise<void> => {
  const thread = (await copyAt(world, 'teams', { subject: state.id })).message;
  const at = { conversation: EXAMPLE.teams.channel, thread };
  await world.teams?.api.client.sendMessage(TEAMS_PEOPLE[who].entraObject, `@Countersign ${words}`, at);
};

const ask = async (state: ApprovalState, text: string): Promise<void> => {
  const { stores, tenant, people } = world.kit;
  await stores.approvals.transition(tenant, state.id, {
    kind: 'ask',
    by: people.ada.id,
    questionId: `qst_${text}`,
    text,
  });
};
const refusals = async (state: ApprovalState): Promise<number> => {
  const superuser = await world.kit.as('superuser');
  const text = `SELECT count(*)::int AS n FROM ledger_entries WHERE subject = $1 AND kind = 'refused'`;
  return (await superuser.query<{ n: number }>(text, [state.id])).rows[0]?.n ?? 0;
};
const until = async (look: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(25)) if (await look()) return;
  throw new Error('it did not come');
};

describe.each([
  ['Slack', inSlack],
  ['Teams', inTeams],
] as const)('under a card with a question, in %s', (_, say) => {
  test('the requester’s words are its answer', async () => {
    const state = await world.ask();
    await ask(state, 'Is the excess taken off?');
    await say('robin', state, 'No, take it off & pay < £6,000.');
    await until(async () => (await world.approval(state.id)).questions[0]?.answer !== null);
    const answered = await world.approval(state.id);
    expect(answered.questions).toMatchObject([
      { answer: 'No, take it off & pay < £6,000.', answeredBy: world.kit.people.robin.id },
    ]);
    expect(answered.pausedSinceMs).toBeNull();
  });

  test('attack: nobody else’s are, nor a slip of the fingers, nor words where two questions are open', async () => {
    const state = await world.ask();
    await ask(state, 'Why today?');
    await say('ben', state, 'Because I say so.');
    await until(async () => (await refusals(state)) === 1);
    await say('robin', state, 'trcae');
    await ask(state, 'Why at all?');
    await say('robin', state, 'It is urgent.');
    await sleep(1_000);
    expect((await world.approval(state.id)).questions).toMatchObject([{ answer: null }, { answer: null }]);
  });
});
