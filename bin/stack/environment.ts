import { join } from 'node:path';
import type { Engines } from '../../local/engines/index.ts';
import type { Home } from '../../local/engines/home.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Workspace } from '../../local/workspace/server.ts';
import type { PreparedDatabase } from '../../platform/prepare-database.ts';
import type { Keys } from './keys.ts';

export interface Parts {
  readonly home: Home;
  readonly keys: Keys;
  readonly engines: Engines;
  readonly database: PreparedDatabase;
  readonly insurerUrl: string;
  readonly workspace: Workspace;
  /** Where the bot's Teams listens: the workspace's own, or the Agents Playground. */
  readonly teamsServiceUrl: string;
  readonly botPort: number;
  /** What names the model: the person's own settings, or those of the rehearsal model. */
  readonly model: NodeJS.ProcessEnv;
}

/** What `countersign bot` and `countersign workers` get: the same names that any deployment sets. */
export const environmentOf = (own: NodeJS.ProcessEnv, p: Parts): NodeJS.ProcessEnv => ({
  ...own,
  ...p.model,
  COUNTERSIGN_HOME: p.home.dir,
  HOST: '127.0.0.1',
  BOT_PORT: String(p.botPort),
  DATABASE_URL: p.database.appUrl,
  DATABASE_DISPATCHER_URL: p.database.dispatcherUrl,
  REDIS_URL: p.engines.redis.url,
  TEMPORAL_ADDRESS: p.engines.temporal.url,
  COUNTERSIGN_ENCRYPTION_KEY: p.keys.encryptionKey,
  COUNTERSIGN_SIGNING_KEY: p.keys.signingKey,
  COUNTERSIGN_CHECKPOINTS: own['COUNTERSIGN_CHECKPOINTS'] ?? `file:${join(p.home.dir, 'checkpoints')}`,
  SLACK_SIGNING_SECRET: p.keys.slackSigningSecret,
  SLACK_BOT_TOKEN: p.keys.slackBotToken,
  SLACK_API_URL: p.workspace.slackApiUrl,
  TEAMS_CLIENT_ID: EXAMPLE.teams.clientId,
  TEAMS_CLIENT_SECRET: p.keys.teamsClientSecret,
  TEAMS_TENANT_ID: EXAMPLE.teams.tenant,
  TEAMS_CLOUD: JSON.stringify(p.workspace.teams.cloud),
  TEAMS_SERVICE_URL: p.teamsServiceUrl,
  // For `start` itself: what comes without a token is signed before it reaches the bot (local/playground/door.ts).
  TEAMS_ALLOW_UNAUTHENTICATED: '0',
  INSURER_DATABASE_URL: p.insurerUrl,
  COUNTERSIGN_MAKE_CURRENT: '1',
});

/** Of those, what was made here: a command typed beside the product brings the rest of the environment itself. */
export const settingsOf = (env: NodeJS.ProcessEnv, p: Parts): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.keys(environmentOf({}, p))
      .filter((name) => name !== 'COUNTERSIGN_MAKE_CURRENT')
      .map((name) => [name, env[name]]),
  );
