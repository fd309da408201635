import type { JsonObject } from '../../../core/canonical-json.ts';
import type { SlackChannel, SlackMessage, SlackUser, SlackView } from '../state/slack-types.ts';
import type { ApiContext } from './context.ts';
import type { Deliver, Delivery, Tampering } from './deliver.ts';
import { elementsOf, initialWords, optionsOf, valueOf, type Placed } from './elements-of.ts';
import { createEvents } from './events.ts';
import { createHook, showResponse } from './hooks.ts';
import { messageJson, viewJson } from './shapes.ts';
import { createOffers, readSuggestions, type Suggested } from './suggestions.ts';
import { applySubmission, type Submitted } from './submission.ts';

export interface ClickOptions {
  readonly option?: string;
  readonly tampering?: Tampering;
  /** The blocks as the person's screen still shows them, when it has not caught up with an edit. */
  readonly onScreen?: readonly JsonObject[];
}

export interface ClickOptions {
  /** The value of the picked option of a menu. */
  readonly option?: string;
  readonly tampering?: Tampering;
  /** Replaces the button's value: what a client that was tampered with could send. */
  readonly value?: string;
}

export interface SubmitOptions {
  /** Hands in what was never offered: what a client that was tampered with could send. */
  readonly forged?: boolean;
}

/** What a person does in the Slack client; each becomes the signed request that Slack would send. */
export interface SlackClient {
  /** `/countersign run fraud-review CLM-0847`; a failure is told by Slackbot, to this person alone. */
  command(user: string, channel: string, text: string): Promise<Delivery>;
  /** A message of a person; a mention or a direct message reaches the bot as an event. */
  say(
    user: string,
    channel: string,
    text: string,
    threadTs?: string | null,
  ): Promise<{ message: SlackMessage; delivery: Delivery | null }>;
  /** Presses a button, or picks the option with this value in a menu. */
  click(user: string, ts: string, actionId: string, options?: ClickOptions): Promise<Delivery>;
  /** Picks a shortcut of the app in a message's menu. */
  shortcut(user: string, ts: string, callbackId: string): Promise<Delivery>;
  clickInView(user: string, viewId: string, actionId: string, option?: string): Promise<Delivery>;
  /** `values` by block_id or action_id; fields not named keep what the form shows. */
  submit(
    user: string,
    viewId: string,
    values: Readonly<Record<string, string>>,
    options?: SubmitOptions,
  ): Promise<Submitted>;
  /**
   * Opens a list that the app fills, or types into it: what is offered then. `tampering`: as an attacker would sign.
   * @throws when the form has no such list
   */
  suggest(
    user: string,
    viewId: string,
    name: string,
    typed: string,
    tampering?: Tampering,
  ): Promise<Suggested>;
  close(user: string, viewId: string): Promise<Delivery | null>;
  openHome(user: string): Promise<Delivery>;
  /** Somebody removes the app from the workspace: the token opens nothing any more, and the bot is told twice. */
  uninstall(): Promise<readonly Delivery[]>;
  /** Installs it again, with the same token. */
  reinstall(): void;
}

/** The old verification token, which nobody should trust: it goes along as in Slack. */
const VERIFICATION_TOKEN = 'legacy-token-not-a-secret';
const DOMAIN = 'harbour-mutual';

/** What every act needs: who and where, and the envelope of an interaction. */
function createDesk({ store, app }: ApiContext, deliver: Deliver) {
  return {
    async who(id: string): Promise<SlackUser> {
      const user = await store.user(id);
      if (!user) throw new Error(`nobody in this Slack is ${id}`);
      return user;
    },
    async where(id: string, user: string): Promise<SlackChannel> {
      const channel = await store.channel(id);
      if (!channel || !(await store.isMember(id, user))) throw new Error(`${user} is not in ${id}`);
      return channel;
    },
    interaction(user: SlackUser, payload: JsonObject, tampering?: Tampering): Promise<Delivery> {
      const envelope: JsonObject = {
        team: { id: app.team, domain: DOMAIN },
        user: { id: user.id, username: user.name, name: user.name, team_id: app.team },
        ...{
          api_app_id: app.appId,
          token: VERIFICATION_TOKEN,
          enterprise: null,
          is_enterprise_install: false,
        },
      };
      return deliver.form({ payload: JSON.stringify({ ...payload, ...envelope }) }, tampering);
    },
  };
}
type Desk = ReturnType<typeof createDesk>;

function messageActs(context: ApiContext, deliver: Deliver, desk: Desk) {
  const { store, app, triggers } = context;
  const events = createEvents(context, deliver);
  return {
    async command(userId, channelId, text) {
      const [user, channel] = [await desk.who(userId), await desk.where(channelId, userId)];
      const [, command = '', words = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
      const delivery = await deliver.form({
        ...{ token: VERIFICATION_TOKEN, team_id: app.team, team_domain: DOMAIN },
        ...{ channel_id: channel.id, channel_name: channel.kind === 'im' ? 'directmessage' : channel.name },
        ...{ user_id: user.id, user_name: user.name, command, text: words, api_app_id: app.appId },
        ...{ is_enterprise_install: 'false', trigger_id: triggers.create({ user: user.id, view: null }) },
        response_url: await createHook(context, { channel: channel.id, user: user.id, message: null }),
      });
      await showCommandAnswer(context, { channel: channel.id, user: user.id, command, delivery });
      return delivery;
    },
    async say(userId, channelId, text, threadTs = null) {
      const [user, channel] = [await desk.who(userId), await desk.where(channelId, userId)];
      return events.message(user, channel, text, threadTs);
    },
    async click(userId, ts, actionId, options = {}) {
      const user = await desk.who(userId);
      const message = await store.findMessage(ts);
      if (!message || (message.visibleTo && message.visibleTo !== userId))
        throw new Error(`${userId} sees no message ${ts}`);
      const channel = await desk.where(message.channel, userId);
      const placed = elementsOf(options.onScreen ?? message.blocks).find(
        (p) => p.element['action_id'] === actionId,
      );
      if (!placed) throw new Error(`message ${ts} has no action ${actionId}`);
      // An ephemeral message is not in its own payload, as in Slack.
      const shown: JsonObject = message.visibleTo ? {} : { message: messageJson(message, app) as JsonObject };
      const forged: JsonObject = options.value === undefined ? {} : { value: options.value };
      const isEphemeral = message.visibleTo !== null;
      const payload: JsonObject = {
        type: 'block_actions',
        ...shown,
        container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: isEphemeral },
        trigger_id: triggers.create({ user: user.id, view: null }),
        channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
        state: { values: {} },
        response_url: await createHook(context, { channel: channel.id, user: user.id, message }),
        actions: [{ ...actionJson(placed, options.option), ...forged }],
      };
      return desk.interaction(user, payload, options.tampering);
    },
    openHome: async (userId) => events.homeOpened(await desk.who(userId)),
    async uninstall() {
      context.installation.installed = false;
      context.oauth?.remove(context.app.team);
      return events.uninstalled();
    },
    reinstall: () => void (context.installation.installed = true),
  } satisfies Partial<SlackClient>;
}

function menuActs(context: ApiContext, desk: Desk) {
  const { store, app, triggers } = context;
  return {
    async shortcut(userId, ts, callbackId) {
      const user = await desk.who(userId);
      const message = await store.findMessage(ts);
      // There is no menu on what only one person sees.
      if (!message || message.visibleTo !== null) throw new Error(`${userId} sees no menu on ${ts}`);
      const channel = await desk.where(message.channel, userId);
      return desk.interaction(user, {
        ...{ type: 'message_action', callback_id: callbackId, message_ts: ts },
        ...{ action_ts: (Date.now() / 1000).toFixed(6), message: messageJson(message, app) as JsonObject },
        trigger_id: triggers.create({ user: user.id, view: null }),
        channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
        response_url: await createHook(context, { channel: channel.id, user: user.id, message }),
      });
    },
  } satisfies Partial<SlackClient>;
}

/** Lists that the app fills while somebody types (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload). */
function suggestActs(context: ApiContext, desk: Desk) {
  const offers = createOffers();
  const suggest: SlackClient['suggest'] = async (userId, viewId, name, typed, tampering) => {
    const [user, view] = [await desk.who(userId), await openView(context, userId, viewId)];
    const placed = elementsOf(view.content['blocks'] as JsonObject[]).find(
      ({ block, element }) =>
        element['type'] === 'external_select' && [block['block_id'], element['action_id']].includes(name),
    );
    if (!placed) throw new Error(`view ${viewId} has no list ${name} that is filled by the app`);
    const [action, least] = [String(placed.element['action_id']), placed.element['min_query_length'] ?? 3];
    if (typed.length < Number(least)) return { ok: true, options: [], delivery: null };
    const payload: JsonObject = {
      ...{ type: 'block_suggestion', container: { type: 'view', view_id: view.id } },
      ...{ action_id: action, block_id: String(placed.block['block_id']), value: typed },
      view: viewJson(view, context.app) as JsonObject,
    };
    const suggested = readSuggestions(await desk.interaction(user, payload, tampering));
    if (suggested.ok) offers.keep(view, action, suggested.options);
    return suggested;
  };
  /** Who wants one that is not in the list types it, and picks it where it comes. */
  async function pick(view: SlackView, action: string, value: string): Promise<JsonObject> {
    const offered = offers.find(view, action, value);
    if (offered !== null) return offered;
    await suggest(view.user, view.id, action, value);
    const found = offers.find(view, action, value);
    if (found === null) throw new Error(`${action} does not offer ${value}`);
    return found;
  }
  return { suggest, pick };
}

const forgedOption = (value: string): JsonObject => ({ text: { type: 'plain_text', text: value }, value });

function viewActs(context: ApiContext, desk: Desk) {
  const { store, app, triggers } = context;
  const { suggest, pick } = suggestActs(context, desk);

  /** The options picked in lists that the app fills, by action_id. */
  async function picked(view: SlackView, values: Readonly<Record<string, string>>, forged: boolean) {
    const found = new Map<string, JsonObject>();
    for (const { block, element } of elementsOf(view.content['blocks'] as JsonObject[])) {
      const action = String(element['action_id']);
      const value = values[String(block['block_id'])] ?? values[action] ?? '';
      if (element['type'] !== 'external_select' || value === '') continue;
      found.set(action, forged ? forgedOption(value) : await pick(view, action, value));
    }
    return found;
  }

  return {
    suggest,
    async clickInView(userId, viewId, actionId, option) {
      const [user, view] = [await desk.who(userId), await openView(context, userId, viewId)];
      const placed = elementsOf(view.content['blocks'] as JsonObject[]).find(
        (p) => p.element['action_id'] === actionId,
      );
      if (!placed) throw new Error(`view ${viewId} has no action ${actionId}`);
      return desk.interaction(user, {
        ...{ type: 'block_actions', container: { type: 'view', view_id: view.id } },
        ...{ trigger_id: triggers.create({ user: user.id, view: view.id }), response_urls: [] },
        view: viewJson(view, app) as JsonObject,
        actions: [actionJson(placed, option)],
      });
    },
    async submit(userId, viewId, values, { forged = false } = {}) {
      const [user, view] = [await desk.who(userId), await openView(context, userId, viewId)];
      const filled = fillIn(view, values, await picked(view, values, forged));
      if (Object.keys(filled.missing).length) return { ok: false, errors: filled.missing, delivery: null };
      const delivery = await desk.interaction(user, {
        ...{ type: 'view_submission', response_urls: [] },
        trigger_id: triggers.create({ user: user.id, view: view.id }),
        view: viewJson(view, app, filled.state) as JsonObject,
      });
      return applySubmission(context, view, delivery);
    },
    async close(userId, viewId) {
      const [user, view] = [await desk.who(userId), await openView(context, userId, viewId)];
      await store.closeViews([view.id]);
      if (view.content['notify_on_close'] !== true) return null;
      const shown = viewJson(view, app) as JsonObject;
      return desk.interaction(user, { type: 'view_closed', view: shown, is_cleared: false });
    },
  } satisfies Partial<SlackClient>;
}

export function createSlackClient(context: ApiContext, deliver: Deliver): SlackClient {
  const desk = createDesk(context, deliver);
  return { ...messageActs(context, deliver, desk), ...menuActs(context, desk), ...viewActs(context, desk) };
}

async function openView(context: ApiContext, user: string, id: string): Promise<SlackView> {
  const view = await context.store.view(id);
  if (!view || !view.open || view.user !== user) throw new Error(`${user} has no open view ${id}`);
  return view;
}

function actionJson({ block, element }: Placed, picked?: string): JsonObject {
  const options = optionsOf(element);
  const option = options.find((o) => o['value'] === picked);
  if (options.length && !option) throw new Error(`no option ${String(picked)} in this menu`);
  return {
    ...{ type: String(element['type']), action_id: String(element['action_id']) },
    block_id: String(block['block_id']),
    ...(element['text'] ? { text: element['text'] } : {}),
    ...(element['value'] !== undefined ? { value: element['value'] } : {}),
    ...(element['style'] ? { style: element['style'] } : {}),
    ...(option ? { selected_option: option } : {}),
    action_ts: (Date.now() / 1000).toFixed(6),
  };
}

type Values = Record<string, Record<string, JsonObject>>;

/** Checks what Slack's client checks before it sends a form: required fields and lengths. */
function fillIn(
  view: SlackView,
  values: Readonly<Record<string, string>>,
  picked: ReadonlyMap<string, JsonObject>,
): { state: Values; missing: Record<string, string> } {
  const state: Values = {};
  const missing: Record<string, string> = {};
  for (const { block, element } of elementsOf(view.content['blocks'] as JsonObject[])) {
    if (block['type'] !== 'input') continue;
    const [blockId, actionId] = [String(block['block_id']), String(element['action_id'])];
    const given = values[blockId] ?? values[actionId] ?? initialWords(element);
    const words = given === '' ? null : given;
    if (words === null && block['optional'] !== true)
      missing[blockId] = 'Please complete this required field.';
    const [min, max] = [Number(element['min_length'] ?? 0), Number(element['max_length'] ?? 3000)];
    if (words !== null && words.length < min) missing[blockId] = `Enter at least ${min} characters.`;
    if (words !== null && words.length > max) missing[blockId] = `Enter at most ${max} characters.`;
    const found = { type: 'external_select', selected_option: picked.get(actionId) ?? null };
    const value = element['type'] === 'external_select' ? found : valueOf(element, words);
    state[blockId] = { ...state[blockId], [actionId]: value };
  }
  return { state, missing };
}

const SLACKBOT = 'USLACKBOT';

async function showCommandAnswer(
  context: ApiContext,
  at: { channel: string; user: string; command: string; delivery: Delivery },
): Promise<void> {
  const { delivery, command } = at;
  if (!delivery.ok) {
    const error = delivery.why === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
    await context.store.post({
      ...{ channel: at.channel, user: SLACKBOT, botId: null, threadTs: null, visibleTo: at.user },
      ...{ text: `${command} failed with the error "${error}"`, blocks: [], attachments: [], metadata: null },
    });
    return;
  }
  if (!delivery.body.trim()) return;
  const hook = { channel: at.channel, user: at.user, messageTs: null };
  let args: Record<string, unknown> = { text: delivery.body };
  if (delivery.body.startsWith('{'))
    try {
      args = JSON.parse(delivery.body) as Record<string, unknown>;
    } catch {
      // Not JSON after all: Slack shows the body as text.
    }
  await showResponse(context, hook, args);
}
