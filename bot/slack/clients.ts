import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { InstallationStore, PeopleStore, SlackToken } from '../../platform/stores.ts';
import { deadlineMs } from '../deadline.ts';
import { createWebClient, failureOf } from './web-api.ts';

/** What a workspace's token opens. `quick` gives up in time for a click, which cannot wait ten seconds for Slack's own answer. */
export interface SlackClients {
  readonly usual: WebClient;
  readonly quick: WebClient;
}

/** The clients of a workspace; null when we hold no token for it. */
export type ClientsFor = (workspace: string) => Promise<SlackClients | null>;

export interface SlackAccess {
  readonly of: ClientsFor;
  /** Asks anew at the next use: something says that the token is another, or none. */
  forget(workspace: string): void;
}

export function clientsOf(options: { token: string; apiUrl: string; log: Log }): SlackClients {
  return { usual: createWebClient(options), quick: createWebClient({ ...options, timeoutMs: deadlineMs() }) };
}

/** One token, whatever is asked for: `SLACK_BOT_TOKEN`. */
export const oneToken = (clients: SlackClients): SlackAccess => ({
  of: () => Promise.resolve(clients),
  forget: () => {},
});

/** How long a token is taken for the one in force; another process may have put a new one in its place. */
const FRESH_MS = 20_000;
/** A token lives twelve hours (https://docs.slack.dev/authentication/using-token-rotation); it is replaced well before. */
const REFRESH_BEFORE_MS = 2 * 3_600_000;
/** Whoever needs a token that ran out waits this long for another process to get the new one: nobody clicks for it. */
const patienceMs = (): number => deadlineMs() * 2;
const LOOK_EVERY_MS = 200;

/** Slack's word that no waiting helps (https://docs.slack.dev/reference/methods/oauth.v2.access, "Errors"). */
const REFRESH_REFUSED: ReadonlySet<string> = new Set([
  'invalid_refresh_token',
  'token_revoked',
  'account_inactive',
]);

export interface InstalledEdges {
  readonly installations: InstallationStore;
  readonly people: Pick<PeopleStore, 'tenantOf'>;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** An installation is over, since Slack takes its refresh token no more. */
  readonly lost: (tenant: TenantId, workspace: string, why: string) => Promise<void>;
  /** For workspaces that nobody installed by OAuth: `SLACK_BOT_TOKEN`, which opens one workspace alone. */
  readonly single: SlackClients | null;
  readonly now?: () => number;
}

interface Known {
  readonly clients: SlackClients;
  readonly untilMs: number;
}

/** Tokens of workspaces that installed the app; one process at a time replaces one that runs out. */
export function installedTokens(edges: InstalledEdges): SlackAccess {
  const { people, apiUrl, log, now = Date.now } = edges;
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<SlackClients | null>>();
  const singleFor = ofItsOwn(edges.single);

  async function ask(workspace: string): Promise<SlackClients | null> {
    const tenant = await people.tenantOf('slack', workspace);
    if (tenant === null) return null;
    const token = await freshToken(edges, tenant, workspace);
    known.delete(workspace);
    if (token === null) return singleFor(workspace);
    const clients = clientsOf({ token: token.token, apiUrl, log });
    const endsMs = token.expiresAtMs ?? Infinity;
    known.set(workspace, { clients, untilMs: Math.min(now() + FRESH_MS, endsMs) });
    return clients;
  }

  return {
    of(workspace) {
      const kept = known.get(workspace);
      if (kept !== undefined && kept.untilMs > now()) return Promise.resolve(kept.clients);
      const under = asking.get(workspace);
      if (under !== undefined) return under;
      const asked = ask(workspace)
        // While Postgres is away, people are still told that it is.
        .catch((error: unknown) => (kept ? kept.clients : Promise.reject(error as Error)))
        .finally(() => asking.delete(workspace));
      asking.set(workspace, asked);
      return asked;
    },
    forget: (workspace) => void known.delete(workspace),
  };
}

/** A single token speaks in its own workspace and in no other; which that is, Slack says. */
function ofItsOwn(single: SlackClients | null): ClientsFor {
  let own: string | null = null;
  return async (workspace) => {
    if (single === null) return null;
    own ??= (await single.quick.auth.test()).team_id ?? null;
    return own === workspace ? single : null;
  };
}

/** The token in force, replaced first where it runs out soon. Null: there is none, or none any more. */
async function freshToken(
  edges: InstalledEdges,
  tenant: TenantId,
  workspace: string,
): Promise<SlackToken | null> {
  const { installations, now = Date.now } = edges;
  const held = await installations.token(tenant, workspace);
  if (held?.expiresAtMs === undefined || held.expiresAtMs === null || held.refreshToken === null) return held;
  if (held.expiresAtMs - now() > REFRESH_BEFORE_MS) return held;
  const right = await installations.takeRefresh(tenant, workspace, held);
  if (right !== null) return refresh(edges, { tenant, workspace, held, right });
  if (held.expiresAtMs > now()) return held;
  return another(edges, { tenant, workspace, held });
}

interface Expiring {
  readonly tenant: TenantId;
  readonly workspace: string;
  readonly held: SlackToken;
}

/** Another process is at it: its new token is waited for. */
async function another(
  edges: InstalledEdges,
  { tenant, workspace, held }: Expiring,
): Promise<SlackToken | null> {
  for (let waited = 0; waited < patienceMs(); waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const token = await edges.installations.token(tenant, workspace);
    if (token?.expiresAtMs !== held.expiresAtMs) return token;
  }
  return held;
}

/** The old refresh token is used up by this; the new one is kept before anything is called with the new token. */
async function refresh(
  edges: InstalledEdges,
  { tenant, workspace, held, right }: Expiring & { readonly right: string },
): Promise<SlackToken | null> {
  const { installations, clientId, clientSecret, apiUrl, log, now = Date.now } = edges;
  const client = createWebClient({ token: undefined, apiUrl, log });
  const grant = { grant_type: 'refresh_token' as const, refresh_token: right };
  try {
    const given = await client.oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      ...grant,
    });
    const { access_token: token, refresh_token: refreshToken, expires_in: seconds } = given;
    if (token === undefined) throw new Error('Slack named no token');
    const expiresAtMs = seconds === undefined ? null : now() + seconds * 1000;
    const fresh = { token, refreshToken: refreshToken ?? null, expiresAtMs };
    await installations.refreshed(tenant, workspace, fresh);
    return fresh;
  } catch (error) {
    const { why } = failureOf(error);
    log.warn({ tenant, workspace, why }, 'a Slack token could not be replaced');
    if (REFRESH_REFUSED.has(why)) {
      await edges.lost(tenant, workspace, why);
      return null;
    }
    await installations.giveBackRefresh(tenant, workspace);
    return held;
  }
}
