import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBot, type Bot } from '../bot/main.ts';
import { slackScopes } from '../bot/slack/permissions.ts';
import { openHome } from '../local/engines/home.ts';
import { freePort } from '../local/engines/port.ts';
import { startRedis } from '../local/engines/redis.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { startRehearsal, type Rehearsal } from '../local/rehearsal/server.ts';
import { startWorkspace, type Workspace } from '../local/workspace/server.ts';
import type { TargetId } from '../core/ids.ts';
import { loadConfig } from '../platform/config.ts';
import { LINES, type Finding } from '../platform/doctor/index.ts';
import { createCosigning } from '../platform/ledger/cosign.ts';
import { createNoteSigner, ledgerOrigin } from '../platform/ledger/note.ts';
import { openWitness } from '../platform/ledger/witness-client.ts';
import { createLog } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';
import { prepareDatabase } from '../platform/prepare-database.ts';
import { openRedis } from '../platform/redis.ts';
import { openAdmin } from '../platform/tenants.ts';
import { freshDatabase, testDatabase, testEngines } from '../test/engines.ts';
import { startIdleWorkers, type IdleWorkers } from '../test/idle-workers.ts';
import { startLocalWitness } from '../test/local-witness.ts';
import { openTestStores, type TestStores } from '../test/test-stores.ts';
import { examine } from './doctor/examine.ts';
import { printFindings } from './doctor/print.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BOT_TOKEN = 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy';
const APP_TOKEN = 'xapp-1-of-the-doctor-test';
const MODEL_KEY = 'sk-ant-api03-of-the-doctor-test';
const OLD_SECRET = 'Lk28Q~ran_out_last_month_4b7';
const CLIENT_SECRET = 'rTq8Q~Q2_not-a-real-secret_0f9';
const { slack, teams, tenant, name } = EXAMPLE;

let kit: TestStores;
let workspace: Workspace;
let bot: Bot;
let rehearsal: Rehearsal;
let workers: IdleWorkers;
let url: string;
let whole: NodeJS.ProcessEnv;

/** What a customer who did everything right has set. */
function environment(at: Workspace): NodeJS.ProcessEnv {
  const { redisUrl, temporalAddress } = testEngines();
  return {
    BOT_PORT: new URL(url).port,
    DATABASE_URL: kit.urls.appUrl,
    DATABASE_DISPATCHER_URL: kit.urls.dispatcherUrl,
    DATABASE_MIGRATOR_URL: kit.urls.migratorUrl,
    REDIS_URL: redisUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: workers.namespace,
    ANTHROPIC_API_KEY: MODEL_KEY,
    ANTHROPIC_BASE_URL: rehearsal.url,
    INSURER_DATABASE_URL: 'postgres://insurer_app@127.0.0.1/insurer',
    COUNTERSIGN_ENCRYPTION_KEY: kit.encryptionKey,
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_API_URL: at.slackApiUrl,
    TEAMS_CLIENT_ID: teams.clientId,
    TEAMS_CLIENT_SECRET: CLIENT_SECRET,
    TEAMS_TENANT_ID: teams.tenant,
    TEAMS_CLOUD: JSON.stringify(at.teams.cloud),
    TEAMS_SERVICE_URL: at.teamsServiceUrl,
  };
}

async function openWorkspace(scopes?: readonly string[]): Promise<Workspace> {
  const granted = scopes ? { scopes } : {};
  return startWorkspace({
    ...{ port: 0, host: '127.0.0.1', databaseUrl: await testDatabase(), botUrl: url },
    slack: { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN, appToken: APP_TOKEN, ...granted },
    teams: { clientSecret: CLIENT_SECRET, expiredSecret: OLD_SECRET },
  });
}

beforeAll(async () => {
  kit = await openTestStores();
  url = `http://127.0.0.1:${await freePort()}`;
  workspace = await openWorkspace();
  rehearsal = await startRehearsal({ apiKey: MODEL_KEY });
  workers = await startIdleWorkers(testEngines().temporalAddress);
  whole = environment(workspace);
  bot = await startBot({
    ...{ stores: kit.stores, redisUrl: testEngines().redisUrl, config: loadConfig(whole, 'bot') },
    ...{ log: createLog({ level: 'silent' }), queuePrefix: `doctor-${process.pid}` },
  });
  expect(await workspace.introduce()).toBe(true);
});

afterAll(async () => {
  await bot.close();
  await workers.close();
  await rehearsal.close();
  await workspace.close();
  await kit.close();
});

interface Change {
  readonly env?: NodeJS.ProcessEnv;
  readonly url?: string;
  readonly now?: () => number;
}

const look = (change: Change = {}): Promise<Finding[]> =>
  examine({
    env: { ...whole, ...change.env },
    url: change.url ?? null,
    ...(change.now ? { now: change.now } : {}),
  });

const wrongLines = (findings: readonly Finding[]): string[] =>
  findings.filter((f) => f.state === 'wrong').map((f) => f.what);
const lineOf = (findings: readonly Finding[], what: string): Finding | undefined =>
  findings.find((f) => f.what === what);

/** Registers the example's Slack workspace with another approvals channel, for one look. */
async function lookWithChannel(channel: string): Promise<Finding[]> {
  const admin = openAdmin({ appUrl: kit.urls.appUrl });
  const set = (approvalsChannel: string) =>
    admin.createTenant({
      ...{ tenant, name },
      workspaces: [{ platform: 'slack', workspace: slack.team, settings: { approvalsChannel } }],
    });
  try {
    await set(channel);
    return await look();
  } finally {
    await set(slack.channel);
    await admin.close();
  }
}

test('an installation that is whole: every line is looked at, and none is wrong', async () => {
  const findings = await look({ url });
  expect(wrongLines(findings)).toEqual([]);
  expect(findings.filter((f) => f.state === 'skipped')).toEqual([]);
  const notHere: readonly string[] = [
    ...[LINES.slack, LINES.teams, LINES.slackSocket, LINES.slackInstall, LINES.signIn, LINES.graph],
    LINES.witness,
  ];
  const all = Object.values(LINES).filter((line) => !notHere.includes(line));
  expect(findings.map((f) => f.what).sort()).toEqual([...all].sort());
  expect(lineOf(findings, LINES.slackWorkspace)?.found).toContain(tenant);
});

describe('what is broken is found by the line that it is about, and by no other', () => {
  test.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
    ['another app’s token', { SLACK_BOT_TOKEN: 'xoxb-1-2-abcdefgh' }, LINES.slackToken, /invalid_auth/],
    ['a person’s token', { SLACK_BOT_TOKEN: 'xoxp-1-2-abcdefgh' }, LINES.slackToken, /no bot token.*xoxp-$/],
    ['another app’s app token', { SLACK_APP_TOKEN: 'xapp-1-other' }, LINES.slackSocket, /invalid_auth/],
    ['a bot token in its place', { SLACK_APP_TOKEN: BOT_TOKEN }, LINES.slackSocket, /no app-level token/],
    [
      'the secret’s id',
      { TEAMS_CLIENT_SECRET: 'the-secret-id' },
      LINES.teamsCredentials,
      /login_401, AADSTS7000215/,
    ],
    [
      'a secret that ran out',
      { TEAMS_CLIENT_SECRET: OLD_SECRET },
      LINES.teamsCredentials,
      /login_401, AADSTS7000222/,
    ],
    [
      'another directory',
      { TEAMS_TENANT_ID: '11111111-2222-4333-8444-555555555555' },
      LINES.teamsCredentials,
      /login_400, AADSTS90002/,
    ],
    [
      'another app',
      { TEAMS_CLIENT_ID: '11111111-2222-4333-8444-555555555555' },
      LINES.teamsCredentials,
      /login_400, AADSTS700016/,
    ],
    ['another model’s key', { ANTHROPIC_API_KEY: 'sk-ant-other' }, LINES.model, /refuses the key \(401\)/],
    [
      'no model',
      { ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined },
      LINES.model,
      /^neither ANTHROPIC_API_KEY/,
    ],
    [
      'a connector without its secret',
      { INSURER_DATABASE_URL: undefined },
      LINES.connectors,
      /^insurer: The secret INSURER_DATABASE_URL/,
    ],
    ['a namespace that is not there', { TEMPORAL_NAMESPACE: 'nowhere' }, LINES.namespace, /nowhere/],
    ['Temporal away', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, LINES.temporal, /127\.0\.0\.1:1/],
    ['Redis away', { REDIS_URL: 'redis://:hunter22@127.0.0.1:1' }, LINES.redis, /ECONNREFUSED/],
    [
      'Postgres away',
      { DATABASE_URL: 'postgres://a:hunter22@127.0.0.1:1/x' },
      LINES.postgres,
      /ECONNREFUSED/,
    ],
    ['Slack out of reach', { SLACK_API_URL: 'http://127.0.0.1:2/api' }, LINES.slack, /ECONNREFUSED/],
    [
      'no encryption key',
      { COUNTERSIGN_ENCRYPTION_KEY: undefined },
      LINES.environment,
      /^COUNTERSIGN_ENCRYPTION_KEY: missing/,
    ],
    ['half of Slack', { SLACK_SIGNING_SECRET: undefined }, LINES.environment, /^SLACK_SIGNING_SECRET/],
    ['an address that is none', { REDIS_URL: 'localhost:6379' }, LINES.environment, /^REDIS_URL: must begin/],
  ])('%s', async (_what, env, line, found) => {
    const findings = await look({ env });
    expect(wrongLines(findings)).toEqual([line]);
    expect(lineOf(findings, line)?.found).toMatch(found);
    expect(lineOf(findings, line)?.advice).toBeTruthy();
  });

  test('socket mode needs no signing secret and no address', async () => {
    const env = { SLACK_SIGNING_SECRET: undefined, SLACK_APP_TOKEN: APP_TOKEN };
    const findings = await look({ env });
    expect(wrongLines(findings)).toEqual([]);
    expect(lineOf(findings, LINES.slackSocket)).toMatchObject({ state: 'ok' });
  });

  test('the owner, or a superuser, as the application’s role', async () => {
    const asOwner = await look({ env: { DATABASE_URL: kit.urls.migratorUrl } });
    expect(wrongLines(asOwner)).toContain(LINES.appRole);
    expect(lineOf(asOwner, LINES.appRole)?.found).toMatch(/owns \d+ tables/);
    const asSuperuser = await look({ env: { DATABASE_URL: kit.superuserUrl } });
    expect(lineOf(asSuperuser, LINES.appRole)).toMatchObject({ state: 'wrong', found: /superuser/ as never });
  });

  test('a wrong database password', async () => {
    const other = new URL(kit.urls.appUrl);
    other.password = 'hunter22';
    const findings = await look({ env: { DATABASE_URL: other.href } });
    expect(wrongLines(findings)).toEqual([LINES.postgres]);
    expect(lineOf(findings, LINES.slackWorkspace)?.state).toBe('skipped');
  });

  test('a database without a schema, and one that nobody has registered a workspace in', async () => {
    const { superuserUrl, database } = freshDatabase();
    const urls = await prepareDatabase({ superuserUrl, database });
    const env = {
      DATABASE_URL: urls.appUrl,
      DATABASE_DISPATCHER_URL: urls.dispatcherUrl,
      DATABASE_MIGRATOR_URL: urls.migratorUrl,
    };
    expect(wrongLines(await look({ env }))).toEqual([LINES.migrations]);
    await migrate({ migratorUrl: urls.migratorUrl });
    const findings = await look({ env });
    expect(wrongLines(findings)).toEqual([LINES.slackWorkspace, LINES.teamsTenant]);
    expect(lineOf(findings, LINES.slackWorkspace)?.advice).toContain(`--slack ${slack.team}:`);
    const admin = openAdmin({ appUrl: urls.appUrl });
    const approvalsChannel = teams.channel;
    await admin.createTenant({
      ...{ tenant, name },
      workspaces: [
        { platform: 'slack', workspace: slack.team, settings: { approvalsChannel: slack.channel } },
        { platform: 'teams', workspace: teams.tenant, settings: { approvalsChannel } },
      ],
    });
    await admin.close();
    const empty = await look({ env });
    expect(wrongLines(empty)).toEqual([
      ...[LINES.slackPeople, LINES.teamsChannel, LINES.teamsPeople, LINES.admin, LINES.policy],
    ]);
    expect(lineOf(empty, LINES.slackPeople)?.found).toBe(`nobody of ${tenant} is linked to ${slack.team}`);
    expect(lineOf(empty, LINES.policy)?.advice).toContain(`countersign admin policy ${tenant} policy.json`);
    const owner = new pg.Client({ connectionString: urls.migratorUrl });
    await owner.connect();
    await owner.query(
      'DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)',
    );
    await owner.query('ALTER TABLE runs NO FORCE ROW LEVEL SECURITY');
    await owner.end();
    const behind = await look({ env });
    expect(lineOf(behind, LINES.migrations)).toMatchObject({ state: 'wrong' });
    expect(lineOf(behind, LINES.rowSecurity)?.found).toBe('not forced on runs');
  });

  test('a Redis that evicts, and keeps nothing', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-doctor-'));
    const home = openHome({ ...process.env, COUNTERSIGN_HOME: dir });
    const redis = await startRedis({ home, say: () => {}, durable: false });
    const client = openRedis(redis.url);
    try {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const findings = await look({ env: { REDIS_URL: redis.url } });
      expect(wrongLines(findings)).toEqual([LINES.eviction]);
      expect(lineOf(findings, LINES.eviction)?.found).toContain('allkeys-lru');
      expect(lineOf(findings, LINES.persistence)?.state).toBe('note');
      await client.config('SET', 'requirepass', 'hunter22');
      expect(wrongLines(await look({ env: { REDIS_URL: redis.url } }))).toEqual([LINES.redis]);
    } finally {
      client.disconnect();
      await redis.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('a scope that was not granted, and one too many', async () => {
    const granted = slackScopes().filter((scope) => scope !== 'im:write');
    const lessened = await openWorkspace(granted);
    try {
      const findings = await look({ env: { SLACK_API_URL: lessened.slackApiUrl } });
      expect(wrongLines(findings)).toEqual([LINES.slackScopes]);
      expect(lineOf(findings, LINES.slackScopes)?.found).toBe('not granted: im:write');
    } finally {
      await lessened.close();
    }
    const widened = await openWorkspace([...granted, 'im:write', 'admin.users:read']);
    try {
      const findings = await look({ env: { SLACK_API_URL: widened.slackApiUrl } });
      expect(wrongLines(findings)).toEqual([]);
      expect(lineOf(findings, LINES.slackScopes)).toMatchObject({ state: 'note' });
      expect(lineOf(findings, LINES.slackScopes)?.found).toContain('admin.users:read');
    } finally {
      await widened.close();
    }
  });

  test('a channel that the app was not invited to, and one that is not there', async () => {
    await workspace.state.slack.putChannel(
      { id: 'C08LONELY', kind: 'channel', name: 'lonely', imUser: null },
      ['U08ADA'],
    );
    const lonely = await lookWithChannel('C08LONELY');
    expect(wrongLines(lonely)).toEqual([LINES.slackChannel]);
    expect(lineOf(lonely, LINES.slackChannel)?.found).toContain('not_in_channel');
    expect(lineOf(lonely, LINES.slackChannel)?.advice).toContain('/invite');
    expect(wrongLines(await lookWithChannel('C08NOSUCH'))).toEqual([LINES.slackChannel]);
  });

  test('a Teams channel that the app was not added to', async () => {
    const forget = `DELETE FROM conversations WHERE conversation = '${teams.channel}'`;
    await (await kit.as('superuser')).query(forget);
    expect(wrongLines(await look())).toEqual([LINES.teamsChannel]);
    await workspace.introduce();
    expect(wrongLines(await look())).toEqual([]);
  });

  test('this machine’s clock ten minutes ahead', async () => {
    const findings = await look({ now: () => Date.now() + 600_000 });
    expect(wrongLines(findings)).toEqual([LINES.databaseClock, LINES.slackClock]);
    expect(lineOf(findings, LINES.slackClock)?.found).toMatch(/(5[5-9]\d|60[01]) s ahead/);
  });

  test('a bot with another signing secret, at an address that leads elsewhere, or away', async () => {
    const env = { SLACK_SIGNING_SECRET: 'another-signing-secret' };
    const other = await look({ env, url });
    expect(wrongLines(other)).toEqual([LINES.slackRequests]);
    expect(lineOf(other, LINES.slackRequests)?.found).toContain('401');
    expect(wrongLines(await look({ url: workspace.url }))).toEqual([LINES.bot]);
    expect(wrongLines(await look({ url: 'http://127.0.0.1:1' }))).toEqual([LINES.bot]);
  });
});

test('a chat that is not set up is no mistake', async () => {
  const withoutTeams = Object.fromEntries(Object.entries(whole).filter(([key]) => !key.startsWith('TEAMS_')));
  const findings = await examine({ env: withoutTeams, url: null });
  expect(wrongLines(findings)).toEqual([]);
  expect(lineOf(findings, LINES.teams)?.state).toBe('skipped');
});

test('no secret is said, whatever is broken', async () => {
  const secrets = [
    ...[SIGNING_SECRET, BOT_TOKEN, CLIENT_SECRET, kit.encryptionKey, 'hunter22'],
    ...[kit.urls.appUrl, kit.urls.dispatcherUrl, kit.urls.migratorUrl].map((u) => new URL(u).password),
  ];
  const changes: NodeJS.ProcessEnv[] = [
    {},
    { DATABASE_URL: 'postgres://app:hunter22@127.0.0.1:1/x', REDIS_URL: 'redis://:hunter22@127.0.0.1:1' },
    { SLACK_BOT_TOKEN: 'hunter22', TEAMS_CLIENT_SECRET: 'hunter22', DATABASE_MIGRATOR_URL: kit.urls.appUrl },
    { SLACK_SIGNING_SECRET: '', TEAMS_CLOUD: 'hunter22', COUNTERSIGN_ENCRYPTION_KEY: 'hunter22' },
  ];
  for (const env of changes) {
    const said = JSON.stringify(await look({ env, url }));
    for (const secret of secrets) expect(said).not.toContain(secret);
  }
});

test('what is printed: a mark, the line and what to do; a secret that got into a finding is blotted out', () => {
  const text = printFindings(
    [
      {
        what: 'Redis',
        state: 'wrong',
        found: `no answer, ${BOT_TOKEN}, p%40ssword1 p@ssword1`,
        advice: 'Start it.',
      },
      { what: 'Slack', state: 'ok', found: 'there' },
    ],
    { SLACK_BOT_TOKEN: BOT_TOKEN, REDIS_URL: 'redis://:p%40ssword1@h' },
  );
  expect(text).toBe('✗ Redis: no answer, [hidden], [hidden] [hidden]\n    Start it.\n✓ Slack: there');
});

test('where incidents go too has a line: in order, or sealed with another key', async () => {
  const url = 'https://events.pagerduty.com/v2/enqueue';
  const set = async (encryptionKey: string): Promise<string> => {
    const admin = openAdmin({ appUrl: kit.urls.appUrl, encryptionKey });
    const target = await admin.setForward(tenant, { kind: 'pagerduty', url, secret: 'k'.repeat(32) });
    await admin.close();
    return target;
  };
  const line = async (): Promise<Finding | undefined> =>
    (await look({})).find(({ what }) => what === LINES.forwarding);
  await set(kit.encryptionKey);
  expect(await line()).toMatchObject({
    state: 'ok',
    found: `${tenant}: pagerduty at events.pagerduty.com/v2/enqueue`,
  });
  const target = await set(Buffer.alloc(32, 1).toString('base64'));
  expect(await line()).toMatchObject({ state: 'wrong', advice: expect.stringContaining('forwarding.md') });
  const admin = openAdmin({ appUrl: kit.urls.appUrl });
  await admin.endForward(tenant, target as TargetId);
  await admin.close();
});

test('a witness of the ledger has a line: it has signed, is behind, or is away', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = createNoteSigner('countersign.local', pem);
  const witness = await startLocalWitness({ [ledgerOrigin(signer.name, tenant)]: signer.verifierKey });
  const { checkpoints } = kit.stores;
  const lines = async (): Promise<Finding[]> => {
    const env = {
      COUNTERSIGN_SIGNING_KEY: pem,
      COUNTERSIGN_WITNESS: `${witness.url}/ ${witness.verifierKey}`,
    };
    return (await look({ env })).filter(({ what }) => what === LINES.witness);
  };
  const made = await checkpoints.make(tenant, signer);
  expect(await lines()).toEqual([
    expect.objectContaining({ state: 'ok', found: expect.stringMatching(/not yet$/) }),
  ]);
  const db = await kit.as('superuser');
  await db.query(`UPDATE ledger_checkpoints SET made_at = made_at - interval '1 hour'`);
  const late = { state: 'wrong', found: expect.stringMatching(/never, and it is at \d+$/) };
  expect(await lines()).toEqual([expect.objectContaining(late)]);
  const witnesses = [openWitness(witness)];
  await createCosigning({ checkpoints, witnesses, log: createLog({ level: 'silent' }) }).look([tenant]);
  const signed = { state: 'ok', found: expect.stringMatching(`up to ${made?.size} entries$`) };
  expect(await lines()).toEqual([expect.objectContaining(signed)]);
  witness.setAway(true);
  const away = { state: 'wrong', advice: expect.stringContaining('COUNTERSIGN_WITNESS') };
  expect(await lines()).toEqual([expect.objectContaining(away), expect.objectContaining(signed)]);
  await witness.close();
});
