import { closest } from 'fastest-levenshtein';

interface Verb {
  /** @returns the exit code */
  run(args: string[]): Promise<number>;
  /** What `--help` says, where there is more to say than the verb's line. */
  readonly USAGE?: string;
  /** Of a verb that asks about an installation: asked like this it needs none, and so looks for none. */
  readonly needsNone?: (args: string[]) => boolean;
}

interface Named {
  /** What `countersign help` says. */
  readonly about: string;
  /** Asks about an installation: without one in the environment, the one that `npm start` runs from this checkout. */
  readonly here?: true;
  load(): Promise<Verb>;
}

/** Every verb is one file. */
const verbs: Readonly<Record<string, Named>> = {
  start: {
    about: 'everything embedded, with the workspace page; --once runs the story',
    load: () => import('./start.ts'),
  },
  story: {
    about: 'the main job headless, one transcript; operate: an incident from end to end; --json',
    load: () => import('./story.ts'),
  },
  bot: { about: 'the chat edge, against your engines', load: () => import('./bot.ts') },
  workers: { about: 'the workers, against your engines', load: () => import('./workers.ts') },
  prepare: {
    about: 'makes the database and its three roles, as a superuser',
    load: () => import('./prepare.ts'),
  },
  migrate: {
    about: 'brings the database schema up to date',
    load: () => import('./migrate.ts'),
  },
  admin: {
    about: 'add a tenant, import people, set its policy, bootstrap an Admin',
    here: true,
    load: () => import('./admin.ts'),
  },
  doctor: {
    about: 'what is set up and what is not, line by line, and what to do; --url https://...',
    load: () => import('./doctor.ts'),
  },
  verify: {
    about: 'recomputes a tenant’s ledger, or one run or approval of it, and compares it with its checkpoints',
    here: true,
    load: () => import('./verify.ts'),
  },
  receipt: {
    about:
      'what was decided about a request or in a run, to be checked by anyone with the public key; --out FILE',
    here: true,
    load: () => import('./receipt.ts'),
  },
  explain: {
    about: 'what was decided and why, in plain words, as a document for the person concerned',
    here: true,
    load: () => import('./explain.ts'),
  },
  keys: {
    about: 'the public key that checkpoints are checked with',
    here: true,
    load: () => import('./keys.ts'),
  },
  'slack-manifest': {
    about: 'the Slack app to create, as a manifest; --url https://...',
    load: () => import('./slack-manifest.ts'),
  },
  'teams-package': {
    about: 'the Teams app to upload, as a zip; --company NAME --website https://...',
    load: () => import('./teams-package.ts'),
  },
  'teams-playground': {
    about: 'start, with Microsoft’s Agents Playground as its Teams; --as NAME',
    load: () => import('./teams-playground.ts'),
  },
  eval: { about: 'runs an agent’s golden cases and grades them', load: () => import('./eval.ts') },
  gate: {
    about: 'may this version of an agent ship; --report FOLDER --save-baseline',
    load: () => import('./gate.ts'),
  },
  ready: {
    about: 'is an agent ready for production: seven points, each with its evidence; --tenant NAME',
    here: true,
    load: () => import('./ready.ts'),
  },
  check: {
    about: 'everything static: format, lint, types, doors, cycles, unused code',
    load: () => import('./check.ts'),
  },
  test: { about: 'check, then every test on real engines', load: () => import('./test.ts') },
  bench: { about: 'measurements, as ratios in one run', load: () => import('./bench.ts') },
  chaos: {
    about: 'kills processes while people decide, then counts; --rounds N --only NAME',
    load: () => import('./chaos.ts'),
  },
  supply: {
    about: 'what we depend on: sources, licences, a bill of materials; --sbom FILE',
    load: () => import('./supply.ts'),
  },
  attacks: {
    about: 'the attack tests alone; --without-defences: do they notice',
    load: () => import('./attacks.ts'),
  },
};

function help(): string {
  const width = Math.max(...Object.keys(verbs).map((v) => v.length));
  return [
    'countersign <verb>',
    ...Object.entries(verbs).map(([v, { about }]) => `  ${v.padEnd(width)}  ${about}`),
  ].join('\n');
}

/** Said on stderr, since what is asked for goes to stdout. */
async function beWhatRunsHere(env: NodeJS.ProcessEnv): Promise<void> {
  const { settingsHere } = await import('./stack/running.ts');
  const settings = settingsHere(env);
  if (settings === null) return;
  console.error('With the product that runs from this checkout, since the environment names no other.');
  Object.assign(env, settings);
}

/** Whoever reads may have read enough (`| head`). */
function stopWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** Runs one verb; a wrong one gets the nearest right one. @returns the exit code */
export async function main(argv: string[]): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (['help', '--help', '-h'].includes(name)) {
    console.log(help());
    return 0;
  }
  const verb = verbs[name];
  if (!verb) {
    console.error(
      `There is no verb "${name}". Did you mean "${closest(name, Object.keys(verbs))}"?\n\n${help()}`,
    );
    return 2;
  }
  process.stdout.on('error', stopWhenUnread);
  try {
    const { run, USAGE, needsNone } = await verb.load();
    if (args.includes('--help') || args.includes('-h')) {
      console.log(USAGE ?? `countersign ${name}: ${verb.about}`);
      return 0;
    }
    if (verb.here && needsNone?.(args) !== true) await beWhatRunsHere(process.env);
    return await run(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
    return 1;
  }
}
