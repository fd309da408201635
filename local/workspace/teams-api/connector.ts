import express, { type Request, type Response, type Router } from 'express';
import { readMessage } from './card-rules.ts';
import type { Fault, Faults } from './faults.ts';
import {
  botAccount,
  personAccount,
  personalConversation,
  splitConversation,
  threadOf,
} from './identifiers.ts';
import type { Issuer } from './issuer.ts';
import { createRateLimit } from './rate-limit.ts';
import type { TeamsConversation, TeamsMessage, TeamsStore } from './store.ts';

/** One of the people of the local Teams. */
export interface TeamsPerson {
  readonly entraObject: string;
  readonly name: string;
  readonly email: string;
}

export interface ConnectorOptions {
  readonly store: TeamsStore;
  readonly issuer: Issuer;
  readonly faults: Faults;
  readonly serviceUrl: string;
  readonly clientId: string;
  readonly botName: string;
  readonly tenantId: string;
  readonly people: readonly TeamsPerson[];
  readonly requestsPerSecond: number;
  readonly nextActivityId: () => string;
  /** Tells the page that something in the conversation changed. */
  readonly onChange: (conversation: string) => void;
}

type Operation = Exclude<Fault['on'], 'any'>;
type Answer = { status: number; body?: unknown };

/** The error body of the Bot Connector (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference). */
const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
const DENIED: Answer = { status: 401, body: { message: 'Authorization has been denied for this request.' } };
const NO_CONVERSATION = failure(404, 'ConversationNotFound', 'Conversation not found.');
const NO_ACTIVITY = failure(
  404,
  'ActivityNotFoundInConversation',
  'Activity was not found in the conversation.',
);

/**
 * The connector service as far as the Teams SDK uses it: create conversation, post, edit and delete activities, members.
 * Takes only the bot's bearer token, and rejects what Teams rejects.
 */
export function createConnector(options: ConnectorOptions): Router {
  const { issuer, faults } = options;
  const allowed = createRateLimit(options.requestsPerSecond);
  const router = express.Router();
  router.use('/v3', express.json({ limit: '1mb' }));

  const serve = (
    operation: Operation | 'read',
    work: (options: ConnectorOptions, req: Request) => Promise<Answer>,
  ) => {
    return async (req: Request, res: Response): Promise<void> => {
      const bot = await issuer.botOf(req.headers.authorization);
      if (bot === null) return send(res, DENIED);
      if (!allowed()) return send(res, failure(429, 'Throttled', 'Too many requests.'), 1);
      const fault = operation === 'read' ? null : faults.take(operation, placesOf(req));
      if (fault && !fault.afterwards) return send(res, faulty(fault), fault.retryAfterSeconds);
      const own = { ...options, clientId: bot.clientId, tenantId: bot.tenantId };
      const answer = await work(own, req).catch(() =>
        failure(503, 'ServiceUnavailable', 'The store is away.'),
      );
      if (fault) return send(res, faulty(fault), fault.retryAfterSeconds);
      send(res, answer);
    };
  };
  const base = '/v3/conversations';
  router.post(base, serve('create', createConversation));
  router.post(`${base}/:conversation/activities`, serve('post', postActivity));
  router.post(`${base}/:conversation/activities/:activity`, serve('post', postActivity));
  router.put(`${base}/:conversation/activities/:activity`, serve('update', editActivity));
  router.delete(`${base}/:conversation/activities/:activity`, serve('delete', deleteActivity));
  router.get(`${base}/:conversation/members`, serve('read', listMembers));
  router.get(
    `${base}/:conversation/pagedMembers`,
    serve('read', async (own, req) => {
      const answer = await listMembers(own, req);
      return answer.status === 200 ? { status: 200, body: { members: answer.body } } : answer;
    }),
  );
  router.get(`${base}/:conversation/members/:member`, serve('read', oneMember));
  return router;
}

/** What the service calls these when it says no more. */
const CODES: Readonly<Record<number, string>> = {
  403: 'BotNotInConversationRoster',
  404: 'ConversationNotFound',
  412: 'PreconditionFailed',
  413: 'MessageSizeTooBig',
  429: 'Throttled',
};

/** The conversation that a request is about, or those whom it would make one with. */
function placesOf(req: Request): string[] {
  const body = (req.body ?? {}) as {
    members?: { id?: string }[];
    channelData?: { channel?: { id?: string } };
  };
  const made = [body.channelData?.channel?.id, ...(body.members ?? []).map(({ id }) => id)];
  const named = parameter(req, 'conversation');
  return [...(named === '' ? [] : [splitConversation(named).conversation]), ...made].filter(
    (place): place is string => place !== undefined,
  );
}

const faulty = (fault: Fault): Answer =>
  failure(fault.status, fault.code ?? CODES[fault.status] ?? 'ServiceError', 'A fault was switched on.');

function send(res: Response, answer: Answer, retryAfterSeconds?: number): void {
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', String(retryAfterSeconds));
  if (answer.body === undefined) res.status(answer.status).end();
  else res.status(answer.status).json(answer.body);
}

const parameter = (req: Request, name: string): string => String(req.params[name] ?? '');

async function findConversation(options: ConnectorOptions, req: Request) {
  const { conversation, thread } = splitConversation(parameter(req, 'conversation'));
  const found = await options.store.conversation(conversation);
  if (!found) return null;
  if (thread !== null && !(await options.store.message(conversation, thread))) return null;
  return { found, thread };
}

/** Stores the message under a fresh id. */
async function keep(
  options: ConnectorOptions,
  conversation: TeamsConversation,
  thread: string | null,
  content: Pick<TeamsMessage, 'text' | 'card' | 'summary'>,
): Promise<string> {
  const from = { id: botAccount(options.clientId), name: options.botName, entraObject: null };
  for (;;) {
    const id = options.nextActivityId();
    const message = { ...content, id, thread, from, conversation: conversation.id };
    const sentAtMs = Date.now();
    if (await options.store.insertMessage({ ...message, sentAtMs, editedAtMs: null, deleted: false })) {
      options.onChange(conversation.id);
      return id;
    }
  }
}

async function createConversation(options: ConnectorOptions, req: Request): Promise<Answer> {
  const { store, clientId, serviceUrl, tenantId, people } = options;
  const body = (req.body ?? {}) as {
    members?: { id?: string }[];
    tenantId?: string;
    activity?: unknown;
    channelData?: { channel?: { id?: string }; tenant?: { id?: string } };
  };
  const tenant = body.tenantId ?? body.channelData?.tenant?.id;
  if (tenant !== undefined && tenant !== tenantId)
    return failure(403, 'InvalidTenant', 'The app is not installed in that tenant.');
  const read = body.activity === undefined ? null : readMessage(body.activity);
  if (read && !read.ok) return failure(read.rejection.status, read.rejection.code, read.rejection.message);
  const channel = body.channelData?.channel?.id;
  if (channel !== undefined) {
    const found = await store.conversation(channel);
    if (!found || found.kind !== 'channel') return NO_CONVERSATION;
    if (!read) return failure(400, 'BadSyntax', 'A thread begins with an activity.');
    const id = await keep(options, found, null, read);
    return { status: 201, body: { id: threadOf(channel, id), activityId: id, serviceUrl } };
  }
  const wanted = body.members?.length === 1 ? body.members[0]?.id : undefined;
  const person = people.find(
    (p) => wanted === p.entraObject || wanted === personAccount(clientId, p.entraObject),
  );
  if (!person) return failure(403, 'ForbiddenOperationException', 'The bot is not installed for that user.');
  const id = personalConversation(clientId, person.entraObject);
  const conversation = { id, kind: 'personal', name: person.name, person: person.entraObject } as const;
  await store.ensureConversation(conversation);
  const activityId = read ? await keep(options, conversation, null, read) : undefined;
  return { status: 201, body: { id, serviceUrl, ...(activityId ? { activityId } : {}) } };
}

async function postActivity(options: ConnectorOptions, req: Request): Promise<Answer> {
  const place = await findConversation(options, req);
  if (!place) return NO_CONVERSATION;
  if ((req.body as { type?: unknown } | undefined)?.type === 'typing')
    return { status: 201, body: { id: '' } };
  const read = readMessage(req.body);
  if (!read.ok) return failure(read.rejection.status, read.rejection.code, read.rejection.message);
  const thread =
    place.found.kind === 'channel' ? (place.thread ?? (parameter(req, 'activity') || null)) : null;
  if (thread !== null && !(await options.store.message(place.found.id, thread))) return NO_ACTIVITY;
  return { status: 201, body: { id: await keep(options, place.found, thread, read) } };
}

/** The stored message of a request when the bot wrote it, else null: nobody else's message can be changed. */
async function ownMessage(
  options: ConnectorOptions,
  conversation: string,
  req: Request,
): Promise<TeamsMessage | null> {
  const message = await options.store.message(conversation, parameter(req, 'activity'));
  return message && !message.deleted && message.from.id === botAccount(options.clientId) ? message : null;
}

async function editActivity(options: ConnectorOptions, req: Request): Promise<Answer> {
  const place = await findConversation(options, req);
  if (!place) return NO_CONVERSATION;
  const message = await ownMessage(options, place.found.id, req);
  if (!message) return NO_ACTIVITY;
  const read = readMessage(req.body);
  if (!read.ok) return failure(read.rejection.status, read.rejection.code, read.rejection.message);
  const { text, card, summary } = read;
  if (!(await options.store.editMessage(place.found.id, message.id, { text, card, summary }, Date.now())))
    return NO_ACTIVITY;
  options.onChange(place.found.id);
  return { status: 200, body: { id: message.id } };
}

async function deleteActivity(options: ConnectorOptions, req: Request): Promise<Answer> {
  const place = await findConversation(options, req);
  if (!place) return NO_CONVERSATION;
  const message = await ownMessage(options, place.found.id, req);
  if (!message || !(await options.store.deleteMessage(place.found.id, message.id, Date.now())))
    return NO_ACTIVITY;
  options.onChange(place.found.id);
  return { status: 200 };
}

const memberOf = (options: ConnectorOptions, person: TeamsPerson) => ({
  id: personAccount(options.clientId, person.entraObject),
  name: person.name,
  objectId: person.entraObject,
  aadObjectId: person.entraObject,
  email: person.email,
  userPrincipalName: person.email,
  tenantId: options.tenantId,
  userRole: 'user',
});

async function listMembers(options: ConnectorOptions, req: Request): Promise<Answer> {
  const place = await findConversation(options, req);
  if (!place) return NO_CONVERSATION;
  const { person, kind } = place.found;
  const here = options.people.filter((p) => kind === 'channel' || p.entraObject === person);
  return { status: 200, body: here.map((p) => memberOf(options, p)) };
}

async function oneMember(options: ConnectorOptions, req: Request): Promise<Answer> {
  const answer = await listMembers(options, req);
  if (answer.status !== 200) return answer;
  const wanted = parameter(req, 'member');
  const members = answer.body as ReturnType<typeof memberOf>[];
  const member = members.find((m) => m.id === wanted || m.aadObjectId === wanted);
  return member
    ? { status: 200, body: member }
    : failure(404, 'MemberNotFoundInConversation', 'No such member here.');
}
