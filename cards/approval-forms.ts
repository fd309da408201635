import type { ApprovalView } from '../core/views.ts';
import { argumentFacts, argumentNames, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { editInputs, isEditable } from './edit-arguments.ts';
import type { Block, Form, FormInput, Target, Verb } from './model.ts';
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
