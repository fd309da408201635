import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack, type Stack, type StackOptions } from './open-stack.ts';

/** A stack in a folder of its own that is gone afterwards: for the story, evals, bench, chaos and tests. */
export async function withThrowawayStack<T>(
  options: Omit<StackOptions, 'env'> & { env?: NodeJS.ProcessEnv },
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  const stack = await openStack({
    ...options,
    env: { ...(options.env ?? process.env), COUNTERSIGN_HOME: dir },
  });
  try {
    return await work(stack);
  } finally {
    await stack.stop();
    for (const gone of [dir, stack.home.postgresData]) rmSync(gone, { recursive: true, force: true });
  }
}
