import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { TenantId } from '../core/ids.ts';
import { DEFAULT_LIMITS, LimitsChange } from '../core/intake/limits.ts';
import { Policy } from '../core/policy-types.ts';
import { versionsOf } from '../core/versions.ts';
import { whyNoChatId } from '../platform/chat-ids.ts';
import { loadConfig, type Config } from '../platform/config.ts';
import { requireSchema } from '../platform/require-schema.ts';
import { openAdmin, type Admin } from '../platform/tenants.ts';
import { Language } from '../core/language.ts';
import type { ChatAccount } from '../platform/stores.ts';
import { forward } from './admin/forward.ts';
import { service, token, TOKEN_USAGE } from './admin/token.ts';
import { erase, hold, PERSONAL_USAGE, retention, RETENTION_USAGE } from './admin/personal.ts';
import { slackInstall } from './admin/slack-install.ts';
import { TEAMS_BOT_USAGE, teamsBot } from './admin/teams-bot.ts';
import { deleteIt, exportIt, isWholeTenantVerb, TENANT_USAGE, WITHOUT_EXPORT } from './admin/tenant.ts';
import { loadAgentsFor } from './load-agents.ts';

export const USAGE = `countersign admin tenant <tenant> --name NAME [--slack TEAM:CHANNEL] [--teams ENTRA_TENANT:CONVERSATION]
                         [--entra ENTRA_TENANT] [--language en|de]      --entra: whose people may sign in, without Teams
${TENANT_USAGE}
countersign admin alerts <tenant> [--slack TEAM:CHANNEL] [--teams ENTRA_TENANT:CONVERSATION]   where incidents are told
countersign admin checkpoints <tenant> [--slack TEAM:CHANNEL|off] [--teams ENTRA_TENANT:CONVERSATION|off]   where
                         the ledger's newest checkpoint is told once a day, in place of the channel of requests
countersign admin forward <tenant> [--pagerduty us|eu FILE | --webhook URL [FILE] | --end TARGET]   where incidents go too;
                         FILE holds the secret, - is the standard input
${TOKEN_USAGE}
countersign admin slack-install <tenant> [--channel CHANNEL] [--hours N]   a link by which one workspace joins this tenant
${TEAMS_BOT_USAGE}
countersign admin people <tenant> FILE.csv
countersign admin policy <tenant> FILE.json
countersign admin limits <tenant> [--share N] [--working N] [--person-working N] [--waiting N] [--person-waiting N]
                         [--agent NAME --agent-working N]      a number, or "default"
countersign admin version <tenant> --agent NAME --active VERSION [--next VERSION --percent N]
                          [--environment production|sandbox]
countersign admin bootstrap <tenant> --email EMAIL --name NAME --team TEAM [--time-zone ZONE]
                            [--slack TEAM:USER] [--teams ENTRA_TENANT:OBJECT]
${PERSONAL_USAGE}
${RETENTION_USAGE}
DATABASE_URL names the database.`;

const options = {
  name: { type: 'string' },
  email: { type: 'string' },
  team: { type: 'string' },
  'time-zone': { type: 'string' },
  slack: { type: 'string' },
  teams: { type: 'string' },
  entra: { type: 'string' },
  language: { type: 'string' },
  share: { type: 'string' },
  working: { type: 'string' },
  'person-working': { type: 'string' },
  waiting: { type: 'string' },
  'person-waiting': { type: 'string' },
  agent: { type: 'string' },
  'agent-working': { type: 'string' },
  active: { type: 'string' },
  next: { type: 'string' },
  percent: { type: 'string' },
  environment: { type: 'string' },
  pagerduty: { type: 'string' },
  webhook: { type: 'string' },
  end: { type: 'string' },
  verbs: { type: 'string' },
  roles: { type: 'string' },
  days: { type: 'string' },
  token: { type: 'string' },
  reason: { type: 'string' },
  archive: { type: 'string' },
  by: { type: 'string' },
  channel: { type: 'string' },
  hours: { type: 'string' },
  out: { type: 'string' },
  app: { type: 'string' },
  directory: { type: 'string' },
  cloud: { type: 'string' },
  secret: { type: 'string' },
} as const;

type Given = { [K in keyof typeof options]?: string };

/** The part before the first colon and the rest, which may hold colons (a Teams conversation does). */
function pair(
  platform: 'slack' | 'teams',
  text: string | undefined,
  second: 'channel' | 'person',
): [] | [{ platform: 'slack' | 'teams'; workspace: string; rest: string }] {
  if (text === undefined) return [];
  const at = text.indexOf(':');
  if (at < 1 || at === text.length - 1)
    throw new Error(`--${platform} takes two parts with a colon between, e.g. T012AB3C4:C045DE6F7`);
  const [workspace, rest] = [text.slice(0, at), text.slice(at + 1)];
  const why = whyNoChatId(platform, 'workspace', workspace) ?? whyNoChatId(platform, second, rest);
  if (why !== null) throw new Error(`--${platform}: ${why}`);
  return [{ platform, workspace, rest }];
}

const pairs = (given: Given, second: 'channel' | 'person') => [
  ...pair('slack', given.slack, second),
  ...pair('teams', given.teams, second),
];

/** @throws Error that says how to make the tenant */
async function inTenant<T>(tenant: TenantId, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no such tenant'))
      throw new Error(`There is no tenant ${tenant}. First: countersign admin tenant ${tenant} --name NAME`, {
        cause: error,
      });
    throw error;
  }
}

function needed(given: Given, ...names: (keyof Given)[]): string[] {
  const missing = names.filter((n) => !given[n]);
  if (missing.length > 0) throw new Error(`Missing: ${missing.map((n) => `--${n}`).join(', ')}\n\n${USAGE}`);
  return names.map((n) => given[n] ?? '');
}

const limit = (text: string): number | null => (text === 'default' ? null : Number(text));

/** Only what was named; what is no number is refused with its name. */
function limitsOf(given: Given): LimitsChange {
  const named = {
    ...(given.share === undefined ? {} : { share: limit(given.share) ?? DEFAULT_LIMITS.share }),
    ...(given.working === undefined ? {} : { working: limit(given.working) }),
    ...(given['person-working'] === undefined ? {} : { personWorking: limit(given['person-working']) }),
    ...(given.waiting === undefined ? {} : { waiting: limit(given.waiting) }),
    ...(given['person-waiting'] === undefined ? {} : { personWaiting: limit(given['person-waiting']) }),
    ...(given.agent === undefined ? {} : { agents: { [given.agent]: limit(given['agent-working'] ?? '') } }),
  };
  const read = LimitsChange.safeParse(named);
  if (!read.success) throw new Error(`These are no limits:\n${z.prettifyError(read.error)}\n\n${USAGE}`);
  if (Object.keys(named).length === 0) throw new Error(`Say which limit.\n\n${USAGE}`);
  return read.data;
}

type Job = (admin: Admin, tenant: TenantId, given: Given, file: string, config: Config) => Promise<string>;

const jobs: Readonly<Record<string, Job>> = {
  tenant: async (admin, tenant, given) => {
    const [name = ''] = needed(given, 'name');
    const workspaces = pairs(given, 'channel').map(({ platform, workspace, rest }) => ({
      platform,
      workspace,
      settings: { approvalsChannel: rest },
    }));
    const language = given.language === undefined ? {} : { language: Language.parse(given.language) };
    const wrong = given.entra === undefined ? null : whyNoChatId('teams', 'workspace', given.entra);
    if (wrong !== null) throw new Error(`--entra: ${wrong}`);
    const directories = given.entra === undefined ? [] : [given.entra];
    await admin.createTenant({ tenant, name, workspaces, directories, ...language });
    return `${name} is set up as ${tenant}, with ${workspaces.length} chat ${workspaces.length === 1 ? 'workspace' : 'workspaces'}.`;
  },
  alerts: async (admin, tenant, given) => {
    const channels = pairs(given, 'channel');
    if (channels.length === 0) throw new Error(`Say which channel.\n\n${USAGE}`);
    for (const { platform, workspace, rest: channel } of channels)
      await admin.setAlertsChannel(tenant, { platform, workspace, channel });
    return `Incidents are told there from now on: ${channels.map(({ rest }) => rest).join(', ')}.`;
  },
  checkpoints: async (admin, tenant, given) => {
    const channels = pairs(given, 'channel');
    if (channels.length === 0) throw new Error(`Say which channel, or off.\n\n${USAGE}`);
    for (const { platform, workspace, rest: channel } of channels)
      await admin.setCheckpointsChannel(tenant, { platform, workspace, channel });
    return `Checkpoints are told there from now on: ${channels.map(({ rest }) => rest).join(', ')}.`;
  },
  forward: (admin, tenant, given, file, { forwardTo }) =>
    forward(admin, tenant, { given, file, allowed: forwardTo }),
  retention: (admin, tenant, given) => retention(admin, tenant, given),
  erase: (admin, tenant, given, who) => erase(admin, tenant, given, who),
  hold: (admin, tenant, given, who) => hold(admin, tenant, given, who),
  service: (admin, tenant, given) => service(admin, tenant, given),
  token: (admin, tenant, given, file) => token(admin, tenant, given, file),
  people: async (admin, tenant, _given, file) => {
    const { added, changed, same } = await admin.importPeople(tenant, readFileSync(file, 'utf8'));
    return `${added} people added, ${changed} changed, ${same} as they were.`;
  },
  policy: async (admin, tenant, _given, file) => {
    const read = Policy.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!read.success) throw new Error(`${file} is no policy:\n${z.prettifyError(read.error)}`);
    await admin.putPolicy(tenant, read.data);
    return `Policy ${read.data.id} version ${read.data.version} is in force.`;
  },
  limits: async (admin, tenant, given) => {
    const change = limitsOf(given);
    await admin.setLimits(tenant, change);
    return `Set for ${tenant}: ${JSON.stringify(change)}. This is in the ledger.`;
  },
  version: async (admin, tenant, given, _file, { rehearsal }) => {
    const [agent = '', active = ''] = needed(given, 'agent', 'active');
    const environment = z.enum(['production', 'sandbox']).parse(given.environment ?? 'production');
    const contracts = (await loadAgentsFor(process.env, rehearsal)).map(({ contract }) => contract);
    const known = versionsOf(contracts, agent).map(({ version }) => version);
    const next = given.next ?? null;
    const percent = Number(given.percent ?? 0);
    const set = await admin.setVersions(tenant, { agent, environment, known, active, next, percent });
    const share = set.next === null ? '' : `, ${set.percent}% of new runs on ${set.next}`;
    return `${agent} plays ${set.active} in ${environment}${share}. This is in the ledger.`;
  },
  'slack-install': (admin, tenant, given, _file, config) => slackInstall(admin, tenant, given, config),
  'teams-bot': (admin, tenant, given, file, config) => teamsBot(admin, tenant, { given, act: file, config }),
  bootstrap: async (admin, tenant, given) => {
    const [email = '', name = '', team = ''] = needed(given, 'email', 'name', 'team');
    const accounts: ChatAccount[] = pairs(given, 'person').map(({ platform, workspace, rest }) => ({
      platform,
      workspace,
      account: rest,
    }));
    const zone = given['time-zone'];
    const person = await admin.bootstrapAdmin(tenant, {
      email,
      name,
      team,
      accounts,
      ...(zone ? { timeZone: zone } : {}),
    });
    return `${name} (${person}) is the first Admin of ${tenant}. This is in the ledger.`;
  },
};

/** `countersign admin ...`: what only an operator on the machine may do. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.filter((one) => one !== WITHOUT_EXPORT),
    options,
    allowPositionals: true,
  });
  // `tenant export harbour`: a verb of its own; `tenant harbour` and `tenant create harbour` set one up.
  const whole = positionals.length > 2 && isWholeTenantVerb(positionals[1]) ? positionals[1] : null;
  const [verb = '', tenantText = '', file = ''] =
    whole === null ? positionals : ['tenant', ...positionals.slice(2)];
  const job = Object.hasOwn(jobs, verb) ? jobs[verb] : undefined;
  const tenant = TenantId.safeParse(tenantText);
  if (!job || !tenant.success || (['people', 'policy'].includes(verb) && !file)) {
    console.error(USAGE);
    return 2;
  }
  const config = loadConfig(process.env);
  const { database, encryptionKey } = config;
  if (!database.appUrl) throw new Error('DATABASE_URL: missing');
  await requireSchema(database.appUrl);
  if (whole === 'export' || whole === 'delete') {
    const work =
      whole === 'export'
        ? exportIt(config, tenant.data, values.out)
        : deleteIt(config, tenant.data, args.includes(WITHOUT_EXPORT));
    console.log(await inTenant(tenant.data, work));
    return 0;
  }
  const { appUrl, dispatcherUrl } = database;
  const admin = openAdmin({ appUrl, encryptionKey, dispatcherUrl });
  try {
    console.log(await inTenant(tenant.data, job(admin, tenant.data, values, file, config)));
    return 0;
  } finally {
    await admin.close();
  }
}
