import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER_MS } from './limits.ts';
import { sign } from './sign.ts';

/** What became of one signed request to the bot. */
export interface Delivery {
  /** Answered with 2xx within three seconds. */
  readonly ok: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly why: 'answered' | 'http_error' | 'http_timeout' | 'connection_failed';
}

export interface Tampering {
  /** Replaces the signature, or signs with another secret or time: what an attacker would do. */
  readonly signature?: string;
  readonly secret?: string;
  readonly timestampSeconds?: number;
}

export interface Deliver {
  /** A command or an interaction: form-encoded, tried once. */
  form(fields: Readonly<Record<string, string>>, tampering?: Tampering): Promise<Delivery>;
  /** An event: JSON, tried again up to three times while it is not answered with 2xx in time. */
  event(payload: object): Promise<Delivery>;
  /** Over HTTP: from now on every request comes so many times more, at once, with `x-slack-retry-num`, as when an answer was lost. */
  repeat?(times: number): void;
}

export interface DeliverOptions {
  readonly botUrl: string;
  readonly signingSecret: string;
  /** Slack waits nearly nothing, then a minute, then five (https://docs.slack.dev/apis/events-api). */
  readonly retryDelaysMs?: readonly number[];
  readonly answerMs?: number | undefined;
}

type Sent = Delivery & { readonly noRetry: boolean };

/** One signed request. Never throws. */
function createPost({ botUrl, signingSecret, answerMs = ANSWER_MS }: DeliverOptions) {
  return async (
    body: string,
    type: string,
    extra: Record<string, string>,
    tampering: Tampering = {},
  ): Promise<Sent> => {
    const timestamp = tampering.timestampSeconds ?? Math.floor(Date.now() / 1000);
    const signature = tampering.signature ?? sign(tampering.secret ?? signingSecret, timestamp, body);
    try {
      const response = await fetch(`${botUrl}/slack/events`, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(answerMs),
        headers: {
          'content-type': type,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': signature,
          ...extra,
        },
      });
      const text = await response.text();
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      const why = response.ok ? 'answered' : 'http_error';
      return { ok: response.ok, status: response.status, body: text, why, noRetry };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      const why = timedOut ? 'http_timeout' : 'connection_failed';
      return { ok: false, status: null, body: '', why, noRetry: false };
    }
  };
}

const retryHeaders = (num: number, reason: string): Record<string, string> => ({
  'x-slack-retry-num': String(num),
  'x-slack-retry-reason': reason,
});

/** Posts signed requests to the bot's `/slack/events`, as Slack does. Never throws: what went wrong is in the answer. */
export function createDeliver(options: DeliverOptions): Deliver {
  const { retryDelaysMs = [0, 60_000, 300_000] } = options;
  const post = createPost(options);
  let repeats = 0;
  const andAgain = (body: string, type: string, tampering?: Tampering): Promise<Sent> => {
    const first = post(body, type, {}, tampering);
    for (let n = 1; n <= repeats; n += 1) void post(body, type, retryHeaders(n, 'http_timeout'), tampering);
    return first;
  };
  return {
    repeat: (times) => void (repeats = times),
    form: (fields, tampering) =>
      andAgain(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded', tampering),
    async event(payload) {
      const body = JSON.stringify(payload);
      let answer = await andAgain(body, 'application/json');
      for (const [i, delay] of retryDelaysMs.entries()) {
        if (answer.ok || answer.noRetry) break;
        await sleep(delay, undefined, { ref: false });
        answer = await post(body, 'application/json', retryHeaders(i + 1, answer.why));
      }
      return answer;
    },
  };
}
