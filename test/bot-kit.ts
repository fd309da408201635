import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { chatsWait } from '../bot/deadline.ts';
import { startBot, type Bot, type BotOptions } from '../bot/main.ts';
import type { AgentContract } from '../core/contract.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { TenantId, type ApprovalId, type PersonId } from '../core/ids.ts';
import { freePort } from '../local/engines/port.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { createSlack, type Slack } from '../local/workspace/slack-api/index.ts';
import { sign } from '../local/workspace/slack-api/sign.ts';
import { openState, type WorkspaceState } from '../local/workspace/state.ts';
import { loadConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import type { NewApproval } from '../platform/stores.ts';
import { testEngines } from './engines.ts';
import { CHATS_WAIT_MS } from './patience.ts';
import { createHurry, type Hurry } from './hurry.ts';
import { startTeamsKit, type TeamsKit } from './teams-kit.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from './test-stores.ts';

export const SIGNING_SECRET = 'a-signing-secret-for-tests';
const BOT_TOKEN = 'xoxb-for-tests';

/** The real bot over real stores, with the local Slack as its Slack. */
export interface BotKit {
  readonly kit: TestStores;
  readonly bot: Bot;
  readonly url: string;
  readonly slack: Slack;
  /** Where the local Slack listens. */
  readonly slackUrl: string;
  readonly state: WorkspaceState;
  /** The local Teams as its Teams, where it was asked for. */
  readonly teams: TeamsKit | null;
  /** Web API methods called so far, oldest first. */
  readonly calls: readonly string[];
  /** Signs and posts a raw body as Slack does. */
  post(body: string, options?: PostOptions): Promise<{ status: number; body: string }>;
  /** Every statement about state that a request could have changed, to show that it changed none. */
  counts(): Promise<{ approvals: number; runs: number; ledger: number; refused: number }>;
  /** Asks for an approval of a run of Robin's and answers with its state. */
  ask(change?: Partial<NewApproval>): Promise<ApprovalState>;
  approval(id: ApprovalId): Promise<ApprovalState>;
  readonly hurry: Hurry;
  close(): Promise<void>;
}

export interface PostOptions {
  readonly type?: string;
  readonly secret?: string;
  readonly timestamp?: number | string;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const FORM = 'application/x-www-form-urlencoded';
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export const APP_TOKEN = 'xapp-1-A08COUNTERSIGN-for-tests';

/** What the app is distributed with; then workspaces install it, and there is no single token. */
export interface SlackOauthKit {
  readonly clientId: string;
  readonly clientSecret: string;
}

async function startSlack(
  kit: TestStores,
  botUrl: string,
  socketMode: boolean,
  oauth?: SlackOauthKit,
): Promise<{ slack: Slack; state: WorkspaceState; url: string; server: Server; calls: string[] }> {
  const database = new URL(kit.superuserUrl);
  database.pathname += '_workspace';
  const state = await openState(database.href);
  const { team, appId, botId, botUser, channel, channelName } = EXAMPLE.slack;
  const usual = { isBot: false, isRestricted: false, deleted: false, email: null, timeZone: 'Europe/London' };
  const accounts = [
    'U08ROBIN',
    'U08ADA',
    'U08BEN',
    'U08SOFIA',
    'U08MARA',
    'U08INES',
    EXAMPLE.stranger.slackUser,
  ];
  for (const id of accounts) await state.slack.putUser({ ...usual, id, name: id, realName: id });
  await state.slack.putUser({
    ...usual,
    id: botUser,
    name: 'countersign',
    realName: 'Countersign',
    isBot: true,
  });
  await state.slack.putChannel({ id: channel, kind: 'channel', name: channelName, imUser: null }, [
    ...accounts,
    botUser,
  ]);
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const slack = createSlack({
    app: {
      team,
      teamName: 'Harbour Mutual',
      appId,
      botId,
      botUser,
      botToken: BOT_TOKEN,
      appToken: APP_TOKEN,
    },
    socketMode,
    store: state.slack,
    signingSecret: SIGNING_SECRET,
    botUrl,
    url: () => url,
    retryDelaysMs: [0, 50, 50],
    waitMs: CHATS_WAIT_MS,
    ...(oauth ? { oauth: { ...oauth, redirectUrls: [`${botUrl}/slack/oauth_redirect`] } } : {}),
  });
  const calls: string[] = [];
  app.use('/slack/api', (req, _res, next) => {
    calls.push(req.path.slice(1));
    next();
  });
  app.use('/slack', slack.router);
  slack.sockets.attach(server);
  return { slack, state, url, server, calls };
}

const COUNTS = `SELECT (SELECT count(*) FROM approvals)::int AS approvals, (SELECT count(*) FROM runs)::int AS runs,
  (SELECT count(*) FROM ledger_entries WHERE kind NOT LIKE 'card.%')::int AS ledger,
  (SELECT count(*) FROM ledger_entries WHERE kind = 'refused')::int AS refused`;

/** What goes to a chat that is not mounted waits for good, and is news to Admins after some tries: nothing goes there. */
async function leaveTeams(kit: TestStores): Promise<void> {
  const superuser = await kit.as('superuser');
  await superuser.query(`UPDATE chat_workspaces SET settings = '{}' WHERE platform = 'teams'`);
}

/** Starts everything on ports of its own; the engines are those of the test run. */
export async function startBotKit(
  options: {
    agents?: readonly AgentContract[];
    golden?: NonNullable<BotOptions['golden']>;
    looksAtDirectories?: boolean;
    withTeams?: boolean;
    socketMode?: boolean;
    /** What the bot's environment says besides. */
    environment?: Readonly<Record<string, string>>;
    oauth?: SlackOauthKit;
  } = {},
): Promise<BotKit> {
  const { withTeams = false, socketMode = false, environment = {}, oauth, ...more } = options;
  chatsWait(CHATS_WAIT_MS);
  const kit = await openTestStores();
  const { redisUrl, temporalAddress } = testEngines();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  if (!withTeams) await leaveTeams(kit);
  const { slack, state, url: slackUrl, server, calls } = await startSlack(kit, url, socketMode, oauth);
  // Tests ask for more in a minute than Slack takes in one channel; what becomes of a 429 has tests of its own.
  slack.rates.set(false);
  const teams = withTeams ? await startTeamsKit(`${url}/api/messages`) : null;
  const config = loadConfig({
    HOST: '127.0.0.1',
    BOT_PORT: String(port),
    DATABASE_URL: kit.urls.appUrl,
    DATABASE_DISPATCHER_URL: kit.urls.dispatcherUrl,
    REDIS_URL: redisUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    ...(socketMode ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
    ...(oauth
      ? { SLACK_CLIENT_ID: oauth.clientId, SLACK_CLIENT_SECRET: oauth.clientSecret, COUNTERSIGN_URL: url }
      : { SLACK_BOT_TOKEN: BOT_TOKEN }),
    SLACK_API_URL: `${slackUrl}/slack/api`,
    COUNTERSIGN_REHEARSAL: '1',
    // Tests type faster than people do; what becomes of that has tests of its own.
    COUNTERSIGN_RATES: 'person=100000,tenant=100000,agent=100000,address=100000',
    ...(teams === null ? {} : teamsEnvironment(teams)),
    ...environment,
  });
  const queuePrefix = `test-${randomBytes(6).toString('hex')}`;
  const bot = await startBot({
    stores: kit.stores,
    redisUrl,
    config,
    log: createLog({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
    queuePrefix,
    ...more,
  });
  const superuser = await kit.as('superuser');
  const { hurry, close: closeHurry } = createHurry(superuser, queuePrefix);
  const get = async (id: ApprovalId): Promise<ApprovalState> => {
    const found = await kit.stores.approvals.get(kit.tenant, id);
    if (found === null) throw new Error(`no approval ${id}`);
    return found;
  };
  return {
    ...{ kit, bot, url, slack, slackUrl, state, teams, calls },
    post: (body, how = {}) => post(url, body, how),
    counts: async () => (await superuser.query(COUNTS)).rows[0] as Awaited<ReturnType<BotKit['counts']>>,
    async ask(change = {}) {
      const requester: PersonId = kit.people.robin.id;
      const asked = await kit.stores.approvals.open(
        kit.tenant,
        testApproval(await startTestRun(kit), requester, change),
      );
      if (!asked.ok) throw new Error(asked.reason);
      return get(asked.approval);
    },
    ...{ approval: get, hurry },
    async close() {
      closeHurry();
      await bot.close();
      await teams?.close();
      slack.sockets.close();
      await new Promise((resolve) => server.close(resolve));
      await state.close();
      await kit.close();
    },
  };
}

const teamsEnvironment = ({ config }: TeamsKit): Record<string, string> => ({
  TEAMS_CLIENT_ID: config.clientId,
  TEAMS_CLIENT_SECRET: config.clientSecret,
  TEAMS_TENANT_ID: config.tenantId,
  TEAMS_CLOUD: JSON.stringify(config.cloud),
  TEAMS_SERVICE_URL: config.serviceUrl,
});

async function post(url: string, body: string, how: PostOptions): Promise<{ status: number; body: string }> {
  const timestamp = how.timestamp ?? nowSeconds();
  const signature = how.signature ?? sign(how.secret ?? SIGNING_SECRET, Number(timestamp), body);
  const response = await fetch(`${url}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': how.type ?? 'application/json',
      'x-slack-request-timestamp': String(timestamp),
      ...(signature === '' ? {} : { 'x-slack-signature': signature }),
      ...how.headers,
    },
  });
  return { status: response.status, body: await response.text() };
}

export interface ClickParts {
  readonly user?: string;
  readonly team?: string;
  readonly homeTeam?: string;
  readonly trigger?: string;
  readonly action?: string;
  readonly value?: unknown;
  readonly responseUrl?: string;
  readonly messageTs?: string;
}

let triggers = 0;

/** A `block_actions` body on a card of this approval, form-encoded as Slack sends it. */
export function clickBody(state: ApprovalState, parts: ClickParts = {}): string {
  const { team, channel } = EXAMPLE.slack;
  const value = parts.value ?? {
    v: 1,
    approval: state.id,
    version: state.version,
    actionDigest: state.actionDigest,
    copy: null,
  };
  const payload = {
    type: 'block_actions',
    team: { id: parts.team ?? team, domain: 'harbour' },
    user: { id: parts.user ?? 'U08ADA', team_id: parts.homeTeam ?? parts.team ?? team, username: 'someone' },
    api_app_id: EXAMPLE.slack.appId,
    trigger_id: parts.trigger ?? `trigger.${process.pid}.${++triggers}`,
    channel: { id: channel, name: 'claims-approvals' },
    container: { type: 'message', message_ts: parts.messageTs ?? '1700000000.000100', channel_id: channel },
    response_url: parts.responseUrl ?? 'https://hooks.slack.com/actions/T08HARBOUR/1/x',
    actions: [
      {
        type: 'button',
        action_id: parts.action ?? 'approve',
        block_id: 'b',
        action_ts: '1700000001.000100',
        value: typeof value === 'string' ? value : JSON.stringify(value),
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A second company with a workspace of its own and one approver. */
export async function addOtherTenant(kit: TestStores): Promise<TenantId> {
  const { openAdmin } = await import('../platform/tenants.ts');
  const tenant = TenantId.parse('other-insurer');
  const admin = openAdmin({ appUrl: kit.urls.appUrl });
  await admin.createTenant({
    tenant,
    name: 'Other Insurer',
    workspaces: [{ platform: 'slack', workspace: 'T08OTHER', settings: {} }],
  });
  const head = 'email,name,roles,team,manager,slack_team,slack_user,entra_tenant,entra_object,time_zone';
  // The same user id as Ada's at home: an id says nothing without its workspace.
  const line = 'olga@other.example,Olga Other,approver,claims,,T08OTHER,U08ADA,,,Europe/Berlin';
  await admin.importPeople(tenant, `${head}\n${line}\n`);
  await admin.close();
  return tenant;
}
