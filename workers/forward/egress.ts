import { lookup as resolve, type LookupAddress } from 'node:dns';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/** Why an address is not called; `code` is what is kept of it. */
export class NotAllowedError extends Error {
  readonly code = 'not-allowed';
}

export interface EgressOptions {
  /**
   * Origins that may be called although they are inside, or spoken to without TLS: an operator's own receiver, or a test's.
   * Nothing else is an exception.
   */
  readonly allowed: ReadonlySet<string>;
  readonly timeoutMs?: number;
}

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Posts a body and reads no more of the answer than its status. Follows no redirect. */
export type Post = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<Posted>;

/** A name is resolved once, and that very address is connected to: one that is inside is refused, whatever else it has. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const inside = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (inside !== undefined || first === undefined)
      return callback(new NotAllowedError('the name leads inside'), '', 0);
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

/** Why this may not be called, whatever its name resolves to; null when its name may be looked at. */
export function whyNotAllowed(text: string, allowed: ReadonlySet<string>): string | null {
  try {
    checked(text, allowed);
    return null;
  } catch (error) {
    return error instanceof NotAllowedError ? error.message : 'no address';
  }
}

/** @throws NotAllowedError for what may not be called, whatever its name resolves to */
function checked(text: string, allowed: ReadonlySet<string>): { url: URL; isException: boolean } {
  if (!URL.canParse(text)) throw new NotAllowedError('no address');
  const url = new URL(text);
  const isException = allowed.has(url.origin);
  if (url.username !== '' || url.password !== '') throw new NotAllowedError('an address with a user in it');
  if (isException) return { url, isException };
  if (url.protocol !== 'https:') throw new NotAllowedError('not https');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new NotAllowedError('an address inside');
  return { url, isException };
}

const TIMEOUT_MS = 15_000;

/** The only way out to what a company named: https, the open internet, no redirects, and an answer within 15 s. */
export function createPost({ allowed, timeoutMs = TIMEOUT_MS }: EgressOptions): Post {
  return async (text, { headers, body }) => {
    const { url, isException } = checked(text, allowed);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.timeout(timeoutMs),
      // No connection is kept: one that was checked for a name must not serve another day's.
      agent: false,
      ...(isException ? {} : { lookup: lookupPublic }),
    };
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise<Posted>((done, fail) => {
      const sent = request(url, options, (response) => {
        const status = response.statusCode ?? 0;
        const retryAfter = response.headers['retry-after'] ?? null;
        // What they say is nobody's business here, and may have no end.
        response.destroy();
        done({ status, retryAfter });
      });
      sent.on('error', fail);
      sent.end(body);
    });
  };
}
