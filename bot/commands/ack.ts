import type { Command } from '../command.ts';
import { onIncident, suggestIncidents, type IncidentVerb } from '../incidents.ts';

const verb: IncidentVerb = {
  command: () => ack,
  right: 'acknowledge',
  title: (say) => say.ackTitle,
  event: ({ person }) => ({ kind: 'acknowledge', by: person.id }),
};

export const ack: Command = {
  name: 'ack',
  takes: '[<incident>]',
  purpose: 'You look after the incident: nobody further is asked. In its thread, without an id.',
  example: 'ack inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'acknowledge',
  suggests: { incident: suggestIncidents('acknowledge') },
  run: (context) => onIncident(context, verb),
};
