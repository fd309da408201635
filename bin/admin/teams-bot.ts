import { readFileSync } from 'node:fs';
import { BotTokenError, createBotToken } from '../../bot/teams/bot-token.ts';
import { configOf } from '../../bot/teams/config.ts';
import type { TenantId } from '../../core/ids.ts';
import { whyNoChatId } from '../../platform/chat-ids.ts';
import type { Config } from '../../platform/config.ts';
import type { NewRegistration } from '../../platform/installations/registrations.ts';
import { TEAMS_CLOUDS, type RegistrationView } from '../../platform/stores/registrations.ts';
import type { Admin } from '../../platform/tenants.ts';

export const TEAMS_BOT_USAGE = `countersign admin teams-bot <tenant> add --app APP_ID --directory ENTRA_TENANT[,ENTRA_TENANT] --secret FILE [--cloud NAME]
                         a bot registration of its own; FILE holds the client secret, - is the standard input;
                         NAME is ${TEAMS_CLOUDS.join(', ')}; its tokens are asked for in the first ENTRA_TENANT
countersign admin teams-bot <tenant> secret --app APP_ID --secret FILE   another secret in the place of the one in force
countersign admin teams-bot <tenant> list
countersign admin teams-bot <tenant> end --app APP_ID`;

export interface TeamsBotGiven {
  readonly app?: string;
  readonly directory?: string;
  readonly cloud?: string;
  readonly secret?: string;
}

interface Asked {
  readonly given: TeamsBotGiven;
  readonly act: string;
  readonly config: Pick<Config, 'teamsCompanies'>;
}

function needed(given: TeamsBotGiven, name: keyof TeamsBotGiven): string {
  const value = given[name];
  if (!value) throw new Error(`Missing: --${name}\n\n${TEAMS_BOT_USAGE}`);
  return value;
}

/** Microsoft writes ids in small letters, in tokens and in activities. */
function guidIn(option: string, text: string): string {
  if (whyNoChatId('teams', 'workspace', text) !== null)
    throw new Error(`--${option}: "${text}" is no id as the app registration’s overview page shows it.`);
  return text.toLowerCase();
}

/** A secret never stands on a command line, where every process and the shell's history could read it. */
function secretIn(given: TeamsBotGiven): string {
  const file = needed(given, 'secret');
  const secret = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  if (secret === '') throw new Error('That holds no secret.');
  return secret;
}

/**
 * A secret that Microsoft's login service does not take is not kept, so that the one in force goes on; where the service cannot
 * be reached from here, that is said. @throws Error
 */
async function tried(
  tenant: TenantId,
  registration: NewRegistration,
  { teamsCompanies }: Asked['config'],
): Promise<string> {
  const { cloud, serviceUrl } = teamsCompanies ?? { cloud: null, serviceUrl: null };
  const elsewhere = { ...(cloud ? { cloud } : {}), ...(serviceUrl ? { serviceUrl } : {}) };
  try {
    await createBotToken(configOf({ ...registration, tenant, secretAtMs: 0 }, elsewhere)).get();
    return 'Microsoft’s login service takes the secret.';
  } catch (error) {
    if (!(error instanceof BotTokenError)) throw error;
    if (error.why === 'login_unreachable')
      return 'The login service could not be reached from here, so the secret was not tried.';
    const code = error.entraCode === null ? '' : `, AADSTS${error.entraCode}`;
    throw new Error(
      `The login service gives no token for that (${error.why}${code}). Nothing was changed; docs/guides/connect-teams.md says what the codes mean.`,
      { cause: error },
    );
  }
}

const hears = ({ teamsCompanies }: Asked['config']): string =>
  teamsCompanies === null ? '\nThe bot looks at such registrations where TEAMS_REGISTRATIONS=1 is set.' : '';

async function add(admin: Admin, tenant: TenantId, { given, config }: Asked): Promise<string> {
  const app = guidIn('app', needed(given, 'app'));
  const directories = needed(given, 'directory').split(',').map((one) => guidIn('directory', one.trim())); // prettier-ignore
  const cloud = TEAMS_CLOUDS.find((name) => name === (given.cloud ?? 'public'));
  if (cloud === undefined) throw new Error(`--cloud is one of: ${TEAMS_CLOUDS.join(', ')}`);
  const made = { app, directories: [...new Set(directories)], cloud, secret: secretIn(given) };
  const said = await tried(tenant, made, config);
  await admin.addRegistration(tenant, made);
  return `${tenant} is heard and written to in Teams by ${app} from now on, in ${made.directories.join(', ')}. ${said}
This is in the ledger, the secret is not.${hears(config)}`;
}

const notInForce = (tenant: TenantId, app: string): Error =>
  new Error(`There is no ${app} in force. This lists them: countersign admin teams-bot ${tenant} list`);

async function change(admin: Admin, tenant: TenantId, { given, config }: Asked): Promise<string> {
  const app = guidIn('app', needed(given, 'app'));
  const all = await admin.registrations(tenant);
  const held = all.find((one) => one.app === app && one.endedAtMs === null);
  if (held === undefined) throw notInForce(tenant, app);
  const { directories, cloud } = held;
  const secret = secretIn(given);
  const said = await tried(tenant, { app, directories, cloud, secret }, config);
  if (!(await admin.changeRegistrationSecret(tenant, app, secret))) throw notInForce(tenant, app);
  return `${said} ${app} uses it within ten seconds; delete the old one in Entra after that. This is in the ledger, the secret is not.`;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const line = ({ app, directories, cloud, secretAtMs, endedAtMs }: RegistrationView): string =>
  `${app}  ${cloud}  ${directories.join(',')}  ${endedAtMs === null ? `secret of ${day(secretAtMs)}` : `ended ${day(endedAtMs)}`}`;

/** `countersign admin teams-bot`: registrations that are one company's own. A secret is sealed and never shown again. */
export async function teamsBot(admin: Admin, tenant: TenantId, asked: Asked): Promise<string> {
  switch (asked.act) {
    case 'add':
      return add(admin, tenant, asked);
    case 'secret':
      return change(admin, tenant, asked);
    case 'list': {
      const all = await admin.registrations(tenant);
      return all.length === 0 ? `${tenant} has no registration of its own.` : all.map(line).join('\n');
    }
    case 'end': {
      const app = guidIn('app', needed(asked.given, 'app'));
      if (!(await admin.endRegistration(tenant, app))) throw notInForce(tenant, app);
      return `${app} is not heard within ten seconds, and its secret is erased. This is in the ledger.`;
    }
    default:
      throw new Error(TEAMS_BOT_USAGE);
  }
}
