import { setTimeout as sleep } from 'node:timers/promises';
import { wordsIn } from '../cards/languages.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import { LANGUAGES } from '../core/language.ts';
import { elementsOf, optionsOf } from '../local/workspace/slack-api/elements-of.ts';
import { actionsOf, dialogOf, inputsOf, press, saidBy } from '../local/workspace/teams-cards.ts';
import type { CardCopy, Platform } from '../platform/stores.ts';
import type { BotKit } from './bot-kit.ts';
import { PATIENCE_MS } from './patience.ts';
import { TEAMS_PEOPLE } from './teams-kit.ts';
import type { ExamplePerson } from './test-stores.ts';

/** A card's message: by what it is about, in the channel or in somebody's own chat. */
export interface Spot {
  readonly subject: string;
  readonly of?: ExamplePerson;
}

/** One person's hands on cards in one chat, over its real wire. What comes back is all that they were sent, as text. */
export interface Hands {
  readonly platform: Platform;
  /** Presses the button or menu entry of that label. Answers with the form it opened, or what was said in private. */
  press(who: ExamplePerson, spot: Spot, label: string): Promise<string>;
  /** Fills in the form that was opened last for this person, and hands it in. */
  fillIn(who: ExamplePerson, values: Readonly<Record<string, string>>): Promise<string>;
  /** The card as the chat has it, once it shows the newest version. */
  card(spot: Spot): Promise<string>;
  /** How that chat names a person in a person picker. */
  nameOf(who: ExamplePerson): string;
}

const HURRY_EVERY = 8;

/** Waits until something is there, and for no turn in a budget. @throws when it does not come */
async function until<T>(
  { hurry }: BotKit,
  what: string,
  look: () => Promise<T | null | undefined>,
): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (let looks = 1; Date.now() < end; looks += 1) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (looks % HURRY_EVERY === 0) await hurry();
    await sleep(25);
  }
  throw new Error(`did not come: ${what}`);
}

/** The copy in that spot, once its message shows the newest version. */
export const copyAt = (world: BotKit, platform: Platform, { subject, of }: Spot): Promise<CardCopy> =>
  until(world, `${subject} in ${platform}`, async () => {
    const { kit } = world;
    const copies = await kit.stores.copies.ofSubject(kit.tenant, subject);
    const person = of === undefined ? null : kit.people[of].id;
    const copy = copies.find((c) => c.platform === platform && c.person === person);
    return copy?.message && copy.shownVersion >= copy.wantedVersion ? copy : null;
  });

/** Nothing is on its way to a chat any more: what a test does to a chat meets none of what the one before it left to be sent. */
export async function allShown(world: BotKit): Promise<void> {
  const superuser = await world.kit.as('superuser');
  const left = `SELECT 1 FROM card_copies WHERE shown_version < wanted_version AND status <> 'failed' LIMIT 1`;
  await until(world, 'every card that was on its way', async () =>
    (await superuser.query(left)).rows.length === 0 ? true : null,
  );
}

const inFields = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`field.${name}`, value]));

const textOf = (of: unknown): string => String((of as { text?: unknown } | undefined)?.text ?? '');

export function handsInSlack(world: BotKit): Hands {
  const { slack, state } = world;
  const user = (who: ExamplePerson): string => `U08${who.toUpperCase()}`;
  const messageAt = async (spot: Spot) => {
    const copy = await copyAt(world, 'slack', spot);
    const message = await state.slack.findMessage(copy.message ?? '');
    if (!message) throw new Error('Slack has no such message');
    return message;
  };
  const newestView = async (who: ExamplePerson) => (await state.slack.openViews(user(who))).at(-1);
  return {
    platform: 'slack',
    nameOf: user,
    async press(who, spot, label) {
      const message = await messageAt(spot);
      const told = (await state.slack.ephemerals(user(who))).length;
      const before = (await newestView(who))?.id;
      for (const { element } of elementsOf(message.blocks as JsonObject[])) {
        const option = optionsOf(element).find((one) => textOf(one['text']) === label);
        if (textOf(element['text']) !== label && option === undefined) continue;
        const picked = option === undefined ? {} : { option: String(option['value']) };
        await slack.client.click(user(who), message.ts, String(element['action_id']), picked);
        return until(world, 'an answer in Slack', async () => {
          const view = await newestView(who);
          if (view !== undefined && view.id !== before) return JSON.stringify(view.content);
          return (await state.slack.ephemerals(user(who)))[told]?.text;
        });
      }
      throw new Error(`Slack shows no button ${label}`);
    },
    async fillIn(who, values) {
      const view = await newestView(who);
      if (view === undefined) throw new Error('Slack shows no form');
      const { delivery, errors } = await slack.client.submit(user(who), view.id, inFields(values));
      return `${delivery?.body ?? ''} ${Object.values(errors).join(' ')}`;
    },
    card: async (spot) => JSON.stringify((await messageAt(spot)).blocks),
  };
}

export function handsInTeams(world: BotKit): Hands {
  const { teams } = world;
  if (teams === null) throw new Error('this bot was started without Teams');
  const { api, store } = teams;
  const idOf = (who: ExamplePerson): string => TEAMS_PEOPLE[who].entraObject;
  const dialogs = new Map<
    ExamplePerson,
    { card: JsonObject; at: { conversation: string; message: string } }
  >();
  const cardAt = async (spot: Spot) => {
    const copy = await copyAt(world, 'teams', spot);
    const at = { conversation: copy.conversation, message: copy.message ?? '' };
    const card = (await store.message(at.conversation, at.message))?.card;
    if (!card) throw new Error('Teams has no such card');
    return { at, card };
  };
  const said = (who: ExamplePerson, at: { conversation: string; message: string }, body: unknown): string => {
    const dialog = dialogOf(body);
    if (dialog !== null) dialogs.set(who, { card: dialog.card, at });
    return dialog === null ? (saidBy(body)?.text ?? '') : JSON.stringify(dialog);
  };
  return {
    platform: 'teams',
    nameOf: (who) => world.kit.people[who].id,
    async press(who, spot, label) {
      const { at, card } = await cardAt(spot);
      const action = actionsOf(card).find((one) => one['title'] === label);
      if (action === undefined) throw new Error(`Teams shows no button ${label}`);
      const { how, verb, data } = press(action, {});
      const answer =
        how === 'dialog'
          ? await api.client.openDialog(idOf(who), { ...at, data })
          : await api.client.clickExecute(idOf(who), { ...at, verb, data });
      return said(who, at, answer.body);
    },
    async fillIn(who, values) {
      const dialog = dialogs.get(who);
      const [submit] = dialog ? actionsOf(dialog.card) : [];
      if (dialog === undefined || submit === undefined) throw new Error('Teams shows no form');
      const { data } = press(submit, inputsOf(dialog.card, inFields(values)));
      return said(who, dialog.at, (await api.client.submitDialog(idOf(who), { ...dialog.at, data })).body);
    },
    card: async (spot) => JSON.stringify((await cardAt(spot)).card),
  };
}

/** Teams lets a bot write to people who wrote to it once. */
export async function meetInTeams({ teams }: BotKit, ...people: ExamplePerson[]): Promise<void> {
  for (const who of people) {
    const { entraObject, name } = TEAMS_PEOPLE[who];
    const id = teams?.api.client.personalChat(entraObject) ?? '';
    await teams?.api.client.install({ id, kind: 'personal', name, person: entraObject }, entraObject);
  }
}

const ANNOUNCED = LANGUAGES.map((language) => wordsIn(language).cardFollows);

/** Whether this is what stands in a Teams chat for the moment until the card itself is put into the message. */
export function isOnItsWay(card: unknown): boolean {
  const shown = JSON.stringify(card) ?? '';
  return ANNOUNCED.some((words) => shown.includes(words));
}
