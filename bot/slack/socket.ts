import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver, type App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Count } from '../api/metrics.ts';
import { dispatch } from './dispatch.ts';
import { readSlackBody } from './request.ts';
import { failureOf, slackLogger } from './web-api.ts';

/**
 * Slack asks now and then to connect anew; while one connection does, the other listens. An app may have ten
 * (https://docs.slack.dev/apis/events-api/using-socket-mode), so that five bot processes are as many as there can be.
 */
const CONNECTIONS = 2;
/** A connection that was made and never greeted is given up. */
const HELLO_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;

/** No waiting helps against these; https://docs.slack.dev/reference/methods/apps.connections.open, "Errors". */
const REFUSALS: readonly string[] = [
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope'],
  ...['not_allowed_token_type', 'no_permission', 'access_denied', 'team_disabled', 'org_login_required'],
];

/** What Slack says over a socket; to Bolt's client any other type would be one of its own events. */
const Envelope = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal(['hello', 'disconnect']) }),
  z.looseObject({
    type: z.literal('events_api'),
    envelope_id: z.string().min(1),
    payload: z.looseObject({ event: z.looseObject({ type: z.string() }) }),
  }),
  z.looseObject({
    type: z.literal(['interactive', 'slash_commands']),
    envelope_id: z.string().min(1),
    payload: z.looseObject({}),
  }),
]);

function isEnvelope(text: unknown): boolean {
  try {
    return typeof text === 'string' && Envelope.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** Bolt's client trusts what it reads; an envelope without a payload would end the process. */
function onlyEnvelopes(client: SocketModeReceiver['client'], log: Logger): void {
  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (text: unknown, ...more: unknown[]) => {
    if (isEnvelope(text)) for (const handle of handlers) handle(text, ...more);
    else log.warn('a Slack envelope was refused at the door');
  });
}

export interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Logger;
  readonly count: Count;
}

interface Connection {
  readonly receiver: SocketModeReceiver;
  up: boolean;
}

/**
 * Bolt's way in over sockets that we open (Socket Mode), for a bot that nobody can reach from outside. Who may speak here
 * is settled by the socket itself: its address comes from Slack, against the app token. An envelope is acknowledged after the commit,
 * events too, which Bolt's own receiver would acknowledge before; an envelope that is not is sent again or shown as failed.
 */
export class SlackSocket implements Receiver {
  private app: App | undefined;
  private readonly options: SocketOptions;
  private readonly connections: readonly Connection[];
  private readonly closing = new AbortController();
  private readonly underway = new Set<Promise<void>>();

  constructor(options: SocketOptions) {
    if (!options.appToken.startsWith('xapp-'))
      throw new Error('SLACK_APP_TOKEN must be an app-level token; it begins with xapp-.');
    this.options = options;
    this.connections = Array.from({ length: CONNECTIONS }, () => ({
      receiver: this.connection(),
      up: false,
    }));
  }

  /** Connections that Slack has greeted. */
  get listening(): number {
    return this.connections.filter(({ up }) => up).length;
  }

  private connection(): SocketModeReceiver {
    const { appToken, apiUrl, log } = this.options;
    const receiver = new SocketModeReceiver({
      appToken,
      logger: slackLogger(log),
      // It would end the process with an unhandled rejection when Slack refuses a later connection.
      autoReconnectEnabled: false,
      installerOptions: {
        clientOptions: {
          slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
          allowAbsoluteUrls: false,
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
        },
      },
    });
    onlyEnvelopes(receiver.client, log);
    receiver.init({ processEvent: (event: ReceiverEvent) => this.receive(event) } as App);
    return receiver;
  }

  init(app: App): void {
    this.app = app;
  }

  /** Resolves when Slack listens, or is away and tried again. @throws Error when Slack refuses the token */
  async start(): Promise<void> {
    const first = await Promise.all(this.connections.map((one) => this.connect(one)));
    const refused = first.find((why) => why !== null && REFUSALS.includes(why));
    if (refused) {
      await this.stop();
      throw new Error(
        `Slack refuses SLACK_APP_TOKEN (${refused}). It needs the scope connections:write, and Socket Mode to be on.`,
      );
    }
    for (const one of this.connections) void this.keep(one);
  }

  /** Takes nothing new, and lets what is under way be acknowledged. */
  async stop(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled([...this.underway]);
    await Promise.allSettled(
      this.connections.filter(({ up }) => up).map(({ receiver }) => receiver.client.disconnect()),
    );
  }

  /** Null when Slack has greeted us, else why it has not. */
  private async connect(one: Connection): Promise<string | null> {
    const { client } = one.receiver;
    const late = setTimeout(() => void client.disconnect(), HELLO_MS);
    try {
      await client.start();
      one.up = true;
      client.once('disconnected', () => (one.up = false));
      this.options.count('slack_sockets', { result: 'connected' });
      return null;
    } catch (error) {
      const why = error instanceof WebAPIPlatformError ? error.data.error : failureOf(error).why;
      this.options.count('slack_sockets', { result: 'failed' });
      this.options.log.warn({ why }, 'Slack could not be reached by socket');
      return why;
    } finally {
      clearTimeout(late);
    }
  }

  /** At once when Slack asked for it, ever more slowly while it does not work. */
  private async keep(one: Connection): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted;) {
      if (one.up) await new Promise((resolve) => one.receiver.client.once('disconnected', resolve));
      if (signal.aborted) return;
      const why = await this.connect(one);
      failures = why === null ? 0 : failures + 1;
      if (why === null) continue;
      const waitMs = Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private receive(event: ReceiverEvent): Promise<void> {
    const work = this.take(event);
    this.underway.add(work);
    return work.finally(() => this.underway.delete(work));
  }

  private async take({ body, ack, retryNum }: ReceiverEvent): Promise<void> {
    if (this.closing.signal.aborted) return;
    const request = readSlackBody(body);
    if (request === null) {
      this.options.count('slack_requests', { result: '400', why: 'malformed' });
      this.options.log.warn('a Slack envelope was refused at the door');
      return;
    }
    await dispatch(request, retryNum, {
      app: this.app,
      ...this.options,
      // Bolt makes a text of an empty string, and Slack would show it.
      ack: (response) => ack(response === '' ? undefined : (response as never)),
      fail: () => undefined,
    });
  }
}
