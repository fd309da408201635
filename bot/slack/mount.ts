import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, type Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Count } from '../api/metrics.ts';
import type { CopyStore, PeopleStore } from '../../platform/stores.ts';
import type { DirectorySource } from '../../platform/identity/fresh-rights.ts';
import type { Caller, ChatTransport, Gateway, Outcome, Place } from '../chat.ts';
import { createAccess } from './access.ts';
import { createSlackGroups } from './groups.ts';
import { listen } from './listeners.ts';
import { SlackReceiver } from './receiver.ts';
import { SlackSocket } from './socket.ts';
import { createReaderLanguage, speaking } from './reader-language.ts';
import { reply } from './reply.ts';
import { createSlackPictures } from './pictures.ts';
import { createSlackTransport } from './transport.ts';
import { createWebClient, slackLogger } from './web-api.ts';

export interface SlackOptions {
  /** Empty only where `appToken` is given: then nothing comes over HTTP. */
  readonly signingSecret: string;
  /** Socket mode: requests come over sockets that the bot opens. */
  readonly appToken?: string | null;
  readonly botToken: string;
  /** Slack's own, unless the Web API lives elsewhere (the local workspace). */
  readonly apiUrl: string | null;
  readonly gateway: Gateway;
  readonly people: Pick<PeopleStore, 'tenantOf' | 'identify' | 'rememberLanguage'>;
  readonly copies: Pick<CopyStore, 'lost' | 'regained'>;
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
  const client = createWebClient({ token: options.botToken, apiUrl, log });
  // A click cannot wait ten seconds for Slack's own answer.
  const quick = createWebClient({ token: options.botToken, apiUrl, log, timeoutMs: 2_500 });
  const app = new App({
    receiver: receiverOf(door, socket),
    authorize: () => Promise.resolve({ botToken: options.botToken }),
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
    await reply(client, to, outcome, { log, signal: closing.signal });
  }

  const readers = createReaderLanguage({ client, people: options.people, log });
  const access = createAccess({ client: quick, gateway: options.gateway, copies: options.copies, log });
  listen(app, { gateway: speaking(options.gateway, readers, later), access, log, quick, tell });
  return {
    handle: door && ((req, res) => door.handle(req, res)),
    start: async () => socket?.start(),
    groups: createSlackGroups(() => quick),
    transport: {
      ...createSlackTransport(() => client, createSlackPictures(log)),
      awaitsAccess: access.awaits,
    },
    close: async () => {
      access.close();
      await socket?.stop();
      closing.abort();
      await Promise.allSettled([...underway]);
    },
  };
}

function receiverOf(...ways: readonly (Receiver | null)[]): Receiver {
  const receiver = ways.find((way) => way !== null);
  if (!receiver) throw new Error('Slack has no way in.');
  return receiver;
}
