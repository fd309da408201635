import { requesterMayAnswer } from '../core/approval/who-may-answer.ts';
import { readQuestion, type Field, type PersonQuestion } from '../core/person-question.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { SourceRead } from '../core/contract.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import { decidedFact } from './approval-facts.ts';
import { stateLine } from './approval-state.ts';
import { argumentText } from './arguments.ts';
import { duration, ledgerRange, shortDigest, usd } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, CardAction, Fact, Span, Target, Verb } from './model.ts';
import { named, selectorNames } from './progress.ts';
import { cite, command, fact, instant, person, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

type Answer = NonNullable<ApprovalState['answer']>;

const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

/** What a field may be, as far as it is bounded: `1 to 2,000`. */
function boundsOf(say: CardWords, { type, least, most, earliest, latest }: Field): string | null {
  const [from, to] = type === 'date' ? [earliest, latest] : [least, most];
  const words = (one: string | number | undefined): string =>
    one === undefined ? '…' : typeof one === 'number' ? one.toLocaleString(say.locale) : one;
  return from === undefined && to === undefined ? null : `${words(from)} ${say.upTo} ${words(to)}`;
}

/** What is asked for, in full: the field as it is, the options, or what yes would mean. */
function askedFor(say: CardWords, { kind, field, options, review }: PersonQuestion): Block[] {
  if (field) {
    const bounds = boundsOf(say, field);
    const facts = [
      fact(field.label, text(`${say.saysNow} ${argumentText(say, field.current)}`)),
      ...(bounds === null ? [] : [fact(say.possible, text(bounds))]),
    ];
    return [{ kind: 'facts', layout: 'grid', whole: true, facts }];
  }
  if (options) return [{ kind: 'list', items: options.map((one) => [text(one)]) }];
  return kind === 'grant_exception' ? [paragraph(text(review ? say.reviewMeans : say.exceptionMeans))] : [];
}

/** Somebody outside wrote it: their words stand as theirs, and whoever answers knows who reads the answer. */
const whyWords = (say: CardWords, why: string, concerned: boolean): Block[] =>
  concerned
    ? [
        paragraph(strong(say.concernedWrites), text(` ${say.quote(why)}`)),
        paragraph(text(say.concernedReads)),
      ]
    : [paragraph(strong(say.why), text(` ${why}`))];

function whyBlocks(say: CardWords, { why, review }: PersonQuestion, sources: readonly SourceRead[]): Block[] {
  const items = sources.map(({ citation, asOf, readAtMs }) => [
    cite(citation),
    ...(asOf === null ? [text(`, ${say.read} `), instant(readAtMs, 'time')] : [text(`, ${asOf}`)]),
  ]);
  return [
    ...whyWords(say, why, review?.concerned === true),
    ...(items.length > 0 ? [{ kind: 'list', items } as const] : []),
  ];
}

export const answerText = (say: CardWords, { value }: Pick<Answer, 'value'>): string =>
  typeof value === 'boolean' ? (value ? say.yes : say.no) : argumentText(say, value);

function answerFacts(say: CardWords, answer: Answer, { people }: ApprovalView): Fact[] {
  const behalf =
    answer.onBehalfOf === null ? '' : ` ${say.onBehalfOf} ${named(people, answer.onBehalfOf).name}`;
  return [
    fact(say.answerLabel, strong(answerText(say, answer))),
    fact(
      say.answered,
      person(named(people, answer.person)),
      text(`${behalf}, `),
      instant(answer.atMs, 'moment'),
    ),
    ...(answer.reason === null ? [] : [fact(say.reason, text(say.quote(answer.reason)))]),
  ];
}

/** `Any one of Claims, or the requester`. */
export function whoMayAnswer(
  say: CardWords,
  { state, people }: Pick<ApprovalView, 'state' | 'people'>,
): string {
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...(state.escalatedAtMs === null ? [] : escalateTo)];
  return say.anyoneOf(selectorNames(say, asked, people), requesterMayAnswer(state));
}

/** Until when, and whom it asks; then what it cost and for whom it is. */
export function answerWanted(say: CardWords, view: ApprovalView): Fact[] {
  const { micros, workingMs, steps } = view.cost;
  const decided = decidedFact(say, view);
  const label =
    view.state.status === 'pending'
      ? say.answerBy
      : view.state.status === 'answered'
        ? say.answered
        : decided.label;
  return [
    { ...decided, label },
    fact(say.whoMayAnswer, text(whoMayAnswer(say, view))),
    fact(say.costSoFar, text(`${usd(say, micros)}, ${duration(say, workingMs)}, ${say.someSteps(steps)}`)),
    fact(say.askedByLabel, person(named(view.people, view.state.requester))),
  ];
}

function actionsBlock(say: CardWords, state: ApprovalState): Block {
  const { id: approval, version, actionDigest } = state;
  const target: Target = { kind: 'approval', approval, version, actionDigest };
  const button = (verb: Verb, label: string, more: Partial<CardAction> = {}): CardAction => ({
    ...{ verb, label, target, style: 'normal', opens: null },
    ...more,
  });
  const verify = button('verify', say.verify);
  if (state.status !== 'pending') return { kind: 'actions', actions: [verify], menu: [] };
  return {
    kind: 'actions',
    actions: [button('respond', say.answer, { style: 'primary', opens: 'form' })],
    menu: [
      button('delegate', say.delegate, { opens: 'form' }),
      button('snooze', say.snooze, { opens: 'form' }),
      verify,
    ],
  };
}

/**
 * An agent's question in every state: what it asks, why, what may be answered, by whom and until when; afterwards the
 * answer, who gave it and when. Null when the approval is no question that this version can read.
 */
export function personQuestionCard(view: ApprovalView, language: Language = 'en'): Card | null {
  const say = wordsIn(language);
  const { state, evidence, agent, ledger } = view;
  const question = readQuestion(state.action);
  if (question === null) return null;
  const line = stateLine(say, view);
  const model = evidence.rehearsal ? ` ${say.rehearsal}` : '';
  const { answer } = state;
  return {
    v: 1,
    language: say.language,
    kind: 'approval',
    subject: state.id,
    version: state.version,
    title: question.question,
    state: line,
    blocks: [
      paragraph(
        strong(agent),
        text(` ${question.review ? say.reviewNeeds : say.needsAnswer} `),
        strong(question.review ? say.reviewKind : say.questionKinds[question.kind]),
      ),
      ...askedFor(say, question),
      ...whyBlocks(say, question, evidence.sources),
      { kind: 'divider' },
      ...(answer
        ? [{ kind: 'facts', layout: 'lines', whole: true, facts: answerFacts(say, answer, view) } as const]
        : []),
      { kind: 'facts', layout: 'grid', whole: false, facts: answerWanted(say, view) },
      ...(state.status === 'pending'
        ? []
        : [
            {
              kind: 'facts',
              layout: 'lines',
              whole: false,
              facts: [fact(say.verifyLine, command(`verify ${state.id}`))],
            } as const,
          ]),
      {
        kind: 'context',
        spans: [
          text(`${say.ledger} `),
          strong(ledgerRange(say, ledger)),
          text(`${say.separator}${say.digest} ${shortDigest(state.actionDigest)}${say.separator}`),
          text(`${agent} ${state.action.agentVersion}${model}`),
        ],
      },
      actionsBlock(say, state),
    ],
    summary: answer
      ? `${line.words}: ${question.question} ${answerText(say, answer)}`
      : `${line.words}: ${question.question}`,
  };
}
