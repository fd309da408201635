import { actionDigest } from '../core/action.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import { ASK_PERSON, LONGEST_REVIEW_WHY, type PersonQuestion } from '../core/person-question.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import type { Card, Form } from './model.ts';
import { personQuestionCard } from './person-question-card.ts';
import { respondForm } from './person-question-form.ts';
import { reminderCard } from './reminder-card.ts';
import { ADA, approvalState, approvalView, EVIDENCE } from './samples.ts';

/** Questions of agents, as data; for tests only. */
const at = (time: string): number => Date.parse(`2026-11-24T${time}Z`);

/** As long as the person concerned may write, in words that a renderer must not obey. */
const LONG_WORDS = 'The bill was <b>never</b> read, nobody asked me. '.padEnd(LONGEST_REVIEW_WHY, '*');

const QUESTION = {
  to: 'claims',
  question: 'Which amount was claimed on CLM-0860?',
  why: 'The claim says £9,480.00, and the only bill says £3,480.00.',
  citations: ['DOC-3350'],
};
const CLAIMED: PersonQuestion['field'] = {
  label: 'Claimed amount',
  type: 'amount',
  current: { currency: 'GBP', micros: 9_480_000_000 },
  least: 1,
  most: 240_000,
};

function questionView(
  asked: Omit<PersonQuestion, keyof typeof QUESTION> & Partial<typeof QUESTION>,
  change: Partial<ApprovalState> = {},
) {
  const base = approvalState({ effect: 'reversible', risk: 'low' });
  const action = { ...base.action, ...ASK_PERSON, args: { ...QUESTION, ...asked } as unknown as JsonObject };
  const state = { ...base, action, actionDigest: actionDigest(action), ...change };
  return approvalView(state, { ...EVIDENCE, title: QUESTION.question });
}

/** An agent's questions: one of each kind, and how they end. */
const questionViews = (): [string, ApprovalView][] => [
  ['question of an agent, a field', questionView({ kind: 'correct_field', field: CLAIMED })],
  [
    'question of an agent, a date',
    questionView({
      kind: 'correct_field',
      field: { label: 'Incident date', type: 'date', current: '2026-10-26', latest: '2026-11-24' },
    }),
  ],
  [
    'question of an agent, options',
    questionView({ kind: 'choose', options: ['26 October, as claimed', '28 October, as the adjuster says'] }),
  ],
  ['question of an agent, an exception', questionView({ kind: 'grant_exception' })],
  [
    'review of a decision, asked for by the person concerned, at length',
    questionView({
      kind: 'grant_exception',
      why: LONG_WORDS,
      review: { of: 'apr_01M86D72R0H5RW9N3GJ0PSAY6F', decidedBy: [], concerned: true },
    }),
  ],
  [
    'question of an agent, answered',
    questionView(
      { kind: 'correct_field', field: CLAIMED },
      {
        status: 'answered',
        decidedAtMs: at('10:16:00'),
        answer: {
          ...{ person: ADA, onBehalfOf: null, atMs: at('10:16:00'), reason: 'A slip of the pen.' },
          ...{ value: { currency: 'GBP', micros: 3_480_000_000 }, via: 'slack', cardDigest: null },
        },
      },
    ),
  ],
  [
    'question of an agent, expired',
    questionView({ kind: 'grant_exception' }, { status: 'expired', decidedAtMs: at('11:16:00') }),
  ],
];

export const questionCards = (language?: Language): [string, Card][] =>
  questionViews().flatMap(([name, view]): [string, Card][] => {
    const card = personQuestionCard(view, language);
    if (card === null) throw new Error('the sample asks no person');
    const reminding = { reminder: 'reminder-1', cardIsHere: view.state.escalatedAtMs === null };
    return [
      [name, card],
      [`reminder of ${name}`, reminderCard(view, reminding, language)],
    ];
  });

/** What answers those that are open. */
export const questionForms = (language?: Language): [string, Form][] =>
  questionViews()
    .filter(([, { state }]) => state.status === 'pending')
    .map(([name, view]) => {
      const form = respondForm(view, language);
      if (form === null) throw new Error('the sample asks no person');
      return [`answer ${name}`, form];
    });
