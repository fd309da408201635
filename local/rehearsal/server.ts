import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerWith, type Move } from './answer.ts';
import { ApiError, invalid } from './api-error.ts';
import { faultyMove, type Fault } from './faults.ts';
import { playHonestly } from './play/honest.ts';
import { playJudge } from './play/judging.ts';
import { playObediently } from './play/obedient.ts';
import { observe } from './play/observed.ts';
import { parseRequest, type MessagesRequest } from './request.ts';
import { streamMessage } from './stream.ts';
import { countInput, createPromptCache } from './tokens.ts';

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const REHEARSAL = { 'x-countersign-model': 'rehearsal' } as const;

export interface RehearsalOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** The only key that is taken; absent: any. */
  readonly apiKey?: string;
  /** Does whatever text in tool results says (attack 39). */
  readonly obedient?: boolean;
  /** Each is played once, in order, before the model behaves again. */
  readonly faults?: readonly Fault[];
  /** How long every answer takes at least. */
  readonly latencyMs?: number;
  /** How long the fault `slow` takes. */
  readonly slowMs?: number;
  readonly nowMs?: () => number;
}

export interface Rehearsal {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Queues faults for the next requests. */
  play(...faults: readonly Fault[]): void;
  /** Requests for a message so far. */
  readonly asked: () => number;
  close(): Promise<void>;
}

/** Starts the rehearsal model: the Messages API for real, with rules where the model would be. Loopback by default. */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const desk = createDesk(options);
  const server = createServer((req, res) => void desk.serve(req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    play: desk.play,
    asked: desk.asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createDesk(options: RehearsalOptions) {
  const faults: Fault[] = [...(options.faults ?? [])];
  const cache = createPromptCache(options.nowMs ?? Date.now);
  let asked = 0;
  let served = 0;

  async function message(
    req: IncomingMessage,
    res: ServerResponse,
    headers: Record<string, string>,
  ): Promise<void> {
    const request = parseRequest(await readBody(req));
    asked += 1;
    const fault = faults.shift() ?? null;
    await wait(fault === 'slow' ? (options.slowMs ?? 10_000) : (options.latencyMs ?? 0));
    if (res.destroyed) return;
    if (fault) failAsEndpoint(fault);
    if (fault === 'junk-body') return junk(res, headers);
    const move = (fault && faultyMove(fault, request)) ?? nextMove(request, options.obedient ?? false);
    const answer = answerWith(request, move, cache(request));
    if (request.stream) return streamMessage(res, answer, headers);
    sendJson(res, 200, answer, headers);
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    served += 1;
    const requestId = `req_${createHash('sha256').update(`rehearsal ${served}`).digest('hex').slice(0, 24)}`;
    const headers = { ...REHEARSAL, 'request-id': requestId };
    try {
      checkHeaders(req, options.apiKey);
      const path = new URL(req.url ?? '/', 'http://rehearsal').pathname;
      if (req.method === 'POST' && path === '/v1/messages') await message(req, res, headers);
      else if (req.method === 'POST' && path === '/v1/messages/count_tokens')
        sendJson(
          res,
          200,
          { input_tokens: countInput(parseRequest({ max_tokens: 1, ...(await readBody(req)) })) },
          headers,
        );
      // Whoever asks wants to know whether the key is taken; every model's name is.
      else if (req.method === 'GET' && path === '/v1/models')
        sendJson(res, 200, { data: [], first_id: null, has_more: false, last_id: null }, headers);
      else throw new ApiError(404, 'Not found');
    } catch (error) {
      if (res.headersSent || res.destroyed) return void res.destroy();
      const said = error instanceof ApiError ? error : new ApiError(500, 'Internal server error');
      sendJson(res, said.status, said.body(requestId), { ...headers, ...said.headers });
    }
  }
  return { serve, play: (...more: readonly Fault[]) => void faults.push(...more), asked: () => asked };
}

const nextMove = (request: MessagesRequest, obedient: boolean): Move => {
  const seen = observe(request);
  if (seen.tools.length === 0)
    return {
      text: 'This is the rehearsal model. Without tools it has nothing to read and nothing to say.',
      calls: [],
    };
  return playJudge(seen, obedient) ?? (obedient ? playObediently(seen) : playHonestly(seen));
};

function checkHeaders(req: IncomingMessage, apiKey: string | undefined): void {
  const bearer = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
  const given = req.headers['x-api-key'] ?? bearer;
  if (!given) throw new ApiError(401, 'x-api-key header is required');
  if (apiKey !== undefined && given !== apiKey) throw new ApiError(401, 'invalid x-api-key');
  if (!req.headers['anthropic-version']) throw invalid('anthropic-version: header is required');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(req.headers['anthropic-version'])))
    throw invalid(`anthropic-version: "${String(req.headers['anthropic-version'])}" is not a valid version`);
}

async function readBody(req: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    // read on, so that the caller gets the answer and not a broken connection
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new ApiError(413, 'Request exceeds the maximum size');
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    throw invalid('The request body is not valid JSON');
  }
  throw invalid('The request body must be a JSON object');
}

function failAsEndpoint(fault: Fault): void {
  if (fault === 'rate-limited')
    throw new ApiError(429, "This request would exceed your account's rate limit. Please try again later.", {
      'retry-after': '1',
    });
  if (fault === 'overloaded') throw new ApiError(529, 'Overloaded');
  if (fault === 'server-error') throw new ApiError(500, 'Internal server error');
}

function junk(res: ServerResponse, headers: Record<string, string>): void {
  res.writeHead(200, { ...headers, 'content-type': 'application/json' });
  res.end('<html>502 from a proxy that thinks it is fine</html>');
}

function sendJson(res: ServerResponse, status: number, body: object, headers: Record<string, string>): void {
  res.writeHead(status, { ...headers, 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}
