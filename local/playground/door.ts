import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import type { CastMember } from '../workspace/cast-types.ts';
import { guardLoopback } from '../workspace/guard.ts';
import { accountOf } from './cast-file.ts';

/** What of an activity this door looks at; the rest passes by as it came. */
const Activity = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  serviceUrl: z.string(),
  conversation: z.looseObject({ id: z.string().min(1) }),
  from: z.looseObject({}),
});
type Activity = z.infer<typeof Activity>;

export interface DoorOptions {
  readonly port: number;
  readonly botMessagesUrl: string;
  /** The Playground's own connector; activities that name another are refused. */
  readonly serviceUrl: string;
  /** Signs for the bot what the Playground, which has no key, cannot. */
  readonly sign: (serviceUrl: string) => Promise<string>;
  readonly cast: readonly CastMember[];
  /** Whose name the Playground's one user goes by at first. */
  readonly me: CastMember;
}

export interface Door {
  /** What the Playground takes for the bot. */
  readonly messagesUrl: string;
  close(): Promise<void>;
}

/** `/as ada`, also behind a mention. */
const AS = /^\s*(?:<at>[^<]*<\/at>\s*)?\/as(?:\s+([a-z]+))?\s*$/i;
const TIMEOUT_MS = 15_000;

/**
 * Where the Playground knocks, on loopback. It sends no token, and the bot takes nothing without one: this door gives its
 * user a name from the example and signs as the local issuer. So the bot itself needs no way in without a token.
 * @throws Error when the port is busy
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const url = `http://127.0.0.1:${options.port}`;
  const app = express();
  app.disable('x-powered-by');
  app.use(guardLoopback(() => url));
  let me = options.me;
  app.head('/api/messages', (_req, res) => void res.status(200).end());
  app.post('/api/messages', express.json({ limit: '1mb' }), async (req, res) => {
    const activity = admit(options, req, res);
    if (activity === null) return;
    const as = AS.exec(activity.text ?? '');
    if (activity.type === 'message' && as) {
      const chosen = options.cast.find(({ id }) => id === as[1]?.toLowerCase());
      if (chosen) me = chosen;
      await say(options.serviceUrl, activity, chosen ? `You are ${me.name} now.` : whoThereIs(options.cast));
      return void res.status(200).end();
    }
    await passOn(options, activity, me, res);
  });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  return {
    messagesUrl: `${url}/api/messages`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const whoThereIs = (cast: readonly CastMember[]): string =>
  `Type /as and one of: ${cast.map(({ id }) => id).join(', ')}.`;

/** A page elsewhere cannot set this header without asking first, and is never allowed to. */
function admit({ serviceUrl }: DoorOptions, req: Request, res: Response): Activity | null {
  if (req.headers['x-ms-agents-playground'] !== 'true') return (void res.status(401).end(), null);
  const parsed = Activity.safeParse(req.body);
  if (!parsed.success) return (void res.status(400).end(), null);
  if (parsed.data.serviceUrl !== serviceUrl) return (void res.status(403).end(), null);
  return parsed.data;
}

async function passOn(
  { botMessagesUrl, serviceUrl, sign }: DoorOptions,
  activity: Activity,
  me: CastMember,
  res: Response,
): Promise<void> {
  const from = { ...activity.from, id: accountOf(me), name: me.name, aadObjectId: me.entraObject };
  try {
    const answer = await fetch(botMessagesUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await sign(serviceUrl)}`,
      },
      body: JSON.stringify({ ...activity, from }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const type = answer.headers.get('content-type');
    if (type) res.setHeader('content-type', type);
    res.status(answer.status).send(await answer.text());
  } catch {
    res.status(502).end();
  }
}

/** Said by the door itself, in the conversation where it was asked. */
async function say(serviceUrl: string, activity: Activity, text: string): Promise<void> {
  const { recipient, conversation } = activity as Activity & { recipient?: unknown };
  await fetch(`${serviceUrl}/v3/conversations/${encodeURIComponent(conversation.id)}/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'message', text, from: recipient, conversation }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
}
