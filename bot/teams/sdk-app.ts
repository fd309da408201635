import { App, type HttpRouteHandler } from '@microsoft/teams.apps';
import type { Log } from '../../platform/log.ts';
import type { BotToken } from './bot-token.ts';
import type { ParsedConfig } from './config.ts';
import { createSdkLog } from './sdk-log.ts';

const MESSAGES = '/api/messages';
const TIMEOUT_MS = 10_000;

/** A URL that the bot's token must never be sent to. */
export class ForbiddenHostError extends Error {
  readonly code = 'service_url_not_allowed';
  constructor() {
    super('the bot does not call this service URL');
  }
}

export interface SdkApp {
  readonly app: App;
  /** The SDK verifies the token, runs the routes and says what to answer. Call `ready` first. */
  receive(body: unknown, authorization: string): Promise<{ status: number; body?: unknown }>;
  /** Routes are registered by then. */
  ready(): Promise<void>;
}

/**
 * The Teams SDK with every option named, so that no environment variable can open it, on no server of its own:
 * it would listen on all interfaces. Every call out passes `mayCall`, and no redirect is followed.
 */
export function createSdkApp(deps: {
  config: ParsedConfig;
  token: BotToken;
  mayCall: (url: string) => boolean;
  log: Log;
}): SdkApp {
  const { config, token, mayCall, log } = deps;
  let route: HttpRouteHandler | null = null;
  const app = new App({
    clientId: config.clientId,
    // Empty, not absent: absent would be read from CLIENT_SECRET, and MSAL used instead of `token`.
    clientSecret: '',
    managedIdentityClientId: '',
    tenantId: config.tenantId,
    token: () => token.get(),
    cloud: config.cloud,
    serviceUrl: config.serviceUrl,
    apiClientSettings: { oauthUrl: config.cloud.tokenServiceUrl },
    oauth: { fetchUserToken: false },
    dangerouslyAllowUnauthenticatedRequests: false,
    skipAuth: false,
    messagingEndpoint: MESSAGES,
    httpServerAdapter: {
      registerRoute(_method, path, handler) {
        if (path === MESSAGES) route = handler;
      },
    },
    logger: createSdkLog(log),
    plugins: [],
    client: {
      logger: createSdkLog(log, 'teams-sdk/http'),
      interceptors: [
        {
          request({ config: request }) {
            if (!mayCall(request.url ?? '')) throw new ForbiddenHostError();
            return Object.assign(request, { maxRedirects: 0, timeout: TIMEOUT_MS });
          },
        },
      ],
    },
  });
  return {
    app,
    ready: () => app.initialize(),
    async receive(body, authorization) {
      if (!route) throw new Error('the Teams SDK registered no route');
      return route({ body, headers: { authorization } });
    },
  };
}
