import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Count } from './metrics.ts';
import { callOperation, type ApiEdges } from './call.ts';
import type { Handler, Routes } from './http.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';
import { problem, PROBLEM_TYPE, type Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { challenge, holderOf } from './token-of.ts';

export const BASE = '/api/v1';
/** Far more than any input of an agent takes. */
const BODY_BYTES = 262_144;
const KEY = /^[\x21-\x7e]{1,200}$/;

function send(res: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendProblem(res: ServerResponse, said: Problem, headers: Record<string, string> = {}): void {
  const retry: Record<string, string> =
    said.retry_after === undefined ? {} : { 'retry-after': String(said.retry_after) };
  send(res, said.status, said, { 'content-type': PROBLEM_TYPE, ...retry, ...headers });
}

/** Nobody: counted and answered, and in no ledger, since it is nobody's. */
export function sendNobody(
  req: IncomingMessage,
  res: ServerResponse,
  count: Count,
  door: 'api' | 'mcp',
): void {
  count('api_requests', { operation: 'none', door, result: 'unauthenticated' });
  const said = problem(401, 'unauthenticated', 'A token that holds is needed: Authorization: Bearer cs_…');
  sendProblem(res, said, { 'www-authenticate': challenge(req) });
}

interface Found {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** The operations of a path, by method; its params as they are written there. */
function at(path: string): Map<string, Found> {
  const parts = path.split('/');
  const found = new Map<string, Found>();
  for (const operation of operations) {
    const wanted = `${BASE}${operation.path}`.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, i) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part === parts[i];
      params[name] = parts[i] ?? '';
      return params[name] !== '';
    });
    if (fits) found.set(operation.method, { operation, params });
  }
  return found;
}

type Sent = { readonly ok: true; readonly body: object } | { readonly ok: false; readonly problem: Problem };

/** JSON, an object, and no more than is needed; nothing at all counts as an empty one. */
async function readJson(req: IncomingMessage): Promise<Sent> {
  const no = (status: number, code: string, detail: string): Sent => ({
    ok: false,
    problem: problem(status, code, detail),
  });
  const read = await readBody(req, BODY_BYTES);
  if (!read.ok)
    return no(read.status, read.status === 413 ? 'too_large' : 'bad_request', 'The body cannot be read.');
  if (read.body.length === 0) return { ok: true, body: {} };
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? ''))
    return no(415, 'not_json', 'The body has to be application/json.');
  try {
    const body: unknown = JSON.parse(read.body.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ok: true, body };
  } catch {
    // Said below, with whatever else is none.
  }
  return no(400, 'bad_request', 'The body has to be one JSON object.');
}

async function inputFor(req: IncomingMessage, { operation, params }: Found): Promise<Sent> {
  const query = Object.fromEntries(new URL(req.url ?? '/', 'http://localhost').searchParams);
  const sent = operation.method === 'POST' ? await readJson(req) : ({ ok: true, body: {} } as const);
  if (!sent.ok) return sent;
  // A name in the query is none of the body's, nor the other way round.
  const strangers = [
    ...Object.keys(query).filter((name) => !Object.hasOwn(operation.query.shape, name)),
    ...Object.keys(sent.body).filter((name) => !Object.hasOwn(operation.body.shape, name)),
  ];
  if (strangers.length > 0)
    return {
      ok: false,
      problem: problem(400, 'bad_request', `Unknown here: ${strangers.join(', ').slice(0, 200)}.`),
    };
  return { ok: true, body: { ...sent.body, ...query, ...params } };
}

async function answer(edges: ApiEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { stores, count } = edges.options;
  const holder = await holderOf(req, stores);
  // First of all: who is nobody learns of no path either.
  if (holder === null) return sendNobody(req, res, count, 'api');
  const found = at((req.url ?? '/').split('?')[0] ?? '/');
  const one = found.get(req.method ?? '');
  if (one === undefined) {
    const said =
      found.size > 0
        ? problem(405, 'method_not_allowed', 'Not for this path.')
        : problem(404, 'not_found', 'There is no such thing.');
    return sendProblem(res, said, found.size > 0 ? { allow: [...found.keys()].join(', ') } : {});
  }
  const key = req.headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || !KEY.test(key)))
    return sendProblem(
      res,
      problem(400, 'bad_request', 'An Idempotency-Key has 1 to 200 visible characters.'),
    );
  const sent = await inputFor(req, one);
  if (!sent.ok) return sendProblem(res, sent.problem);
  const { operation } = one;
  const input = sent.body as Record<string, unknown>;
  const came = await callOperation(edges, {
    holder,
    source: 'api',
    operation,
    input,
    idempotencyKey: key ?? null,
  });
  if (!came.ok) return sendProblem(res, came.problem);
  const { body, status = 200, location } = came.done;
  send(res, status, body, location === undefined ? {} : { location: `${BASE}${location}` });
}

/** `/api/v1/...`: every operation, and the document that describes them, which needs no token. */
export function apiRoutes(edges: ApiEdges): Routes {
  const handle: Handler = (req, res) => answer(edges, req, res);
  const document = openApiDocument();
  return {
    [`GET ${BASE}/openapi.json`]: (_req, res) => send(res, 200, document),
    [`GET ${BASE}/*`]: handle,
    [`POST ${BASE}/*`]: handle,
  };
}
