import { untilReady, type Child } from './child.ts';
import { withProgress, type Say } from './progress.ts';

/** A running engine. `kill` and `start` are for trying what happens when one dies. */
export interface Engine {
  readonly url: string;
  /** Null for an engine of yours, which we neither start nor stop. */
  readonly pid: () => number | null;
  start(): Promise<void>;
  /** Without warning, as a machine that loses power. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly name: string;
  readonly url: string;
  readonly say: Say;
  readonly launch: () => Promise<Child>;
  readonly answers: () => Promise<boolean>;
}

/** Starts a program of ours and waits until it answers. @throws Error naming its log when it does not */
export async function startEngine({ name, url, say, launch, answers }: EngineOptions): Promise<Engine> {
  let child: Child | undefined;
  const start = async (): Promise<void> => {
    const started = (child = await launch());
    await withProgress(say, `Waiting for ${name}`, () => untilReady(started, name, answers));
  };
  await start();
  return {
    url,
    start,
    pid: () => child?.pid ?? null,
    kill: async () => {
      const victim = child;
      if (!victim) return;
      process.kill(victim.pid, 'SIGKILL');
      await victim.died;
    },
    stop: async () => child?.stop(),
  };
}

/** An engine that the environment names. */
export const givenEngine = (url: string): Engine => {
  const nothing = async () => {};
  return { url, pid: () => null, start: nothing, kill: nothing, stop: nothing };
};
