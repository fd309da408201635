import { FAILURE_NOT_FOUND, type IncidentStoreActivities } from '../../core/activities.ts';
import { finalFailure, type Edges } from './edges.ts';

/** What the incident's workflow may say: that time has passed. */
export const createIncidentActivities = ({ stores }: Pick<Edges, 'stores'>) =>
  ({
    async tickIncident({ tenant, incident }) {
      const clock = await stores.incidents.tick(tenant, incident);
      if (clock === null)
        throw finalFailure(FAILURE_NOT_FOUND, `The incident ${incident} is not in the store.`);
      return clock;
    },
  }) satisfies IncidentStoreActivities;
