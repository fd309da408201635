import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

/** What the Events API v2 takes, and within which limits (https://developer.pagerduty.com/docs/send-alert-event). */
const About = z.object({
  routing_key: z.string().length(32),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(255).optional(),
});
const Trigger = About.extend({
  event_action: z.literal('trigger'),
  payload: z.object({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime().optional(),
  }),
  links: z.array(z.object({ href: z.url(), text: z.string().optional() })).optional(),
});

export interface Received {
  readonly id: string;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One alert of PagerDuty's: a resolved one takes nothing more, so that a late acknowledgement is dropped. */
interface Alert {
  readonly key: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  triggers: number;
}

const LARGEST = 512 * 1024;

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const invalid = (...errors: string[]): Answer => ({
  status: 400,
  body: { status: 'invalid event', message: 'Event object is invalid', errors },
});

/** PagerDuty's end: refuses what the real one refuses, and keeps alerts as it does. */
function pagerDuty(routingKey: string) {
  const alerts: Alert[] = [];
  const open = (key: string) => alerts.find((one) => one.key === key && one.status !== 'resolved');
  const take = (body: string): Answer => {
    if (body.length > LARGEST) return { status: 413 };
    const event = About.safeParse(parsed(body));
    if (!event.success) return invalid(z.prettifyError(event.error));
    if (event.data.routing_key !== routingKey) return invalid('routing key is not known');
    const { event_action: action, dedup_key: key = 'made-up' } = event.data;
    const there = open(key);
    if (action === 'trigger') {
      const trigger = Trigger.safeParse(parsed(body));
      if (!trigger.success) return invalid(z.prettifyError(trigger.error));
      if (there) there.triggers += 1;
      else alerts.push({ key, status: 'triggered', triggers: 1 });
    } else if (there) there.status = action === 'resolve' ? 'resolved' : 'acknowledged';
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
  };
  return { alerts, take };
}

export interface FarEnds {
  readonly pagerDutyUrl: string;
  readonly webhookUrl: string;
  readonly origin: string;
  readonly alerts: readonly Alert[];
  /** What the webhook took, verified by the scheme's own library; each id once, however often it came. */
  readonly taken: readonly Received[];
  /** Everything that came, in order, taken or not. */
  readonly came: readonly (Received & { readonly path: string })[];
  /** The next answers, before it goes on as usual. */
  answerNext(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** The other end of the line for forwarded incidents, on loopback. */
export async function startFarEnds(keys: { routingKey: string; signingSecret: string }): Promise<FarEnds> {
  const pd = pagerDuty(keys.routingKey);
  const webhook = new Webhook(keys.signingSecret);
  const taken: Received[] = [];
  const came: (Received & { path: string })[] = [];
  const answers: Answer[] = [];
  const takeHook = (id: string, body: string, headers: Record<string, string>): Answer => {
    try {
      webhook.verify(body, headers);
    } catch {
      return { status: 401 };
    }
    if (!taken.some((one) => one.id === id)) taken.push({ id, body });
    return { status: 204 };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const headers = request.headers as Record<string, string>;
    const path = request.url ?? '';
    const id = headers['webhook-id'] ?? '';
    came.push({ path, id, body });
    const next = answers.shift();
    const usual = (): Answer => {
      if (path === '/v2/enqueue') return pd.take(body);
      return path === '/hook' ? takeHook(id, body, headers) : { status: 404 };
    };
    const said = request.method === 'POST' ? (next ?? usual()) : { status: 405 };
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers });
    response.end(said.body === undefined ? '' : JSON.stringify(said.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    ...{ pagerDutyUrl: `${origin}/v2/enqueue`, webhookUrl: `${origin}/hook`, origin },
    ...{ alerts: pd.alerts, taken, came },
    answerNext: (...more) => void answers.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
