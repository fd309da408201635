import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../core/canonical-json.ts';
import type { TeamsPerson } from './connector.ts';
import { botAccount, personAccount, personalConversation, threadOf } from './identifiers.ts';
import type { Issuer } from './issuer.ts';
import type { TeamsConversation, TeamsStore } from './store.ts';

/** What the bot answered to an activity or invoke. `status` 0: it could not be reached. */
export interface BotAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ClientOptions {
  readonly store: TeamsStore;
  readonly issuer: Issuer;
  readonly serviceUrl: string;
  readonly botMessagesUrl: string;
  readonly clientId: string;
  readonly botName: string;
  readonly tenantId: string;
  readonly people: readonly TeamsPerson[];
  readonly nextActivityId: () => string;
  readonly onChange: (conversation: string) => void;
  /** How long it waits for an answer; missing: as long as Teams does. */
  readonly waitMs?: number;
}

/** Where a message or a click happens; `thread` is the root message in a channel. */
export interface Spot {
  readonly conversation: string;
  readonly thread?: string | null;
}

export interface TeamsClient {
  /** The id of a person's chat with the bot. */
  personalChat(entraObject: string): string;
  /**
   * Writes as a person. `@Countersign ...` becomes a mention; in a channel only mentioned bots hear, as in Teams.
   * `answer` null: the bot was not told.
   */
  sendMessage(
    entraObject: string,
    text: string,
    spot: Spot,
  ): Promise<{ message: string; answer: BotAnswer | null }>;
  /** Presses an Action.Execute button; `data` is the button's data with the card's inputs merged in. */
  clickExecute(entraObject: string, click: Click & { verb: string; data: JsonObject }): Promise<BotAnswer>;
  /** Presses a button whose data asks for a dialog (`msteams: {type: 'task/fetch'}`). */
  openDialog(entraObject: string, click: Click & { data: JsonObject }): Promise<BotAnswer>;
  /** Hands in a dialog: the dialog card's Action.Submit data with its inputs merged in. */
  submitDialog(entraObject: string, click: Click & { data: JsonObject }): Promise<BotAnswer>;
  /** Types into a list that the bot fills (`choices.data` of an Input.ChoiceSet). */
  search(entraObject: string, query: Click & { dataset: string; queryText: string }): Promise<BotAnswer>;
  /** Presses an Action.Submit button of a card in a message: arrives as a message without words. */
  submitInMessage(entraObject: string, click: Click & { data: JsonObject }): Promise<BotAnswer>;
  /** Installs the app for a person or in a channel: the bot learns where it may write. */
  install(conversation: TeamsConversation, entraObject: string): Promise<BotAnswer>;
  /** Removes it from there again; what is posted there afterwards is refused by whoever plays the service. */
  uninstall(conversation: string, entraObject: string): Promise<BotAnswer>;
  /** The bare activity of a person, to be changed and posted by hand. */
  activity(entraObject: string, spot: Spot, fields: JsonObject): Promise<JsonObject>;
  /** Posts anything to the bot with any token (default: rightly signed). */
  post(body: JsonObject | string, options?: { authorization?: string | null }): Promise<BotAnswer>;
}

export interface Click {
  readonly conversation: string;
  /** The message with the card. */
  readonly message: string;
}

const MENTION = /^\s*@countersign\b\s*/i;
/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search */
const FOUND_AT_ONCE = 15;
const INVOKE_TIMEOUT_MS = 15_000;

function personNamed(people: readonly TeamsPerson[], entraObject: string): TeamsPerson {
  const found = people.find((p) => p.entraObject === entraObject);
  if (!found) throw new Error('nobody in this Teams has that Entra object id');
  return found;
}

/** Plays the Teams client and its service towards the bot: real activities, really signed, over real HTTP. */
export function createClient(options: ClientOptions): TeamsClient {
  const { store, clientId } = options;
  const person = (entraObject: string): TeamsPerson => personNamed(options.people, entraObject);
  const activity = async (entraObject: string, spot: Spot, fields: JsonObject): Promise<JsonObject> =>
    buildActivity(
      options,
      person(entraObject),
      await conversationAt(options, entraObject, spot),
      spot,
      fields,
    );
  const post: TeamsClient['post'] = (body, given) => postToBot(options, body, given);
  const spotOf = async ({ conversation, message }: Click): Promise<Spot> => ({
    conversation,
    thread: (await store.message(conversation, message))?.thread ?? message,
  });
  const invoke = async (
    entraObject: string,
    click: Click,
    name: string,
    value: JsonObject,
  ): Promise<BotAnswer> => {
    const fields = { type: 'invoke', name, id: `f:${randomUUID()}`, replyToId: click.message, value };
    return post(await activity(entraObject, await spotOf(click), fields));
  };
  return {
    activity,
    post,
    personalChat: (entraObject) => personalConversation(clientId, entraObject),
    sendMessage: (entraObject, text, spot) =>
      writeMessage(options, person(entraObject), text, spot, activity, post),
    clickExecute: (entraObject, click) =>
      invoke(entraObject, click, 'adaptiveCard/action', {
        action: { type: 'Action.Execute', verb: click.verb, data: click.data },
        trigger: 'manual',
      }),
    openDialog: (entraObject, click) =>
      invoke(entraObject, click, 'task/fetch', {
        data: { ...click.data, msteams: { type: 'task/fetch' } },
        context: { theme: 'default' },
      }),
    submitDialog: (entraObject, click) =>
      invoke(entraObject, click, 'task/submit', { data: click.data, context: { theme: 'default' } }),
    search: (entraObject, query) => invoke(entraObject, query, 'application/search', searchOf(query)),
    async submitInMessage(entraObject, click) {
      const spot = await spotOf(click);
      const ids = { id: options.nextActivityId(), replyToId: click.message };
      const fields = { type: 'message', ...ids, value: click.data };
      return post(await activity(entraObject, spot, fields));
    },
    ...installations(store, async (action, conversation, entraObject) => {
      const fields = { type: 'installationUpdate', action, id: `f:${randomUUID()}` };
      return post(await activity(entraObject, { conversation }, fields));
    }),
  };
}

/** The app is added to a place, or removed from it. */
const installations = (
  store: TeamsStore,
  tell: (action: string, conversation: string, entraObject: string) => Promise<BotAnswer>,
): Pick<TeamsClient, 'install' | 'uninstall'> => ({
  uninstall: (conversation, entraObject) => tell('remove', conversation, entraObject),
  async install(conversation, entraObject) {
    await store.ensureConversation(conversation);
    return tell('add', conversation.id, entraObject);
  },
});

const searchOf = ({ dataset, queryText }: { dataset: string; queryText: string }): JsonObject => ({
  queryText,
  queryOptions: { skip: 0, top: FOUND_AT_ONCE },
  dataset,
});

/** The conversation a person stands in; their own chat with the bot is made when they first write there. */
async function conversationAt(
  options: ClientOptions,
  entraObject: string,
  spot: Spot,
): Promise<TeamsConversation> {
  const { store, clientId } = options;
  const found = await store.conversation(spot.conversation);
  if (found) return found;
  if (spot.conversation !== personalConversation(clientId, entraObject))
    throw new Error('there is no such conversation');
  const name = options.people.find((p) => p.entraObject === entraObject)?.name ?? '';
  const made = { id: spot.conversation, kind: 'personal', name, person: entraObject } as const;
  await store.ensureConversation(made);
  return made;
}

/** The fields every Teams activity has (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages). */
function buildActivity(
  options: ClientOptions,
  person: TeamsPerson,
  conversation: TeamsConversation,
  spot: Spot,
  fields: JsonObject,
): JsonObject {
  const { clientId, tenantId } = options;
  const channel = conversation.kind === 'channel';
  const id = channel && spot.thread ? threadOf(conversation.id, spot.thread) : conversation.id;
  const now = new Date().toISOString();
  return {
    timestamp: now,
    localTimestamp: now,
    channelId: 'msteams',
    serviceUrl: options.serviceUrl,
    from: {
      id: personAccount(clientId, person.entraObject),
      name: person.name,
      aadObjectId: person.entraObject,
    },
    conversation: {
      id,
      tenantId,
      conversationType: conversation.kind,
      ...(channel ? { isGroup: true } : {}),
    },
    recipient: { id: botAccount(clientId), name: options.botName },
    channelData: {
      tenant: { id: tenantId },
      ...(channel ? { channel: { id: conversation.id }, teamsChannelId: conversation.id } : {}),
    },
    locale: 'en-GB',
    ...fields,
  };
}

async function writeMessage(
  options: ClientOptions,
  person: TeamsPerson,
  text: string,
  spot: Spot,
  activity: TeamsClient['activity'],
  post: TeamsClient['post'],
): Promise<{ message: string; answer: BotAnswer | null }> {
  const { store, clientId, botName } = options;
  const where = await conversationAt(options, person.entraObject, spot);
  const from = {
    id: personAccount(clientId, person.entraObject),
    name: person.name,
    entraObject: person.entraObject,
  };
  const thread = where.kind === 'channel' ? (spot.thread ?? null) : null;
  let id = options.nextActivityId();
  const content = { conversation: where.id, thread, from, text, card: null, summary: null };
  while (
    !(await store.insertMessage({ ...content, id, sentAtMs: Date.now(), editedAtMs: null, deleted: false }))
  )
    id = options.nextActivityId();
  options.onChange(where.id);
  const mentioned = MENTION.test(text);
  if (where.kind === 'channel' && !mentioned) return { message: id, answer: null };
  const at = `<at>${botName}</at>`;
  const fields = {
    type: 'message',
    id,
    textFormat: 'plain',
    text: mentioned ? `${at} ${text.replace(MENTION, '')}` : text,
    ...(mentioned
      ? { entities: [{ type: 'mention', text: at, mentioned: { id: botAccount(clientId), name: botName } }] }
      : {}),
  };
  const body = await activity(person.entraObject, { conversation: where.id, thread: thread ?? id }, fields);
  return { message: id, answer: await post(body) };
}

async function postToBot(
  options: ClientOptions,
  body: JsonObject | string,
  given: { authorization?: string | null } = {},
): Promise<BotAnswer> {
  const authorization =
    given.authorization === undefined ? `Bearer ${await options.issuer.signForBot()}` : given.authorization;
  const headers = {
    'content-type': 'application/json',
    ...(authorization === null ? {} : { authorization }),
  };
  try {
    const response = await fetch(options.botMessagesUrl, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(options.waitMs ?? INVOKE_TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : parseOrText(text) };
  } catch {
    return { status: 0, body: null };
  }
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
