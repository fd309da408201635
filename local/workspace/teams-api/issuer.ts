import { randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type Router } from 'express';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';

const BOT_AUDIENCE = 'https://api.botframework.com';
const BOT_TOKEN_SECONDS = 3_600;
const TEAMS_TOKEN_SECONDS = 3_600;

/** The fields of the SDK's CloudEnvironment, so that it trusts this issuer and asks it for tokens. */
export interface LocalCloud {
  readonly loginEndpoint: string;
  readonly loginTenant: string;
  readonly botScope: string;
  readonly tokenServiceUrl: string;
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  readonly graphScope: string;
}

export interface Issuer {
  readonly router: Router;
  readonly cloud: LocalCloud;
  readonly publicJwk: JWK;
  /** A token as Teams puts on an activity; `claims` and `header` replace single fields (attacks are signed with these). */
  signForBot(claims?: JWTPayload, header?: { kid?: string }): Promise<string>;
  /** The bot whose bearer token that is, when this issuer gave it one for the connector and it is still valid. */
  botOf(authorization: string | undefined): Promise<LocalBot | null>;
}

/** A registered app, and the Entra tenant that it is registered and installed in. */
export interface LocalBot {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenantId: string;
}

const sameSecret = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

async function loadKey(given: JWK | undefined): Promise<{ key: CryptoKey; publicJwk: JWK }> {
  const jwk = given ?? (await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey));
  const { kty, n, e } = jwk;
  const kid = await calculateJwkThumbprint({ kty, n, e } as JWK);
  const key = (await importJWK(jwk, 'RS256')) as CryptoKey;
  return { key, publicJwk: { kty, n, e, kid, use: 'sig', alg: 'RS256' } as JWK };
}

export interface IssuerOptions extends LocalBot {
  readonly publicUrl: string;
  /** Registered beside the first. */
  readonly others?: readonly LocalBot[];
  /** One that was right until it ran out. */
  readonly expiredSecret?: string;
  readonly serviceUrl: string;
  readonly signingKey?: JWK;
}

/** What the issuer's parts share. */
interface Workings extends IssuerOptions {
  readonly publicJwk: JWK;
  readonly cloud: LocalCloud;
  readonly bots: readonly LocalBot[];
  readonly sign: (payload: JWTPayload, kid?: string) => Promise<string>;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/**
 * Plays login.microsoftonline.com (client credentials, RFC 6749 section 4.4) and login.botframework.com
 * (OpenID metadata and keys), with one RS256 key of its own.
 */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const { publicUrl, clientId, tenantId, serviceUrl } = options;
  const { key, publicJwk } = await loadKey(options.signingKey);
  const cloud = localCloud(publicUrl, tenantId);
  const bots = [options, ...(options.others ?? [])];
  const sign = (payload: JWTPayload, kid = publicJwk.kid): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(key);
  const keys = createLocalJWKSet({ keys: [publicJwk] });
  return {
    cloud,
    publicJwk,
    router: issuerRoutes({ ...options, publicJwk, cloud, bots, sign }),
    signForBot(claims = {}, header = {}) {
      const nbf = nowSeconds();
      const exp = nbf + TEAMS_TOKEN_SECONDS;
      const usual = { iss: cloud.tokenIssuer, aud: clientId, serviceurl: serviceUrl, nbf, exp };
      return sign({ ...usual, ...claims }, header.kid);
    },
    async botOf(authorization) {
      const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
      const requiredClaims = ['exp', 'appid'];
      const issuer = bots.map((bot) => issuerIn(publicUrl, bot.tenantId));
      const expected = { audience: BOT_AUDIENCE, issuer, algorithms: ['RS256'], requiredClaims };
      const read = await jwtVerify(token, keys, expected).catch(() => null);
      const isIts = (bot: LocalBot): boolean =>
        read?.payload['appid'] === bot.clientId && read.payload.iss === issuerIn(publicUrl, bot.tenantId);
      return bots.find(isIts) ?? null;
    },
  };
}

const issuerIn = (publicUrl: string, tenantId: string): string => `${publicUrl}/login/${tenantId}/v2.0`;

const localCloud = (publicUrl: string, tenantId: string): LocalCloud => ({
  loginEndpoint: `${publicUrl}/login`,
  loginTenant: tenantId,
  botScope: `${BOT_AUDIENCE}/.default`,
  tokenServiceUrl: `${publicUrl}/token`,
  openIdMetadataUrl: `${publicUrl}/botframework/v1/.well-known/openidconfiguration`,
  tokenIssuer: `${publicUrl}/botframework`,
  graphScope: `${publicUrl}/graph/.default`,
});

function issuerRoutes(workings: Workings): Router {
  const { cloud, publicJwk } = workings;
  const router = express.Router();
  router.get('/botframework/v1/.well-known/openidconfiguration', (_req, res) => {
    res.json({
      issuer: cloud.tokenIssuer,
      jwks_uri: cloud.openIdMetadataUrl.replace(/openidconfiguration$/, 'keys'),
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    });
  });
  router.get('/botframework/v1/.well-known/keys', (_req, res) => {
    res.json({ keys: [{ ...publicJwk, endorsements: ['msteams'] }] });
  });
  router.post(
    '/login/:tenant/oauth2/v2.0/token',
    express.urlencoded({ extended: false }),
    async (req, res) => {
      const given = await grantToken(workings, req.params['tenant'], req.body);
      res.status(given.status).json(given.body);
    },
  );
  return router;
}

async function grantToken(
  workings: Workings,
  tenant: unknown,
  body: unknown,
): Promise<{ status: number; body: unknown }> {
  const { bots, publicUrl, expiredSecret, sign } = workings;
  const form = (body ?? {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
  // With Entra's numbers (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
  const refuse = (status: number, error: string, code?: number) => ({
    status,
    body: { error, ...(code === undefined ? {} : { error_codes: [code] }) },
  });
  const there = bots.filter((bot) => bot.tenantId === tenant);
  if (there.length === 0) return refuse(400, 'invalid_request', 90_002);
  if (text('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type');
  const bot = there.find(({ clientId }) => clientId === text('client_id'));
  if (bot === undefined) return refuse(400, 'unauthorized_client', 700_016);
  const { clientId, clientSecret, tenantId } = bot;
  if (expiredSecret && sameSecret(text('client_secret'), expiredSecret))
    return refuse(401, 'invalid_client', 7_000_222);
  if (!sameSecret(text('client_secret'), clientSecret)) return refuse(401, 'invalid_client', 7_000_215);
  if (text('scope') !== `${BOT_AUDIENCE}/.default`) return refuse(400, 'invalid_scope');
  const iat = nowSeconds();
  const times = { iat, nbf: iat, exp: iat + BOT_TOKEN_SECONDS };
  const who = {
    aud: BOT_AUDIENCE,
    iss: issuerIn(publicUrl, tenantId),
    tid: tenantId,
    appid: clientId,
    azp: clientId,
  };
  const token = await sign({ ...who, ...times, uti: randomUUID() });
  return { status: 200, body: { token_type: 'Bearer', expires_in: BOT_TOKEN_SECONDS, access_token: token } };
}
