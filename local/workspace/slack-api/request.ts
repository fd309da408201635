import type { IncomingMessage } from 'node:http';
import type { Args } from './answer.ts';

/** Arguments that a form carries as JSON text. */
const JSON_ARGUMENTS = new Set(['blocks', 'attachments', 'metadata', 'view', 'files']);
const LARGEST_BODY = 1_000_000;

export type ReadCall =
  | { readonly ok: true; readonly args: Args; readonly token: string | null; readonly warning: string | null }
  | { readonly ok: false; readonly error: string };

export async function readBytes(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const readBody = async (req: IncomingMessage): Promise<string | null> =>
  (await readBytes(req))?.toString('utf8') ?? null;

/** Text that is no JSON stays text, and the method refuses it in its own words (`invalid_blocks_format` ...). */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function fromForm(body: string): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body))
    args[name] = JSON_ARGUMENTS.has(name) ? parsed(value) : value;
  return args;
}

/** Reads a Web API call: form or JSON (https://docs.slack.dev/apis/web-api). A JSON body may not carry the token. */
export async function readCall(req: IncomingMessage, query: URLSearchParams): Promise<ReadCall> {
  const type = req.headers['content-type'] ?? '';
  const body = await readBody(req);
  if (body === null) return { ok: false, error: 'request_too_large' };
  const bearer = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? null;
  if (type.startsWith('application/json')) {
    const args = body ? parsed(body) : {};
    if (typeof args !== 'object' || args === null) return { ok: false, error: 'invalid_json' };
    if (Array.isArray(args)) return { ok: false, error: 'json_not_object' };
    const warning = type.includes('charset') ? null : 'missing_charset';
    return { ok: true, args: args as Args, token: bearer, warning };
  }
  if (body && !type.startsWith('application/x-www-form-urlencoded'))
    return { ok: false, error: type.startsWith('multipart/') ? 'invalid_form_data' : 'invalid_post_type' };
  const args = { ...fromForm(query.toString()), ...fromForm(body) };
  const { token, ...rest } = args;
  return { ok: true, args: rest, token: bearer ?? (typeof token === 'string' ? token : null), warning: null };
}
