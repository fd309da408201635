import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
});
afterAll(() => world.close());

describe.each(['Slack', 'Teams'] as const)('roles in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);

  test('shows the whole table, or one role, to whoever asks', async () => {
    const whole = await type('ben', 'roles');
    expect(whole).toMatch(/stop everything, and lift it/);
    expect(whole).toMatch(/export the ledger/);
    const one = await type('ben', 'roles Operator');
    expect(one).toMatch(/pause an agent/);
    expect(one).not.toMatch(/resume an agent/);
  });

  test('the nearest role and verb are offered, and a wrong one is in the ledger', async () => {
    const before = await world.counts();
    expect(await type('ben', 'roles manger')).toMatch(
      /there is no role \\?"manger\\?"\. Did you mean \\?"manager/,
    );
    expect((await world.counts()).refused).toBe(before.refused + 1);
    expect(await type('ben', 'rolse')).toMatch(/Did you mean \\?"roles/);
    expect(await type('ben', 'help roles')).toMatch(/Who may do what/);
  });
});
