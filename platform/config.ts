import { z } from 'zod';
import { DEFAULT_DEPLOYMENT_LIMIT } from '../core/intake/limits.ts';
import { DEFAULT_SAMPLE_SHARE } from '../core/sampling.ts';
import {
  chatsWait,
  count,
  encryptionKey,
  flag,
  json,
  lookSeconds,
  noteName,
  origin,
  origins,
  places,
  siemAddress,
  proxies,
  rates,
  port,
  secret,
  share,
  text,
  url,
  witnesses,
} from './config-values.ts';
import { ConfigError } from './config-error.ts';
import { isLocal } from './is-local.ts';
import type { WitnessAddress } from './ledger/witness-client.ts';
import type { Rates } from './rates.ts';
import type { TemporalConfig } from './temporal.ts';

/** The names of `docs` interfaces; one line each, so that a missing one is easy to see. */
const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  BOT_PORT: port(3000),
  WORKSPACE_PORT: port(4400),
  DATABASE_URL: url('postgres', 'postgresql'),
  DATABASE_DISPATCHER_URL: url('postgres', 'postgresql'),
  DATABASE_MIGRATOR_URL: url('postgres', 'postgresql'),
  REDIS_URL: url('redis', 'rediss'),
  TEMPORAL_ADDRESS: text,
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: secret,
  TEMPORAL_TLS_CA: secret,
  TEMPORAL_TLS_CERT: secret,
  TEMPORAL_TLS_KEY: secret,
  SLACK_SIGNING_SECRET: secret,
  SLACK_BOT_TOKEN: secret,
  SLACK_CLIENT_ID: text,
  SLACK_CLIENT_SECRET: secret,
  SLACK_APP_TOKEN: secret,
  SLACK_API_URL: url('http', 'https'),
  TEAMS_CLIENT_ID: text,
  TEAMS_CLIENT_SECRET: secret,
  TEAMS_TENANT_ID: text,
  TEAMS_CLOUD: json,
  TEAMS_SERVICE_URL: url('http', 'https'),
  TEAMS_REGISTRATIONS: z.enum(['0', '1']).default('0'),
  TEAMS_ALLOW_UNAUTHENTICATED: z.enum(['0', '1']).default('0'),
  ENTRA_ISSUER: url('http', 'https'),
  ENTRA_CLIENT_ID: text,
  ENTRA_CLIENT_SECRET: secret,
  GRAPH_URL: url('http', 'https'),
  COUNTERSIGN_URL: origin,
  ANTHROPIC_API_KEY: secret,
  ANTHROPIC_BASE_URL: url('http', 'https'),
  LANGFUSE_PUBLIC_KEY: text,
  LANGFUSE_SECRET_KEY: secret,
  LANGFUSE_BASE_URL: url('http', 'https'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https'),
  METRICS_PORT: port(0),
  METRICS_TOKEN: secret,
  COUNTERSIGN_SECRETS: z
    .string()
    .regex(/^(env|file:.+|vault:.+|aws:.+)$/, 'must be env, file:PATH, vault:URL or aws:REGION')
    .default('env'),
  COUNTERSIGN_ENCRYPTION_KEY: encryptionKey,
  COUNTERSIGN_SIGNING_KEY: secret,
  COUNTERSIGN_LEDGER_NAME: noteName.default('countersign.local'),
  COUNTERSIGN_LEDGER_KEY: text,
  COUNTERSIGN_CHECKPOINTS: places,
  COUNTERSIGN_ARCHIVE: text,
  COUNTERSIGN_WITNESS: witnesses,
  COUNTERSIGN_SIEM: siemAddress,
  COUNTERSIGN_SIEM_TOKEN: secret,
  COUNTERSIGN_SIEM_CA: text,
  COUNTERSIGN_MAKE_CURRENT: flag,
  COUNTERSIGN_REHEARSAL: flag,
  COUNTERSIGN_WORKING_LIMIT: count(DEFAULT_DEPLOYMENT_LIMIT),
  COUNTERSIGN_RATES: rates,
  COUNTERSIGN_PROXIES: proxies,
  COUNTERSIGN_CHATS_WAIT_MS: chatsWait,
  COUNTERSIGN_SAMPLE_SHARE: share(DEFAULT_SAMPLE_SHARE),
  COUNTERSIGN_WATCH_SECONDS: lookSeconds,
  COUNTERSIGN_FORWARD_TO: origins,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
type Environment = z.infer<typeof Environment>;

/** What one program cannot do without, by name. */
const NEEDS = {
  none: [],
  migrate: ['DATABASE_MIGRATOR_URL'],
  store: ['DATABASE_URL', 'DATABASE_DISPATCHER_URL', 'COUNTERSIGN_ENCRYPTION_KEY'],
  bot: ['DATABASE_URL', 'DATABASE_DISPATCHER_URL', 'REDIS_URL', 'COUNTERSIGN_ENCRYPTION_KEY'],
  workers: [
    'DATABASE_URL',
    'DATABASE_DISPATCHER_URL',
    'REDIS_URL',
    'TEMPORAL_ADDRESS',
    'COUNTERSIGN_ENCRYPTION_KEY',
  ],
} as const satisfies Record<string, readonly (keyof Environment)[]>;
export type Program = keyof typeof NEEDS;

interface TeamsElsewhere {
  /** Endpoints that replace those of Microsoft's public cloud. */
  readonly cloud: Readonly<Record<string, string>> | null;
  readonly serviceUrl: string | null;
}

export interface Config {
  readonly host: string;
  readonly botPort: number;
  /** Where people's browsers reach the bot: an origin. Null: this machine, at the bot's port. */
  readonly publicUrl: string | null;
  readonly workspacePort: number;
  readonly database: {
    readonly appUrl: string | null;
    readonly dispatcherUrl: string | null;
    readonly migratorUrl: string | null;
  };
  readonly redisUrl: string | null;
  readonly temporal: Omit<TemporalConfig, 'address'> & { readonly address: string | null };
  readonly slack: {
    /** Empty where there is only an app token: socket mode. */
    readonly signingSecret: string;
    readonly botToken: string | null;
    readonly clientId: string | null;
    readonly clientSecret: string | null;
    readonly appToken: string | null;
    readonly apiUrl: string | null;
  } | null;
  readonly teams:
    | (TeamsElsewhere & {
        readonly clientId: string;
        readonly clientSecret: string | null;
        readonly tenantId: string | null;
        readonly allowUnauthenticated: boolean;
      })
    | null;
  /** Companies bring registrations of their own; what replaces the public cloud for those. Null: none are looked at. */
  readonly teamsCompanies: TeamsElsewhere | null;
  readonly entra: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  readonly graphUrl: string | null;
  /** Neither set: the rehearsal model. */
  readonly anthropic: { readonly apiKey: string | null; readonly baseUrl: string | null };
  readonly langfuse: {
    readonly publicKey: string;
    readonly secretKey: string;
    readonly baseUrl: string | null;
  } | null;
  readonly otlpEndpoint: string | null;
  /** Who shows the token may read `/metrics`; without one, only this machine. `port`: the workers', 0: none. */
  readonly metrics: { readonly port: number; readonly token: string | null };
  readonly secrets: string;
  /** Make the workers' build the one that new runs start on (an engine of our own; elsewhere a rollout decides). */
  readonly makeCurrent: boolean;
  /** The model behind ANTHROPIC_BASE_URL is the rehearsal model: every card and trace says so. */
  readonly rehearsal: boolean;
  /** Runs at work at once in the whole deployment. */
  readonly workingLimit: number;
  /** Requests a minute, by whose they are. */
  readonly rates: Rates;
  /** How many proxies in front of the bot say whom they passed on. */
  readonly proxies: number;
  /** How long the local chats wait for an answer; null: as long as the real ones. */
  readonly chatsWaitMs: number | null;
  /** The share of finished production runs that a judge scores, 0 to 1. */
  readonly sampleShare: number;
  /** How often the rules look at the figures. */
  readonly watchSeconds: number;
  /** Where incidents may be forwarded to although it is inside, or without TLS: origins. */
  readonly forwardTo: readonly string[];
  readonly encryptionKey: string | null;
  /** Signs checkpoints of ledgers; null: none are made. */
  readonly ledger: { readonly name: string; readonly signingKey: string } | null;
  /** Whose signature on checkpoints counts, for a program that signs none: a verifier key. */
  readonly ledgerKey: string | null;
  /** Where checkpoints are published to: addresses of places. */
  readonly checkpointPlaces: readonly string[];
  /** The folder that months of a ledger are exported to when their time is over; null: they stay. */
  readonly archive: string | null;
  /** Who is asked to sign them too. */
  readonly witnesses: readonly WitnessAddress[];
  /** Where ledgers are told to as they grow; null: nowhere. */
  readonly siem: {
    readonly address: string;
    readonly token: string | null;
    readonly ca: string | null;
  } | null;
  readonly logLevel: Environment['LOG_LEVEL'];
}

/** Settings that only make sense together. */
function findHalves(env: Environment, program: Program): string[] {
  const problems: string[] = [];
  const together = (why: string, ...names: (keyof Environment)[]) => {
    const missing = names.filter((n) => env[n] === null);
    if (missing.length > 0 && missing.length < names.length) problems.push(`${missing.join(', ')}: ${why}`);
  };
  together('needed for mutual TLS to Temporal', 'TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY');
  together('needed to link identities with Entra', 'ENTRA_ISSUER', 'ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET');
  together('needed to send traces to Langfuse', 'LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY');
  together('needed to install in many Slack workspaces', 'SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET');
  const slackToken = env.SLACK_BOT_TOKEN ?? env.SLACK_CLIENT_ID;
  const slackWayIn = env.SLACK_SIGNING_SECRET ?? env.SLACK_APP_TOKEN;
  if (slackToken && !slackWayIn)
    problems.push(
      "SLACK_SIGNING_SECRET: needed to tell Slack's requests from forged ones (or SLACK_APP_TOKEN for socket mode)",
    );
  if (slackWayIn && !slackToken)
    problems.push('SLACK_BOT_TOKEN (or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET): needed to answer in Slack');
  const teamsOpen = env.TEAMS_ALLOW_UNAUTHENTICATED === '1';
  if (env.TEAMS_CLIENT_ID && !env.TEAMS_CLIENT_SECRET && !teamsOpen)
    problems.push('TEAMS_CLIENT_SECRET: needed to answer in Teams');
  if (teamsOpen && (program !== 'none' || !['127.0.0.1', 'localhost', '::1'].includes(env.HOST)))
    problems.push('TEAMS_ALLOW_UNAUTHENTICATED: works only in `countersign start`, on a loopback HOST');
  if (env.COUNTERSIGN_CHATS_WAIT_MS !== null && !isLocal(env.SLACK_API_URL ?? ''))
    problems.push('COUNTERSIGN_CHATS_WAIT_MS: works only with chats on this machine (SLACK_API_URL)');
  const teams = env.TEAMS_CLIENT_ID ?? (env.TEAMS_REGISTRATIONS === '1' || null);
  if (program === 'bot' && !slackWayIn && !teams)
    problems.push(
      'SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN) and SLACK_BOT_TOKEN, or TEAMS_CLIENT_ID and TEAMS_CLIENT_SECRET, or TEAMS_REGISTRATIONS=1: a bot needs a chat',
    );
  return problems;
}

const or = <T>(condition: unknown, value: () => T): T | null => (condition ? value() : null);

function toConfig(env: Environment): Config {
  const tls = env.TEMPORAL_TLS_CA ?? env.TEMPORAL_TLS_CERT;
  return {
    host: env.HOST,
    botPort: env.BOT_PORT,
    publicUrl: env.COUNTERSIGN_URL,
    workspacePort: env.WORKSPACE_PORT,
    database: {
      appUrl: env.DATABASE_URL,
      dispatcherUrl: env.DATABASE_DISPATCHER_URL,
      migratorUrl: env.DATABASE_MIGRATOR_URL,
    },
    redisUrl: env.REDIS_URL,
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      apiKey: env.TEMPORAL_API_KEY,
      tls: or(tls, () => ({
        ca: env.TEMPORAL_TLS_CA,
        cert: env.TEMPORAL_TLS_CERT,
        key: env.TEMPORAL_TLS_KEY,
      })),
    },
    ...chats(env),
    graphUrl: env.GRAPH_URL,
    anthropic: { apiKey: env.ANTHROPIC_API_KEY, baseUrl: env.ANTHROPIC_BASE_URL },
    langfuse: or(env.LANGFUSE_PUBLIC_KEY, () => ({
      publicKey: env.LANGFUSE_PUBLIC_KEY ?? '',
      secretKey: env.LANGFUSE_SECRET_KEY ?? '',
      baseUrl: env.LANGFUSE_BASE_URL,
    })),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    metrics: { port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    secrets: env.COUNTERSIGN_SECRETS,
    makeCurrent: env.COUNTERSIGN_MAKE_CURRENT,
    rehearsal: env.COUNTERSIGN_REHEARSAL,
    workingLimit: env.COUNTERSIGN_WORKING_LIMIT,
    rates: env.COUNTERSIGN_RATES,
    proxies: env.COUNTERSIGN_PROXIES,
    chatsWaitMs: env.COUNTERSIGN_CHATS_WAIT_MS,
    sampleShare: env.COUNTERSIGN_SAMPLE_SHARE,
    watchSeconds: env.COUNTERSIGN_WATCH_SECONDS,
    forwardTo: env.COUNTERSIGN_FORWARD_TO,
    encryptionKey: env.COUNTERSIGN_ENCRYPTION_KEY,
    ledger: or(env.COUNTERSIGN_SIGNING_KEY, () => ({
      name: env.COUNTERSIGN_LEDGER_NAME,
      signingKey: env.COUNTERSIGN_SIGNING_KEY ?? '',
    })),
    ledgerKey: env.COUNTERSIGN_LEDGER_KEY,
    checkpointPlaces: env.COUNTERSIGN_CHECKPOINTS,
    archive: env.COUNTERSIGN_ARCHIVE,
    witnesses: env.COUNTERSIGN_WITNESS,
    siem: or(env.COUNTERSIGN_SIEM, () => ({
      address: env.COUNTERSIGN_SIEM ?? '',
      token: env.COUNTERSIGN_SIEM_TOKEN,
      ca: env.COUNTERSIGN_SIEM_CA,
    })),
    logLevel: env.LOG_LEVEL,
  };
}

function chats(env: Environment): Pick<Config, 'slack' | 'teams' | 'teamsCompanies' | 'entra'> {
  const elsewhere = { cloud: env.TEAMS_CLOUD, serviceUrl: env.TEAMS_SERVICE_URL };
  return {
    slack: or(env.SLACK_SIGNING_SECRET ?? env.SLACK_APP_TOKEN, () => ({
      signingSecret: env.SLACK_SIGNING_SECRET ?? '',
      botToken: env.SLACK_BOT_TOKEN,
      clientId: env.SLACK_CLIENT_ID,
      clientSecret: env.SLACK_CLIENT_SECRET,
      appToken: env.SLACK_APP_TOKEN,
      apiUrl: env.SLACK_API_URL,
    })),
    teams: or(env.TEAMS_CLIENT_ID, () => ({
      clientId: env.TEAMS_CLIENT_ID ?? '',
      clientSecret: env.TEAMS_CLIENT_SECRET,
      tenantId: env.TEAMS_TENANT_ID,
      allowUnauthenticated: env.TEAMS_ALLOW_UNAUTHENTICATED === '1',
      ...elsewhere,
    })),
    teamsCompanies: env.TEAMS_REGISTRATIONS === '1' ? elsewhere : null,
    entra: or(env.ENTRA_ISSUER, () => ({
      issuer: env.ENTRA_ISSUER ?? '',
      clientId: env.ENTRA_CLIENT_ID ?? '',
      clientSecret: env.ENTRA_CLIENT_SECRET ?? '',
    })),
  };
}

/**
 * Reads and checks the environment once, for one program; `none` checks only what is set.
 * @throws ConfigError naming everything that is missing or wrong, never a value.
 */
export function loadConfig(env: NodeJS.ProcessEnv, program: Program = 'none'): Config {
  const parsed = Environment.safeParse(env);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const missing = NEEDS[program].filter((name) => !env[name]).map((name) => `${name}: missing`);
  const halves = parsed.success ? findHalves(parsed.data, program) : [];
  const problems = [...wrong, ...missing, ...halves];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}
