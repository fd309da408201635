import { withOwnCases } from '../../core/evals/own-cases.ts';
import type { PersonId, TenantId } from '../../core/ids.ts';
import type { Edges } from '../activities/edges.ts';
import { goldenSetOf } from './golden-set.ts';

const DAY_MS = 86_400_000;

/** `2026-11-16`: the Monday of a week, which is asked for once in each company and agent. */
export function mondayOf(atMs: number): string {
  const sinceMonday = (new Date(atMs).getUTCDay() + 6) % 7;
  return new Date(atMs - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}

/** An Admin, in whose name the cases run: somebody has to be the one who asked. The longest there. */
async function asker({ stores }: Pick<Edges, 'stores'>, tenant: TenantId): Promise<PersonId | null> {
  const all = await stores.people.everyone(tenant);
  const admins = all.filter(({ active, roles }) => active && roles.includes('admin'));
  return admins.map(({ id }) => id).sort()[0] ?? null;
}

/**
 * Asks for the evaluation of every agent of a company that ran lately, in the version that is active, once a week. What
 * cannot be evaluated (no cases, a version that is gone, nobody to ask for it) is left out and named.
 */
export async function askWeekly(
  edges: Pick<Edges, 'stores' | 'agents'>,
  tenant: TenantId,
  atMs: number,
): Promise<{ readonly asked: readonly string[]; readonly left: readonly string[] }> {
  const { evals, golden } = edges.stores;
  const week = mondayOf(atMs);
  const requester = await asker(edges, tenant);
  const asked: string[] = [];
  const left: string[] = [];
  for (const { agent, version, rehearsal } of await evals.active(tenant)) {
    const installed = edges.agents(agent, version);
    const own = await golden.accepted(tenant, agent);
    const set = installed && withOwnCases(installed.contract, goldenSetOf(installed, rehearsal), own);
    if (set === null || set.cases === 0 || !set.sound || requester === null) {
      left.push(agent);
      continue;
    }
    const { cases, casesHash, promptHash, model } = set;
    await evals.ask(tenant, {
      ...{ agent, agentVersion: version, rehearsal, cases, casesHash, promptHash, model, requester },
      ...{ source: 'schedule', origin: {}, requestKey: `weekly ${agent} ${week}` },
    });
    asked.push(agent);
  }
  return { asked, left };
}
