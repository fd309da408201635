import type { Language } from '../core/language.ts';
import type { DelegationsView, DelegationView } from '../core/views.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, CardAction, Form, FormInput, Span, StateLine } from './model.ts';
import { command, instant, person, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** More windows than anybody has; a card has room for no more buttons. */
const SHOWN = 8;

const when = (say: CardWords, { fromMs, untilMs }: DelegationView): readonly Span[] => [
  instant(fromMs, 'moment'),
  text(` ${say.until} `),
  instant(untilMs, 'deadline'),
];

const button = (label: string, words: string, opens: CardAction['opens'] = null): CardAction => ({
  verb: 'command',
  label,
  style: 'normal',
  opens,
  target: { kind: 'command', command: 'delegate', words },
});

const mineBlocks = (say: CardWords, one: DelegationView): Block[] => [
  {
    kind: 'paragraph',
    spans: [
      person(one.to),
      text(`${say.separator}`),
      ...when(say, one),
      text(`${say.separator}${say.windows[one.state]}`),
    ],
  },
  { kind: 'actions', actions: [button(say.endDelegation, `end ${one.id}`)], menu: [] },
];

function stateOf(say: CardWords, { mine }: DelegationsView): StateLine {
  const now = mine.find(({ state }) => state === 'in-force');
  const next = now ?? mine[0];
  if (next === undefined) return { icon: '🪑', words: say.nobodyStandsIn, aside: [], tone: 'plain' };
  return {
    icon: '🌴',
    words: say.windows[next.state],
    aside: [person(next.to)],
    tone: now ? 'waiting' : 'plain',
  };
}

/** The reader's windows of absence with a button to end each, and those in which they stand in for somebody. */
export function delegationsCard(view: DelegationsView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const mine = view.mine.slice(0, SHOWN).flatMap((one) => mineBlocks(say, one));
  const forMe = view.forMe
    .slice(0, SHOWN)
    .map((one): readonly Span[] => [person(one.from), text(say.separator), ...when(say, one)]);
  const line = stateOf(say, view);
  const own: Block = { kind: 'paragraph', spans: [text(say.ownRequestsNotTheirs(view.ownOpenRequests))] };
  return {
    v: 1,
    language: say.language,
    kind: 'delegations',
    subject: view.person,
    version: 1,
    title: say.delegations,
    state: line,
    blocks: [
      ...mine,
      ...(view.mine.length > 0 && view.ownOpenRequests > 0 ? [own] : []),
      ...(forMe.length > 0
        ? [
            { kind: 'paragraph', spans: [strong(say.youStandInFor)] } as const,
            { kind: 'list', items: forMe } as const,
          ]
        : []),
      { kind: 'context', spans: [text(say.windowMeans)] },
      { kind: 'actions', actions: [button(say.newDelegation, 'new', 'form')], menu: [] },
    ],
    summary: `${say.delegations}: ${line.words}`,
  };
}

/** What the delegate is told when a window is made, and again when it is ended before its time. */
export function delegationNotice(one: DelegationView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const words = say.standInFor(one.from.name);
  const over = one.state === 'ended';
  return {
    v: 1,
    language: say.language,
    kind: 'notice',
    subject: one.id,
    version: over ? 2 : 1,
    title: words,
    state: {
      icon: over ? '▫️' : '🌴',
      words: say.windows[one.state],
      aside: [],
      tone: over ? 'over' : 'plain',
    },
    blocks: [
      { kind: 'paragraph', spans: [person(one.from), text(say.separator), ...when(say, one)] },
      { kind: 'context', spans: [text(`${say.standInMeans} `), command('delegate')] },
    ],
    summary: `${words}: ${say.windows[one.state]}`,
  };
}

/** Whom, from when, until when; comes back with `to`, `from` and `until`, in the reader's own words and time. */
export function delegationForm(
  people: readonly { readonly id: string; readonly name: string; readonly team: string }[],
  language: Language = 'en',
): Form {
  const say = wordsIn(language);
  const field = (name: string, label: string, hint: string, required: boolean): FormInput => ({
    ...{ kind: 'text', name, label, hint, placeholder: '', initial: '', required },
    ...{ maxLength: 60, currency: '', options: [] },
  });
  return {
    v: 1,
    language: say.language,
    verb: 'command',
    target: { kind: 'command', command: 'delegate', words: 'new' },
    title: say.newDelegationTitle,
    intro: [{ kind: 'paragraph', spans: [text(say.windowMeans)] }],
    inputs: [
      {
        ...field('to', say.delegateTo, '', true),
        kind: 'person',
        placeholder: say.delegatePlaceholder,
        options: people.map(({ id, name, team }) => ({ value: id, label: `${name} (${team})` })),
      },
      field('until', say.windowUntil, say.windowUntilHint, true),
      field('from', say.windowFrom, say.windowFromHint, false),
    ],
    submit: say.delegateSubmit,
    cancel: say.cancel,
  };
}
