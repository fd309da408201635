import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, untilReady, type Child } from '../../local/engines/child.ts';

const LAUNCH = join(import.meta.dirname, '../launch.mjs');

/** One of our own programs (`countersign bot`, `countersign workers`) run as a process, as in any deployment. */
export interface Program {
  readonly name: string;
  pid(): number;
  /** Starts it again when it died; resolves when it is ready. */
  start(): Promise<void>;
  /** Without warning, as a machine that loses power. Nothing restarts it until `start`. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly name: 'bot' | 'workers';
  readonly homeDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ready: (logSinceStart: string) => Promise<boolean> | boolean;
  readonly say: (line: string) => void;
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** Runs a program and keeps it running: a death that nobody asked for is said, and the program started again. */
export function createProgram({ name, homeDir, env, ready, say }: ProgramOptions): Program {
  let child: Child | undefined;
  let wanted = false;

  const launch = async (): Promise<void> => {
    const log = join(homeDir, `${name}.log`);
    const offset = sizeOf(log);
    const started = await startChild({
      name,
      dir: homeDir,
      command: process.execPath,
      args: [LAUNCH, name],
      env,
    });
    child = started;
    void started.died.then(async (why) => {
      if (!wanted || child !== started) return;
      say(`${why}; starting it again`);
      await sleep(1000);
      if (wanted && child === started) await launch().catch((error: Error) => say(error.message));
    });
    const fresh = () => (existsSync(log) ? readFileSync(log).subarray(offset).toString() : '');
    await untilReady(started, name, async () => ready(fresh()));
  };

  return {
    name,
    pid: () => child?.pid ?? -1,
    start: async () => {
      wanted = true;
      await launch();
    },
    kill: async () => {
      wanted = false;
      const victim = child;
      if (!victim) return;
      const gone = victim.died;
      process.kill(victim.pid, 'SIGKILL');
      await gone;
    },
    stop: async () => {
      wanted = false;
      await child?.stop();
    },
  };
}
