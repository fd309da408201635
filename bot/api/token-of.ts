import type { IncomingMessage } from 'node:http';
import type { TokenHolder, TokenStore } from '../../platform/stores.ts';

/** A token comes in this header and nowhere else: an address with one in it is kept by logs and histories. */
const BEARER = /^Bearer ([!-~]{1,200})$/i;

/** Whoever came, or null: then nothing is said of why. */
export async function holderOf(req: IncomingMessage, tokens: TokenStore): Promise<TokenHolder | null> {
  const [, text] = BEARER.exec(req.headers.authorization ?? '') ?? [];
  return text === undefined ? null : tokens.holder(text);
}

/** RFC 6750: what is wanted, and whether something was brought. */
export const challenge = (req: IncomingMessage): string =>
  `Bearer realm="countersign"${req.headers.authorization === undefined ? '' : ', error="invalid_token"'}`;
