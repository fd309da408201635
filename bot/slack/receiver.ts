import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifySlackRequest, type App, type Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { readBody } from '../api/read-body.ts';
import type { Count } from '../api/metrics.ts';
import { dispatch } from './dispatch.ts';
import { readSlackRequest } from './request.ts';

/** Slack's own window, both ways: Bolt alone accepts any time in the future. */
const WINDOW_SECONDS = 300;

/** What `countersign doctor` calls itself: a test of ours that fails says nothing about Slack, and is counted apart. */
export const DOCTOR_AGENT = 'countersign-doctor';

interface Options {
  readonly signingSecret: string;
  readonly log: Logger;
  readonly count: Count;
  readonly now?: () => number;
}

/**
 * Bolt's way in on our own HTTP server. The signature is checked on the raw bytes, by Bolt, before anything is parsed.
 * Slack is answered 200 after the commit; whatever goes wrong before that is a 500, which Slack shows or retries.
 */
export class SlackReceiver implements Receiver {
  private app: App | undefined;
  private readonly options: Options;

  /** @throws when the signing secret is empty: an empty key would sign for anybody. */
  constructor(options: Options) {
    if (options.signingSecret.trim() === '')
      throw new Error('SLACK_SIGNING_SECRET is empty; every request would count as signed. Set it.');
    this.options = options;
  }

  init(app: App): void {
    this.app = app;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Answers one POST to /slack/events. Never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const read = await readBody(req);
    if (!read.ok) return this.refuse(res, read.status, 'body_too_large');
    const why = this.whyUnsigned(req, read.body);
    if (why !== null)
      return this.refuse(res, 401, req.headers['user-agent'] === DOCTOR_AGENT ? 'doctor' : why);
    const request = readSlackRequest(req.headers['content-type'], read.body);
    if (request === null) return this.refuse(res, 400, 'malformed');
    if (request.kind === 'challenge') return answer(res, 200, { challenge: request.challenge });
    if (request.kind === 'ssl-check') return answer(res, 200, '');
    const retry = Number(req.headers['x-slack-retry-num'] ?? NaN);
    await dispatch(request, Number.isInteger(retry) ? retry : undefined, {
      app: this.app,
      ...this.options,
      ack: (response) => answer(res, 200, response ?? ''),
      fail: () => answer(res, 500, ''),
    });
  }

  private refuse(res: ServerResponse, status: number, why: string): void {
    this.options.count('slack_requests', { result: String(status), why });
    this.options.log.warn({ status, why }, 'a Slack request was refused at the door');
    answer(res, status, '');
  }

  /** @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
  private whyUnsigned(req: IncomingMessage, body: Buffer): string | null {
    const { 'x-slack-request-timestamp': at, 'x-slack-signature': signature } = req.headers;
    if (typeof at !== 'string' || typeof signature !== 'string') return 'unsigned';
    if (!/^\d{1,12}$/.test(at)) return 'bad_timestamp';
    const nowMs = (this.options.now ?? Date.now)();
    const aheadSeconds = Number(at) - Math.floor(nowMs / 1000);
    if (aheadSeconds > WINDOW_SECONDS) return 'future_timestamp';
    if (aheadSeconds < -WINDOW_SECONDS) return 'old_timestamp';
    try {
      verifySlackRequest({
        signingSecret: this.options.signingSecret,
        body: body.toString(),
        headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(at) },
        nowMilliseconds: nowMs,
      });
      return null;
    } catch {
      return 'bad_signature';
    }
  }
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return;
  if (typeof body === 'string') {
    res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
    return;
  }
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
