import { CLOCK_APART_MS } from './finding.ts';

const seconds = (ms: number): string => `${Math.abs(Math.round(ms / 1000))} s`;
const requests = (count: number): string => `${count} ${count === 1 ? 'request' : 'requests'}`;
const list = (names: readonly string[]): string => names.join(', ');

interface Witnessed {
  readonly tenant: string;
  readonly witness: string;
  readonly made: number;
  readonly signed: number;
}

/** What each line of `countersign doctor` is about. */
export const LINES = {
  environment: 'Environment',
  postgres: 'Postgres',
  appRole: 'Postgres role of the application',
  dispatcherRole: 'Postgres role of the dispatcher',
  migrations: 'Database schema',
  rowSecurity: 'Row-level security',
  databaseClock: 'Clock of the database',
  redis: 'Redis',
  eviction: 'Redis eviction',
  persistence: 'Redis persistence',
  temporal: 'Temporal',
  namespace: 'Temporal namespace',
  slack: 'Slack',
  slackClock: 'Clock of Slack',
  slackToken: 'Slack token',
  slackScopes: 'Slack scopes',
  slackWorkspace: 'Slack workspace',
  slackChannel: 'Slack approvals channel',
  slackRequests: 'Slack requests',
  slackSocket: 'Slack sockets',
  slackInstall: 'Slack installation',
  teams: 'Teams',
  teamsCredentials: 'Teams credentials',
  teamsTenant: 'Teams tenant',
  teamsChannel: 'Teams approvals channel',
  teamsRequests: 'Teams requests',
  signIn: 'Sign-in with Entra',
  graph: 'Microsoft Graph',
  slackPeople: 'Slack people',
  slackSigned: 'Slack signing secret',
  teamsPeople: 'Teams people',
  admin: 'Admin',
  policy: 'Policy',
  model: 'Model',
  connectors: 'Connectors',
  forwarding: 'Forwarding of incidents',
  witness: 'Witness of the ledger',
  workers: 'Workers',
  bot: 'Bot',
} as const;

const GUIDE = 'docs/guides/environment.md';
const SLACK_GUIDE = 'docs/guides/connect-slack.md';
const TEAMS_GUIDE = 'docs/guides/connect-teams.md';

/** What was found, and what to do about it. Names of variables, codes and addresses only. */
export const FOUND = {
  complete: 'complete for the bot and for the workers',
  setIt: `Set or mend it; ${GUIDE} says what it is for.`,
  notChecked: (why: string): string => `not checked: ${why}`,
  unset: (name: string): string => `${name} is not set`,
  away: (what: string): string => `${what} is wrong, see above`,
  noAnswer: (place: string, code: string): string => `no answer from ${place} (${code})`,
  startIt: (name: string): string => `Start it, or correct ${name}; look at firewalls between.`,

  version: (version: string, place: string): string => `version ${version} at ${place}`,
  refused: (place: string, code: string): string => `${place} refuses the role or its password (${code})`,
  noDatabase: (place: string): string => `there is no database ${place}`,
  makeRoles: `Run countersign prepare, which makes the database and its three roles, or correct the password; see ${GUIDE}.`,
  bareRole: (role: string): string => `${role}: no superuser, no BYPASSRLS, owner of nothing`,
  strongRole: (role: string, why: readonly string[]): string => `${role} ${list(why)}`,
  isSuperuser: 'is a superuser',
  bypasses: 'has BYPASSRLS',
  owns: (tables: number): string => `owns ${tables} tables`,
  otherRole: (name: string): string =>
    `Row-level security does not bind it as it must. Name another role in ${name}; the owner belongs in DATABASE_MIGRATOR_URL only.`,
  sameRole: 'is the same role as the application’s',
  forced: (tables: number): string => `forced on all ${tables} tables`,
  unforced: (tables: readonly string[]): string => `not forced on ${list(tables)}`,
  forceIt: 'Somebody changed the schema by hand. Undo it; tenants may see each other’s rows there.',
  noSchema: 'there is no schema yet',
  migrate: 'Run: countersign migrate (with DATABASE_MIGRATOR_URL).',
  behind: (names: readonly string[]): string => `behind: ${list(names)}`,
  upToDate: (count: number): string => `up to date, ${count} migrations`,
  drift: (why: string): string => why,
  driftAdvice: 'Use the program that belongs to this database.',
  schemaThere: 'there is one; whether it is the newest is told only with DATABASE_MIGRATOR_URL',
  clockRight: (ms: number): string => `${seconds(ms)} apart from this machine’s`,
  clockWrong: (ms: number): string =>
    `this machine is ${seconds(ms)} ${ms > 0 ? 'ahead' : 'behind'}, more than ${seconds(CLOCK_APART_MS)}`,
  setClock: 'Let NTP set the clock: Slack’s requests are taken for old or forged ones when clocks differ.',

  redisNo: (code: string): string => `it refuses the user or password (${code})`,
  evicts: (policy: string): string => `${policy}: keys, and queued work with them, can vanish`,
  evictsNot: 'noeviction',
  untold: 'this Redis does not tell',
  askProvider: 'Ask whoever runs it: maxmemory-policy has to be noeviction.',
  setNoEviction: 'Set maxmemory-policy noeviction.',
  appends: 'appendonly is on',
  appendsNot: 'appendonly is off',
  appendAdvice:
    'Nothing is lost without it, since Postgres queues everything again, but that takes a while. Better: appendonly yes.',

  temporalNo: (place: string, code: string): string => `no answer from ${place} (${code})`,
  temporalAdvice: 'Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_API_KEY or TEMPORAL_TLS_*.',
  namespaceThere: (name: string): string => `${name} is there`,
  namespaceMissing: (name: string): string => `there is no namespace ${name}`,
  makeNamespace: (name: string): string =>
    `Run: temporal operator namespace create --namespace ${name}, or correct TEMPORAL_NAMESPACE.`,

  slackOff:
    'not checked: SLACK_BOT_TOKEN and either SLACK_SIGNING_SECRET or SLACK_APP_TOKEN are not both set',
  installReady: (at: string): string => `Slack knows the app; workspaces install it at ${at}`,
  installRefused: (error: string): string => `Slack refuses SLACK_CLIENT_ID or SLACK_CLIENT_SECRET: ${error}`,
  installAdvice: 'Take both from Basic Information, App Credentials.',
  installNowhere: 'Slack knows the app, but where browsers reach the bot is not said',
  installUrl: 'Set COUNTERSIGN_URL, e.g. https://bot.example.com.',
  opensSockets: 'the app token opens sockets; no request URL is needed',
  noAppToken: 'SLACK_APP_TOKEN is no app-level token: it does not begin with xapp-',
  socketRefused: (error: string): string => `Slack opens no socket: ${error}`,
  appTokenNeeded:
    'On the app’s Basic Information page, App-Level Tokens, make one with connections:write, and let Socket Mode be on.',
  wrongKind: (prefix: string): string => `SLACK_BOT_TOKEN is no bot token: it begins with ${prefix}-`,
  botTokenNeeded: 'Take the Bot User OAuth Token (xoxb-...) from OAuth & Permissions.',
  tokenRefused: (error: string): string => `Slack refuses it: ${error}`,
  newToken: `Install the app again and take the new token into SLACK_BOT_TOKEN (${SLACK_GUIDE}).`,
  tokenOf: (workspace: string, team: string): string => `belongs to the app in ${workspace} (${team})`,
  scopesAll: (count: number): string => `all ${count} granted`,
  scopesMissing: (names: readonly string[]): string => `not granted: ${list(names)}`,
  addScopes:
    'Paste a new manifest (countersign slack-manifest), then install the app to the workspace again.',
  scopesMore: (names: readonly string[]): string => `granted, but not needed: ${list(names)}`,
  dropScopes: 'Remove them; less can be stolen with the token then.',
  registered: (tenant: string): string => `belongs to the tenant ${tenant}`,
  unregistered: (workspace: string): string => `${workspace} belongs to no tenant, or to several`,
  registerSlack: (team: string): string =>
    `If the token is of the right workspace, run: countersign admin tenant <tenant> --name NAME --slack ${team}:<channel>`,
  noChannel: 'none is named, so cards go by direct message only',
  nameChannel: (flag: string): string => `Name one: countersign admin tenant <tenant> --name NAME ${flag}`,
  people: (count: number, workspace: string): string => `${count} linked to ${workspace}`,
  nobody: (tenant: string, workspace: string): string => `nobody of ${tenant} is linked to ${workspace}`,
  importPeople: (tenant: string, columns: string): string =>
    `Fill the columns ${columns} of people.csv, then run: countersign admin people ${tenant} people.csv`,
  adminIs: (names: readonly string[]): string => list(names),
  noAdmin: (tenant: string): string => `${tenant} has none`,
  bootstrap: (tenant: string): string =>
    `Run: countersign admin bootstrap ${tenant} --email EMAIL --name NAME --team TEAM, with --slack or --teams.`,
  policyThere: (id: string, version: number): string => `${id} version ${version} can be met`,
  witnessSigns: ({ tenant, witness, signed }: Witnessed): string =>
    `${witness} has signed the ledger of ${tenant} ${signed === 0 ? 'not yet' : `up to ${signed} entries`}`,
  witnessLate: ({ tenant, witness, made, signed }: Witnessed): string =>
    `${witness} has signed the ledger of ${tenant} ${signed === 0 ? 'never' : `up to ${signed} entries only`}, and it is at ${made}`,
  witnessAdvice:
    'The workers’ log says why (witness_away, witness_refused, witness_fork). It has to know what countersign keys <tenant> says.',
  witnessAway:
    'Checkpoints are published without it meanwhile, and it is asked again. Correct COUNTERSIGN_WITNESS if it has moved.',
  nothingToWitness: 'Without a key no checkpoint is made that a witness could sign.',
  forwardsNowhere: (tenant: string): string => `${tenant}: to the chats only`,
  forwards: (target: string, waiting: number): string =>
    `${target}${waiting === 0 ? '' : `, ${waiting} waiting`}`,
  forwardsNot: (target: string, dead: number): string => `${target}: ${dead} not taken, and given up`,
  forwardGone: (target: string): string => `${target} answered that it is gone, and gets nothing any more`,
  forwardUnsealed: (target: string): string =>
    `${target}: its secret cannot be opened with this COUNTERSIGN_ENCRYPTION_KEY`,
  forwardAdvice:
    'The incident’s card says why; dead-letters in chat sends it again. See docs/guides/forwarding.md.',
  setForwardAnew: (tenant: string): string =>
    `Set it up anew, or end it: countersign admin forward ${tenant} (docs/guides/forwarding.md).`,
  noPolicy: (tenant: string): string => `${tenant} has none, so that nothing can be asked for`,
  putPolicy: (tenant: string): string =>
    `Run: countersign admin policy ${tenant} policy.json (${SLACK_GUIDE} shows one).`,
  policyUnmet: (rule: number, sentence: string): string => `rule ${rule} cannot be met: ${sentence}`,
  meetPolicy: (tenant: string): string =>
    `Import the people that it names (countersign admin people ${tenant} people.csv), or put a policy of a higher version.`,

  noModel: 'neither ANTHROPIC_API_KEY nor ANTHROPIC_BASE_URL is set for the workers: agents cannot think',
  setModel:
    'Set ANTHROPIC_API_KEY (console.anthropic.com, API keys), or ANTHROPIC_BASE_URL of a gateway of yours.',
  modelTakes: (place: string): string => `${place} takes the key`,
  modelUntold: (place: string, status: number): string =>
    `${place} answers ${status} when asked for its models; whether it takes the key shows with the first run`,
  modelRefuses: (place: string, status: number): string => `${place} refuses the key (${status})`,
  modelKey: 'Take a key that is in force into ANTHROPIC_API_KEY.',
  connectorReady: (names: readonly string[]): string => `${list(names)}: secrets are there`,
  connectorLacks: (name: string, why: string): string => `${name}: ${why}`,
  giveSecret: `Set it for the workers, where COUNTERSIGN_SECRETS looks; ${GUIDE} says what it is for.`,
  workersCurrent: (build: string): string => `new runs start on build ${build}, and a worker asks for work`,
  noWorkers: 'none has ever come to this Temporal namespace: what is asked for waits in line',
  startWorkers: 'Start them: COUNTERSIGN_MAKE_CURRENT=1 countersign workers',
  noCurrent: 'no build is current: what is asked for waits in line',
  makeCurrent: 'Start one of them anew with COUNTERSIGN_MAKE_CURRENT=1.',
  noPoller: (build: string): string => `build ${build} is current, but no worker asks for work`,

  inChannel: (channel: string): string => `the app is in ${channel}`,
  notInChannel: (channel: string, error: string): string => `the app cannot read ${channel}: ${error}`,
  channelAdvice: (error: string, team: string): string =>
    error === 'channel_not_found'
      ? `It is no channel that the app can see. Take the id (C...) at the bottom of the channel’s About; in a private channel write /invite @countersign first. Then: countersign admin tenant <tenant> --name NAME --slack ${team}:<channel>`
      : 'In that channel write: /invite @countersign. For another channel, register the workspace again.',

  entraFound: (place: string): string => `${place} is found`,
  graphMay: (names: readonly string[]): string => `may be read by ${list(names)}`,
  graphLacks: (names: readonly string[]): string =>
    `not granted: ${list(names)}; people can sign in, but no group gives a role`,
  consentGraph:
    'On the app registration’s API permissions page add them as application permissions of Microsoft Graph, and grant admin consent (docs/guides/sign-in-with-entra.md).',
  graphRefused: (code: string): string => `the directory gives no token for Graph (${code})`,
  entraSecret:
    'Compare ENTRA_CLIENT_ID with the app registration’s overview page, and set ENTRA_CLIENT_SECRET to the Value of a client secret that has not expired.',
  teamsOff: 'not set up: TEAMS_CLIENT_ID is not set',
  teamsToken: (client: string): string => `the login service knows ${client}`,
  teamsRefused: (why: string): string => `the login service gives no token (${why})`,
  /** https://learn.microsoft.com/entra/identity-platform/reference-error-codes; a code that is not here gets the rest. */
  entraAdvice: {
    7000215:
      'The client secret is not this app’s. Take the Value of a client secret (not its Secret ID), or make a new one, into TEAMS_CLIENT_SECRET.',
    7000222: 'The client secret has expired. Make a new one and set TEAMS_CLIENT_SECRET to its Value.',
    700016:
      'There is no such app in this directory. Compare TEAMS_CLIENT_ID (Application (client) ID) and TEAMS_TENANT_ID with the app registration’s overview page.',
    90002:
      'There is no such directory. Set TEAMS_TENANT_ID to the Directory (tenant) ID on the app registration’s overview page.',
    900023:
      'TEAMS_TENANT_ID is no directory’s id. Take the Directory (tenant) ID from the app registration’s overview page.',
  } as Readonly<Record<string, string>>,
  teamsLogin: {
    login_unreachable: 'Let this machine reach https://login.microsoftonline.com.',
    login_400: 'Compare TEAMS_CLIENT_ID and TEAMS_TENANT_ID with the app registration’s overview page.',
    login_401: 'Make a new client secret and set TEAMS_CLIENT_SECRET to its Value (not its Secret ID).',
  } as Readonly<Record<string, string>>,
  teamsAdvice: `See ${TEAMS_GUIDE}.`,
  registerTeams: (tenant: string): string =>
    `Run: countersign admin tenant <tenant> --name NAME --teams ${tenant}:<conversation>`,
  stored: (channel: string): string => `the bot was added where ${channel} is, and may write there`,
  notStored: (channel: string): string => `the bot has heard nothing from ${channel} yet`,
  addToTeam: `Add the app to the team and write @Countersign help in the channel (${TEAMS_GUIDE}).`,

  reached: (place: string): string => `${place} is ready`,
  botAway: (place: string, code: string): string => `no answer from ${place} (${code})`,
  startBot: 'Start it (countersign bot), and let the proxy pass this address on to BOT_PORT.',
  unready: (place: string, status: number): string => `${place} answers ${status}`,
  readyAdvice: 'Look at the lines above and at the bot’s log: it is not ready while Postgres is away.',
  challenge: (place: string): string => `${place} takes what is signed with this SLACK_SIGNING_SECRET`,
  challengeNot: (place: string, status: number): string => `${place} answers ${status} to a signed request`,
  challengeAdvice: {
    401: 'The bot has another SLACK_SIGNING_SECRET, or its clock is wrong. It is on the app’s Basic Information page.',
    404: 'The proxy does not pass the path on, or the bot runs without Slack.',
  } as Readonly<Record<number, string>>,
  heardSlack: (count: number): string => `${requests(count)} of Slack’s taken by this bot process`,
  heardNothing: 'nothing has come from Slack yet; this test was signed by doctor, not by Slack',
  askSlack: 'Write /countersign whoami in Slack, then run doctor again.',
  badSignatures: (count: number): string =>
    `the bot has refused ${requests(count)} for a wrong signature, and taken none from Slack`,
  signingSecretAdvice:
    'Slack signs with another secret. Take Basic Information, Signing Secret (not the Client Secret) into SLACK_SIGNING_SECRET and start the bot again.',
  badClock: (count: number): string =>
    `the bot has refused ${requests(count)} as too old or from the future, and taken none from Slack`,
  countsUntold:
    'the bot’s /metrics cannot be read at this address; whether Slack’s requests are taken shows in its log',

  unsigned: (place: string): string => `${place} is reached, and refuses what is not signed`,
  unsignedNot: (place: string, status: number): string =>
    `${place} answers ${status} to an unsigned request, not 401`,
  unsignedAdvice: 'The proxy does not pass the path on, or the bot runs without Teams.',
  proxyAdvice: 'Look at the proxy: the path and the body have to arrive unchanged.',
} as const;
