import { openQuestions } from '../core/approval/card-subjects.ts';
import { isQuestion } from '../core/person-question.ts';
import type { Person } from '../core/people.ts';
import type { ApprovalView } from '../core/views.ts';
import { argumentFacts, argumentNames, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { editInputs, isEditable } from './edit-arguments.ts';
import type { Block, Form, FormInput, Target, Verb } from './model.ts';
import { named, whoMaySign } from './progress.ts';
import { whoMayAnswer } from './person-question-card.ts';
import { strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** Longest comment, reason, question or answer; the gateway holds whoever hands one in to it. */
export const LONGEST_WORDS = 1000;

/** A field for words; forms change what they need of it. */
export const textField = (say: CardWords): FormInput => ({
  kind: 'multiline',
  name: 'comment',
  label: say.comment,
  hint: say.seenByAll,
  placeholder: '',
  initial: '',
  required: false,
  maxLength: LONGEST_WORDS,
  currency: '',
  options: [],
});

const targetOf = ({ state }: ApprovalView): Target => ({
  kind: 'approval',
  approval: state.id,
  version: state.version,
  actionDigest: state.actionDigest,
});

export const heading = ({ state, evidence }: ApprovalView): Block => ({
  kind: 'paragraph',
  spans: [strong(titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args))],
});

/** All that would run, whole: a form is where some people sign. */
function whatWouldRun(say: CardWords, { state, evidence }: ApprovalView): Block[] {
  const facts = argumentFacts(
    say,
    state.action.args,
    evidence.argumentLabels,
    state.edits[0]?.before ?? null,
  );
  const warning: Block = { kind: 'paragraph', spans: [strong(say.spelledOut)] };
  return [
    { kind: 'facts', layout: 'grid', whole: true, facts },
    ...(deceives(shownTexts(say, state.action.args, evidence.argumentLabels)) ? [warning] : []),
  ];
}

type Own = Pick<Form, 'title' | 'intro' | 'inputs' | 'submit'>;

/** What every form of an approval has. */
export const approvalForm = (say: CardWords, verb: Verb, view: ApprovalView, own: Own): Form => ({
  v: 1,
  language: say.language,
  verb,
  target: targetOf(view),
  cancel: say.cancel,
  ...own,
});

/** Comes back with `reason`. */
export const declineForm = (view: ApprovalView, language: Language = 'en'): Form => {
  const say = wordsIn(language);
  return approvalForm(say, 'decline', view, {
    title: say.declineTitle,
    intro: [heading(view)],
    inputs: [{ ...textField(say), name: 'reason', label: say.reason, required: true }],
    submit: say.declineSubmit,
  });
};

/** Comes back with `comment`; handing it in is the signature. */
export const approveWithCommentForm = (view: ApprovalView, language: Language = 'en'): Form => {
  const say = wordsIn(language);
  return approvalForm(say, 'approve_comment', view, {
    title: say.approveTitle,
    intro: [heading(view), ...whatWouldRun(say, view)],
    inputs: [{ ...textField(say), required: true }],
    submit: say.approve,
  });
};

/** Comes back with `reason` and `confirmation`; all that would run is shown, since nobody else looks at it first. */
export const breakGlassForm = (view: ApprovalView, language: Language = 'en'): Form => {
  const say = wordsIn(language);
  return approvalForm(say, 'break_glass', view, {
    title: say.breakGlassTitle,
    intro: [
      heading(view),
      { kind: 'paragraph', spans: [text(say.breakGlassMeans)] },
      ...whatWouldRun(say, view),
    ],
    inputs: [
      { ...textField(say), name: 'reason', label: say.reason, required: true },
      {
        ...textField(say),
        kind: 'text',
        name: 'confirmation',
        label: `${say.breakGlassConfirm} ${say.breakGlassPhrase}`,
        hint: '',
        required: true,
        maxLength: 40,
      },
    ],
    submit: say.breakGlassSubmit,
  });
};

/** Comes back with `question`. */
export const askForm = (view: ApprovalView, language: Language = 'en'): Form => {
  const say = wordsIn(language);
  return approvalForm(say, 'ask', view, {
    title: say.askTitle,
    intro: [heading(view), { kind: 'paragraph', spans: [text(say.askMeans)] }],
    inputs: [{ ...textField(say), name: 'question', label: say.question, required: true }],
    submit: say.askSubmit,
  });
};

const ANSWER_PREFIX = 'answer.';
/** More at a time would be no form; the rest follows when these are answered. */
const ANSWERS_AT_ONCE = 5;

/** One field per open question, the oldest first; read back by `readAnswers`. */
export function answerForm(view: ApprovalView, language: Language = 'en'): Form {
  const say = wordsIn(language);
  const open = openQuestions(view.state).slice(0, ANSWERS_AT_ONCE);
  const number = (i: number): string => (open.length === 1 ? '' : ` ${i + 1}`);
  const asked: Block[] = open.map(({ by, text: words }, i) => ({
    kind: 'paragraph',
    spans: [
      strong(`${say.question}${number(i)}`),
      text(`, ${named(view.people, by).name}: ${say.quote(words)}`),
    ],
  }));
  return approvalForm(say, 'answer', view, {
    title: say.answerTitle,
    intro: [heading(view), ...asked],
    inputs: open.map(({ id }, i) => ({
      ...textField(say),
      name: `${ANSWER_PREFIX}${id}`,
      label: `${say.answerLabel}${number(i)}`,
      required: open.length === 1,
    })),
    submit: say.answerSubmit,
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
export function delegateForm(
  view: ApprovalView,
  eligible: readonly Pick<Person, 'id' | 'name' | 'team'>[],
  language: Language = 'en',
): Form {
  const say = wordsIn(language);
  return approvalForm(say, 'delegate', view, {
    title: say.delegateTitle,
    intro: [
      heading(view),
      { kind: 'paragraph', spans: [text(say.delegateMeans)] },
      {
        kind: 'paragraph',
        spans: isQuestion(view.state.action)
          ? [strong(say.whoMayAnswer), text(`: ${whoMayAnswer(say, view)}`)]
          : [strong(say.whoMaySign), text(`: ${whoMaySign(say, view.state, view.people)}`)],
      },
    ],
    inputs: [
      {
        ...textField(say),
        kind: 'person',
        name: 'to',
        label: say.delegateTo,
        placeholder: say.delegatePlaceholder,
        required: true,
        options: eligible.map(({ id, name, team }) => ({ value: id, label: `${name} (${team})` })),
      },
    ],
    submit: say.delegateSubmit,
  });
}

/** One field per argument, read back by `readEditedArguments`; lists and objects are shown, and stay as they are. */
export function editForm(view: ApprovalView, language: Language = 'en'): Form {
  const say = wordsIn(language);
  const { args } = view.state.action;
  const labels = view.evidence.argumentLabels;
  const fixed = argumentNames(args, labels).filter((name) => !isEditable(args[name] ?? null));
  const kept = Object.fromEntries(fixed.map((name) => [name, args[name] ?? null] as const));
  const facts = argumentFacts(say, kept, labels, null);
  const intro: Block[] = [heading(view), { kind: 'paragraph', spans: [text(say.editMeans)] }];
  const shownOnly: Block[] = [
    { kind: 'paragraph', spans: [text(say.stayAsTheyAre)] },
    { kind: 'facts', layout: 'lines', whole: true, facts },
  ];
  return approvalForm(say, 'edit', view, {
    title: say.editTitle,
    intro: facts.length === 0 ? intro : [...intro, ...shownOnly],
    inputs: [...editInputs(say, args, labels), textField(say)],
    submit: say.editSubmit,
  });
}
