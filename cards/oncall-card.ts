import type { PersonId } from '../core/ids.ts';
import { dateFormat } from '../core/formats.ts';
import { LOCALES, type Language } from '../core/language.ts';
import type { Place } from '../core/on-call/types.ts';
import type { OnCallView, RotationView } from '../core/on-call/views.ts';
import type { NamedPerson } from '../core/views.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Fact, Span, StateLine } from './model.ts';
import { ONCALL_WORDS, type OncallWords } from './oncall-words.ts';
import { commandButton } from './run-buttons.ts';
import { fact, instant, joined, person, strong, text } from './spans.ts';
import { shown } from './text.ts';

/** More than fit on a phone; a rotation may have more people, and a year of overrides. */
const NAMES = 12;
const OVERRIDES = 6;

interface Saying {
  readonly say: OncallWords;
  readonly language: Language;
  readonly separator: string;
  readonly named: (id: PersonId) => NamedPerson;
}

const whoNow = ({ say, named }: Saying, { now }: RotationView): readonly Span[] => {
  const who = now.person === null ? text(say.gap) : person(named(now.person));
  if (now.untilMs === null) return [who, text(`, ${say.noChange}`)];
  const then = now.next === null ? [text(say.nobodyThen)] : [text(`${say.then} `), person(named(now.next))];
  return [who, text(` ${say.until} `), instant(now.untilMs, 'deadline'), text(', '), ...then];
};

/** Each once, in the order in which their turns come. */
function inTurn({ say, named }: Saying, { rotation }: RotationView): readonly Span[] {
  const { plan } = rotation;
  const ids = plan.kind === 'weekly' ? plan.order : plan.shifts.map((shift) => shift.person);
  const names = (plan.kind === 'weekly' ? ids : [...new Set(ids)]).map((id) => named(id).name);
  const rest = names.length - NAMES;
  const said = [...names.slice(0, NAMES), ...(rest > 0 ? [say.more(rest)] : [])].map(shown);
  return [text(`${say.inTurn}: ${said.join(', ')}`)];
}

function ruleOf({ say, language }: Saying, { rotation }: RotationView): readonly Span[] {
  const { plan, team, timeZone } = rotation;
  if (plan.kind === 'shifts') return [text(say.calendar(plan.shifts.length, shown(team)))];
  const weekday = dateFormat(LOCALES[language], { weekday: 'long', timeZone: 'UTC' });
  const when = `${weekday.format(Date.parse(plan.startsOn))} ${plan.time}`;
  return [text(say.weekly(when, shown(team), timeZone))];
}

/** One rotation: who, until when, who then; whoever left; its rule; overrides, with a button for those who may. */
function rotationBlocks(saying: Saying, view: RotationView, may: boolean): Block[] {
  const { say, named, separator } = saying;
  const { rotation, now, overrides } = view;
  const facts: Fact[] = [fact(say.asked[rotation.place], ...whoNow(saying, view))];
  const gone = now.passedOver.map((id): readonly Span[] => [
    text('⚠️ '),
    person(named(id)),
    text(` ${say.left}`),
  ]);
  const small = joined([ruleOf(saying, view), inTurn(saying, view)], separator);
  return [
    { kind: 'facts', layout: 'lines', whole: false, facts },
    ...(gone.length > 0 ? [{ kind: 'list', items: gone } as const] : []),
    ...overrides.slice(-OVERRIDES).flatMap((one): Block[] => {
      const lines = [
        [
          person(named(one.person)),
          text(` ${say.instead}${separator}`),
          instant(one.fromMs, 'moment'),
          text(` ${say.until} `),
          instant(one.untilMs, 'deadline'),
        ],
      ];
      if (!may) return [{ kind: 'list', items: lines }];
      return [{ kind: 'item', lines, action: commandButton(say.end, 'oncall', `end ${one.id}`) }];
    }),
    { kind: 'context', spans: small },
  ];
}

function stateOf({ say, named }: Saying, { rotations }: OnCallView): StateLine {
  if (rotations.length === 0) return { icon: '📟', words: say.none, aside: [], tone: 'plain' };
  const who = rotations.find(({ now }) => now.person !== null)?.now.person ?? null;
  return who === null
    ? { icon: '⚠️', words: say.nobody, aside: [], tone: 'broken' }
    : { icon: '📟', words: say.isOnCall(shown(named(who).name)), aside: [], tone: 'plain' };
}

/** Whoever is on both rotations is asked once. */
function twice({ say, named }: Saying, { rotations }: OnCallView): Block[] {
  const [first, second] = rotations.map(({ now }) => now.person);
  if (!first || first !== second) return [];
  return [{ kind: 'context', spans: [person(named(first)), text(` ${say.twice}`)] }];
}

function buttons({ say }: Saying, may: MayChange): Block[] {
  if (!may.any) return [];
  const over = may.places.length === 0 ? [] : [commandButton(say.override, 'oncall', 'override', 'form')];
  const ends = may.places.map((place) => commandButton(say.endRotation[place], 'oncall', `end ${place}`));
  const set = commandButton(say.set, 'oncall', 'set', 'form');
  const calendar = commandButton(say.importCalendar, 'oncall', 'import', 'form');
  return [{ kind: 'actions', actions: [...over, set], menu: [calendar, ...ends] }];
}

/** What the reader may change: rotations at all, and which of those there are. */
export interface MayChange {
  readonly any: boolean;
  readonly places: readonly Place[];
}

/** Who is on call now and next, in each rotation. */
export function oncallCard(view: OnCallView, may: MayChange, language: Language = 'en'): Card {
  const say = ONCALL_WORDS[language];
  const { separator } = wordsIn(language);
  const unknown = (id: PersonId): NamedPerson => ({
    ...{ id, name: say.somebody, team: '', slackUser: null, entraObject: null },
  });
  const saying: Saying = { say, language, separator, named: (id) => view.people.get(id) ?? unknown(id) };
  const line = stateOf(saying, view);
  const blocks = view.rotations.flatMap((one, i): Block[] => [
    ...(i > 0 ? [{ kind: 'divider' } as const] : []),
    ...rotationBlocks(saying, one, may.places.includes(one.rotation.place)),
  ]);
  const none: Block = { kind: 'paragraph', spans: [text(say.noneMeans)] };
  const last: Block[] =
    view.manager === null
      ? []
      : [{ kind: 'paragraph', spans: [strong(`${say.last}: `), person(saying.named(view.manager))] }];
  return {
    ...{ v: 1, language, kind: 'oncall', subject: 'oncall', version: 1, title: say.title },
    state: line,
    blocks: [
      ...(blocks.length === 0 ? [none] : blocks),
      ...twice(saying, view),
      ...last,
      ...buttons(saying, may),
    ],
    summary: `${say.title}: ${line.words}`,
  };
}
