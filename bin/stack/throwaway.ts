import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack, type Stack, type StackOptions } from './open-stack.ts';

type ThrowawayOptions = Omit<StackOptions, 'env'> & { readonly env?: NodeJS.ProcessEnv };

/** A stack in a folder of its own that is gone once it is stopped. */
export async function openThrowawayStack(options: ThrowawayOptions): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  const stack = await openStack({
    ...options,
    env: { ...(options.env ?? process.env), COUNTERSIGN_HOME: dir },
  });
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      for (const gone of [dir, stack.home.postgresData]) rmSync(gone, { recursive: true, force: true });
    },
  };
}

/** For the story, evals, bench, chaos and tests. */
export async function withThrowawayStack<T>(
  options: ThrowawayOptions,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const stack = await openThrowawayStack(options);
  try {
    return await work(stack);
  } finally {
    await stack.stop();
  }
}
