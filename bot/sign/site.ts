import type { Config } from '../../platform/config.ts';
import type { Site } from '../../platform/stores.ts';

/** How long a link lasts; the store holds it to that. */
export const LINK_MINUTES = 5;
/** The same for one that begins a sign-in. */
export const SIGN_IN_MINUTES = 10;

/** Where the pages are: `COUNTERSIGN_URL`, or this machine by the name that passkeys take. */
export function siteOf({ publicUrl, botPort }: Pick<Config, 'publicUrl' | 'botPort'>): Site {
  const origin = publicUrl ?? `http://localhost:${botPort}`;
  return { origin, rpId: new URL(origin).hostname };
}

/** The secret stands behind the `#`: no server, log or preview of a link is ever sent it. */
export const linkTo = ({ origin }: Site, page: 'sign' | 'passkey', secret: string): string =>
  `${origin}/link/${page}#${secret}`;
