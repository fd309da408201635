import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The directory did not answer, or not so that anything could be concluded from it. `why`: for the log, no datum of anybody. */
export class DirectoryAwayError extends Error {
  readonly code = 'directory_away';
  /** For how long it is not to be asked again: it said so, or whoever asked would wait for nothing. */
  readonly leaveAloneMs: number;
  constructor(why: string, options: ErrorOptions & { readonly leaveAloneMs?: number } = {}) {
    super(why, options);
    this.leaveAloneMs = options.leaveAloneMs ?? 0;
  }
}

const SLOW_MS = 5_000;
const LONGEST_ALONE_MS = 30_000;

/** What Graph says of somebody, of now. */
export interface GraphUser {
  readonly standing: 'member' | 'guest' | 'deactivated';
  /** Its domain is one that the tenant has proved to own: Entra takes no other. */
  readonly userPrincipalName: string | null;
}

/** Microsoft Graph, app only, for one Entra tenant. Every method throws `DirectoryAwayError` rather than say "none". */
export interface Graph {
  /** Null: there is nobody of that object id. */
  user(oid: string): Promise<GraphUser | null>;
  /** Those of `groups` that they are in, through other groups too. */
  memberOf(oid: string, groups: readonly string[]): Promise<string[]>;
  /** Values of the app roles of ours that were given to them, or to a group that they are directly in. */
  appRoles(oid: string, clientId: string): Promise<string[]>;
}

/** `checkMemberGroups` takes no more at once. */
const GROUPS_AT_ONCE = 20;
const PAGES_AT_MOST = 50;
const TRIES = 3;

const User = z.object({
  accountEnabled: z.boolean(),
  userType: z.string().nullable(),
  userPrincipalName: z.string().nullish(),
});
const Principal = z.object({
  id: z.string(),
  appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })),
});
const Checked = z.object({ value: z.array(z.string()) });
const Assignments = z.object({
  value: z.array(z.object({ appRoleId: z.string(), resourceId: z.string() })),
  '@odata.nextLink': z.url().optional(),
});

interface Call {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(said: string | null, nowMs: number): number | null {
  if (said === null) return null;
  const seconds = Number(said);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(said);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

export interface GraphOptions {
  /** With its version, e.g. https://graph.microsoft.com/v1.0 */
  readonly baseUrl: string;
  readonly token: () => Promise<string>;
  /** How long one question may take in all, waits and repetitions included. */
  readonly budgetMs: number;
}

/** One question within its budget: 429 and 5xx are asked again as soon as Graph lets us, if that is soon enough. */
async function ask({ baseUrl, token, budgetMs }: GraphOptions, call: Call): Promise<unknown> {
  const until = Date.now() + budgetMs;
  const url =
    call.path.startsWith('https://') || call.path.startsWith('http://') ? call.path : baseUrl + call.path;
  for (let tries = 1; ; tries += 1) {
    const left = until - Date.now();
    if (left <= 0) throw new DirectoryAwayError('the directory took too long', { leaveAloneMs: SLOW_MS });
    const response = await fetch(url, {
      method: call.body === undefined ? 'GET' : 'POST',
      redirect: 'error',
      headers: {
        authorization: `Bearer ${await token()}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(left),
    }).catch((error: unknown) => {
      throw new DirectoryAwayError('the directory cannot be reached', {
        cause: error,
        leaveAloneMs: SLOW_MS,
      });
    });
    if (response.ok) return response.json();
    await response.body?.cancel();
    if (response.status === 404) return null;
    const again = response.status === 429 || response.status >= 500;
    const waitMs = retryAfterMs(response.headers.get('retry-after'), Date.now()) ?? 100 * 2 ** tries;
    if (!again || tries >= TRIES || Date.now() + waitMs >= until)
      throw new DirectoryAwayError(`the directory answered ${response.status}`, {
        leaveAloneMs: response.status === 429 ? Math.min(waitMs, LONGEST_ALONE_MS) : 0,
      });
    await sleep(waitMs);
  }
}

/** What came is not what Graph says it sends: nothing is concluded from it. */
function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new DirectoryAwayError('the directory answered something unknown');
  return parsed.data;
}

async function assignments(options: GraphOptions, oid: string) {
  const all: z.infer<typeof Assignments>['value'] = [];
  // Complete only with this header and $count (Graph's "advanced query").
  const headers = { consistencylevel: 'eventual' };
  let path: string | undefined = `/users/${oid}/appRoleAssignments?$count=true&$top=100`;
  for (let page = 0; path !== undefined; page += 1) {
    // A next page elsewhere would be handed our token.
    const elsewhere = path.includes('://') && !path.startsWith(`${options.baseUrl}/`);
    if (page >= PAGES_AT_MOST || elsewhere) throw new DirectoryAwayError('the directory has no end of pages');
    const body: z.infer<typeof Assignments> = read(Assignments, await ask(options, { path, headers }));
    all.push(...body.value);
    path = body['@odata.nextLink'];
  }
  return all;
}

export function createGraph(options: GraphOptions): Graph {
  return {
    async user(oid) {
      const path = `/users/${oid}?$select=accountEnabled,userType,userPrincipalName`;
      const body = await ask(options, { path });
      if (body === null) return null;
      const { accountEnabled, userType, userPrincipalName } = read(User, body);
      const member = userType === null || userType === 'Member';
      const standing = !accountEnabled ? 'deactivated' : member ? 'member' : 'guest';
      return { standing, userPrincipalName: userPrincipalName ?? null };
    },
    async memberOf(oid, groups) {
      const chunks = Array.from({ length: Math.ceil(groups.length / GROUPS_AT_ONCE) }, (_, i) =>
        groups.slice(i * GROUPS_AT_ONCE, (i + 1) * GROUPS_AT_ONCE),
      );
      const answers = await Promise.all(
        chunks.map((groupIds) =>
          ask(options, { path: `/users/${oid}/checkMemberGroups`, body: { groupIds } }),
        ),
      );
      return answers.flatMap((body) => read(Checked, body).value).map((id) => id.toLowerCase());
    },
    async appRoles(oid, clientId) {
      const path = `/servicePrincipals(appId='${encodeURIComponent(clientId)}')?$select=id,appRoles`;
      const [principal, given] = await Promise.all([
        ask(options, { path }).then((body) => read(Principal, body)),
        assignments(options, oid),
      ]);
      const values = new Map(principal.appRoles.map(({ id, value }) => [id, value]));
      return given.flatMap(({ appRoleId, resourceId }) => {
        const value = resourceId === principal.id ? values.get(appRoleId) : null;
        return value ? [value] : [];
      });
    },
  };
}
