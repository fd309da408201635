import { incidentWordsIn } from '../../cards/incident-card.ts';
import { LONGEST_NOTE } from '../../core/incident/limits.ts';
import type { Command } from '../command.ts';
import { onIncident, suggestIncidents, type IncidentVerb } from '../incidents.ts';

const verb: IncidentVerb = {
  command: () => note,
  right: 'acknowledge',
  title: (say) => say.noteTitle,
  field: ({ person }) => {
    const { noteField: label } = incidentWordsIn(person.language ?? 'en').form;
    return { name: 'text', label, placeholder: '', kind: 'multiline', maxLength: LONGEST_NOTE };
  },
  event: ({ person, request }, rest) => {
    const text = rest || (request.fields?.['text'] ?? '');
    return text.trim() === '' && request.fields === undefined ? null : { kind: 'note', by: person.id, text };
  },
};

export const note: Command = {
  name: 'note',
  takes: '[<incident>] <text>',
  purpose: 'Leaves words on the incident, for everybody in its threads in both chats.',
  example: 'note inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A It was the prompt.',
  permission: 'acknowledge',
  suggests: { incident: suggestIncidents('acknowledge') },
  run: (context) => onIncident(context, verb),
};
