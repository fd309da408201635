import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sha256 } from '@noble/hashes/sha2.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
/** A proxy or tunnel on this machine passes on what comes from elsewhere, and says so. */
const PASSED_ON = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
];

const digest = (text: string): Uint8Array => sha256(new TextEncoder().encode(text));

/**
 * Who may read figures: they name companies and what their agents cost. With a token, whoever shows it; without one, only
 * what comes straight from this machine.
 */
export function mayScrape(req: Pick<IncomingMessage, 'headers' | 'socket'>, token: string | null): boolean {
  if (token !== null)
    return timingSafeEqual(digest(req.headers.authorization ?? ''), digest(`Bearer ${token}`));
  return (
    LOOPBACK.has(req.socket.remoteAddress ?? '') && PASSED_ON.every((name) => req.headers[name] === undefined)
  );
}
