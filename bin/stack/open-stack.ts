import { openHome, type Home } from '../../local/engines/home.ts';
import { startEngines, type Engines } from '../../local/engines/index.ts';
import { freePort } from '../../local/engines/port.ts';
import { withProgress, type Say } from '../../local/engines/progress.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { startRehearsal } from '../../local/rehearsal/server.ts';
import type { Ledger } from '../../local/workspace/ledger.ts';
import { startWorkspace, type Workspace } from '../../local/workspace/server.ts';
import { createNoteSigner } from '../../platform/ledger/note.ts';
import { createLog } from '../../platform/log.ts';
import { migrate } from '../../platform/migrate.ts';
import { openStores, type OpenStores } from '../../platform/open-store.ts';
import { prepareDatabase, type PreparedDatabase } from '../../platform/prepare-database.ts';
import { environmentOf, settingsOf } from './environment.ts';
import { prepareExample, prepareExampleInsurer } from './example.ts';
import { openKeys, type Keys } from './keys.ts';
import { createProgram, type Program } from './program.ts';
import { claimHome, tellRunning } from './running.ts';
import { createUndo, type Undo } from './undo.ts';

export interface StackOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly say: Say;
  /** False: nothing is kept and nothing waits for a disk (story, evals, tests). */
  readonly durable: boolean;
  readonly botPort?: number;
  readonly workspacePort?: number;
  /** Aborted: what is under way is finished, then everything is stopped again. */
  readonly signal?: AbortSignal;
  /** Another connector that plays Teams (the Agents Playground) in the place of the workspace's own. */
  readonly teamsServiceUrl?: string;
  /** Do not start the bot and the workers yet. */
  readonly idle?: boolean;
}

/** The whole product on this machine, as `countersign start` runs it. */
export interface Stack {
  readonly home: Home;
  readonly keys: Keys;
  readonly engines: Engines;
  readonly database: PreparedDatabase;
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

type AddUndo = (undo: Undo) => void;

/** The databases, each with roles of its own: the product's and the example insurer's. */
async function openDatabases(superuserUrl: string, say: Say) {
  const database = await prepareDatabase({ superuserUrl, database: 'countersign' });
  await withProgress(say, 'Bringing the database schema up to date', () =>
    migrate({ migratorUrl: database.migratorUrl }),
  );
  const insurerUrl = await withProgress(say, 'Filling the example insurer', () =>
    prepareExampleInsurer(superuserUrl),
  );
  return { database, insurerUrl };
}

/** A model of the person's own when one is named, else the rehearsal model on this machine. */
async function chooseModel(env: NodeJS.ProcessEnv, undo: AddUndo): Promise<NodeJS.ProcessEnv> {
  if (env['ANTHROPIC_API_KEY'] || env['ANTHROPIC_BASE_URL']) return {};
  const rehearsal = await startRehearsal({ port: 0, host: '127.0.0.1' });
  undo(() => rehearsal.close());
  return {
    ANTHROPIC_BASE_URL: rehearsal.url,
    ANTHROPIC_API_KEY: 'rehearsal',
    COUNTERSIGN_REHEARSAL: '1',
  };
}

/** The ledger strip of the page. */
const ledgerOf = ({ ledger }: OpenStores): Ledger => ({
  recent: () => ledger.recent(EXAMPLE.tenant, 200),
  verify: () =>
    ledger.verify(EXAMPLE.tenant).then((v) => ({
      ok: v.ok,
      sentence: v.ok ? `All ${v.entries} entries verified.` : (v.broken ?? 'The ledger does not verify.'),
    })),
});

function createPrograms(options: StackOptions, home: Home, env: NodeJS.ProcessEnv, botUrl: string) {
  const shared = { homeDir: home.dir, env, say: options.say };
  const botAnswers = () => fetch(`${botUrl}/readyz`).then((answer) => answer.ok); // prettier-ignore
  return {
    bot: createProgram({ ...shared, name: 'bot', ready: botAnswers }),
    workers: createProgram({
      ...shared,
      name: 'workers',
      ready: (text) => text.includes('workers are ready'),
    }),
  };
}

/** On a slow machine the chats wait longer than the real ones; the bot reads the same. */
const waitOf = ({ COUNTERSIGN_CHATS_WAIT_MS: ms }: NodeJS.ProcessEnv): { waitMs?: number } =>
  ms ? { waitMs: Number(ms) } : {};

async function build(options: StackOptions, undo: AddUndo): Promise<Omit<Stack, 'stop'>> {
  const { say, durable, signal } = options;
  const home = openHome(options.env);
  undo(claimHome(home));
  const keys = openKeys(home.dir);
  const engines = await startEngines({ home, say, durable, env: options.env });
  undo(() => engines.stop());
  signal?.throwIfAborted();
  const superuserUrl = engines.postgres?.url ?? options.env['DATABASE_URL'] ?? '';
  const { database, insurerUrl } = await openDatabases(superuserUrl, say);
  const log = createLog({ name: 'start', level: options.env['LOG_LEVEL'] ?? 'warn' });
  const { verifierKey: ledgerKey } = createNoteSigner('countersign.local', keys.signingKey);
  const stores = await openStores({ ...database, encryptionKey: keys.encryptionKey, ledgerKey, log });
  undo(() => stores.close());
  const [wait, botPort] = [waitOf(options.env), options.botPort ?? (await freePort())];
  const botUrl = `http://127.0.0.1:${botPort}`;
  const model = await chooseModel(options.env, undo);
  const rehearsal = 'COUNTERSIGN_REHEARSAL' in model;
  const workspace = await withProgress(say, 'Opening the workspace', () =>
    startWorkspace({
      ...{ port: options.workspacePort ?? 0, host: '127.0.0.1', botUrl, rehearsal, cacheDir: home.dir },
      databaseUrl: superuserUrl.replace(/\/postgres$/, '/workspace'),
      slack: { signingSecret: keys.slackSigningSecret, botToken: keys.slackBotToken, ...wait },
      teams: { clientSecret: keys.teamsClientSecret, ...wait },
      ledger: ledgerOf(stores),
    }),
  );
  undo(() => workspace.close());
  signal?.throwIfAborted();
  const teamsServiceUrl = options.teamsServiceUrl ?? workspace.teamsServiceUrl;
  await prepareExample({ appUrl: database.appUrl, stores }, teamsServiceUrl);
  const parts = { home, keys, engines, database, insurerUrl, workspace, teamsServiceUrl, botPort, model };
  const env = environmentOf(options.env, parts);
  tellRunning(home, settingsOf(env, parts));
  const { bot, workers } = createPrograms(options, home, env, botUrl);
  undo(() => bot.stop());
  undo(() => workers.stop());
  if (!options.idle) {
    await withProgress(say, 'Starting the bot and the workers', () =>
      Promise.all([bot.start(), workers.start()]),
    );
    // Another Teams introduces itself.
    if (options.teamsServiceUrl === undefined && !(await workspace.introduce()))
      say('The bot did not answer when the app was added in Teams: its cards may be missing there.');
  }
  signal?.throwIfAborted();
  return {
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
  };
}

/**
 * Starts engines, prepares databases and the example insurer, starts the local chats, the model and, as processes of
 * their own, the bot and the workers. What was started is stopped again when a step fails.
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const undo = createUndo();
  try {
    return { ...(await build(options, undo.add)), stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
