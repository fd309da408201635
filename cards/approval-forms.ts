import { openQuestions } from '../core/approval/card-subjects.ts';
import type { Person } from '../core/people.ts';
import type { ApprovalView } from '../core/views.ts';
import { argumentFacts, argumentNames, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { editInputs, isEditable } from './edit-arguments.ts';
import type { Block, Form, FormInput, Target, Verb } from './model.ts';
import { named, whoMaySign } from './progress.ts';
import { strong, text } from './spans.ts';
import { WORDS } from './words.ts';

const FIELD: FormInput = {
  kind: 'multiline',
  name: 'comment',
  label: WORDS.comment,
  hint: WORDS.seenByAll,
  placeholder: '',
  initial: '',
  required: false,
  maxLength: 1000,
  currency: '',
  options: [],
};

const targetOf = ({ state }: ApprovalView): Target => ({
  kind: 'approval',
  approval: state.id,
  version: state.version,
  actionDigest: state.actionDigest,
});

const heading = ({ state, evidence }: ApprovalView): Block => ({
  kind: 'paragraph',
  spans: [strong(titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args))],
});

/** All that would run, whole: a form is where some people sign. */
function whatWouldRun({ state, evidence }: ApprovalView): Block[] {
  const facts = argumentFacts(state.action.args, evidence.argumentLabels, state.edits[0]?.before ?? null);
  const warning: Block = { kind: 'paragraph', spans: [strong(WORDS.spelledOut)] };
  return [
    { kind: 'facts', layout: 'grid', whole: true, facts },
    ...(deceives(shownTexts(state.action.args, evidence.argumentLabels)) ? [warning] : []),
  ];
}

type Own = Pick<Form, 'title' | 'intro' | 'inputs' | 'submit'>;

const form = (verb: Verb, view: ApprovalView, own: Own): Form => ({
  v: 1,
  verb,
  target: targetOf(view),
  cancel: WORDS.cancel,
  ...own,
});

/** Comes back with `reason`. */
export const declineForm = (view: ApprovalView): Form =>
  form('decline', view, {
    title: WORDS.declineTitle,
    intro: [heading(view)],
    inputs: [{ ...FIELD, name: 'reason', label: WORDS.reason, required: true }],
    submit: WORDS.declineSubmit,
  });

/** Comes back with `comment`; handing it in is the signature. */
export const approveWithCommentForm = (view: ApprovalView): Form =>
  form('approve_comment', view, {
    title: WORDS.approveTitle,
    intro: [heading(view), ...whatWouldRun(view)],
    inputs: [{ ...FIELD, required: true }],
    submit: WORDS.approve,
  });

/** Longest question or answer; the gateway holds whoever hands one in to it. */
export const LONGEST_WORDS = FIELD.maxLength;

/** Comes back with `question`. */
export const askForm = (view: ApprovalView): Form =>
  form('ask', view, {
    title: WORDS.askTitle,
    intro: [heading(view), { kind: 'paragraph', spans: [text(WORDS.askMeans)] }],
    inputs: [{ ...FIELD, name: 'question', label: WORDS.question, required: true }],
    submit: WORDS.askSubmit,
  });

const ANSWER_PREFIX = 'answer.';
/** More at a time would be no form; the rest follows when these are answered. */
const ANSWERS_AT_ONCE = 5;

/** One field per open question, the oldest first; read back by `readAnswers`. */
export function answerForm(view: ApprovalView): Form {
  const open = openQuestions(view.state).slice(0, ANSWERS_AT_ONCE);
  const number = (i: number): string => (open.length === 1 ? '' : ` ${i + 1}`);
  const asked: Block[] = open.map(({ by, text: words }, i) => ({
    kind: 'paragraph',
    spans: [strong(`${WORDS.question}${number(i)}`), text(`, ${named(view.people, by).name}: “${words}”`)],
  }));
  return form('answer', view, {
    title: WORDS.answerTitle,
    intro: [heading(view), ...asked],
    inputs: open.map(({ id }, i) => ({
      ...FIELD,
      name: `${ANSWER_PREFIX}${id}`,
      label: `${WORDS.answerLabel}${number(i)}`,
      required: open.length === 1,
    })),
    submit: WORDS.answerSubmit,
  });
}

export interface AnswerGiven {
  readonly field: string;
  readonly question: string;
  readonly text: string;
}

/** What was typed, by the question that it answers; fields left empty answer nothing. */
export const readAnswers = (fields: Readonly<Record<string, string>>): AnswerGiven[] =>
  Object.entries(fields).flatMap(([field, words]) =>
    field.startsWith(ANSWER_PREFIX) && words.trim() !== ''
      ? [{ field, question: field.slice(ANSWER_PREFIX.length), text: words }]
      : [],
  );

/** Comes back with `to`: the person's id, or their account in Slack, whose own picker it is there. */
export const delegateForm = (
  view: ApprovalView,
  eligible: readonly Pick<Person, 'id' | 'name' | 'team'>[],
): Form =>
  form('delegate', view, {
    title: WORDS.delegateTitle,
    intro: [
      heading(view),
      { kind: 'paragraph', spans: [text(WORDS.delegateMeans)] },
      {
        kind: 'paragraph',
        spans: [strong(WORDS.whoMaySign), text(`: ${whoMaySign(view.state, view.people)}`)],
      },
    ],
    inputs: [
      {
        ...FIELD,
        kind: 'person',
        name: 'to',
        label: WORDS.delegateTo,
        placeholder: WORDS.delegatePlaceholder,
        required: true,
        options: eligible.map(({ id, name, team }) => ({ value: id, label: `${name} (${team})` })),
      },
    ],
    submit: WORDS.delegateSubmit,
  });

/** One field per argument, read back by `readEditedArguments`; lists and objects are shown, and stay as they are. */
export function editForm(view: ApprovalView): Form {
  const { args } = view.state.action;
  const labels = view.evidence.argumentLabels;
  const fixed = argumentNames(args, labels).filter((name) => !isEditable(args[name] ?? null));
  const kept = Object.fromEntries(fixed.map((name) => [name, args[name] ?? null] as const));
  const facts = argumentFacts(kept, labels, null);
  const intro: Block[] = [heading(view), { kind: 'paragraph', spans: [text(WORDS.editMeans)] }];
  const shownOnly: Block[] = [
    { kind: 'paragraph', spans: [text(WORDS.stayAsTheyAre)] },
    { kind: 'facts', layout: 'lines', whole: true, facts },
  ];
  return form('edit', view, {
    title: WORDS.editTitle,
    intro: facts.length === 0 ? intro : [...intro, ...shownOnly],
    inputs: [...editInputs(args, labels), FIELD],
    submit: WORDS.editSubmit,
  });
}
