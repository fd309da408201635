import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../platform/log.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Count } from '../api/metrics.ts';
import { readBody } from '../api/read-body.ts';
import type { ChatTransport, Gateway } from '../chat.ts';
import { AnyActivity, Heard, kindOf, tenantOfActivity } from './activity.ts';
import { parseConfig, type Elsewhere, type TeamsConfig } from './config.ts';
import { recordElsewhere, type Answer } from './guard.ts';
import { openRegistration, type Registration } from './registration.ts';
import { createRegistrations, type Registrations } from './registrations.ts';
import { createServiceUrls } from './service-urls.ts';
import { readClaims, sameServiceUrl, type Claims } from './token-claims.ts';
import { createTeamsTransport } from './transport.ts';

export type { TeamsConfig } from './config.ts';

export interface TeamsMount {
  /** Answers one request to /api/messages; the body must not have been read. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  readonly transport: ChatTransport;
  /** Waits for replies that are on their way. */
  close(): Promise<void>;
}

export interface TeamsDeps {
  readonly gateway: Gateway;
  /** The registration of the environment; null: there is none. */
  readonly config: TeamsConfig | null;
  /** Where companies bring registrations of their own; missing: none are looked at. */
  readonly companies?: Elsewhere;
  readonly stores: Stores;
  readonly log: Log;
  readonly count?: Count;
  readonly now?: () => number;
}

/** @throws Error when a credential is empty. */
export function mountTeams(deps: TeamsDeps): TeamsMount {
  const { gateway, stores, log, companies } = deps;
  const serviceUrls = createServiceUrls(stores.people);
  const count = (result: string, reason: string): void => deps.count?.('teams_requests', { result, reason });
  const registrations = createRegistrations({
    own: deps.config === null ? null : parseConfig(deps.config),
    rows: companies === undefined ? null : { store: stores.registrations, elsewhere: companies },
    open: (config) => openRegistration(config, { gateway, stores, serviceUrls, log, count }),
    log,
    ...(deps.now ? { now: deps.now } : {}),
  });
  return {
    transport: createTeamsTransport({ registrations, serviceUrls, people: stores.people }),
    close: () => registrations.settled(),
    async handle(req, res) {
      try {
        send(res, await answerRequest(registrations, req, { log, count }));
      } catch (error) {
        log.error({ err: error }, 'a Teams request failed');
        count('failed', 'bug');
        send(res, { status: 500 });
      }
    },
  };
}

function send(res: ServerResponse, { status, body }: Answer): void {
  if (res.headersSent) return void res.end();
  res.statusCode = status;
  if (body === undefined) return void res.end();
  res.setHeader('content-type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}

/** A kind of activity that no route of ours knows: with it the SDK only verifies the token. */
const onlyVerify = (claims: Claims) => ({ type: 'countersign/verify', serviceUrl: claims.serviceurl });

interface Telling {
  readonly log: Log;
  readonly count: (result: string, reason: string) => void;
}

/** Whose audience a token names, before anyone verified it; the registration then does. Undefined: that cannot be known now. */
async function registrationOf(
  registrations: Registrations,
  { aud }: Claims,
  log: Log,
): Promise<Registration | null | undefined> {
  try {
    return await registrations.heard(aud);
  } catch (error) {
    log.warn({ err: error }, 'the registration of a Teams activity could not be read');
    return undefined;
  }
}

/** 401 before anything else, then 400 for what is no activity, then what the activity came to. */
async function answerRequest(
  registrations: Registrations,
  req: IncomingMessage,
  { log, count }: Telling,
): Promise<Answer> {
  const { authorization } = req.headers;
  const refuse = (status: number, reason: string): Answer => {
    count('refused', reason);
    return { status };
  };
  if (req.method !== 'POST') return refuse(405, 'method');
  const claims = readClaims(authorization, Date.now());
  if (!claims || authorization === undefined) return refuse(401, 'token');
  const registration = await registrationOf(registrations, claims, log);
  if (registration === undefined) return refuse(503, 'store_away');
  if (registration === null) return refuse(401, 'audience');
  const read = await readBody(req);
  const parsed: Parsed = read.ok ? parseActivity(read.body) : { kind: 'junk', activity: null };
  // The token vouches for one service URL; the SDK checks it only when the body names one.
  if (parsed.activity && !sameServiceUrl(parsed.activity.serviceUrl ?? '', claims.serviceurl))
    return refuse(401, 'service_url');
  const elsewhere = parsed.kind === 'heard' && isElsewhere(claims, parsed.activity);
  const body = parsed.kind === 'heard' && !elsewhere ? parsed.activity : onlyVerify(claims);
  const answer = await registration.sdk.receive(body, authorization);
  if (answer.status === 401) return refuse(401, 'token');
  if (elsewhere) {
    await recordElsewhere(registration.guard, parsed.activity);
    return refuse(403, 'tenant_not_allowed');
  }
  switch (parsed.kind) {
    case 'heard':
      return answer;
    case 'unheard':
      return { status: 200 };
    case 'unknown_invoke':
      return refuse(501, 'invoke');
    case 'junk':
      return refuse(read.ok ? 400 : read.status, 'body');
  }
}

/** A token that names an Entra tenant, but not the one the activity says it happened in. */
const isElsewhere = (claims: Claims, activity: Heard): boolean =>
  claims.tid !== undefined && claims.tid !== tenantOfActivity(activity);

type Parsed =
  | { readonly kind: 'heard'; readonly activity: Heard }
  | { readonly kind: 'unheard' | 'unknown_invoke'; readonly activity: AnyActivity }
  | { readonly kind: 'junk'; readonly activity: AnyActivity | null };

function parseActivity(bytes: Buffer): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { kind: 'junk', activity: null };
  }
  const any = AnyActivity.safeParse(json);
  if (!any.success) return { kind: 'junk', activity: null };
  const kind = kindOf(any.data);
  if (kind !== 'heard') return { kind, activity: any.data };
  const heard = Heard.safeParse(json);
  return heard.success ? { kind, activity: heard.data } : { kind: 'junk', activity: any.data };
}
