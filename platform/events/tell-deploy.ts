import type { Log } from '../log.ts';
import type { OpenStores } from '../open-store.ts';
import { programBuild } from './program-build.ts';

/**
 * Tells every company that a new version of the program is at work, where it is one: an incident names it among what changed
 * before. Told at each start of each process, and one event however many there are. A failure holds up no start.
 */
export async function tellDeploy(
  { metrics, events }: Pick<OpenStores, 'metrics' | 'events'>,
  log: Log,
  build: () => string = programBuild,
): Promise<void> {
  try {
    const now = build();
    for (const tenant of await metrics.tenants()) await events.deployed(tenant, now);
  } catch (error) {
    log.warn({ err: error }, 'a new version of the program could not be told');
  }
}
