import { RotationId } from '../core/ids.ts';
import { PLACES } from '../core/on-call/types.ts';
import type { OnCallView } from '../core/on-call/views.ts';
import type { Person } from '../core/people.ts';
import { commandForm, type CommandField } from './command-form.ts';
import type { Form } from './model.ts';
import { ONCALL_WORDS } from './oncall-words.ts';

/** As much as a field holds in either chat. */
const LONGEST_CALENDAR = 3_000;
/** More names than a form holds; a chat with a picker of its own is not bound by them. */
const NAMES_AT_MOST = 150;

const COMMAND = 'oncall';

type Reader = Pick<Person, 'language' | 'timeZone' | 'team'>;
const sayIn = ({ language }: Reader) => ONCALL_WORDS[language ?? 'en'].form;

/** The rotations that there were when a form was opened, so that none is replaced that nobody saw. */
const seenBy = ({ rotations }: OnCallView): string => rotations.map(({ rotation }) => rotation.id).join(' ');
export const seenIn = (words: string): readonly RotationId[] =>
  words.split(/\s+/).flatMap((one) => RotationId.safeParse(one).data ?? []);

const place = (person: Reader): CommandField => {
  const say = sayIn(person);
  const options = PLACES.map((value) => ({ value, label: say.places[value] }));
  return { name: 'place', label: say.place, placeholder: '', kind: 'select', options, initial: 'first' };
};

const line = (name: string, label: string, more: Partial<CommandField> = {}): CommandField => ({
  ...{ name, label, placeholder: '', maxLength: 60 },
  ...more,
});

export function setForm(view: OnCallView, person: Reader): Form {
  const say = sayIn(person);
  const fields = [
    place(person),
    line('people', say.people, { hint: say.peopleHint, placeholder: '@ada, @ben', maxLength: 1_000 }),
    line('handOver', say.handOver, { hint: say.handOverHint, initial: say.handOverUsual }),
    line('timeZone', say.timeZone, { initial: person.timeZone }),
    line('team', say.team, { initial: person.team }),
  ];
  const words = `set ${seenBy(view)}`.trim();
  const questions = { command: COMMAND, words, title: say.setTitle, means: say.setMeans, fields };
  return commandForm(questions, person.language);
}

export function overrideForm(people: readonly Person[], person: Reader): Form {
  const say = sayIn(person);
  const options = people
    .slice(0, NAMES_AT_MOST)
    .map(({ id, name, team }) => ({ value: id, label: `${name} (${team})` }));
  const fields = [
    { ...line('who', say.who), kind: 'person', options } as const,
    line('until', say.until, { hint: say.untilHint }),
    line('from', say.from, { hint: say.fromHint, required: false }),
    place(person),
  ];
  const [title, means] = [say.overrideTitle, say.overrideMeans];
  return commandForm({ command: COMMAND, words: 'override', title, means, fields }, person.language);
}

export function importForm(view: OnCallView, person: Reader): Form {
  const say = sayIn(person);
  const fields = [
    line('calendar', say.calendar, {
      ...{ kind: 'multiline', hint: say.calendarHint, maxLength: LONGEST_CALENDAR },
    }),
    line('timeZone', say.timeZone, { initial: person.timeZone, hint: say.zoneHint }),
    place(person),
  ];
  const words = `import ${seenBy(view)}`.trim();
  const questions = { command: COMMAND, words, title: say.importTitle, means: say.importMeans, fields };
  return commandForm(questions, person.language);
}
