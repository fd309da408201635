import { z } from 'zod';

/** Same tolerance as the SDK has for expiry. */
const CLOCK_TOLERANCE_SECONDS = 300;

const Header = z.looseObject({ alg: z.literal('RS256'), kid: z.string().min(1) });
const Claims = z.looseObject({
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  /** One app alone: a token for several says nothing of whom it was meant for. */
  aud: z.string().min(1).max(200),
  serviceurl: z.string().min(1),
  tid: z.string().optional(),
});
export type Claims = z.infer<typeof Claims>;

const part = (text: string | undefined): unknown =>
  JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'));

/**
 * What a bearer token claims (RFC 7519), before anyone verified its signature; null when it could never be right. Closes
 * what the SDK leaves open: a token without exp, without kid, without serviceurl, or issued in the future.
 * The SDK verifies the very same string afterwards; until then nothing in here is believed.
 */
export function readClaims(authorization: string | undefined, nowMs: number): Claims | null {
  const [scheme, token, ...more] = (authorization ?? '').split(' ');
  const parts = token?.split('.') ?? [];
  if (scheme !== 'Bearer' || more.length > 0 || parts.length !== 3) return null;
  try {
    if (!Header.safeParse(part(parts[0])).success) return null;
    const claims = Claims.safeParse(part(parts[1]));
    if (!claims.success) return null;
    const latest = nowMs / 1000 + CLOCK_TOLERANCE_SECONDS;
    const { nbf, iat } = claims.data;
    return (nbf ?? 0) <= latest && (iat ?? 0) <= latest ? claims.data : null;
  } catch {
    return null;
  }
}

/** Two service URLs are the same but for a slash at the end and letter case, as the SDK compares them. */
export const sameServiceUrl = (a: string, b: string): boolean =>
  a.replace(/\/$/, '').toLowerCase() === b.replace(/\/$/, '').toLowerCase();
