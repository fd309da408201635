import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome, sharedBundles } from '../../local/engines/home.ts';
import { openStack, type Stack, type StackOptions } from './open-stack.ts';

type ThrowawayOptions = Omit<StackOptions, 'env'> & { readonly env?: NodeJS.ProcessEnv };

/** The home makes no bundle of its own: what all of them share is made once on this machine. */
export function shareBundles(env: NodeJS.ProcessEnv): void {
  const home = openHome(env);
  symlinkSync(sharedBundles(home), join(home.dir, 'bundles'), 'junction');
}

/** A stack in a folder of its own that is gone once it is stopped. */
export async function openThrowawayStack(options: ThrowawayOptions): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  const env = { ...(options.env ?? process.env), COUNTERSIGN_HOME: dir };
  shareBundles(env);
  const stack = await openStack({ ...options, env });
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
