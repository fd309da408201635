import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of ours that runs beside us. Its own process group: Ctrl-C reaches us first, and we stop it in order. */
export interface Child {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with the reason when the program ends without being asked to. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  readonly dir: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal?: NodeJS.Signals;
}

/** Whether there is such a process. */
export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The command line of a process, or '' where the system does not tell; guards against a reused pid. */
export function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (!alive(pid)) return;
  process.kill(pid, signal);
  for (let i = 0; i < 100 && alive(pid); i++) await sleep(100);
  if (alive(pid)) process.kill(pid, 'SIGKILL');
}

/** Ends what an earlier start of the same home left behind (its parent was killed), so that the state is free. */
async function reclaim(pidFile: string, command: string, signal: NodeJS.Signals): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (pid > 1 && alive(pid) && commandOf(pid).includes(command)) await end(pid, signal);
  rmSync(pidFile, { force: true });
}

/** Starts a program, its output in `<dir>/<name>.log`, its pid in `<dir>/<name>.pid`. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, dir, command, args, env, uid, gid, stopSignal = 'SIGTERM' } = options;
  mkdirSync(dir, { recursive: true });
  const pidFile = join(dir, `${name}.pid`);
  const logFile = join(dir, `${name}.log`);
  await reclaim(pidFile, command, stopSignal);
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(command, [...args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: env ?? process.env,
    uid,
    gid,
    cwd: uid === undefined ? dir : '/',
  });
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(`${name} ended (${signal ?? `code ${code}`}); see ${logFile}`),
    );
  });
  if (child.pid) writeFileSync(pidFile, String(child.pid));
  child.unref();
  return {
    pid: child.pid ?? -1,
    logFile,
    died: ended.then((why) => (stopping ? new Promise<string>(() => {}) : why)),
    stop: async () => {
      stopping = true;
      if (child.pid) await end(child.pid, stopSignal);
      await ended;
      rmSync(pidFile, { force: true });
    },
  };
}

/**
 * Polls `check` until it holds; a sentence naming the log when the child dies or time runs out. The limit is for what hangs:
 * a slow machine is shown what takes long (`withProgress`), not given up on.
 */
export async function untilReady(
  child: Child,
  name: string,
  check: () => Promise<boolean>,
  timeoutMs = 300_000,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  let death: string | undefined;
  void child.died.then((why) => (death = why));
  while (Date.now() < until) {
    if (death) throw new Error(death);
    if (await check().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error(`${name} was not ready after ${timeoutMs / 1000} s; see ${child.logFile}`);
}
