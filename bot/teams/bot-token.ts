import { z } from 'zod';
import type { ParsedConfig } from './config.ts';

const Granted = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().positive() });
/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes; only ever shown, never decided upon. */
const Refused = z.looseObject({ error_codes: z.array(z.int()).min(1) });
const TIMEOUT_MS = 10_000;
/** Renewed this long before it expires. */
const EARLY_MS = 5 * 60_000;

/** The login service did not grant a token; holds its code only, never what was sent. */
export class BotTokenError extends Error {
  constructor(
    readonly why: string,
    /** Entra's own number for the reason, where it gave one. */
    readonly entraCode: number | null = null,
  ) {
    super(`no token for the Teams connector: ${why}`);
  }
}

export interface BotToken {
  /** @throws BotTokenError */
  get(): Promise<string>;
  /** Forgets the token after the connector refused it. */
  drop(): void;
}

/**
 * The bot's own token by client credentials (RFC 6749 section 4.4,
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). The SDK would use MSAL here,
 * which refuses every authority without https and asks Microsoft about unknown ones, so that no local issuer can
 * stand in; one path for both means that the tested one is the one that runs.
 */
export function createBotToken(config: ParsedConfig, now: () => number = Date.now): BotToken {
  let held: { token: string; untilMs: number } | null = null;
  let asking: Promise<string> | null = null;
  const ask = async (): Promise<string> => {
    const { token, expiresInMs } = await requestToken(config);
    held = { token, untilMs: now() + Math.max(expiresInMs - EARLY_MS, expiresInMs / 2) };
    return token;
  };
  return {
    get() {
      if (held && held.untilMs > now()) return Promise.resolve(held.token);
      asking ??= ask().finally(() => void (asking = null));
      return asking;
    },
    drop: () => void (held = null),
  };
}

async function requestToken(config: ParsedConfig): Promise<{ token: string; expiresInMs: number }> {
  const { clientId, clientSecret, tenantId, cloud } = config;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: cloud.botScope,
  };
  const url = `${cloud.loginEndpoint}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const body = new URLSearchParams(form);
  const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' }).catch(() => null);
  if (!response) throw new BotTokenError('login_unreachable');
  const answer: unknown = await response.json().catch(() => null);
  const granted = Granted.safeParse(answer);
  if (!response.ok || !granted.success)
    throw new BotTokenError(
      `login_${response.status}`,
      Refused.safeParse(answer).data?.error_codes[0] ?? null,
    );
  return { token: granted.data.access_token, expiresInMs: granted.data.expires_in * 1000 };
}
