import { log } from '@temporalio/activity';
import type { WatchActivities } from '../../core/activities.ts';
import { lookAtTenant } from '../watch/look-at-tenant.ts';
import type { Edges } from './edges.ts';

/** What the watch may ask for. One company's figures that cannot be counted keep nobody else's from being looked at. */
export const createWatchActivities = ({ stores }: Pick<Edges, 'stores'>) =>
  ({
    async lookAtFigures({ tenant }) {
      if (tenant !== null) return lookAtTenant(stores, tenant);
      for (const each of await stores.metrics.tenants())
        await lookAtTenant(stores, each).catch((error: unknown) =>
          log.error('the figures of a company could not be looked at', { tenant: each, err: error }),
        );
    },
  }) satisfies WatchActivities;
