import {
  codeOf,
  examinePeople,
  FOUND,
  LINES,
  note,
  ok,
  placeOf,
  skipped,
  wrong,
  type Finding,
  type Places,
} from '../../platform/doctor/index.ts';
import { BotTokenError, createBotToken } from './bot-token.ts';
import { parseConfig, type TeamsConfig } from './config.ts';

const PATH = '/api/messages';
const TIMEOUT_MS = 10_000;

export interface TeamsToExamine {
  readonly config: TeamsConfig;
  /** Null while Postgres cannot be asked. */
  readonly places: Places | null;
}

async function examineCredentials(config: TeamsConfig): Promise<Finding> {
  const what = LINES.teamsCredentials;
  try {
    await createBotToken(parseConfig(config)).get();
    return ok(what, FOUND.teamsToken(config.clientId));
  } catch (error) {
    if (!(error instanceof BotTokenError))
      return wrong(what, FOUND.teamsRefused(codeOf(error)), FOUND.teamsAdvice);
    const { why, entraCode } = error;
    const known = entraCode === null ? undefined : FOUND.entraAdvice[String(entraCode)];
    const found = entraCode === null ? why : `${why}, AADSTS${entraCode}`;
    return wrong(what, FOUND.teamsRefused(found), known ?? FOUND.teamsLogin[why] ?? FOUND.teamsAdvice);
  }
}

async function examineTenant({ config, places }: TeamsToExamine): Promise<Finding[]> {
  const entra = config.tenantId;
  if (places === null)
    return [LINES.teamsTenant, LINES.teamsChannel, LINES.teamsPeople].map((what) =>
      skipped(what, FOUND.notChecked(FOUND.away(LINES.postgres))),
    );
  const tenant = await places.tenantOf('teams', entra);
  if (tenant === null)
    return [
      wrong(LINES.teamsTenant, FOUND.unregistered(entra), FOUND.registerTeams(entra)),
      ...[LINES.teamsChannel, LINES.teamsPeople].map((what) =>
        skipped(what, FOUND.notChecked(FOUND.away(LINES.teamsTenant))),
      ),
    ];
  return [
    ok(LINES.teamsTenant, FOUND.registered(tenant)),
    await examineChannel(places, { tenant, entra }),
    await examinePeople(places, tenant, 'teams', entra),
  ];
}

/** Teams lets a bot write only where it was added, which it then says. */
async function examineChannel(
  places: Places,
  { tenant, entra }: { tenant: Parameters<Places['settings']>[0]; entra: string },
): Promise<Finding> {
  const what = LINES.teamsChannel;
  const { approvalsChannel: channel } = await places.settings(tenant, 'teams', entra);
  if (typeof channel !== 'string')
    return note(what, FOUND.noChannel, FOUND.nameChannel(`--teams ${entra}:<conversation>`));
  return (await places.knows(tenant, 'teams', entra, channel))
    ? ok(what, FOUND.stored(channel))
    : wrong(what, FOUND.notStored(channel), FOUND.addToTeam);
}

/** Credentials at Microsoft's login service, the tenant, and the channel. */
export async function examineTeams(teams: TeamsToExamine): Promise<Finding[]> {
  const credentials = await examineCredentials(teams.config);
  // A directory that the login service refuses is no directory to register: one mistake, one thing to do.
  const answered = credentials.state === 'wrong' && !credentials.found.includes('login_unreachable');
  if (answered)
    return [
      credentials,
      ...[LINES.teamsTenant, LINES.teamsChannel, LINES.teamsPeople].map((what) =>
        skipped(what, FOUND.notChecked(FOUND.away(LINES.teamsCredentials))),
      ),
    ];
  return [credentials, ...(await examineTenant(teams))];
}

/** Nobody but Teams can sign a request, so that the bot must refuse ours; a 401 shows that the address leads to it. */
export async function examineTeamsRequests(url: string): Promise<Finding> {
  const place = placeOf(`${url}${PATH}`);
  try {
    const response = await fetch(`${url}${PATH}`, {
      ...{ method: 'POST', body: '{}', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
      headers: { 'content-type': 'application/json' },
    });
    return response.status === 401
      ? ok(LINES.teamsRequests, FOUND.unsigned(place))
      : wrong(LINES.teamsRequests, FOUND.unsignedNot(place, response.status), FOUND.unsignedAdvice);
  } catch (error) {
    return wrong(LINES.teamsRequests, FOUND.botAway(place, codeOf(error)), FOUND.startBot);
  }
}
