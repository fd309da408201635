import type { IncidentState } from '../../core/incident/types.ts';
import type { IncidentStore } from '../stores.ts';
import { keepDaily } from './keep-daily.ts';
import { act, tick, type IncidentEdges } from './move.ts';
import { observe } from './observe.ts';
import { firingNow } from './conditions.ts';
import { aboutIncident, openIncidents, viewEvent, viewIncident } from './read.ts';

/** Incidents: what the rules, people and the clock do to them, and what cards show of them. */
export function createIncidentStore(edges: IncidentEdges): IncidentStore {
  const { db } = edges;
  return {
    async observe(tenant, findings) {
      try {
        await observe(edges, tenant, findings);
      } finally {
        await keepDaily(db, tenant, findings);
      }
    },
    act: (tenant, incident, event) => act(edges, tenant, incident, event),
    tick: (tenant, incident) => tick(edges, tenant, incident),
    get: (tenant, incident) =>
      db.inTenant(tenant, async (tx) => {
        const values = [incident];
        const row = await tx.row<{ state: IncidentState }>({
          text: 'SELECT state FROM incidents WHERE incident = $1',
          values,
        });
        return row?.state ?? null;
      }),
    view: (tenant, incident) => db.inTenant(tenant, (tx) => viewIncident(tx, incident)),
    event: (tenant, incident, seq) => db.inTenant(tenant, (tx) => viewEvent(tx, incident, seq)),
    firing: (tenant) => db.inTenant(tenant, firingNow),
    open: (tenant) => db.inTenant(tenant, openIncidents),
    about: (tenant, at) => db.inTenant(tenant, (tx) => aboutIncident(tx, at)),
  };
}
