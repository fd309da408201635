import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  OAuth2Server,
  type MutableRedirectUri,
  type MutableResponse,
  type MutableToken,
  type TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import { EXAMPLE } from '../local/example/example.ts';

export const CLIENT_ID = '5d2f6f0e-1c1b-4f0a-9f0e-0c5a4d3b2a10';
export const PRINCIPAL = '0f0e0d0c-0b0a-4908-8706-050403020100';

/** Somebody of the local Entra, as Graph tells of them. */
export interface EntraUser {
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
  userPrincipalName: string | null;
  /** Through other groups too. */
  groups: string[];
  /** Ids of app roles of ours. */
  appRoles: string[];
}

/** A local Entra: an OIDC provider, and a Graph that refuses what the real one refuses. */
export interface EntraKit {
  readonly environment: Readonly<Record<string, string>>;
  /** Who signs in next, and with which claims besides. */
  signsIn: { oid: string; claims: Record<string, unknown> };
  readonly users: Map<string, EntraUser>;
  readonly appRoles: Map<string, string>;
  /** Paths that Graph was asked for. */
  readonly asked: string[];
  /** What Graph answers to everything, as long as it is set. */
  down: number | null;
  /** Of the app, as its own tokens say. */
  permissions: string[];
  /** Answers of Graph before it answers truly, first first. */
  readonly faults: { status: number; retryAfter?: string }[];
  /** What else becomes of a token, of the token endpoint's answer, or of the way back. */
  spoil: {
    token?: (token: MutableToken) => void;
    response?: (body: Record<string, unknown>) => Promise<void> | void;
    redirect?: (url: URL) => void;
  };
  close(): Promise<void>;
}

export const entraUser = (change: Partial<EntraUser> = {}): EntraUser => ({
  ...{ userType: 'Member', accountEnabled: true, userPrincipalName: null, groups: [], appRoles: [] },
  ...change,
});

interface Graph {
  readonly kit: Pick<EntraKit, 'users' | 'appRoles' | 'asked' | 'faults'>;
  readonly url: () => string;
  readonly down: () => number | null;
  readonly verify: (token: string) => Promise<boolean>;
}

const send = (
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void =>
  void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const fail = (res: ServerResponse, status: number, code: string, headers = {}): void =>
  send(res, status, { error: { code, message: code } }, headers);

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ONE_PAGE = 1;

/** One page of what was given; whoever does not ask as Graph wants it is not given all. */
function assignments(
  graph: Graph,
  req: IncomingMessage,
  res: ServerResponse,
  user: EntraUser,
  url: URL,
): void {
  const whole = req.headers['consistencylevel'] === 'eventual' && url.searchParams.get('$count') === 'true';
  if (!whole) return send(res, 200, { value: [] });
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const value = user.appRoles
    .slice(from, from + ONE_PAGE)
    .map((appRoleId) => ({ appRoleId, resourceId: PRINCIPAL, principalType: 'User' }));
  const next = new URL(`${graph.url()}${url.pathname}${url.search}`);
  next.searchParams.set('$skiptoken', String(from + ONE_PAGE));
  const more = from + ONE_PAGE < user.appRoles.length ? { '@odata.nextLink': next.href } : {};
  send(res, 200, { value, ...more });
}

async function answerGraph(graph: Graph, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { kit } = graph;
  const url = new URL(req.url ?? '/', graph.url());
  kit.asked.push(`${req.method} ${url.pathname}`);
  const [scheme, token = ''] = (req.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !(await graph.verify(token)))
    return fail(res, 401, 'InvalidAuthenticationToken');
  if (graph.down() !== null) return fail(res, graph.down() ?? 500, 'down');
  const fault = kit.faults.shift();
  if (fault)
    return fail(res, fault.status, 'fault', fault.retryAfter ? { 'retry-after': fault.retryAfter } : {});
  if (url.pathname === `/v1.0/servicePrincipals(appId='${CLIENT_ID}')`)
    return send(res, 200, {
      id: PRINCIPAL,
      appRoles: [...kit.appRoles].map(([id, value]) => ({ id, value, isEnabled: true })),
    });
  const [, oid = '', rest = ''] = /^\/v1\.0\/users\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const user = kit.users.get(oid);
  if (user === undefined) return fail(res, 404, 'Request_ResourceNotFound');
  if (rest === '' && req.method === 'GET') {
    const { accountEnabled, userType, userPrincipalName } = user;
    // What is not selected is not told: accountEnabled is none of the default properties.
    const selected = (url.searchParams.get('$select') ?? 'userPrincipalName').split(',');
    const all = Object.entries({ accountEnabled, userType, userPrincipalName });
    return send(res, 200, Object.fromEntries(all.filter(([key]) => selected.includes(key))));
  }
  if (rest === '/appRoleAssignments' && req.method === 'GET') return assignments(graph, req, res, user, url);
  if (rest === '/checkMemberGroups' && req.method === 'POST') {
    const { groupIds } = JSON.parse(await bodyOf(req)) as { groupIds: string[] };
    if (groupIds.length > 20 || !groupIds.every((id) => GUID.test(id)))
      return fail(res, 400, 'Request_BadRequest');
    return send(res, 200, { value: groupIds.filter((id) => user.groups.includes(id)) });
  }
  fail(res, 400, 'BadRequest');
}

export async function startEntraKit(): Promise<EntraKit> {
  const oidc = new OAuth2Server();
  await oidc.issuer.keys.generate('RS256');
  await oidc.start(0, '127.0.0.1');
  const issuer = oidc.issuer.url ?? '';
  const jwks = createLocalJWKSet({ keys: oidc.issuer.keys.toJSON() } as Parameters<
    typeof createLocalJWKSet
  >[0]);
  const state = {
    users: new Map<string, EntraUser>(),
    ...{ appRoles: new Map<string, string>(), asked: [] as string[], faults: [] as EntraKit['faults'] },
  };
  const at = { url: '' };
  const graph: Graph = {
    kit: state,
    url: () => at.url,
    down: () => kit.down,
    verify: (token) =>
      jwtVerify(token, jwks, { issuer }).then(
        ({ payload }) => payload['scope'] === `${at.url}/.default`,
        () => false,
      ),
  };
  const server = createServer((req, res) => {
    answerGraph(graph, req, res).catch(() => fail(res, 500, 'bug'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  at.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kit: EntraKit = {
    ...state,
    environment: {
      ...{ ENTRA_ISSUER: issuer, ENTRA_CLIENT_ID: CLIENT_ID, ENTRA_CLIENT_SECRET: 'a-secret-for-tests' },
      GRAPH_URL: `${at.url}/v1.0`,
    },
    down: null,
    permissions: [],
    signsIn: { oid: '', claims: {} },
    spoil: {},
    async close() {
      await oidc.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const { service } = oidc;
  service.on('beforeTokenSigning', (token: MutableToken, req: TokenRequestIncomingMessage) => {
    if (req.body.grant_type === 'client_credentials') token.payload['roles'] = kit.permissions;
    if (req.body.grant_type !== 'authorization_code' || token.payload['aud'] !== CLIENT_ID) return;
    const { oid, claims } = kit.signsIn;
    Object.assign(token.payload, { tid: EXAMPLE.teams.tenant, oid, sub: `pairwise-${oid}` }, claims);
    token.payload['auth_time'] ??= token.payload.iat;
    kit.spoil.token?.(token);
  });
  service.on('beforeResponse', (response: MutableResponse, req: TokenRequestIncomingMessage) => {
    if (req.body.grant_type === 'authorization_code' && response.body !== '')
      void kit.spoil.response?.(response.body);
  });
  service.on('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri) => kit.spoil.redirect?.(url));
  return kit;
}
