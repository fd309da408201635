import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { chromiumProgram } from '../local/engines/chromium.ts';
import { openHome } from '../local/engines/home.ts';
import { startEngines } from '../local/engines/index.ts';
import { migrate } from '../platform/migrate.ts';
import { prepareDatabase } from '../platform/prepare-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    /** A migrated database that nobody connects to, to be copied. */
    template: string;
    redisUrl: string;
    temporalAddress: string;
    chromium: string;
  }
}

const TEMPLATE = 'countersign_template';

async function makeTemplate(superuserUrl: string): Promise<void> {
  const { migratorUrl } = await prepareDatabase({ superuserUrl, database: TEMPLATE });
  await migrate({ migratorUrl });
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
  const postgresUrl = engines.postgres?.url ?? '';
  const stop = async (): Promise<void> => {
    await engines.stop();
    for (const dir of [home.dir, home.postgresData]) rmSync(dir, { recursive: true, force: true });
  };
  await makeTemplate(postgresUrl).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  project.provide('postgresUrl', postgresUrl);
  project.provide('template', TEMPLATE);
  project.provide('redisUrl', engines.redis.url);
  project.provide('temporalAddress', engines.temporal.url);
  return stop;
}
