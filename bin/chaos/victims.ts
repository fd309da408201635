import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/open-stack.ts';

export const VICTIMS = ['bot', 'workers', 'redis', 'temporal', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

const START_MS = 90_000;

/** Starts again until it stays: Postgres refuses while the last of its old children still runs. */
async function startAgain(start: () => Promise<void>): Promise<void> {
  for (const until = Date.now() + START_MS; ; await sleep(300)) {
    try {
      return await start();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

function partsOf(stack: Stack, victim: Victim): { kill(): Promise<void>; start(): Promise<void> } {
  const { engines } = stack;
  if (victim === 'bot' || victim === 'workers') return stack[victim];
  if (victim !== 'postgres') return engines[victim];
  if (!engines.postgres)
    throw new Error('DATABASE_URL names a Postgres of yours, which chaos will not kill.');
  return engines.postgres;
}

/** Kills without warning; `downMs` later starts it again. `loseData` takes Redis's files as well. */
export async function killAndStart(
  stack: Stack,
  victim: Victim,
  { downMs, loseData }: { downMs: number; loseData: boolean },
): Promise<void> {
  const parts = partsOf(stack, victim);
  await parts.kill();
  if (loseData) rmSync(join(stack.home.dir, 'redis', 'appendonlydir'), { recursive: true, force: true });
  await sleep(downMs);
  await startAgain(() => parts.start());
}
