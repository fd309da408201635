import type { Log } from '../../platform/log.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import { createBotToken, type BotToken } from './bot-token.ts';
import type { ParsedConfig } from './config.ts';
import { createConnector, type Connector } from './connector.ts';
import type { GuardDeps } from './guard.ts';
import { createReplies } from './replies.ts';
import { registerRoutes } from './routes.ts';
import { createSdkApp, type SdkApp } from './sdk-app.ts';
import { createServiceHosts } from './service-hosts.ts';
import type { ServiceUrls } from './service-urls.ts';

/** One bot registration at work: it hears by its own audience, and speaks by its own credentials. */
export interface Registration {
  readonly config: ParsedConfig;
  readonly sdk: SdkApp;
  readonly guard: GuardDeps;
  readonly connector: Connector;
  readonly token: BotToken;
  /** Waits for replies that are on their way. */
  settled(): Promise<void>;
}

export interface RegistrationDeps {
  readonly gateway: Gateway;
  readonly stores: Stores;
  readonly serviceUrls: ServiceUrls;
  readonly log: Log;
  readonly count: (result: string, reason: string) => void;
}

/** The SDK, our routes and the way out for one registration; nothing of it is shared with another. */
export async function openRegistration(config: ParsedConfig, deps: RegistrationDeps): Promise<Registration> {
  const { gateway, stores, serviceUrls, log, count } = deps;
  const mayCall = createServiceHosts(config.serviceUrl);
  const token = createBotToken(config);
  const sdk = createSdkApp({ config, token, mayCall, log });
  const connector = createConnector({ app: sdk.app, token, clientId: config.clientId });
  const replies = createReplies(connector, log);
  const { owner, directories, tenantId } = config;
  const guard = { gateway, stores, log, owner, directories, home: tenantId, mayCall };
  registerRoutes(sdk.app, { guard, handlers: { gateway, stores, replies, log }, serviceUrls, count });
  await sdk.ready();
  return { config, sdk, guard, connector, token, settled: () => replies.settled() };
}
