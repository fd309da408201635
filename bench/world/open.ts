import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '../../bin/stack/open-stack.ts';
import { withThrowawayStack } from '../../bin/stack/throwaway.ts';
import { openHome } from '../../local/engines/home.ts';
import { startTemporal } from '../../local/engines/temporal.ts';

export type Say = (line: string) => void;

/** This process's environment without these names. */
export const without = (...names: string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));

/**
 * The product's own stack, with a Postgres that waits for its disk (fsync on) and a Temporal dev server in memory, which
 * both sides of a comparison share. Bot and workers are not started yet; everything is gone afterwards.
 */
export async function withBenchStack<T>(say: Say, work: (stack: Stack) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const home = openHome({ ...process.env, COUNTERSIGN_HOME: dir });
  const temporal = await startTemporal({ home, say, durable: false });
  try {
    // A model of the person's own has no part in this, nor has a database that holds anything already.
    const env = {
      ...without('ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'DATABASE_URL'),
      TEMPORAL_ADDRESS: temporal.url,
    };
    return await withThrowawayStack({ say, durable: true, idle: true, env }, work);
  } finally {
    await temporal.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The superuser's URL of one of the databases of the stack. */
export function databaseUrl(stack: Stack, database: string): string {
  const url = new URL(stack.engines.postgres?.url ?? '');
  url.pathname = `/${database}`;
  return url.href;
}
