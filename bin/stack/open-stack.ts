import { openHome, type Home } from '../../local/engines/home.ts';
import { startEngines, type Engines } from '../../local/engines/index.ts';
import { freePort } from '../../local/engines/port.ts';
import { withProgress, type Say } from '../../local/engines/progress.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { startRehearsal } from '../../local/rehearsal/server.ts';
import { startWorkspace, type Workspace } from '../../local/workspace/server.ts';
import { createLog } from '../../platform/log.ts';
import { migrate } from '../../platform/migrate.ts';
import { openStores, type OpenStores } from '../../platform/open-store.ts';
import { prepareDatabase } from '../../platform/prepare-database.ts';
import { prepareExample, prepareExampleInsurer } from './example.ts';
import { openKeys, type Keys } from './keys.ts';
import { createProgram, type Program } from './program.ts';

export interface StackOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly say: Say;
  /** False: nothing is kept and nothing waits for a disk (story, tests, bench). */
  readonly durable: boolean;
  readonly botPort?: number;
  readonly workspacePort?: number;
  /** Aborted: what is under way is finished, then everything is stopped again. */
  readonly signal?: AbortSignal;
  /** Do not start the bot and the workers yet. */
  readonly idle?: boolean;
}

/** The whole product on this machine, as `countersign start` runs it. */
export interface Stack {
  readonly home: Home;
  readonly keys: Keys;
  readonly engines: Engines;
  readonly database: Awaited<ReturnType<typeof prepareDatabase>>;
  readonly insurerUrl: string;
  readonly stores: OpenStores;
  readonly workspace: Workspace;
  readonly bot: Program;
  readonly workers: Program;
  readonly botUrl: string;
  /** What bot and workers get as environment, for another of them beside these. */
  readonly env: NodeJS.ProcessEnv;
  readonly rehearsal: boolean;
  stop(): Promise<void>;
}

type Undo = () => Promise<void>;

/** Undoes in the opposite order, each step once, and goes on when one fails. */
function createUndo(): { add(undo: Undo): void; run(): Promise<void> } {
  const steps: Undo[] = [];
  return {
    add: (undo) => steps.push(undo),
    run: async () => {
      for (let undo = steps.pop(); undo; undo = steps.pop()) await undo().catch(() => {});
    },
  };
}

const answers = (url: string) => fetch(url).then((r) => r.ok, () => false); // prettier-ignore

/** A model of the person's own when one is named, else the rehearsal model on this machine. */
async function chooseModel(env: NodeJS.ProcessEnv, undo: (u: Undo) => void): Promise<NodeJS.ProcessEnv> {
  if (env['ANTHROPIC_API_KEY'] || env['ANTHROPIC_BASE_URL']) return {};
  const rehearsal = await startRehearsal({ port: 0, host: '127.0.0.1' });
  undo(() => rehearsal.close());
  return {
    ANTHROPIC_BASE_URL: rehearsal.url,
    ANTHROPIC_API_KEY: 'rehearsal',
    COUNTERSIGN_REHEARSAL: '1',
  };
}

/**
 * Starts engines, prepares databases and the example insurer, starts the local chats, the model and, as processes of
 * their own, the bot and the workers. What was started is stopped again when a step fails.
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { say, durable } = options;
  const undo = createUndo();
  try {
    const home = openHome(options.env);
    const keys = openKeys(home.dir);
    const engines = await startEngines({ home, say, durable, env: options.env });
    undo.add(() => engines.stop());
    options.signal?.throwIfAborted();
    const superuserUrl = engines.postgres?.url ?? options.env['DATABASE_URL'] ?? '';
    const database = await prepareDatabase({ superuserUrl, database: 'countersign' });
    await withProgress(say, 'Bringing the database schema up to date', () =>
      migrate({ migratorUrl: database.migratorUrl }),
    );
    const insurerUrl = await withProgress(say, 'Filling the example insurer', () =>
      prepareExampleInsurer(superuserUrl),
    );

    const log = createLog({ name: 'start', level: options.env['LOG_LEVEL'] ?? 'warn' });
    const stores = await openStores({ ...database, encryptionKey: keys.encryptionKey, log });
    undo.add(() => stores.close());
    const botPort = options.botPort ?? (await freePort());
    const botUrl = `http://127.0.0.1:${botPort}`;
    const model = await chooseModel(options.env, undo.add);
    const rehearsal = 'COUNTERSIGN_REHEARSAL' in model;

    const workspace = await withProgress(say, 'Opening the workspace', () =>
      startWorkspace({
        port: options.workspacePort ?? 0,
        host: '127.0.0.1',
        databaseUrl: superuserUrl.replace(/\/postgres$/, '/workspace'),
        botUrl,
        slack: { signingSecret: keys.slackSigningSecret, botToken: keys.slackBotToken },
        teams: { clientSecret: keys.teamsClientSecret },
        rehearsal,
        cacheDir: home.dir,
        ledger: {
          recent: () => stores.ledger.recent(EXAMPLE.tenant, 200).then((lines) => [...lines]),
          verify: () =>
            stores.ledger.verify(EXAMPLE.tenant).then((v) => ({
              ok: v.ok,
              sentence: v.ok
                ? `All ${v.entries} entries verified.`
                : (v.broken ?? 'The ledger does not verify.'),
            })),
        },
      }),
    );
    undo.add(() => workspace.close());
    options.signal?.throwIfAborted();
    await prepareExample(database, workspace.teamsServiceUrl);

    const env: NodeJS.ProcessEnv = {
      ...options.env,
      ...model,
      COUNTERSIGN_HOME: home.dir,
      HOST: '127.0.0.1',
      BOT_PORT: String(botPort),
      DATABASE_URL: database.appUrl,
      DATABASE_DISPATCHER_URL: database.dispatcherUrl,
      REDIS_URL: engines.redis.url,
      TEMPORAL_ADDRESS: engines.temporal.url,
      COUNTERSIGN_ENCRYPTION_KEY: keys.encryptionKey,
      COUNTERSIGN_SIGNING_KEY: keys.signingKey,
      SLACK_SIGNING_SECRET: keys.slackSigningSecret,
      SLACK_BOT_TOKEN: keys.slackBotToken,
      SLACK_API_URL: workspace.slackApiUrl,
      TEAMS_CLIENT_ID: EXAMPLE.teams.clientId,
      TEAMS_CLIENT_SECRET: keys.teamsClientSecret,
      TEAMS_TENANT_ID: EXAMPLE.teams.tenant,
      TEAMS_CLOUD: JSON.stringify(workspace.teams.cloud),
      TEAMS_SERVICE_URL: workspace.teamsServiceUrl,
      INSURER_DATABASE_URL: insurerUrl,
      COUNTERSIGN_MAKE_CURRENT: '1',
    };
    const shared = { homeDir: home.dir, env, say };
    const bot = createProgram({ ...shared, name: 'bot', ready: () => answers(`${botUrl}/readyz`) });
    const workers = createProgram({
      ...shared,
      name: 'workers',
      ready: (text) => text.includes('workers are ready'),
    });
    undo.add(() => bot.stop());
    undo.add(() => workers.stop());
    if (!options.idle) {
      await withProgress(say, 'Starting the bot and the workers', () =>
        Promise.all([bot.start(), workers.start()]),
      );
      await workspace.introduce();
    }
    options.signal?.throwIfAborted();
    return {
      ...{
        home,
        keys,
        engines,
        database,
        insurerUrl,
        stores,
        workspace,
        bot,
        workers,
        botUrl,
        env,
        rehearsal,
      },
      stop: undo.run,
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
