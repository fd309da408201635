import express, { type Router } from 'express';
import type { JWK } from 'jose';
import { createClient, type TeamsClient } from './client.ts';
import { createConnector, type TeamsPerson } from './connector.ts';
import { createFaults, type Faults } from './faults.ts';
import { createActivityIds } from './identifiers.ts';
import { createIssuer, type Issuer, type LocalBot, type LocalCloud } from './issuer.ts';
import type { TeamsStore } from './store.ts';

export type { BotAnswer, TeamsClient } from './client.ts';
export type { TeamsPerson } from './connector.ts';
export type { Fault } from './faults.ts';
export type { TeamsConversation, TeamsMessage, TeamsStore } from './store.ts';

export interface TeamsApiOptions {
  readonly store: TeamsStore;
  /** Where `router` is mounted, without a slash at the end, e.g. http://127.0.0.1:4400/teams */
  readonly publicUrl: string;
  /** The bot's messaging endpoint, e.g. http://127.0.0.1:3000/api/messages */
  readonly botMessagesUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiredSecret?: string;
  /** Registered beside it, each in an Entra tenant of its own. */
  readonly others?: readonly LocalBot[];
  readonly tenantId: string;
  readonly people: readonly TeamsPerson[];
  readonly botName?: string;
  /** Private RS256 key; made in memory when absent. */
  readonly signingKey?: JWK;
  /** Teams' own limit is 50 a second for an app in a tenant. */
  readonly requestsPerSecond?: number;
  readonly onChange?: (conversation: string) => void;
  /** How long the client waits for an answer; missing: as long as Teams does. */
  readonly waitMs?: number;
}

export interface TeamsApi {
  /** Issuer and connector together; mount it under the path of `publicUrl`. */
  readonly router: Router;
  readonly client: TeamsClient;
  readonly issuer: Issuer;
  readonly faults: Faults;
  /** Goes into the bot's `serviceUrl`: the only host it may then call besides Microsoft's. */
  readonly serviceUrl: string;
  /** Goes into the bot's `cloud`. */
  readonly cloud: LocalCloud;
  close(): void;
}

/** A Teams on this machine that speaks the real wire: issuer, connector service and client. */
export async function createTeamsApi(options: TeamsApiOptions): Promise<TeamsApi> {
  const serviceUrl = `${options.publicUrl}/connector`;
  const issuer = await createIssuer({ ...options, serviceUrl });
  const faults = createFaults();
  const shared = {
    ...options,
    issuer,
    serviceUrl,
    botName: options.botName ?? 'Countersign',
    nextActivityId: createActivityIds(),
    onChange: options.onChange ?? (() => undefined),
  };
  const router = express.Router();
  router.use(issuer.router);
  router.use(
    '/connector',
    createConnector({ ...shared, faults, requestsPerSecond: options.requestsPerSecond ?? 50 }),
  );
  return {
    router,
    issuer,
    faults,
    serviceUrl,
    client: createClient(shared),
    cloud: issuer.cloud,
    close: () => faults.clear(),
  };
}
