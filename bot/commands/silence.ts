import { incidentWordsIn } from '../../cards/incident-card.ts';
import { readWhen } from '../../core/when.ts';
import type { Command, CommandContext } from '../command.ts';
import { onIncident, suggestIncidents, type IncidentVerb } from '../incidents.ts';
import { refusal } from '../words.ts';

const WHOLE_DAY = 24 * 60;
/** `until Friday`, `for 2 hours`: the word before says nothing that the time does not. */
const BEFORE = /^(?:until|till|for|bis|für)\s+/i;

function untilMs({ person }: CommandContext, said: string): number | null {
  const words = said.trim().replace(BEFORE, '');
  return readWhen(words, { nowMs: Date.now(), timeZone: person.timeZone, dayMeans: WHOLE_DAY });
}

const verb: IncidentVerb = {
  command: () => silence,
  right: 'silence',
  title: (say) => say.silenceTitle,
  means: (say) => say.silenceMeans,
  field: ({ person }) => {
    const { until: label, untilHint: hint } = incidentWordsIn(person.language ?? 'en').form;
    return { name: 'until', label, hint, placeholder: '2h', maxLength: 60 };
  },
  event: (context, rest) => {
    const said = rest || (context.request.fields?.['until'] ?? '');
    if (said.trim() === '' && context.request.fields === undefined) return null;
    const until = untilMs(context, said);
    if (until !== null) return { kind: 'silence', by: context.person.id, untilMs: until };
    return {
      refusal: {
        refusal: refusal('arguments_refused', { why: 'time-unclear', said: said.slice(0, 60) }),
        subject: 'silence',
      },
    };
  },
};

export const silence: Command = {
  name: 'silence',
  takes: '[<incident>] until <when>',
  purpose: 'Nobody is woken for it until then, a week at most; it ends earlier when it gets worse.',
  example: 'silence inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A until 2h',
  permission: 'silence',
  suggests: { incident: suggestIncidents('silence') },
  run: (context) => onIncident(context, verb),
};
