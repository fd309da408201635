import { connectors } from '../../connectors/registry.ts';
import {
  examineSigningSecret,
  examineSlack,
  examineSlackInstall,
  examineSlackRequests,
} from '../../bot/slack/doctor.ts';
import { examineTeams, examineTeamsRequests } from '../../bot/teams/doctor.ts';
import type { Config } from '../../platform/config.ts';
import {
  codeOf,
  examineCompany,
  examineForwarding,
  examineEntra,
  examineEnvironment,
  examineModel,
  examinePostgres,
  examineRedis,
  examineTemporal,
  examineWitnesses,
  FOUND,
  LINES,
  ok,
  openPlaces,
  placeOf,
  skipped,
  wrong,
  type Finding,
  type Places,
} from '../../platform/doctor/index.ts';
import { createSecrets, SecretMissingError } from '../../platform/secrets.ts';

export interface ExamineOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The address under which the chats reach the bot, without a slash at the end; null: the bot is not asked. */
  readonly url: string | null;
  readonly now?: () => number;
}

/** Slack's part; a workspace that is set up half is told of by the environment's lines. */
async function slackFindings(config: Config, places: Places | null, now: () => number): Promise<Finding[]> {
  const { slack } = config;
  if (slack === null) return [skipped(LINES.slack, FOUND.slackOff)];
  const { signingSecret, botToken, clientId, clientSecret, appToken } = slack;
  const apiUrl = slack.apiUrl ?? 'https://slack.com/api';
  const install =
    clientId && clientSecret
      ? [await examineSlackInstall({ clientId, clientSecret, apiUrl, publicUrl: config.publicUrl })]
      : [];
  if (botToken === null) return install.length > 0 ? install : [skipped(LINES.slack, FOUND.slackOff)];
  return [...install, ...(await examineSlack({ signingSecret, botToken, appToken, apiUrl, places, now }))];
}

async function teamsFindings({ teams }: Config, places: Places | null): Promise<Finding[]> {
  if (teams === null) return [skipped(LINES.teams, FOUND.teamsOff)];
  const { clientId, clientSecret, tenantId, cloud, serviceUrl } = teams;
  if (!clientSecret || !tenantId)
    return [
      wrong(LINES.teams, FOUND.unset(clientSecret ? 'TEAMS_TENANT_ID' : 'TEAMS_CLIENT_SECRET'), FOUND.setIt),
    ];
  const elsewhere = { ...(cloud ? { cloud } : {}), ...(serviceUrl ? { serviceUrl } : {}) };
  return examineTeams({ config: { clientId, clientSecret, tenantId, ...elsewhere }, places });
}

async function botIsReady(url: string): Promise<Finding> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const { status } = await fetch(`${url}/readyz`, { signal, redirect: 'error' });
    return status === 200
      ? ok(LINES.bot, FOUND.reached(placeOf(url)))
      : wrong(LINES.bot, FOUND.unready(placeOf(url), status), FOUND.readyAdvice);
  } catch (error) {
    return wrong(LINES.bot, FOUND.botAway(placeOf(url), codeOf(error)), FOUND.startBot);
  }
}

async function slackRequestFindings(
  url: string,
  signingSecret: string,
  now: () => number,
): Promise<Finding[]> {
  const requests = await examineSlackRequests({ url, signingSecret, now });
  return requests.state === 'wrong' ? [requests] : [requests, await examineSigningSecret(url)];
}

/** What each connector needs to connect; read as the workers read it, and never said. */
function connectorFindings({ secrets }: Config, env: NodeJS.ProcessEnv): Finding[] {
  const lacking = connectors.flatMap(({ name, connect }) => {
    try {
      connect(createSecrets(secrets, env));
      return [];
    } catch (error) {
      const why = error instanceof SecretMissingError ? error.message : 'its secrets cannot be read';
      return [wrong(LINES.connectors, FOUND.connectorLacks(name, why), FOUND.giveSecret)];
    }
  });
  const names = connectors.map(({ name }) => name);
  return lacking.length > 0 ? lacking : [ok(LINES.connectors, FOUND.connectorReady(names))];
}

/** The companies that the chats belong to, each once. */
async function companyFindings(places: Places | null): Promise<Finding[]> {
  if (places === null) return [];
  const findings = [];
  for (const tenant of places.found())
    findings.push(...(await examineCompany(places, tenant)), ...(await examineForwarding(places, tenant)));
  return findings;
}

async function botFindings(config: Config, url: string, now: () => number): Promise<Finding[]> {
  const ready = await botIsReady(url);
  if (ready.state === 'wrong') return [ready];
  // In socket mode nothing of Slack's comes to the address.
  const slack =
    config.slack && config.slack.appToken === null
      ? await slackRequestFindings(url, config.slack.signingSecret, now)
      : [];
  return [ready, ...slack, ...(config.teams ? [await examineTeamsRequests(url)] : [])];
}

/** Looks at everything that an installation stands on, changes nothing, and says it line by line. */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const { env, url, now = Date.now } = options;
  const { findings, config } = examineEnvironment(env);
  const postgres = await examinePostgres(config.database, now);
  const { appUrl, dispatcherUrl } = config.database;
  const places =
    postgres.usable && appUrl !== null && dispatcherUrl !== null
      ? openPlaces({ appUrl, dispatcherUrl, encryptionKey: config.encryptionKey })
      : null;
  try {
    return [
      ...findings,
      ...postgres.findings,
      ...(await examineRedis(config.redisUrl)),
      ...(await examineTemporal(config.temporal)),
      ...(await slackFindings(config, places, now)),
      ...(await teamsFindings(config, places)),
      ...(await examineEntra(config)),
      ...(await companyFindings(places)),
      ...(await examineWitnesses(config, places)),
      await examineModel(config.anthropic),
      ...connectorFindings(config, env),
      ...(url === null ? [] : await botFindings(config, url, now)),
    ];
  } finally {
    await places?.close();
  }
}
