import type { Command } from '../command.ts';
import { onIncident, suggestIncidents, type IncidentVerb } from '../incidents.ts';

const verb: IncidentVerb = {
  command: () => resolve,
  right: 'resolve',
  title: (say) => say.resolveTitle,
  event: ({ person }) => ({ kind: 'resolve', by: person.id }),
};

export const resolve: Command = {
  name: 'resolve',
  takes: '[<incident>]',
  purpose: 'Ends the incident; it opens again when it comes back, or when it lasts for another hour.',
  example: 'resolve inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'resolve',
  suggests: { incident: suggestIncidents('resolve') },
  run: (context) => onIncident(context, verb),
};
