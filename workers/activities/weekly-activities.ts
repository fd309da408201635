import { log } from '@temporalio/activity';
import type { WeeklyActivities } from '../../core/activities.ts';
import { askWeekly } from '../evals/ask-weekly.ts';
import type { Edges } from './edges.ts';

/** What the weekly schedule may ask for. One company that cannot be asked for keeps nobody else's from it. */
export const createWeeklyActivities = (edges: Pick<Edges, 'stores' | 'agents'>) =>
  ({
    async askWeeklyEvals() {
      let failed: unknown = null;
      const { metrics } = edges.stores;
      for (const tenant of await metrics.tenants())
        try {
          const { left } = await askWeekly(edges, tenant, await metrics.nowMs(tenant));
          if (left.length > 0) log.warn('agents without a weekly evaluation', { tenant, agents: left });
        } catch (error) {
          failed = error;
        }
      // the others were asked for, and a repeat asks for nothing twice
      if (failed !== null) throw failed;
    },
  }) satisfies WeeklyActivities;
