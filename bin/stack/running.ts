import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { alive, commandOf } from '../../local/engines/child.ts';
import { homeDirOf, type Home } from '../../local/engines/home.ts';

const Running = z.strictObject({
  pid: z.int().positive(),
  /** The command line of that process: a pid may be somebody else's by now. */
  command: z.string(),
  /** What the bot and the workers were given; empty while it starts. */
  env: z.record(z.string(), z.string()),
});
type Running = z.infer<typeof Running>;

const fileOf = ({ dir }: Pick<Home, 'dir'>): string => join(dir, 'running.json');

/** What runs from this home now, or null. */
function read(home: Pick<Home, 'dir'>): Running | null {
  try {
    const running = Running.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
    return alive(running.pid) && commandOf(running.pid) === running.command ? running : null;
  } catch {
    return null;
  }
}

/** Readable by its owner only, as the keys beside it are; never half written. */
function write(home: Pick<Home, 'dir'>, env: Record<string, string>): void {
  const running: Running = { pid: process.pid, command: commandOf(process.pid), env };
  const next = `${fileOf(home)}.${process.pid}`;
  writeFileSync(next, JSON.stringify(running), { mode: 0o600 });
  renameSync(next, fileOf(home));
}

/**
 * A home is one product's: a second start would end the first one's engines as if it had been killed.
 * @returns what gives the home back
 * @throws Error when the product runs from it already
 */
export function claimHome(home: Pick<Home, 'dir'>): () => Promise<void> {
  const running = read(home);
  if (running)
    throw new Error(
      `Countersign runs already with the state in ${home.dir} (process ${running.pid}). Use that one, stop it with Ctrl-C, or start another with a COUNTERSIGN_HOME of its own.`,
    );
  write(home, {});
  return () => Promise.resolve(rmSync(fileOf(home), { force: true }));
}

/** Tells commands typed beside it where the engines are and which keys are in use. */
export function tellRunning(home: Pick<Home, 'dir'>, env: NodeJS.ProcessEnv): void {
  write(home, Object.fromEntries(Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))));
}

/** What names an installation. With one of them set, the environment says which; else it is the one that runs here. */
const NAMED = ['DATABASE_URL', 'DATABASE_DISPATCHER_URL', 'COUNTERSIGN_ENCRYPTION_KEY', 'COUNTERSIGN_SIGNING_KEY', 'COUNTERSIGN_LEDGER_KEY']; // prettier-ignore

/** The settings of what `npm start` runs from this checkout, for a command that was given none; null: there is no such thing. */
export function settingsHere(env: NodeJS.ProcessEnv): Record<string, string> | null {
  if (NAMED.some((name) => env[name])) return null;
  const running = read({ dir: homeDirOf(env) });
  return running && Object.keys(running.env).length > 0 ? running.env : null;
}
