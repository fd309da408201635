import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { prepareInsurer } from '../connectors/insurer/index.ts';
import { freePort } from '../local/engines/port.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { startRehearsal, type Rehearsal } from '../local/rehearsal/server.ts';
import { startWorkspace, type Workspace } from '../local/workspace/server.ts';
import { LINES } from '../platform/doctor/index.ts';
import { prepareDatabase } from '../platform/prepare-database.ts';
import { newEncryptionKey } from '../platform/seal.ts';
import { freshDatabase, testDatabase, testEngines } from '../test/engines.ts';
import { openNamespace } from '../test/namespace.ts';
import { CHATS_WAIT_MS, PATIENCE_MS, PATIENT_CHATS } from '../test/patience.ts';
import { copyBundles } from '../test/workflow-play.ts';
import { main } from './cli.ts';
import { createProgram, type Program } from './stack/program.ts';

const guide = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../docs/guides', `connect-${name}.md`), 'utf8');
const { slack, teams } = EXAMPLE;
const SECRETS = {
  SLACK_SIGNING_SECRET: '4fe2a1b09c7d3e5f6a8b1c2d3e4f5a6b',
  SLACK_BOT_TOKEN: 'xoxb-7712345678901-7798765432109-pQ7nZkLw2RtYb5HsVd0XmCeG',
  TEAMS_CLIENT_SECRET: 'Kd48Q~wTn0.VbZ3xLrPy7HsJf2Gm-9UcEoAqXaB1',
} as const;
const CLIENT_SECRET_OF_SLACK = '0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f';
const EXPIRED = 'aB18Q~ranOutLastMonth.VbZ3xLrPy7HsJf2Gm-9Uc';
const NOT_INVITED = 'C08LONELY';

/** What the guide leaves to the reader: their own ids for its examples. */
const OWN: readonly (readonly [string, string])[] = [
  ['T012AB3C4', slack.team],
  ['C045DE6F7', slack.channel],
  ['U067GH8I9', 'U08ADA'],
  ['U067JK1L2', 'U08ROBIN'],
  ['U067MN3O4', 'U08SOFIA'],
  ['<TEAMS_CLIENT_ID>', teams.clientId],
  ['<TEAMS_TENANT_ID>', teams.tenant],
  ['19:abc123@thread.tacv2', teams.channel],
  ['<object id of Ada>', '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0002'],
  ['<object id of Robin>', '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0001'],
  ['<object id of Sofia>', '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0004'],
  ['<object id>', '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0002'],
];
const filledIn = (text: string): string => OWN.reduce((all, [from, to]) => all.replaceAll(from, to), text);
const blockOf = (text: string, language: string): string =>
  filledIn(new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(text)?.[1] ?? '');

/** Types a line that stands in the guide. @throws when it does not, or when it fails */
async function type(name: string, beginning: string): Promise<void> {
  const line = guide(name).match(new RegExp(`^countersign (${beginning}.*)$`, 'm'))?.[1];
  if (!line) throw new Error(`connect-${name}.md does not say: countersign ${beginning}`);
  const words = [...filledIn(line.replace(/\s+#.*$/, '')).matchAll(/"([^"]*)"|(\S+)/g)];
  const typed = words.map(([, quoted, bare]) => quoted ?? bare ?? '');
  expect(await main(typed), typed.join(' ')).toBe(0);
}

let folder: string;
let before: string;
let workspace: Workspace;
let rehearsal: Rehearsal;
let botUrl: string;
let insurerUrl: string;
const started: Program[] = [];

async function setEnvironment(): Promise<void> {
  const { superuserUrl, database } = freshDatabase();
  // The cluster's roles keep the passwords that other tests use.
  const other = await prepareDatabase({ superuserUrl, database: `${database}_other` });
  const own = (url: string): string => url.replace(`/${database}_other`, `/${database}`);
  ({ appUrl: insurerUrl } = await prepareInsurer({ superuserUrl, database: `${database}_ins` }));
  const { redisUrl, temporalAddress } = testEngines();
  const environment: Record<string, string> = {
    DATABASE_SUPERUSER_URL: superuserUrl,
    DATABASE_MIGRATOR_URL: own(other.migratorUrl),
    DATABASE_URL: own(other.appUrl),
    DATABASE_DISPATCHER_URL: own(other.dispatcherUrl),
    INSURER_DATABASE_URL: insurerUrl,
    // Queues apart from those of other tests, one of which empties database 9.
    REDIS_URL: `${redisUrl}/8`,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: await openNamespace(temporalAddress),
    COUNTERSIGN_ENCRYPTION_KEY: newEncryptionKey(),
    COUNTERSIGN_HOME: folder,
    ANTHROPIC_API_KEY: 'rehearsal',
    ANTHROPIC_BASE_URL: rehearsal.url,
    BOT_PORT: new URL(botUrl).port,
    SLACK_API_URL: workspace.slackApiUrl,
    TEAMS_CLIENT_ID: teams.clientId,
    TEAMS_TENANT_ID: teams.tenant,
    TEAMS_CLOUD: JSON.stringify(workspace.teams.cloud),
    TEAMS_SERVICE_URL: workspace.teamsServiceUrl,
    ...PATIENT_CHATS,
    ...SECRETS,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-walk-'));
  before = process.cwd();
  process.chdir(folder);
  await copyBundles(join(folder, 'bundles'));
  botUrl = `http://127.0.0.1:${await freePort()}`;
  rehearsal = await startRehearsal();
  workspace = await startWorkspace({
    ...{ port: 0, host: '127.0.0.1', databaseUrl: await testDatabase(), botUrl },
    slack: {
      ...{ signingSecret: SECRETS.SLACK_SIGNING_SECRET, botToken: SECRETS.SLACK_BOT_TOKEN },
      waitMs: CHATS_WAIT_MS,
    },
    teams: { clientSecret: SECRETS.TEAMS_CLIENT_SECRET, expiredSecret: EXPIRED, waitMs: CHATS_WAIT_MS },
  });
  await workspace.state.slack.putChannel(
    { id: NOT_INVITED, kind: 'channel', name: 'not-invited', imUser: null },
    ['U08ADA'],
  );
  await setEnvironment();
});

afterAll(async () => {
  await Promise.all(started.map((program) => program.stop()));
  await workspace.close();
  await rehearsal.close();
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: 'bot' | 'workers', env: NodeJS.ProcessEnv = {}): Promise<Program> {
  const ready =
    name === 'bot'
      ? () => fetch(`${botUrl}/readyz`).then((answer) => answer.ok)
      : (text: string) => text.includes('workers are ready');
  const program = createProgram({
    ...{ homeDir: folder, env: { ...process.env, ...env }, say: () => {}, name, ready },
  });
  started.push(program);
  await program.start();
  return program;
}

/** What doctor prints that is wrong, each with the line under it that says what to do. */
async function wrongLines(env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const was = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name] ?? '']));
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  const code = await main(['doctor', '--url', botUrl]);
  log.mockRestore();
  for (const [name, value] of Object.entries(was)) vi.stubEnv(name, value);
  const lines = said.join('\n').split('\n');
  const wrong = lines.flatMap((line, i) => (line.startsWith('✗') ? [`${line} |${lines[i + 1] ?? ''}`] : []));
  expect(code).toBe(wrong.length > 0 ? 1 : 0);
  return wrong;
}

const about = (...patterns: RegExp[]) => patterns.map((pattern) => expect.stringMatching(pattern) as string);

test('the machine: roles, schema, company, people and policy, as the guides say', async () => {
  writeFileSync('people.csv', blockOf(guide('slack'), 'csv'));
  writeFileSync('policy.json', blockOf(guide('slack'), 'json'));
  await type('slack', 'prepare');
  // Too early: it says which command comes first.
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  for (const early of [['admin', 'tenant', EXAMPLE.tenant, '--name', 'x'], ['bot'], ['workers']]) {
    expect(await main(early), early.join(' ')).toBe(1);
    expect(error.mock.lastCall?.join()).toMatch(/no schema yet. Run: countersign migrate/);
  }
  // A name is not taken for an id, and a link not for a conversation.
  for (const [flag, value] of [
    ['--slack', `${slack.team}:claims-approvals`],
    ['--teams', `${teams.tenant}:19%3aabc%40thread.tacv2`],
  ] as const) {
    await type('slack', 'migrate');
    expect(await main(['admin', 'tenant', EXAMPLE.tenant, '--name', 'x', flag, value])).toBe(1);
    expect(error.mock.lastCall?.join()).toMatch(/is not a (Slack )?channel id/);
  }
  error.mockRestore();
  for (const verb of ['admin tenant', 'admin bootstrap', 'admin people', 'admin policy'])
    await type('slack', verb);
  await type('teams', 'admin tenant');
});

test('three mistakes in Slack, and three in Teams: doctor says which, and what to do', async () => {
  // Made by somebody who took the Client Secret for the Signing Secret, for the bot and for doctor alike.
  const mistaken = { SLACK_SIGNING_SECRET: CLIENT_SECRET_OF_SLACK };
  const bot = await start('bot', mistaken);
  const refused = await workspace.control.asPerson('ada').slackCommand('/countersign whoami');
  expect(refused.ok).toBe(false);
  const workers = /^✗ Workers: none has ever come.* \| +Start them: COUNTERSIGN_MAKE_CURRENT=1 countersign/;
  const notAdded = /^✗ Teams approvals channel: the bot has heard nothing.* \| +Add the app to the team/;
  const signed =
    /^✗ Slack signing secret: the bot has refused 1 request for a wrong signature.* \| +Slack signs with another secret\. Take Basic Information, Signing Secret/;
  expect(await wrongLines(mistaken)).toEqual(about(workers, notAdded, signed));
  await bot.stop();

  await start('bot');
  expect(await workspace.introduce()).toBe(true);
  const token = /^✗ Slack token: Slack refuses it: invalid_auth \| +Install the app again/;
  expect(await wrongLines({ SLACK_BOT_TOKEN: 'xoxb-7712345678901-other' })).toEqual(about(workers, token));
  await main(['admin', 'tenant', EXAMPLE.tenant, '--name', 'x', '--slack', `${slack.team}:${NOT_INVITED}`]);
  const channel =
    /^✗ Slack approvals channel: .*not_in_channel \| +In that channel write: \/invite @counters/;
  expect(await wrongLines()).toEqual(about(workers, channel));
  await type('slack', 'admin tenant');

  const expired =
    /^✗ Teams credentials: .*AADSTS7000222\) \| +The client secret has expired\. Make a new one/;
  expect(await wrongLines({ TEAMS_CLIENT_SECRET: EXPIRED })).toEqual(about(workers, expired));
  const directory =
    /^✗ Teams credentials: .*AADSTS90002\) \| +There is no such directory\. Set TEAMS_TENANT_ID/;
  const elsewhere = { TEAMS_TENANT_ID: '11111111-2222-4333-8444-555555555555' };
  expect(await wrongLines(elsewhere)).toEqual(about(workers, directory));
});

test('all corrected: nothing is wrong, whoami, a run, one signature in each chat, one payment', async () => {
  await start('workers', { COUNTERSIGN_MAKE_CURRENT: '1' });
  const { control } = workspace;
  const ada = control.asPerson('ada');
  expect((await ada.slackCommand('/countersign whoami')).body).toContain('You are Ada Okafor');
  // Temporal tells of who asks for work a moment after they do.
  await expect.poll(() => wrongLines()).toEqual([]);
  const run = await control.asPerson('robin').slackCommand('/countersign run fraud-review CLM-0847');
  expect(run.ok).toBe(true);
  const find = async (chat: 'slack' | 'teams') => {
    const all = chat === 'slack' ? await control.messages('slack') : await control.messages('teams');
    return all.find((m) => /6,180\.00/.test(JSON.stringify(m)) && /Approve/.test(JSON.stringify(m)));
  };
  const inSlack = await control.until('the card in Slack', () => find('slack'), PATIENCE_MS);
  await ada.slackClick((inSlack as { ts: string }).ts, 'approve');
  const inTeams = await control.until(
    'the card in Teams with Ada’s signature',
    async () => {
      const card = await find('teams');
      return JSON.stringify(card ?? '').includes('Ada Okafor') ? card : null;
    },
    PATIENCE_MS,
  );
  await control.asPerson('sofia').teamsClick(inTeams as never, 'approve');
  const insurer = new pg.Client({ connectionString: insurerUrl });
  await insurer.connect();
  const payments = () =>
    insurer.query<{ micros: number }>(
      `SELECT amount_micros::float8 AS micros FROM payments WHERE claim = 'CLM-0847'`,
    );
  const paid = await control.until('the payment', async () => {
    const { rows } = await payments();
    return rows.length > 0 ? rows : null;
  }, PATIENCE_MS); // prettier-ignore
  await insurer.end();
  expect(paid).toEqual([{ micros: 6_180_000_000 }]);
});

test('the lines that the guides promise are lines that doctor has', () => {
  const named = [...`${guide('slack')}${guide('teams')}`.matchAll(/`[✗✓] ([A-Z][^:`]+)/g)].map(([, l]) => l);
  expect(named.length).toBeGreaterThan(8);
  for (const line of named) expect(Object.values(LINES)).toContain(line);
});
