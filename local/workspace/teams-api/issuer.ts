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
  /** True when the bearer token is one this issuer gave the bot, for the connector, and still valid. */
  isBot(authorization: string | undefined): Promise<boolean>;
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

export interface IssuerOptions {
  readonly publicUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** One that was right until it ran out. */
  readonly expiredSecret?: string;
  readonly tenantId: string;
  readonly serviceUrl: string;
  readonly signingKey?: JWK;
}

/** What the issuer's parts share. */
interface Workings extends IssuerOptions {
  readonly publicJwk: JWK;
  readonly cloud: LocalCloud;
  readonly loginIssuer: string;
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
  const loginIssuer = `${publicUrl}/login/${tenantId}/v2.0`;
  const sign = (payload: JWTPayload, kid = publicJwk.kid): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(key);
  const keys = createLocalJWKSet({ keys: [publicJwk] });
  return {
    cloud,
    publicJwk,
    router: issuerRoutes({ ...options, publicJwk, cloud, loginIssuer, sign }),
    signForBot(claims = {}, header = {}) {
      const nbf = nowSeconds();
      const exp = nbf + TEAMS_TOKEN_SECONDS;
      const usual = { iss: cloud.tokenIssuer, aud: clientId, serviceurl: serviceUrl, nbf, exp };
      return sign({ ...usual, ...claims }, header.kid);
    },
    async isBot(authorization) {
      const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
      const expected = { audience: BOT_AUDIENCE, issuer: loginIssuer, algorithms: ['RS256'] };
      const requiredClaims = ['exp', 'appid'];
      return jwtVerify(token, keys, { ...expected, requiredClaims }).then(
        ({ payload }) => payload['appid'] === clientId,
        () => false,
      );
    },
  };
}

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
  const { clientId, clientSecret, expiredSecret, tenantId, loginIssuer, sign } = workings;
  const form = (body ?? {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
  // With Entra's numbers (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
  const refuse = (status: number, error: string, code?: number) => ({
    status,
    body: { error, ...(code === undefined ? {} : { error_codes: [code] }) },
  });
  if (tenant !== tenantId) return refuse(400, 'invalid_request', 90_002);
  if (text('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type');
  if (text('client_id') !== clientId) return refuse(400, 'unauthorized_client', 700_016);
  if (expiredSecret && sameSecret(text('client_secret'), expiredSecret))
    return refuse(401, 'invalid_client', 7_000_222);
  if (!sameSecret(text('client_secret'), clientSecret)) return refuse(401, 'invalid_client', 7_000_215);
  if (text('scope') !== `${BOT_AUDIENCE}/.default`) return refuse(400, 'invalid_scope');
  const iat = nowSeconds();
  const times = { iat, nbf: iat, exp: iat + BOT_TOKEN_SECONDS };
  const who = { aud: BOT_AUDIENCE, iss: loginIssuer, tid: tenantId, appid: clientId, azp: clientId };
  const token = await sign({ ...who, ...times, uti: randomUUID() });
  return { status: 200, body: { token_type: 'Bearer', expires_in: BOT_TOKEN_SECONDS, access_token: token } };
}
