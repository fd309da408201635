import { join } from 'node:path';
import { portOr } from '../local/engines/port.ts';
import { loadConfig } from '../platform/config.ts';
import { openStack, type Stack, type StackOptions } from './stack/open-stack.ts';
import { aborted, stopSignal } from './until-signal.ts';

const DEFAULTS = { BOT_PORT: 3000, WORKSPACE_PORT: 4400 } as const;
export const USAGE = `npm start                      everything on this machine, until Ctrl-C; state is kept in .countersign
npm start -- --once [--json]   the story headless, in a world of its own`;
/** The Playground's own preset, and the one where it expects a bot. */
const PLAYGROUND = { port: 56_150, door: 3978 } as const;

/** A port you chose must be free; a busy default moves on and says so. @throws Error naming the busy port */
async function choosePort(name: keyof typeof DEFAULTS): Promise<number> {
  const chosen = process.env[name];
  const wanted = chosen ? Number(chosen) : DEFAULTS[name];
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    throw new Error(`${name} must be a port number.`);
  const free = await portOr(wanted);
  if (free === wanted) return free;
  if (chosen) throw new Error(`Port ${wanted} (${name}) is busy. Free it, or choose another.`);
  console.log(`Port ${wanted} is busy; using ${free} instead.`);
  return free;
}

type Started = Stack & { readonly playgroundUrl?: string };

/** `as`: whose name the Agents Playground's user goes by; null starts none. */
async function open(options: StackOptions, as: string | null): Promise<Started> {
  if (as === null) return openStack(options);
  const { openStackWithPlayground } = await import('./stack/with-playground.ts');
  const playgroundPort = await portOr(PLAYGROUND.port);
  return openStackWithPlayground(options, { playgroundPort, doorPort: await portOr(PLAYGROUND.door), as });
}

/** `countersign start`: engines, local chats, bot and workers on this machine, until Ctrl-C. */
export async function run(args: string[]): Promise<number> {
  if (args.includes('--once')) return (await import('./story.ts')).run(args.filter((a) => a !== '--once'));
  if (args.length > 0) {
    console.error(USAGE);
    return 2;
  }
  return start(process.env, 'robin');
}

/**
 * Everything, with the Agents Playground as its Teams where `TEAMS_ALLOW_UNAUTHENTICATED=1` asks for it.
 * @throws ConfigError when it asks on another HOST than loopback
 */
export async function start(env: NodeJS.ProcessEnv, as: string): Promise<number> {
  const { HOST, TEAMS_ALLOW_UNAUTHENTICATED } = env;
  const withPlayground = TEAMS_ALLOW_UNAUTHENTICATED === '1';
  if (withPlayground) loadConfig({ TEAMS_ALLOW_UNAUTHENTICATED, ...(HOST ? { HOST } : {}) });
  console.log('Starting Countersign: Postgres, Redis, Temporal, the bot, the workers and the workspace ...');
  // Listened for before anything is started: Ctrl-C during the start has to end what was started, too.
  const signal = stopSignal(console.log);
  const options: StackOptions = {
    env,
    say: (line) => console.log(`  ${line}`),
    durable: true,
    signal,
    botPort: await choosePort('BOT_PORT'),
    workspacePort: await choosePort('WORKSPACE_PORT'),
  };
  const stack = await open(options, withPlayground ? as : null);
  const model = stack.rehearsal ? 'the rehearsal model (set ANTHROPIC_API_KEY for a real one)' : 'your model';
  console.log(`
  Open ${stack.workspace.url}${stack.playgroundUrl ? ` (Slack)\n  Open ${stack.playgroundUrl} (Teams, by Microsoft's Agents Playground; type /as ada to be Ada)` : ''}

  Everything runs on this machine, with ${model}.
  Logs and state: ${join(stack.home.dir, '/')}   Stop: Ctrl-C (state is kept)
`);
  await aborted(signal);
  await stack.stop();
  return 0;
}
