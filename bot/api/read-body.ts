import type { IncomingMessage } from 'node:http';

/** Slack's largest payloads (a view with its state) and Teams' 256 KB activities stay far below. */
export const BODY_LIMIT_BYTES = 1_048_576;

export type ReadBody = { ok: true; body: Buffer } | { ok: false; status: 400 | 413 };

/** The raw bytes of a request, up to the limit; more is refused without reading on. */
export async function readBody(req: IncomingMessage, limitBytes = BODY_LIMIT_BYTES): Promise<ReadBody> {
  if (Number(req.headers['content-length'] ?? 0) > limitBytes) return { ok: false, status: 413 };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes) return { ok: false, status: 413 };
      chunks.push(chunk);
    }
  } catch {
    return { ok: false, status: 400 };
  }
  return { ok: true, body: Buffer.concat(chunks) };
}
