import { condition, continueAsNew, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { IncidentRef } from '../core/activities.ts';
import { store } from './activities.ts';
import { incidentChanged } from './signals.ts';

/** A timer that came a little early must not become a busy loop. */
const SHORTEST_WAIT_MS = 500;

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, incident);

/**
 * Owns the time of one incident: who is asked next, when silence ends, whether it stayed clear. Postgres owns its state and
 * is read again at each piece of news, so order and repeats of signals do not matter. One that opens again after it was
 * over is started again, under the same id.
 */
export async function incident(ref: IncidentRef): Promise<void> {
  let changes = 0;
  setHandler(incidentChanged, () => {
    changes += 1;
  });

  for (;;) {
    const seen = changes;
    const { over, nextTimerInMs } = await store.tickIncident(ref);
    const isNews = (): boolean => changes > seen;
    // A signal that came while it was being read is read before the end, else nobody would hear it.
    if (over && !isNews()) return;
    if (!over && nextTimerInMs === null) await condition(isNews);
    else if (!over) await condition(isNews, Math.max(nextTimerInMs ?? 0, SHORTEST_WAIT_MS));
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof incident>(ref);
  }
}
