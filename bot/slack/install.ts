import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ErrorCode,
  InstallProvider,
  type CodedError,
  type Installation,
  type OrgInstallation,
} from '@slack/oauth';
import { languageOf } from '../../core/language.ts';
import type { Log } from '../../platform/log.ts';
import type { InstallationStore, NewInstallation, OpenState } from '../../platform/stores.ts';
import type { Routes } from '../api/http.ts';
import { installWordsIn, type InstallWords } from '../words-install.ts';
import { slackScopes } from './permissions.ts';
import { createWebClient, failureOf, slackLogger } from './web-api.ts';

const INSTALL_PATH = '/slack/install';
/** Where Slack sends the browser back to; the app's settings name it under "Redirect URLs". */
export const REDIRECT_PATH = '/slack/oauth_redirect';

export interface InstallEdges {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach the bot; null: Slack takes the first address that the app's settings name. */
  readonly publicUrl: string | null;
  readonly apiUrl: string;
  readonly installations: Pick<InstallationStore, 'begin' | 'use' | 'keep'>;
  /** The workspace has another token from now on. */
  readonly forget: (workspace: string) => void;
  readonly log: Log;
}

export interface InstallDoor {
  readonly routes: Routes;
}

/** A link or a state that is not good (any more); what Slack's library makes of it keeps the name. */
class NotGoodError extends Error {
  readonly code = 'not_good';
}

/** Said instead of what Slack's library would say. */
class SaidError extends Error {
  readonly says: keyof InstallWords;
  constructor(says: keyof InstallWords) {
    super(says);
    this.says = says;
  }
}

/** Slack's page for allowing an app lies beside its Web API (https://docs.slack.dev/authentication/installing-with-oauth). */
const authorizeUrl = (apiUrl: string): string => apiUrl.replace(/\/api\/?$/, '/oauth/v2/authorize');

const wordsFor = (req: IncomingMessage): InstallWords =>
  installWordsIn(languageOf((req.headers['accept-language'] ?? '').split(/[,;]/u)[0]) ?? 'en');

function say(res: ServerResponse, status: number, text: string): void {
  if (res.headersSent) return;
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** What Slack gave, as we keep it. @throws SaidError where it is for no single workspace, or holds no bot */
function readInstallation(made: Installation | OrgInstallation): NewInstallation {
  const { team, bot, appId } = made;
  if (made.isEnterpriseInstall || team === undefined) throw new SaidError('organisation');
  if (bot === undefined) throw new SaidError('noBot');
  return {
    ...{ workspace: team.id, name: team.name ?? team.id, app: appId ?? '', botUser: bot.userId },
    ...{ scopes: bot.scopes, token: bot.token, refreshToken: bot.refreshToken ?? null },
    expiresAtMs: bot.expiresAt === undefined ? null : bot.expiresAt * 1000,
  };
}

const WHY: Readonly<Record<string, keyof InstallWords>> = {
  [ErrorCode.InvalidStateError]: 'otherBrowser',
  [ErrorCode.MissingStateError]: 'otherBrowser',
  [ErrorCode.AuthorizationError]: 'cancelled',
  not_good: 'otherBrowser',
};

/** What every trip to Slack asks for. */
const askedFor = (publicUrl: string | null) => ({
  scopes: [...slackScopes()],
  ...(publicUrl === null ? {} : { redirectUri: `${publicUrl}${REDIRECT_PATH}` }),
});

async function keep(
  { installations, forget }: InstallEdges,
  made: Installation | OrgInstallation,
): Promise<void> {
  const state = JSON.parse(made.metadata ?? 'null') as OpenState;
  const installation = readInstallation(made);
  const kept = await installations.keep(state, installation);
  if (!kept.ok) throw new SaidError(kept.why === 'link_over' ? 'linkOver' : 'otherCompany');
  forget(installation.workspace);
}

/** An organisation's token was made for this installation and is of no use: it is given back. */
async function giveBack({ apiUrl, log }: InstallEdges, made: Installation | OrgInstallation): Promise<void> {
  if (!made.isEnterpriseInstall || made.bot === undefined) return;
  const client = createWebClient({ token: made.bot.token, apiUrl, log });
  await client.auth.revoke().catch((error: unknown) => {
    log.warn({ why: failureOf(error).why }, 'a token for a whole organisation could not be given back');
  });
}

function tellFailure(log: Log, req: IncomingMessage, res: ServerResponse, error: CodedError): void {
  const says = error instanceof SaidError ? error.says : (WHY[error.code] ?? 'failed');
  const { why } = failureOf(error);
  log.warn(
    { why: says === 'failed' && why !== 'unknown_error' ? why : says },
    'a Slack installation was refused',
  );
  const text = wordsFor(req)[says];
  say(res, says === 'failed' ? 502 : 403, typeof text === 'string' ? text : text(''));
}

/** Slack's own library with our stores: what it makes of state and cookie is its own, what is kept is ours. */
function createProvider(edges: InstallEdges): InstallProvider {
  const { clientId, clientSecret, publicUrl, apiUrl, installations, log } = edges;
  const usual = askedFor(publicUrl);
  return new InstallProvider({
    ...{ clientId, clientSecret, directInstall: true, installUrlOptions: usual },
    ...{ authorizationUrl: authorizeUrl(apiUrl), stateCookieName: 'countersign-slack-install' },
    logger: slackLogger(log),
    clientOptions: {
      slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
      ...{
        allowAbsoluteUrls: false,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 10_000,
      },
    },
    stateStore: {
      // What is handed through as metadata never leaves this process: the browser carries the state alone.
      generateStateParam: async ({ metadata = '' }) => {
        const state = await installations.begin(metadata);
        if (state === null) throw new NotGoodError('no such link');
        return state;
      },
      verifyStateParam: async (_now, state) => {
        const used = await installations.use(state);
        if (used === null) throw new NotGoodError('no such state');
        return { ...usual, metadata: JSON.stringify(used) };
      },
    },
    installationStore: {
      storeInstallation: async (made) => keep(edges, made),
      // Tokens are read where they are used (`clients.ts`), with their company.
      fetchInstallation: () => Promise.reject(new Error('tokens are not read here')),
    },
  });
}

/**
 * `/slack/install?link=...` and the way back, by Slack's own library: its state, its cookie, its call for the token. Which
 * company the workspace joins is what the link says, never whoever installs. Opening the link uses nothing up, since
 * previews open links; the installation does.
 */
export function mountInstall(edges: InstallEdges): InstallDoor {
  const { publicUrl, log } = edges;
  const usual = askedFor(publicUrl);
  const provider = createProvider(edges);
  return {
    routes: {
      [`GET ${INSTALL_PATH}`]: async (req, res) => {
        const link = new URL(req.url ?? '/', 'http://bot').searchParams.get('link');
        if (link === null) return say(res, 400, wordsFor(req).linkNeeded);
        try {
          await provider.handleInstallPath(req, res, undefined, { ...usual, metadata: link });
        } catch {
          say(res, 403, wordsFor(req).linkOver);
        }
      },
      [`GET ${REDIRECT_PATH}`]: (req, res) =>
        provider.handleCallback(req, res, {
          afterInstallation: async (made) => {
            await giveBack(edges, made);
            return true;
          },
          success: ({ team }) => say(res, 200, wordsFor(req).installed(team?.name ?? team?.id ?? 'Slack')),
          failure: (error) => tellFailure(log, req, res, error),
        }),
    },
  };
}
