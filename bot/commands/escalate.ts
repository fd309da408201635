import type { Command } from '../command.ts';
import { onIncident, suggestIncidents, type IncidentVerb } from '../incidents.ts';

const verb: IncidentVerb = {
  command: () => escalate,
  right: 'escalate',
  title: (say) => say.escalateTitle,
  event: ({ person }) => ({ kind: 'escalate', by: person.id }),
};

export const escalate: Command = {
  name: 'escalate',
  takes: '[<incident>]',
  purpose: 'Asks the next on call now, then the manager.',
  example: 'escalate inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'escalate',
  suggests: { incident: suggestIncidents('escalate') },
  run: (context) => onIncident(context, verb),
};
