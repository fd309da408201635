import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler } from 'express';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Json } from '../../core/canonical-json.ts';
import { EXAMPLE } from '../example/example.ts';
import { readCast } from './cast.ts';
import type { CastMember } from './cast-types.ts';
import { createControl, type Control } from './control.ts';
import { guardLoopback } from './guard.ts';
import type { Ledger } from './ledger.ts';
import { createRoutes, type RouteDeps } from './routes.ts';
import { servePage } from './serve-page.ts';
import { createSlack, type Slack } from './slack-api/index.ts';
import { openState, type WorkspaceState } from './state.ts';
import { createTeamsApi, type TeamsApi } from './teams-api/index.ts';

export interface WorkspaceOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly host: string;
  /** Postgres address of the workspace's own database; made when missing. */
  readonly databaseUrl: string;
  /** Base address of the bot, e.g. http://127.0.0.1:3000; it may start later. */
  readonly botUrl: string;
  readonly slack: {
    readonly signingSecret: string;
    readonly botToken: string;
    /** For socket mode. */
    readonly appToken?: string;
    /** What the workspace granted the app; all that our manifest asks for, when absent. */
    readonly scopes?: readonly string[];
    readonly retryDelaysMs?: readonly number[];
    /** How long it waits for an answer, and a form for its trigger; missing: as long as Slack does. */
    readonly waitMs?: number;
  };
  readonly teams: {
    readonly clientSecret: string;
    /** A client secret that Entra still knows, and refuses since it ran out. */
    readonly expiredSecret?: string;
    readonly requestsPerSecond?: number;
    readonly waitMs?: number;
  };
  readonly ledger?: Ledger;
  /** False when a real model answers; the page then does not say "rehearsal". */
  readonly rehearsal?: boolean;
  /** Where the bundled page is kept; `COUNTERSIGN_HOME` by default. */
  readonly cacheDir?: string;
}

export interface Workspace {
  readonly url: string;
  /** For the bot's SLACK_API_URL; response_urls are on the same origin, under `/slack/hooks/`. */
  readonly slackApiUrl: string;
  readonly teamsServiceUrl: string;
  readonly slack: Slack;
  readonly teams: TeamsApi;
  readonly state: WorkspaceState;
  readonly control: Control;
  /** Installs the app in Teams, once the bot listens: it learns where it may write. False when the bot did not answer. */
  introduce(): Promise<boolean>;
  close(): Promise<void>;
}

/** People, the channel and the bot, as both chats know them. */
async function seed(state: WorkspaceState, cast: readonly CastMember[]): Promise<void> {
  const { slack, teams } = EXAMPLE;
  const usual = { isBot: false, isRestricted: false, deleted: false };
  for (const c of cast)
    await state.slack.putUser({
      ...{ id: c.slackUser, name: c.slackHandle, realName: c.name, email: c.email, timeZone: c.timeZone },
      ...usual,
    });
  const bot = { name: 'countersign', realName: 'Countersign', email: null, timeZone: 'Europe/London' };
  await state.slack.putUser({ id: slack.botUser, ...bot, ...usual, isBot: true });
  await state.slack.putUser({ id: 'USLACKBOT', ...bot, name: 'slackbot', realName: 'Slackbot', ...usual });
  const everyone = [...cast.map((c) => c.slackUser), slack.botUser];
  await state.slack.putChannel(
    { id: slack.channel, kind: 'channel', name: slack.channelName, imUser: null },
    everyone,
  );
  await state.teams.ensureConversation({
    ...{ id: teams.channel, kind: 'channel', name: teams.channelName, person: null },
  });
}

/** The local Teams' key is kept, so that tokens and the bot's cached keys outlive a restart. */
async function teamsKey(state: WorkspaceState): Promise<JWK> {
  const kept = await state.setting('teams.key');
  if (kept) return kept as unknown as JWK;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return (await state.keepSetting('teams.key', (await exportJWK(privateKey)) as Json)) as unknown as JWK;
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(`http://${host}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** What the page's routes need. */
function pageDeps(made: {
  state: WorkspaceState;
  cast: readonly CastMember[];
  control: Control;
  teams: TeamsApi;
  options: WorkspaceOptions;
}): RouteDeps {
  const { state, cast, control, teams, options } = made;
  const ledgerDoor = options.ledger ?? null;
  return {
    ...{ state, cast, control, teams: teams.client, rehearsal: options.rehearsal ?? true, ledgerDoor },
    ledger: async () => (await ledgerDoor?.recent()) ?? [],
  };
}

/** Adds the app again where the bot was too busy to take it in time, as somebody at Teams' own page would. */
async function added(install: () => Promise<{ status: number }>): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { status } = await install();
    if (status >= 200 && status < 300) return true;
    await sleep(500);
  }
  return false;
}

async function introduce(teams: TeamsApi, cast: readonly CastMember[]): Promise<boolean> {
  const channel = { id: EXAMPLE.teams.channel, kind: 'channel', name: EXAMPLE.teams.channelName } as const;
  let all = true;
  for (const c of cast) {
    const by = c.entraObject;
    if (c.id === 'ines') all &&= await added(() => teams.client.install({ ...channel, person: null }, by));
    const id = teams.client.personalChat(by);
    const personal = { id, kind: 'personal', name: c.name, person: by } as const;
    if (c.id !== 'sam') all &&= await added(() => teams.client.install(personal, by));
  }
  return all;
}

/** Postgres is away, for one: the caller hears of it as of any cloud's bad minute, and nothing is printed. */
const answerWithoutStack: ErrorRequestHandler = (_error, _req, res, next) => {
  if (res.headersSent) next();
  else res.status(500).json({ ok: false, error: 'internal_error' });
};

/** Starts the local Slack, the local Teams and the page, on one loopback port. Throws when the port or Postgres is not to be had. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { host } = options;
  const state = await openState(options.databaseUrl);
  const cast = readCast();
  await seed(state, cast);
  const app = express();
  app.disable('x-powered-by');
  const server = createServer(app);
  const url = await listen(server, options.port, host).catch(async (error: unknown) => {
    await state.close();
    throw error;
  });
  const { botUrl } = options;
  const { team, botId, botUser, appId } = EXAMPLE.slack;
  const { botToken, appToken, scopes } = options.slack;
  const granted = { ...(scopes ? { scopes } : {}), ...(appToken ? { appToken } : {}) };
  const slack = createSlack({
    app: { team, teamName: EXAMPLE.name, appId, botId, botUser, botToken, ...granted },
    ...{ store: state.slack, botUrl, url: () => url, ...options.slack },
  });
  slack.sockets.attach(server);
  const teams = await createTeamsApi({
    ...{ store: state.teams, publicUrl: `${url}/teams`, botMessagesUrl: `${botUrl}/api/messages` },
    ...{ clientId: EXAMPLE.teams.clientId, tenantId: EXAMPLE.teams.tenant, ...options.teams },
    people: cast.map(({ entraObject, name, email }) => ({ entraObject, name, email })),
    signingKey: await teamsKey(state),
  });
  const control = createControl({ state, slack: slack.client, teams: teams.client, cast });
  app.use(guardLoopback(() => url));
  app.use('/slack', slack.router);
  app.use('/teams', teams.router);
  app.use('/control', createRoutes(pageDeps({ state, cast, control, teams, options })));
  app.use(servePage(options.cacheDir));
  app.use(answerWithoutStack);
  return {
    ...{ url, slackApiUrl: `${url}/slack/api/`, teamsServiceUrl: teams.serviceUrl },
    ...{ slack, teams, state, control },
    introduce: () => introduce(teams, cast),
    async close() {
      teams.close();
      slack.sockets.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await state.close();
    },
  };
}
