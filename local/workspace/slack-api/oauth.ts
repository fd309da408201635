import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import { refuse, word, type Answer, type Args, type Refused } from './answer.ts';
import { manifestScopes } from './scopes.ts';

/** How the app is distributed: its credentials, where it lets Slack send a browser back to, and whether tokens rotate. */
export interface SlackOauthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrls: readonly string[];
  readonly appId: string;
  readonly botUser: string;
}

/** What the next person in the browser does on Slack's page. */
export interface NextInstall {
  readonly team: string;
  readonly name: string;
  readonly denies?: boolean;
  /** Installs for the whole organisation. */
  readonly organisation?: boolean;
  readonly rotates?: boolean;
}

export interface Grant {
  readonly team: string;
  readonly name: string;
  readonly expiresAtMs: number | null;
  revoked: boolean;
}

export interface SlackOauth {
  /** What the browser's owner does next time. */
  next(install: NextInstall): void;
  /** What a token that was given here opens; null: it is none of them. */
  grant(token: string): Grant | null;
  /** Somebody removes the app: no token of the workspace opens anything any more. */
  remove(team: string): void;
  /** Every token runs out so soon. */
  endIn(ms: number): void;
  readonly refreshes: () => number;
  access(args: Args, authorization: string | undefined): Answer;
  /** Null: none of ours. */
  revoke(token: string): Answer | null;
  mount(router: Router): void;
}

interface Code {
  readonly install: NextInstall;
  readonly redirect: string | null;
  readonly scope: string;
  used: boolean;
  readonly atMs: number;
}

const CODE_MS = 10 * 60_000;
const HALF_A_DAY = 43_200;
const random = (): string => randomBytes(12).toString('hex');

/** Client id and secret come as arguments or by HTTP Basic; both at once are two answers to one question. */
function credentials(args: Args, authorization: string | undefined): readonly [string | null, string | null] {
  const basic = /^Basic (.+)$/.exec(authorization ?? '')?.[1];
  if (basic === undefined) return [word(args, 'client_id'), word(args, 'client_secret')];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return [id, secret];
}

const answer = (
  app: SlackOauthApp,
  install: NextInstall,
  given: Record<string, unknown>,
  scope: string,
): Answer => ({
  ...{ ok: true, app_id: app.appId, authed_user: { id: 'U0INSTALLER' }, scope, token_type: 'bot' },
  ...given,
  ...{ bot_user_id: app.botUser, is_enterprise_install: install.organisation ?? false },
  team: install.organisation ? null : { id: install.team, name: install.name },
  enterprise: install.organisation ? { id: 'E0ORG', name: 'Organisation' } : null,
});

/**
 * Slack's side of OAuth for an app in many workspaces (https://docs.slack.dev/authentication/installing-with-oauth) with token
 * rotation (https://docs.slack.dev/authentication/using-token-rotation): codes and refresh tokens are good once.
 */
export function createSlackOauth(app: SlackOauthApp): SlackOauth {
  const codes = new Map<string, Code>();
  const grants = new Map<string, Grant>();
  const refreshTokens = new Map<string, Grant>();
  let coming: NextInstall | null = null;
  let lives = HALF_A_DAY * 1000;
  let refreshed = 0;

  function give({ team, name, rotates = false }: NextInstall): Record<string, unknown> {
    const token = `${rotates ? 'xoxe.' : ''}xoxb-${team}-${random()}`;
    const grant: Grant = { team, name, expiresAtMs: rotates ? Date.now() + lives : null, revoked: false };
    grants.set(token, grant);
    if (!rotates) return { access_token: token };
    const refresh = `xoxe-1-${random()}`;
    refreshTokens.set(refresh, grant);
    return { access_token: token, refresh_token: refresh, expires_in: Math.floor(lives / 1000) };
  }

  function exchange(args: Args): Answer {
    const code = codes.get(word(args, 'code') ?? '');
    if (!code || Date.now() - code.atMs > CODE_MS) return refuse('invalid_code');
    if (code.used) return refuse('code_already_used');
    if (code.redirect !== word(args, 'redirect_uri')) return refuse('bad_redirect_uri');
    code.used = true;
    return answer(app, code.install, give(code.install), code.scope);
  }

  function refresh(args: Args): Answer | Refused {
    const token = word(args, 'refresh_token') ?? '';
    const before = refreshTokens.get(token);
    refreshTokens.delete(token);
    if (!before || before.revoked) return refuse('invalid_refresh_token');
    refreshed += 1;
    const install = { ...before, rotates: true };
    return answer(app, install, give(install), manifestScopes().join(','));
  }

  return {
    next: (install) => void (coming = install),
    grant: (token) => grants.get(token) ?? null,
    remove(team) {
      for (const grant of grants.values()) if (grant.team === team) grant.revoked = true;
    },
    endIn: (ms) => void (lives = ms),
    refreshes: () => refreshed,
    access(args, authorization) {
      const [id, secret] = credentials(args, authorization);
      if (id !== app.clientId) return refuse('invalid_client_id');
      if (secret !== app.clientSecret) return refuse('bad_client_secret');
      const type = word(args, 'grant_type') ?? 'authorization_code';
      if (type === 'refresh_token') return refresh(args);
      return type === 'authorization_code' ? exchange(args) : refuse('invalid_grant_type');
    },
    revoke(token) {
      const grant = grants.get(token);
      if (!grant) return null;
      grant.revoked = true;
      return { ok: true, revoked: true };
    },
    mount: (router) => mountAuthorize(router, app, { coming: () => coming, codes }),
  };
}

/** Slack's page, on which the browser's owner has decided already. */
function mountAuthorize(
  router: Router,
  app: SlackOauthApp,
  { coming, codes }: { readonly coming: () => NextInstall | null; readonly codes: Map<string, Code> },
): void {
  router.get('/oauth/v2/authorize', (req, res) => {
    const install = coming();
    const asked = new URL(req.originalUrl, 'http://slack').searchParams;
    const given = asked.get('redirect_uri');
    const redirect = given ?? app.redirectUrls[0];
    if (asked.get('client_id') !== app.clientId) return void res.status(400).send('invalid_client_id');
    if (redirect === undefined || !app.redirectUrls.includes(redirect))
      return void res.status(400).send('bad_redirect_uri');
    if (install === null) return void res.status(200).send('Nobody is signed in.');
    const back = new URL(redirect);
    if (asked.has('state')) back.searchParams.set('state', asked.get('state') ?? '');
    if (install.denies) back.searchParams.set('error', 'access_denied');
    else {
      const code = random();
      const scope = asked.get('scope') ?? '';
      codes.set(code, { install, redirect: given, scope, used: false, atMs: Date.now() });
      back.searchParams.set('code', code);
    }
    res.redirect(302, back.href);
  });
}
