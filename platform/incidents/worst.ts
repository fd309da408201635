import { worstFirst } from '../../core/incident/gather.ts';
import type { ConditionView } from '../../core/incident/views.ts';
import type { IncidentId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { conditionsOf } from './conditions.ts';

/** As many as a card shows. */
const WORST = 5;

const LEVERS = `SELECT a.agent, coalesce(s.paused, false) AS paused,
    (SELECT v.previous FROM agent_versions v WHERE v.agent = a.agent AND v.environment = 'production'
      ORDER BY v.revision DESC LIMIT 1) AS "previousVersion"
  FROM unnest($1::text[]) AS a(agent) LEFT JOIN agent_settings s ON s.agent = a.agent`;

type Levers = Pick<ConditionView, 'paused' | 'previousVersion'> & { readonly agent: string };

/** The worst of what an incident gathers, each with what can be done about its agent. */
export async function worstOf(tx: TenantTx, incident: IncidentId): Promise<ConditionView[]> {
  const open = (await conditionsOf(tx, incident)).filter((one) => one.overAtMs === null);
  const firing = open.filter(({ state }) => state === 'firing');
  const shown = worstFirst(firing.length > 0 ? firing : open).slice(0, WORST);
  const agents = [...new Set(shown.map(({ agent }) => agent).filter((one) => one !== null))];
  const levers = await tx.rows<Levers>({ text: LEVERS, values: [agents] });
  return shown.map((one) => {
    const of = levers.find(({ agent }) => agent === one.agent);
    return { ...one, paused: of?.paused ?? false, previousVersion: of?.previousVersion ?? null };
  });
}
