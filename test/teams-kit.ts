import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { chatsWait } from '../bot/deadline.ts';
import { EXAMPLE } from '../local/example/example.ts';
import {
  createTeamsApi,
  type TeamsApi,
  type TeamsConversation,
  type TeamsMessage,
  type TeamsPerson,
  type TeamsStore,
} from '../local/workspace/teams-api/index.ts';
import { CHATS_WAIT_MS } from './patience.ts';

/** Keeps the local Teams in memory; tests only, the workspace keeps it in Postgres. */
export function createMemoryTeamsStore(): TeamsStore {
  const conversations = new Map<string, TeamsConversation>();
  const messages = new Map<string, TeamsMessage>();
  const key = (conversation: string, id: string): string => `${conversation} ${id}`;
  const change = (conversation: string, id: string, fields: Partial<TeamsMessage>): boolean => {
    const found = messages.get(key(conversation, id));
    if (!found || found.deleted) return false;
    messages.set(key(conversation, id), { ...found, ...fields });
    return true;
  };
  return {
    ensureConversation: async (c) => void (conversations.has(c.id) || conversations.set(c.id, c)),
    conversation: async (id) => conversations.get(id) ?? null,
    conversations: async () => [...conversations.values()],
    insertMessage: async (m) => {
      if (messages.has(key(m.conversation, m.id))) return false;
      messages.set(key(m.conversation, m.id), m);
      return true;
    },
    message: async (conversation, id) => messages.get(key(conversation, id)) ?? null,
    editMessage: async (conversation, id, content, atMs) =>
      change(conversation, id, { ...content, editedAtMs: atMs }),
    deleteMessage: async (conversation, id, atMs) =>
      change(conversation, id, { deleted: true, editedAtMs: atMs, card: null, text: '' }),
    messages: async (conversation) => [...messages.values()].filter((m) => m.conversation === conversation),
  };
}

const person = (last: string, name: string): TeamsPerson => ({
  entraObject: `0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b00${last}`,
  name,
  email: `${name.toLowerCase().replace(' ', '.')}@harbour.example`,
});

/** The example people as `local/example/people.csv` has them, and a stranger. */
export const TEAMS_PEOPLE = {
  robin: person('01', 'Robin Reyes'),
  ada: person('02', 'Ada Okafor'),
  ben: person('03', 'Ben Sato'),
  sofia: person('04', 'Sofia Marin'),
  mara: person('05', 'Mara Lindqvist'),
  ines: person('06', 'Ines Vogel'),
  stranger: { ...person('99', 'Sam Stranger'), entraObject: EXAMPLE.stranger.entraObject },
} as const;

/** One for all kits: making it takes longer than all else that a kit does. */
let signingKey: Promise<JWK> | undefined;
const makeKey = async (): Promise<JWK> =>
  exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey);

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Another company's, in an Entra tenant of its own. */
export const SECOND_BOT = {
  clientId: '5c1d7e90-64a8-4f3b-b1f2-9a0c3d5e7f21',
  clientSecret: 'another secret for one test run',
  tenantId: 'b7e2c4d6-0f1a-4b8c-9d3e-6a5f4c3b2a10',
} as const;

const shut = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

export interface TeamsKit {
  readonly api: TeamsApi;
  readonly store: TeamsStore;
  readonly channel: string;
  /** Fields of the bot's Teams configuration. */
  readonly config: {
    clientId: string;
    clientSecret: string;
    tenantId: string;
    cloud: TeamsApi['cloud'];
    serviceUrl: string;
  };
  /** Says who answers /api/messages. */
  serve(handle: (...args: Parameters<Parameters<typeof createServer>[1] & object>) => void): void;
  close(): Promise<void>;
}

/** A local Teams, and an empty bot server unless the bot listens elsewhere, over real HTTP on 127.0.0.1. */
export async function startTeamsKit(botMessagesUrl?: string): Promise<TeamsKit> {
  chatsWait(CHATS_WAIT_MS);
  let handle: Parameters<TeamsKit['serve']>[0] | null = null;
  const bot = createServer((req, res) => (handle ? handle(req, res) : void res.writeHead(503).end()));
  const app = express();
  const teams = createServer(app);
  const [botUrl, teamsUrl] = await Promise.all([listen(bot), listen(teams)]);
  const store = createMemoryTeamsStore();
  const { clientId, tenant: tenantId, channel, channelName } = EXAMPLE.teams;
  const clientSecret = 'a secret for one test run';
  const api = await createTeamsApi({
    ...{ store, clientId, clientSecret, tenantId, others: [SECOND_BOT] },
    publicUrl: teamsUrl,
    botMessagesUrl: botMessagesUrl ?? `${botUrl}/api/messages`,
    people: Object.values(TEAMS_PEOPLE),
    waitMs: CHATS_WAIT_MS,
    signingKey: await (signingKey ??= makeKey()),
  });
  app.use(api.router);
  await store.ensureConversation({ id: channel, kind: 'channel', name: channelName, person: null });
  return {
    ...{ api, store, channel },
    config: { clientId, clientSecret, tenantId, cloud: api.cloud, serviceUrl: api.serviceUrl },
    serve: (given) => void (handle = given),
    async close() {
      api.close();
      await Promise.all([shut(bot), shut(teams)]);
    },
  };
}
