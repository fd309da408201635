import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { JsonObject } from '../core/canonical-json.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { actionsOf, inputsOf, press } from '../local/workspace/teams-cards.ts';
import type { BotKit } from './bot-kit.ts';
import { isOnItsWay } from './hands.ts';
import { PATIENCE_MS } from './patience.ts';
import type { ExamplePerson } from './test-stores.ts';
import { TEAMS_PEOPLE, type TeamsKit } from './teams-kit.ts';

/** One person's hands in one chat, over its real wire; what comes back is all that the chat was sent, as text. */
export interface Typist {
  type(who: ExamplePerson, words: string): Promise<string>;
  /** Fills in the form that was opened last for this person, and hands it in. */
  fillIn(who: ExamplePerson, values: Readonly<Record<string, string>>): Promise<string>;
}

const inFields = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`field.${name}`, value]));

export function inSlack({ slack, state }: BotKit): Typist {
  const user = (who: ExamplePerson): string => `U08${who.toUpperCase()}`;
  return {
    type: async (who, words) =>
      (await slack.client.command(user(who), EXAMPLE.slack.channel, `/countersign ${words}`)).body,
    async fillIn(who, values) {
      const view = (await state.slack.openViews(user(who))).at(-1);
      if (view === undefined) throw new Error('Slack shows no form');
      const { delivery } = await slack.client.submit(user(who), view.id, inFields(values));
      return delivery?.body ?? '';
    },
  };
}

/** What the bot wrote into a personal chat, oldest first. */
async function written({ api, store }: TeamsKit, entraObject: string) {
  const chat = api.client.personalChat(entraObject);
  return { chat, messages: (await store.messages(chat)).filter((m) => m.from.entraObject === null) };
}

/** In the chat with Countersign, where no mention is needed and every answer comes as a message of its own. */
export function inTeams({ teams, kit }: BotKit): Typist {
  if (teams === null) throw new Error('this bot was started without Teams');
  let client: Promise<pg.Client> | undefined;
  /**
   * Of itself a card comes when it comes, also between a question and its answer: a request, a notice, a place in line. Of those
   * that are kept true the inbox alone is an answer.
   */
  const isOfItself = async ({ id, card }: { id: string; card: unknown }): Promise<boolean> => {
    if (isOnItsWay(card)) return true;
    const superuser = await (client ??= kit.as('superuser'));
    const found = await superuser.query(
      `SELECT 1 FROM card_copies WHERE message = $1 AND subject NOT LIKE 'per\\_%'`,
      [id],
    );
    return found.rows.length > 0;
  };
  const { client: hands } = teams.api;
  const idOf = (who: ExamplePerson): string => TEAMS_PEOPLE[who].entraObject;
  async function answerTo(who: ExamplePerson, act: () => Promise<unknown>): Promise<string> {
    const before = (await written(teams!, idOf(who))).messages.length;
    await act();
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(20)) {
      for (const message of (await written(teams!, idOf(who))).messages.slice(before))
        if (!(await isOfItself(message))) return `${message.text} ${JSON.stringify(message.card)}`;
    }
    throw new Error('Teams was sent no answer');
  }
  return {
    type: (who, words) =>
      answerTo(who, () =>
        hands.sendMessage(idOf(who), words, { conversation: hands.personalChat(idOf(who)) }),
      ),
    async fillIn(who, values) {
      const { chat, messages } = await written(teams, idOf(who));
      let form: (typeof messages)[number] | undefined;
      for (const one of messages.toReversed()) if (!(form || (await isOfItself(one)))) form = one;
      const [submit] = form?.card ? actionsOf(form.card) : [];
      if (!form?.card || submit === undefined) throw new Error('Teams shows no form');
      const { data } = press(submit, inputsOf(form.card as JsonObject, inFields(values)));
      return answerTo(who, () =>
        hands.submitInMessage(idOf(who), { conversation: chat, message: form.id, data }),
      );
    },
  };
}
