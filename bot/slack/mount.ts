import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, type Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Count } from '../api/metrics.ts';
import type { DirectorySource } from '../../platform/identity/fresh-rights.ts';
import { createSlackGroups } from './groups.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Caller, ChatTransport, Gateway, Outcome, Place } from '../chat.ts';
import { createAccess, type Access } from './access.ts';
import { clientsOf, installedTokens, oneToken, type SlackAccess } from './clients.ts';
import { mountInstall, type InstallDoor } from './install.ts';
import { listen } from './listeners.ts';
import { SlackReceiver } from './receiver.ts';
import { SlackSocket } from './socket.ts';
import { createReaderLanguage, speaking } from './reader-language.ts';
import { reply } from './reply.ts';
import { createSlackPictures } from './pictures.ts';
import { createSlackTransport } from './transport.ts';
import { slackLogger } from './web-api.ts';

export interface SlackOptions {
  /** Empty only where `appToken` is given: then nothing comes over HTTP. */
  readonly signingSecret: string;
  /** Socket mode: requests come over sockets that the bot opens. */
  readonly appToken?: string | null;
  /** The token of one workspace, or null where workspaces install the app by themselves. */
  readonly botToken: string | null;
  /** For installing the app in many workspaces. */
  readonly oauth?: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly publicUrl: string | null;
  };
  /** Slack's own, unless the Web API lives elsewhere (the local workspace). */
  readonly apiUrl: string | null;
  readonly gateway: Gateway;
  readonly stores: Pick<Stores, 'people' | 'copies' | 'installations'>;
  readonly log: Logger;
  readonly count: Count;
}

export interface MountedSlack {
  /** Answers one POST to /slack/events; null in socket mode, where nobody knocks. */
  readonly handle: ((req: IncomingMessage, res: ServerResponse) => Promise<void>) | null;
  /** Opens the sockets of socket mode. @throws Error when Slack refuses the app token */
  start(): Promise<void>;
  readonly transport: ChatTransport;
  /** Who is in which user group. */
  readonly groups: DirectorySource;
  /** Where people install the app; null where nobody may. */
  readonly install: InstallDoor | null;
  /** Waits for the answers under way. */
  close(): Promise<void>;
}

/**
 * Slack, by Bolt 5. @throws when there is neither a signing secret nor an app token.
 * Every listener acknowledges after the gateway has committed, never before.
 */
export function mountSlack(options: SlackOptions): MountedSlack {
  const { log } = options;
  const apiUrl = options.apiUrl ?? 'https://slack.com/api/';
  const door = options.appToken ? null : new SlackReceiver(options);
  const socket = options.appToken
    ? new SlackSocket({ ...options, appToken: options.appToken, apiUrl })
    : null;
  const { clients, access } = openAccess(options, apiUrl);
  const app = new App({
    receiver: receiverOf(door, socket),
    // What calls Slack asks `clients` for the token of its workspace; Bolt itself calls nothing.
    authorize: () => Promise.resolve({}),
    processBeforeResponse: true,
    convoStore: false,
    ignoreSelf: false,
    logger: slackLogger(log),
    clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  });
  const closing = new AbortController();
  const underway = new Set<Promise<void>>();
  const later = (work: Promise<void>): void => {
    underway.add(work);
    void work.finally(() => underway.delete(work));
  };
  const tell = (to: { caller: Caller; place: Place }, outcome: Outcome): void => later(answerIn(to, outcome));

  /** Our token says nothing in a workspace that is nobody's. */
  async function answerIn(to: { caller: Caller; place: Place }, outcome: Outcome): Promise<void> {
    try {
      if ((await options.gateway.tenantOf('slack', to.caller.workspace)) === null) return;
    } catch {
      // Postgres is away, which is what the answer is about to say.
    }
    const client = await clients.of(to.caller.workspace).catch(() => null);
    if (client) await reply(client.usual, to, outcome, { log, signal: closing.signal });
  }

  const clientsFor = clients.of;
  const readers = createReaderLanguage({ clientsFor, people: options.stores.people, log });
  listen(app, { gateway: speaking(options.gateway, readers, later), access, log, clientsFor, tell });
  return {
    handle: door && ((req, res) => door.handle(req, res)),
    start: async () => socket?.start(),
    groups: createSlackGroups(async (workspace) => (await clientsFor(workspace))?.quick ?? null),
    transport: {
      ...createSlackTransport(clientsFor, createSlackPictures(log)),
      awaitsAccess: access.awaits,
    },
    install: options.oauth
      ? mountInstall({
          ...options.oauth,
          apiUrl,
          log,
          installations: options.stores.installations,
          forget: clients.forget,
        })
      : null,
    close: async () => {
      access.close();
      await socket?.stop();
      closing.abort();
      await Promise.allSettled([...underway]);
    },
  };
}

/** One token for all that is asked, or each workspace's own. @throws Error when there is neither */
function openAccess(options: SlackOptions, apiUrl: string): { clients: SlackAccess; access: Access } {
  const { botToken, oauth, stores, gateway, log } = options;
  const single = botToken === null ? null : clientsOf({ token: botToken, apiUrl, log });
  // What finds an installation to be over tells of it; what tells asks Slack first.
  const made: { access?: Access } = {};
  const lost: Access['lost'] = async (...what) => made.access?.lost(...what);
  const edges = { ...stores, apiUrl, log, single, lost };
  const clients = oauth ? installedTokens({ ...edges, ...oauth }) : single && oneToken(single);
  if (clients === null)
    throw new Error('SLACK_BOT_TOKEN is missing; without it nothing can be said in Slack.');
  const access = createAccess({ ...stores, clients, gateway, log });
  made.access = access;
  return { clients, access };
}

function receiverOf(...ways: readonly (Receiver | null)[]): Receiver {
  const receiver = ways.find((way) => way !== null);
  if (!receiver) throw new Error('Slack has no way in.');
  return receiver;
}
