import { z } from 'zod';
import { costScopeOf } from '../../commands/costs.ts';
import { agentResource } from '../../named-agent.ts';
import { refusal } from '../../words.ts';
import { operation } from '../operation.ts';
import { NONE } from '../views.ts';

export const whoami = operation({
  ...{ id: 'whoAmI', tool: 'who_am_i', method: 'GET', path: '/whoami', permission: 'whoami' },
  summary: 'Whose token this is, and what it is for.',
  ...{ params: NONE, query: NONE, body: NONE },
  output: z.object({
    tenant: z.string(),
    person: z.string(),
    name: z.string(),
    team: z.string(),
    roles: z.array(z.string()),
    service: z.boolean(),
  }),
  run: async ({ tenant, person }) => {
    const { id, name, team, roles, service = false } = person;
    return { body: { tenant, person: id, name, team, roles: [...roles], service } };
  },
});

export const listAgents = operation({
  ...{ id: 'listAgents', tool: 'list_agents', method: 'GET', path: '/agents', permission: 'agents' },
  summary: 'The agents there are, and what a run of each needs.',
  ...{ params: NONE, query: NONE, body: NONE },
  output: z.object({
    agents: z.array(
      z.object({
        agent: z.string(),
        version: z.string(),
        purpose: z.string(),
        team: z.string(),
        class: z.enum(['standard', 'restricted']),
        environment: z.enum(['production', 'sandbox']),
        paused: z.boolean(),
        may_run: z.boolean(),
        input: z.array(z.object({ name: z.string(), label: z.string() })),
      }),
    ),
  }),
  run: async ({ stores, tenant, person, agents, may }) => {
    const { paused, stopped } = await stores.switches.read(tenant);

    return {
      body: {
        agents: agents.map((one) => ({
          ...{ agent: one.name, version: one.version, purpose: one.purpose, team: one.owner },
          ...{ class: one.class, environment: one.environment },
          paused: stopped !== null || paused.has(one.name),
          may_run: may('run', { ...agentResource(one), owner: person.id }),
          input: one.inputForm.map(({ name, label }) => ({ name, label })),
        })),
      },
    };
  },
});

const Spent = z.object({ usd_micros: z.int(), runs: z.int() });

export const getCosts = operation({
  ...{ id: 'getCosts', tool: 'get_costs', method: 'GET', path: '/costs', permission: 'costs' },
  summary:
    'What the last days cost, by day and by agent, as far as your rights reach: everything, your team, your own, or the sandbox.',
  ...{ params: NONE, body: NONE },
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(92).default(7) }),
  output: z.object({
    scope: z.enum(['all', 'own', 'team', 'sandbox']),
    spent_usd_micros: z.int(),
    today_usd_micros: z.int(),
    by_day: z.array(Spent.extend({ day: z.string() })),
    by_agent: z.array(Spent.extend({ agent: z.string() })),
  }),
  run: async (context, { days }) => {
    const scope = costScopeOf(context);
    if (scope === null) return { refusal: refusal('not_permitted', { verb: 'costs' }) };
    const view = await context.stores.runs.costs(context.tenant, { ...scope, days });
    return {
      body: {
        ...{ scope: view.scope.kind, spent_usd_micros: view.spentMicros, today_usd_micros: view.todayMicros },
        by_day: view.byDay.map(({ day, micros, runs }) => ({ day, usd_micros: micros, runs })),
        by_agent: view.byAgent.map(({ agent, micros, runs }) => ({ agent, usd_micros: micros, runs })),
      },
    };
  },
});
