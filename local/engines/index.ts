import type { Home } from './home.ts';
import { givenEngine, type Engine } from './engine.ts';
import { startPostgres } from './postgres.ts';
import type { Say } from './progress.ts';
import { startRedis } from './redis.ts';
import { startTemporal } from './temporal.ts';

export interface Engines {
  /** Superuser URL of the embedded Postgres; null when DATABASE_URL names another. */
  readonly postgres: Engine | null;
  readonly redis: Engine;
  readonly temporal: Engine;
  /** Temporal first, since it still writes; Postgres last. */
  stop(): Promise<void>;
}

/** The engines: the address in the environment, a program here, or one installed; all on loopback, all health-checked. */
export async function startEngines(options: {
  home: Home;
  say: Say;
  durable: boolean;
  env?: NodeJS.ProcessEnv;
}): Promise<Engines> {
  const env = options.env ?? process.env;
  const { REDIS_URL, TEMPORAL_ADDRESS, DATABASE_URL } = env;
  const started = await Promise.allSettled([
    TEMPORAL_ADDRESS ? givenEngine(TEMPORAL_ADDRESS) : startTemporal(options),
    REDIS_URL ? givenEngine(REDIS_URL) : startRedis(options),
    DATABASE_URL ? null : startPostgres(options),
  ]);
  const stop = async () => {
    for (const engine of started) if (engine.status === 'fulfilled') await engine.value?.stop();
  };
  const [temporal, redis, postgres] = started;
  if (temporal.status === 'rejected' || redis.status === 'rejected' || postgres.status === 'rejected') {
    await stop();
    throw started.find((s) => s.status === 'rejected')?.reason;
  }
  return { postgres: postgres.value, redis: redis.value, temporal: temporal.value, stop };
}
