import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  CLOCK_APART_MS,
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
import { SLACK_EVENTS_PATH } from './app-manifest.ts';
import { DOCTOR_AGENT } from './receiver.ts';
import { slackScopes } from './permissions.ts';

const TIMEOUT_MS = 10_000;

const Answer = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  team: z.string().optional(),
  team_id: z.string().optional(),
});

export interface SlackToExamine {
  readonly signingSecret: string;
  readonly botToken: string;
  /** Socket mode; null where Slack's requests come over https. */
  readonly appToken: string | null;
  readonly apiUrl: string;
  /** Null while Postgres cannot be asked. */
  readonly places: Places | null;
  readonly now: () => number;
}

type Called =
  | { readonly ok: true; readonly body: z.infer<typeof Answer>; readonly headers: Headers }
  | { readonly ok: false; readonly code: string };

/** By hand, since the SDK's client hides the headers that tell the time and the granted scopes. */
async function call(
  slack: SlackToExamine,
  method: string,
  args: Record<string, string>,
  token = slack.botToken,
): Promise<Called> {
  try {
    const response = await fetch(`${slack.apiUrl.replace(/\/$/, '')}/${method}`, {
      ...{ method: 'POST', body: new URLSearchParams(args), redirect: 'error' },
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, code: `HTTP ${response.status}` };
    return { ok: true, body: Answer.parse(await response.json()), headers: response.headers };
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
}

/** Slack's Date header has whole seconds. */
function judgeClock(headers: Headers, nowMs: number): Finding {
  const said = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(said)) return note(LINES.slackClock, FOUND.untold);
  const ahead = nowMs - said;
  return Math.abs(ahead) > CLOCK_APART_MS
    ? wrong(LINES.slackClock, FOUND.clockWrong(ahead), FOUND.setClock)
    : ok(LINES.slackClock, FOUND.clockRight(ahead));
}

function judgeToken(slack: SlackToExamine, body: z.infer<typeof Answer>): Finding {
  if (body.ok) return ok(LINES.slackToken, FOUND.tokenOf(body.team ?? '?', body.team_id ?? '?'));
  // The part before the first hyphen names the kind of token and is no secret.
  const kind = /^(xoxp|xapp|xoxe|xoxa|xoxr)-/.exec(slack.botToken)?.[1];
  return kind
    ? wrong(LINES.slackToken, FOUND.wrongKind(kind), FOUND.botTokenNeeded)
    : wrong(LINES.slackToken, FOUND.tokenRefused(body.error ?? '?'), FOUND.newToken);
}

function judgeScopes(headers: Headers): Finding {
  const granted = (headers.get('x-oauth-scopes') ?? '').split(',').map((scope) => scope.trim());
  const needed: readonly string[] = slackScopes();
  const missing = needed.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) return wrong(LINES.slackScopes, FOUND.scopesMissing(missing), FOUND.addScopes);
  const more = granted.filter((scope) => scope !== '' && !needed.includes(scope));
  return more.length > 0
    ? note(LINES.slackScopes, FOUND.scopesMore(more), FOUND.dropScopes)
    : ok(LINES.slackScopes, FOUND.scopesAll(needed.length));
}

async function examineWorkspace(slack: SlackToExamine, team: string): Promise<Finding[]> {
  const { places } = slack;
  if (places === null)
    return [LINES.slackWorkspace, LINES.slackChannel, LINES.slackPeople].map((what) =>
      skipped(what, FOUND.notChecked(FOUND.away(LINES.postgres))),
    );
  const tenant = await places.tenantOf('slack', team);
  if (tenant === null)
    return [
      wrong(LINES.slackWorkspace, FOUND.unregistered(team), FOUND.registerSlack(team)),
      ...[LINES.slackChannel, LINES.slackPeople].map((what) =>
        skipped(what, FOUND.notChecked(FOUND.away(LINES.slackWorkspace))),
      ),
    ];
  const { approvalsChannel } = await places.settings(tenant, 'slack', team);
  return [
    ok(LINES.slackWorkspace, FOUND.registered(tenant)),
    typeof approvalsChannel === 'string'
      ? await examineChannel(slack, team, approvalsChannel)
      : note(LINES.slackChannel, FOUND.noChannel, FOUND.nameChannel(`--slack ${team}:<channel>`)),
    await examinePeople(places, tenant, 'slack', team),
  ];
}

/** Reading one message asks for no scope that the bot has not anyway, and only a member may. */
async function examineChannel(slack: SlackToExamine, team: string, channel: string): Promise<Finding> {
  const read = await call(slack, 'conversations.history', { channel, limit: '1' });
  if (read.ok && read.body.ok) return ok(LINES.slackChannel, FOUND.inChannel(channel));
  const why = read.ok ? (read.body.error ?? '?') : read.code;
  return wrong(LINES.slackChannel, FOUND.notInChannel(channel, why), FOUND.channelAdvice(why, team));
}

/** The address that Slack gives is not used, and runs out by itself. */
async function examineSocket(slack: SlackToExamine, appToken: string): Promise<Finding> {
  if (!appToken.startsWith('xapp-')) return wrong(LINES.slackSocket, FOUND.noAppToken, FOUND.appTokenNeeded);
  const opened = await call(slack, 'apps.connections.open', {}, appToken);
  const why = opened.ok ? (opened.body.ok ? null : (opened.body.error ?? '?')) : opened.code;
  return why === null
    ? ok(LINES.slackSocket, FOUND.opensSockets)
    : wrong(LINES.slackSocket, FOUND.socketRefused(why), FOUND.appTokenNeeded);
}

/** Token, scopes, clock, workspace and channel, as Slack itself tells them. */
export async function examineSlack(slack: SlackToExamine): Promise<Finding[]> {
  const place = placeOf(slack.apiUrl);
  const test = await call(slack, 'auth.test', {});
  if (!test.ok) return [wrong(LINES.slack, FOUND.noAnswer(place, test.code), FOUND.startIt('SLACK_API_URL'))];
  const clock = judgeClock(test.headers, slack.now());
  const token = judgeToken(slack, test.body);
  const socket = slack.appToken ? [await examineSocket(slack, slack.appToken)] : [];
  if (token.state === 'wrong') return [clock, token, ...socket];
  return [
    clock,
    token,
    ...socket,
    judgeScopes(test.headers),
    ...(await examineWorkspace(slack, test.body.team_id ?? '')),
  ];
}

/**
 * Whether Slack knows the app that workspaces are to install: a code that was never given is refused as such only to an app
 * that has the right secret (https://docs.slack.dev/reference/methods/oauth.v2.access). It changes nothing.
 */
export async function examineSlackInstall(app: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiUrl: string;
  readonly publicUrl: string | null;
}): Promise<Finding> {
  const what = LINES.slackInstall;
  const body = new URLSearchParams({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code: 'doctor',
  });
  try {
    const response = await fetch(`${app.apiUrl.replace(/\/$/, '')}/oauth.v2.access`, {
      ...{ method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
    });
    const { error = '?' } = Answer.parse(await response.json());
    if (error !== 'invalid_code') return wrong(what, FOUND.installRefused(error), FOUND.installAdvice);
    return app.publicUrl === null
      ? wrong(what, FOUND.installNowhere, FOUND.installUrl)
      : ok(what, FOUND.installReady(`${app.publicUrl}/slack/install`));
  } catch (error) {
    return wrong(what, FOUND.noAnswer(placeOf(app.apiUrl), codeOf(error)), FOUND.startIt('SLACK_API_URL'));
  }
}

/**
 * Sends the bot what Slack sends when a request URL is saved (https://docs.slack.dev/reference/events/url_verification):
 * the answer shows that the address leads to it and that it has the same signing secret. It changes nothing.
 */
export async function examineSlackRequests(options: {
  readonly url: string;
  readonly signingSecret: string;
  readonly now: () => number;
}): Promise<Finding> {
  const place = placeOf(`${options.url}${SLACK_EVENTS_PATH}`);
  const challenge = randomBytes(12).toString('hex');
  const body = JSON.stringify({ type: 'url_verification', challenge });
  const timestamp = String(Math.floor(options.now() / 1000));
  const signed = createHmac('sha256', options.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  try {
    const response = await fetch(`${options.url}${SLACK_EVENTS_PATH}`, {
      ...{ method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
      headers: {
        ...{ 'content-type': 'application/json', 'x-slack-request-timestamp': timestamp },
        ...{ 'x-slack-signature': `v0=${signed}`, 'user-agent': DOCTOR_AGENT },
      },
    });
    const answered = response.ok && (await response.text()).includes(challenge);
    if (answered) return ok(LINES.slackRequests, FOUND.challenge(place));
    const advice = FOUND.challengeAdvice[response.status] ?? FOUND.proxyAdvice;
    return wrong(LINES.slackRequests, FOUND.challengeNot(place, response.status), advice);
  } catch (error) {
    return wrong(LINES.slackRequests, FOUND.botAway(place, codeOf(error)), FOUND.startBot);
  }
}

/** What the bot has counted at its door: [result, why, how often]. */
function countsIn(metrics: string): (readonly [string, string, number])[] {
  const lines = metrics.matchAll(
    /^countersign_slack_requests_total\{result="(\w+)",why="([\w-]+)"\} (\d+)$/gm,
  );
  return [...lines].map(([, result = '', why = '', count = '0']) => [result, why, Number(count)] as const);
}

/** Whether Slack itself signs with the secret that the bot has: nobody else can tell, and Slack has no method that does. */
function judgeCounts(metrics: string): Finding {
  const what = LINES.slackSigned;
  const counts = countsIn(metrics);
  const sum = (wanted: (result: string, why: string) => boolean): number =>
    counts.reduce((all, [result, why, count]) => all + (wanted(result, why) ? count : 0), 0);
  const taken = sum((result) => result === 'accepted');
  if (taken > 0) return ok(what, FOUND.heardSlack(taken));
  const forged = sum((_result, why) => why === 'bad_signature');
  if (forged > 0) return wrong(what, FOUND.badSignatures(forged), FOUND.signingSecretAdvice);
  const late = sum((_result, why) => why === 'old_timestamp' || why === 'future_timestamp');
  return late > 0
    ? wrong(what, FOUND.badClock(late), FOUND.setClock)
    : note(what, FOUND.heardNothing, FOUND.askSlack);
}

/** The same wrong secret in the bot and here passes every test of ours; what Slack sent before gives it away. */
export async function examineSigningSecret(url: string): Promise<Finding> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/metrics`, { signal, redirect: 'error' });
    return response.ok ? judgeCounts(await response.text()) : note(LINES.slackSigned, FOUND.countsUntold);
  } catch {
    return note(LINES.slackSigned, FOUND.countsUntold);
  }
}
