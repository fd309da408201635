import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../core/canonical-json.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { elementsOf } from '../local/workspace/slack-api/elements-of.ts';
import { actionsOf, dialogOf, inputsOf, press, saidBy } from '../local/workspace/teams-cards.ts';
import type { Platform } from '../platform/stores.ts';
import type { BotKit } from './bot-kit.ts';
import { copyAt, isOnItsWay } from './hands.ts';
import { PATIENCE_MS } from './patience.ts';
import { TEAMS_PEOPLE } from './teams-kit.ts';
import type { ExamplePerson } from './test-stores.ts';

/** One person at their inbox in one chat, over its real wire. */
export interface InboxHands {
  readonly platform: Platform;
  /** Opens it (App Home; `inbox` in the personal chat) and answers with what it shows. */
  open(who: ExamplePerson): Promise<string>;
  /** What it shows now, with what is gathered for a moment on its way. */
  shows(who: ExamplePerson): Promise<string>;
  /** Presses a button of it; of several with that label, the one of this approval. */
  press(who: ExamplePerson, label: string, of?: ApprovalState): Promise<string>;
  /** Presses a button of the form that was opened last. */
  pressInForm(who: ExamplePerson, label: string): Promise<string>;
  /** Hands in the form that was opened last, perhaps with what it carries replaced by a forger. */
  handIn(who: ExamplePerson, values?: Readonly<Record<string, string>>, forge?: Forge): Promise<string>;
}

/** Changes what the form's button carries before it is sent. */
export type Forge = (payload: JsonObject) => JsonObject;

export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(25)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`did not come: ${what}`);
}

const textOf = (of: unknown): string => String((of as { text?: unknown } | undefined)?.text ?? '');
const fieldsOf = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`field.${name}`, value]));

export function inboxInSlack(world: BotKit): InboxHands {
  const { slack, state } = world;
  const user = (who: ExamplePerson): string => `U08${who.toUpperCase()}`;
  const views = (who: ExamplePerson) => state.slack.openViews(user(who));
  const home = async (who: ExamplePerson) => (await views(who)).find((v) => v.kind === 'home') ?? null;
  const modal = async (who: ExamplePerson) =>
    (await views(who)).filter((v) => v.kind === 'modal').at(-1) ?? null;

  async function pressIn(
    who: ExamplePerson,
    view: { id: string; content: JsonObject },
    label: string,
    of?: string,
  ) {
    const placed = elementsOf(view.content['blocks'] as JsonObject[]).find(
      ({ element }) => textOf(element['text']) === label && JSON.stringify(element).includes(of ?? ''),
    );
    if (!placed) throw new Error(`Slack shows no button ${label}`);
    const [wasModal, wasHome] = [(await modal(who))?.hash, (await home(who))?.hash];
    const told = (await state.slack.ephemerals(user(who))).length;
    const direct = (await state.slack.openIm(user(who), 'U08COUNTERSIGN')).channel.id;
    const wrote = (await state.slack.latest(direct, user(who), 200)).length;
    await slack.client.clickInView(user(who), view.id, String(placed.element['action_id']));
    return until('an answer in Slack', async () => {
      const [now, tab] = [await modal(who), await home(who)];
      if (now !== null && now.hash !== wasModal) return JSON.stringify(now.content);
      if (tab !== null && tab.hash !== wasHome && view.id === tab.id) return JSON.stringify(tab.content);
      const written = (await state.slack.latest(direct, user(who), 200)).slice(wrote);
      return (await state.slack.ephemerals(user(who)))[told]?.text ?? written.at(-1)?.text;
    });
  }
  return {
    platform: 'slack',
    async open(who) {
      await slack.client.openHome(user(who));
      // Where a change was on its way already, the tab is published by whoever brings that.
      await copyAt(world, 'slack', { subject: world.kit.people[who].id, of: who });
      return JSON.stringify((await home(who))?.content);
    },
    async shows(who) {
      await world.hurry();
      return JSON.stringify((await home(who))?.content);
    },
    async press(who, label, of) {
      const view = await home(who);
      if (view === null) throw new Error('Slack shows no home');
      return pressIn(who, view, label, of?.id);
    },
    async pressInForm(who, label) {
      const view = await modal(who);
      if (view === null) throw new Error('Slack shows no form');
      return pressIn(who, view, label);
    },
    async handIn(who, values = {}, forge) {
      const view = await modal(who);
      if (view === null) throw new Error('Slack shows no form');
      if (forge) {
        const carried = JSON.parse(String(view.content['private_metadata'])) as JsonObject;
        const payload = forge(carried['payload'] as JsonObject);
        const content = { ...view.content, private_metadata: JSON.stringify({ ...carried, payload }) };
        await state.slack.putView({ ...view, content });
      }
      const { delivery, errors } = await slack.client.submit(user(who), view.id, fieldsOf(values));
      return `${delivery?.body ?? ''} ${Object.values(errors).join(' ')}`;
    },
  };
}

export function inboxInTeams(world: BotKit): InboxHands {
  const { teams } = world;
  if (teams === null) throw new Error('this bot was started without Teams');
  const { api, store } = teams;
  const idOf = (who: ExamplePerson): string => TEAMS_PEOPLE[who].entraObject;
  const chat = (who: ExamplePerson): string => api.client.personalChat(idOf(who));
  const dialogs = new Map<
    ExamplePerson,
    { card: JsonObject; at: { conversation: string; message: string } }
  >();

  const isInbox = (card: JsonObject | null): card is JsonObject =>
    JSON.stringify(card).includes('"command":"inbox"');
  const inbox = async (who: ExamplePerson) => {
    const messages = (await store.messages(chat(who))).filter((m) => isInbox(m.card));
    return messages.at(-1) ?? null;
  };
  const at = (who: ExamplePerson, message: string) => ({ conversation: chat(who), message });
  const said = (
    who: ExamplePerson,
    where: { conversation: string; message: string },
    body: unknown,
  ): string => {
    const dialog = dialogOf(body);
    if (dialog !== null) dialogs.set(who, { card: dialog.card, at: where });
    const answer = saidBy(body);
    return dialog === null
      ? `${answer?.text ?? ''} ${JSON.stringify(answer?.card ?? '')}`
      : JSON.stringify(dialog);
  };
  async function go(
    who: ExamplePerson,
    where: { conversation: string; message: string },
    action: JsonObject,
  ) {
    const { how, verb, data } = press(action, {});
    const answer =
      how === 'dialog'
        ? await api.client.openDialog(idOf(who), { ...where, data })
        : await api.client.clickExecute(idOf(who), { ...where, verb, data });
    return said(who, where, answer.body);
  }
  return {
    platform: 'teams',
    async open(who) {
      const before = (await inbox(who))?.id;
      await api.client.sendMessage(idOf(who), 'inbox', { conversation: chat(who) });
      const found = await until('an inbox in Teams', async () => {
        const one = await inbox(who);
        return one !== null && one.id !== before && !isOnItsWay(one.card) ? one : null;
      });
      return JSON.stringify(found.card);
    },
    async shows(who) {
      await world.hurry();
      return JSON.stringify((await inbox(who))?.card);
    },
    async press(who, label, of) {
      const message = await inbox(who);
      const action = actionsOf((message?.card ?? {}) as JsonObject).find(
        (one) => one['title'] === label && JSON.stringify(one).includes(of?.id ?? ''),
      );
      if (!message || !action) throw new Error(`Teams shows no button ${label}`);
      return go(who, at(who, message.id), action);
    },
    async pressInForm(who, label) {
      const dialog = dialogs.get(who);
      const action = dialog && actionsOf(dialog.card).find((one) => one['title'] === label);
      if (!dialog || !action) throw new Error(`Teams shows no button ${label}`);
      // In a dialog every button is handed in, one that asks for the next dialog too.
      const { data } = press(action, {});
      return said(who, dialog.at, (await api.client.submitDialog(idOf(who), { ...dialog.at, data })).body);
    },
    async handIn(who, values = {}, forge) {
      const dialog = dialogs.get(who);
      const submit = ((dialog?.card['actions'] ?? []) as JsonObject[])[0];
      if (!dialog || !submit) throw new Error('Teams shows no form');
      const { data } = press(submit, inputsOf(dialog.card, fieldsOf(values)));
      const sent = forge ? { ...data, payload: forge(data['payload'] as JsonObject) } : data;
      return said(
        who,
        dialog.at,
        (await api.client.submitDialog(idOf(who), { ...dialog.at, data: sent })).body,
      );
    },
  };
}
