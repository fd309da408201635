import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { chromiumProgram } from '../local/engines/chromium.ts';
import { openHome } from '../local/engines/home.ts';
import { startEngines } from '../local/engines/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    redisUrl: string;
    temporalAddress: string;
    chromium: string;
  }
}

/** Real engines for one test run: in memory or unsynced, on ports of their own, gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = openHome({
    ...process.env,
    COUNTERSIGN_HOME: mkdtempSync(join(tmpdir(), 'countersign-test-')),
  });
  const say = (line: string) => console.error(line);
  // One after the other: both may want apt.
  project.provide('chromium', await chromiumProgram(say));
  const engines = await startEngines({ home, say, durable: false, env: {} });
  project.provide('postgresUrl', engines.postgres?.url ?? '');
  project.provide('redisUrl', engines.redis.url);
  project.provide('temporalAddress', engines.temporal.url);
  return async () => {
    await engines.stop();
    for (const dir of [home.dir, home.postgresData]) rmSync(dir, { recursive: true, force: true });
  };
}
