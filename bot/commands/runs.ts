import { runsCard } from '../../cards/runs-card.ts';
import type { Command } from '../command.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';

const LOOKED_AT = 50;
const SHOWN = 10;

export const runs: Command = {
  name: 'runs',
  takes: '',
  purpose: 'The latest runs that you may see, and how they stand: those that wait, with their place in line.',
  example: 'runs',
  permission: 'runs',
  run: async (context) => {
    const { stores, tenant } = context;
    const [latest, line] = await Promise.all([
      stores.runs.list(tenant, { limit: LOOKED_AT }),
      stores.intake.line(tenant),
    ]);
    const flagged = await flaggedTo(context, latest);
    const visible = latest.filter((run) => mayOnRun(context, 'see-output', run, flagged)).slice(0, SHOWN);
    return {
      kind: 'card',
      done: true,
      audience: 'private',
      card: runsCard(visible, context.person.language, line),
    };
  },
};
