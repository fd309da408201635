import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { readClaims, type SignedIn } from '../../core/identity/claims.ts';
import { isLocal } from '../is-local.ts';
import { createGraph, DirectoryAwayError, type Graph } from './graph.ts';

export interface EntraConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With its version; null: Microsoft's public one. */
  readonly graphUrl: string | null;
}

/** A sign-in that is to begin. */
export interface ToSignIn {
  /** The company's Entra tenant: nobody of another signs in. */
  readonly tid: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Ask anew for the password (or what stands for it), whoever is signed in already. */
  readonly fresh: boolean;
}

export type Redeemed =
  | { readonly ok: true; readonly who: SignedIn }
  /** `away`: nothing is known. `declined`: they, or their company, said no. `refused`: what came back is not to be believed. */
  | { readonly ok: false; readonly why: 'away' | 'declined' | 'refused'; readonly log: string };

export interface Entra {
  /** @throws DirectoryAwayError */
  authorizeUrl(to: ToSignIn): Promise<URL>;
  redeem(came: URL, to: Pick<ToSignIn, 'tid' | 'state' | 'nonce' | 'verifier' | 'fresh'>): Promise<Redeemed>;
  graph(tid: string, budgetMs: number): Graph;
  /** Application permissions that were granted to us there. @throws DirectoryAwayError */
  graphPermissions(tid: string): Promise<string[]>;
}

/** What binds an answer to its question: in the token, and in what the code is exchanged with. */
export const newSecrets = (): Pick<ToSignIn, 'nonce' | 'verifier'> => ({
  nonce: oidc.randomNonce(),
  verifier: oidc.randomPKCECodeVerifier(),
});

/** A fresh sign-in is no older than this. */
export const FRESH_SECONDS = 120;

const MICROSOFT_GRAPH = 'https://graph.microsoft.com/v1.0';
const ANY_TENANT = /\/(common|organizations)(?=\/|$)/u;
const CALL_SECONDS = 5;

/** Where a deployment serves many companies, each is asked at its own tenant: no token of another would fit. */
export const issuerFor = (issuer: string, tid: string): string =>
  issuer.replace(ANY_TENANT, `/${tid.toLowerCase()}`);

/** Plain http is for a directory on this machine alone. */
const allowsHttp = (issuer: string): boolean => new URL(issuer).protocol === 'http:' && isLocal(issuer);

type Client = oidc.Configuration;

/** One client for each issuer, found once; one that could not be found is looked for again. */
function createClients({ issuer, clientId, clientSecret }: EntraConfig): (tid: string) => Promise<Client> {
  const known = new Map<string, Promise<Client>>();
  return (tid) => {
    const at = issuerFor(issuer, tid);
    const before = known.get(at);
    if (before) return before;
    const execute = [
      // The code's way round does not check the signature by itself, since the token came over TLS.
      oidc.enableNonRepudiationChecks,
      ...(allowsHttp(at) ? [oidc.allowInsecureRequests] : []),
    ];
    const client = oidc
      .discovery(new URL(at), clientId, clientSecret, undefined, { execute, timeout: CALL_SECONDS })
      .catch((error: unknown) => {
        known.delete(at);
        throw new DirectoryAwayError('the directory cannot be discovered', { cause: error });
      });
    known.set(at, client);
    return client;
  };
}

interface Held {
  readonly token: string;
  readonly untilMs: number;
}

/** An app-only token for Graph, kept until shortly before it ends. */
function createTokens(
  clients: (tid: string) => Promise<Client>,
  graphUrl: string,
): (tid: string) => Promise<string> {
  const held = new Map<string, Held>();
  const scope = `${new URL(graphUrl).origin}/.default`;
  return async (tid) => {
    const before = held.get(tid);
    if (before && before.untilMs > Date.now()) return before.token;
    const client = await clients(tid);
    const granted = await oidc.clientCredentialsGrant(client, { scope }).catch((error: unknown) => {
      throw new DirectoryAwayError('the directory gives no token for Graph', { cause: error });
    });
    const seconds = granted.expires_in ?? 300;
    held.set(tid, { token: granted.access_token, untilMs: Date.now() + Math.max(0, seconds - 60) * 1000 });
    return granted.access_token;
  };
}

/** Network trouble says nothing about the person; everything else is a reason not to believe. */
function whyNot(error: unknown): Redeemed {
  if (error instanceof DirectoryAwayError) return { ok: false, why: 'away', log: error.message };
  if (error instanceof oidc.AuthorizationResponseError)
    return { ok: false, why: 'declined', log: error.error };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const away =
    ['OAUTH_TIMEOUT', 'OAUTH_ABORT'].includes(code) || (error instanceof TypeError && code === 'unknown');
  return { ok: false, why: away ? 'away' : 'refused', log: code };
}

export function createEntra(config: EntraConfig): Entra {
  const clients = createClients(config);
  const graphUrl = (config.graphUrl ?? MICROSOFT_GRAPH).replace(/\/+$/u, '');
  const tokens = createTokens(clients, graphUrl);
  return {
    async authorizeUrl({ tid, redirectUri, state, nonce, verifier, fresh }) {
      const client = await clients(tid);
      return oidc.buildAuthorizationUrl(client, {
        ...{ scope: 'openid profile email', redirect_uri: redirectUri, response_mode: 'query', state, nonce },
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // Never in passing: somebody who is signed in anyway still chooses with which account.
        ...(fresh ? { prompt: 'login', max_age: '0' } : { prompt: 'select_account' }),
      });
    },
    async redeem(came, { tid, state, nonce, verifier, fresh }) {
      try {
        const client = await clients(tid);
        const granted = await oidc.authorizationCodeGrant(client, came, {
          ...{
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
          },
          ...(fresh ? { maxAge: FRESH_SECONDS } : {}),
        });
        const who = readClaims(granted.claims());
        return who === null ? { ok: false, why: 'refused', log: 'claims' } : { ok: true, who };
      } catch (error) {
        return whyNot(error);
      }
    },
    graphPermissions: async (tid) => {
      // Our own token, from the directory itself: read, not relied on.
      const { roles } = decodeJwt(await tokens(tid));
      return Array.isArray(roles) ? roles.filter((one) => typeof one === 'string') : [];
    },
    graph: (tid, budgetMs) => createGraph({ baseUrl: graphUrl, token: () => tokens(tid), budgetMs }),
  };
}
