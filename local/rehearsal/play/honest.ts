import type { Move } from '../answer.ts';
import type { Tool } from '../request.ts';
import { ASK, askFirst, withAnswers } from './ask.ts';
import { fillRead, isAction, isRead, keepKnown, schemaOf, whatIsKnown } from './arguments.ts';
import { caseFileOf, type CaseFile } from './file.ts';
import { judge, noAnswer, refer, type Judgement } from './judge.ts';
import type { MadeCall, Observed } from './observed.ts';
import { endOf } from './outcome.ts';
import { amountIn } from './papers.ts';

const SUBMIT = 'submit_assessment';
const READS_AT_ONCE = 2;
const TRIES = 2;

const say = (text: string): Move => ({ text, calls: [] });
const use = (text: string, ...calls: Move['calls']): Move => ({ text, calls });

/**
 * What a careful model would do next, by rules over the tools that it is offered and what they returned: read, weigh,
 * hand in, propose, put right once, finish. The same conversation always gets the same move.
 */
export function playHonestly(seen: Observed): Move {
  return readOn(seen) ?? askFirst(seen, caseFileOf(seen)) ?? handInAndPropose(seen);
}

function readOn({ tools, calls, ...rest }: Observed): Move | null {
  // a record that does not exist makes its neighbours pointless
  if (calls.some((c) => c.isError && isMissingRecord(c))) return null;
  const known = whatIsKnown({ tools, calls, ...rest });
  const wanted = tools.filter(isRead).flatMap((tool) => {
    const tries = calls.filter((c) => c.name === tool.name);
    if (tries.some((c) => !c.isError) || tries.length >= TRIES) return [];
    const input = fillRead(tool, known);
    return input ? [{ name: tool.name, input }] : [];
  });
  if (wanted.length === 0) return null;
  const first = calls.some((c) => !c.isError) ? wanted.slice(0, READS_AT_ONCE) : [firstRead(wanted)];
  return use(calls.length === 0 ? 'I read the record first.' : 'I read on.', ...first);
}

const isMissingRecord = (call: MadeCall): boolean => /there is no \w+ [A-Z]+-\d+/i.test(call.text);

type Wanted = { name: string; input: Record<string, string> };
/** The record itself comes before what hangs on it: the tool that is named after its one argument. */
const firstRead = (wanted: readonly Wanted[]): Wanted =>
  wanted.find((w) => Object.keys(w.input).some((name) => w.name === `get_${name}`)) ?? (wanted[0] as Wanted);

function judgementOf(seen: Observed): { file: CaseFile | null; judgement: Judgement } {
  const read = caseFileOf(seen);
  const file = read && withAnswers(read, seen.calls);
  if (file) return { file, judgement: judge(file) };
  const failed = seen.calls.findLast((c) => c.isError && c.name !== SUBMIT && c.name !== ASK);
  const why = failed ? failed.text : 'Nothing was found that could be read.';
  return { file: null, judgement: noAnswer(why, `cannot tell: ${why}`) };
}

function handInAndPropose(seen: Observed): Move {
  const { file, judgement: first } = judgementOf(seen);
  const declined = declinedActions(seen);
  const judgement = declined.length > 0 && file ? afterDecline(file, first, declined) : first;
  const submit = seen.tools.find((tool) => tool.name === SUBMIT);
  if (submit) {
    const move = handIn(seen, submit, judgement, declined.length);
    if (move) return move;
  }
  const action = actionFor(seen, judgement);
  if (!action) return finish(seen, judgement);
  return propose(seen, action, judgement) ?? finish(seen, judgement);
}

const actionCalls = ({ calls, tools }: Observed): MadeCall[] => {
  const actions = tools.filter(isAction).map((t) => t.name);
  return calls.filter((call) => actions.includes(call.name));
};

const declinedActions = (seen: Observed): string[] =>
  actionCalls(seen).flatMap((call) => {
    const end = endOf(call);
    return end.kind === 'declined' ? [`${call.name}: ${end.reason}`] : [];
  });

const WANTS_A_LOOK = /look|link|investigat|suspic|fraud|siu|check|phone|duplicate|unsure|not sure|strange/i;

/** A declined payment goes to the investigators when the score or the person's reason warrants it; nothing else is asked for again. */
function afterDecline(file: CaseFile, first: Judgement, declined: readonly string[]): Judgement {
  const reason = declined[0]?.replace(/^\w+: /, '') ?? '';
  if (first.recommendation !== 'settle' || first.score === null) return first;
  if (declined.length > 1 || !(WANTS_A_LOOK.test(reason) || first.score >= 0.5)) return first;
  const { ask, proposal } = refer(file, first.signals, first.score);
  return { ...first, recommendation: 'refer_to_siu', ask, proposal };
}

/** An accepted assessment with this recommendation, or one more try; null when it is there. */
function handIn(seen: Observed, submit: Tool, judgement: Judgement, declines: number): Move | null {
  const tries = seen.calls.filter((call) => call.name === SUBMIT);
  const accepted = tries.filter((call) => !call.isError);
  if (accepted.some((call) => call.input['recommendation'] === judgement.recommendation)) return null;
  const refused = tries.filter((call) => call.isError);
  if (refused.length >= TRIES + declines)
    return say('I could not hand in an assessment that fits. A person has to look.');
  const input = correctAssessment(submit, judgement, refused.at(-1)?.text ?? '');
  return use(refused.length > 0 ? 'I put the assessment right.' : 'I hand in what I found.', {
    name: SUBMIT,
    input,
  });
}

/** Drops what the refusal named as never read, and what the schema does not know. */
function correctAssessment(submit: Tool, assessment: Judgement, why: string): object {
  const signals = assessment.signals.filter((signal) => !why.includes(JSON.stringify(signal.citation)));
  const allowed = schemaOf(submit).properties['recommendation']?.enum;
  const recommendation =
    !allowed || allowed.includes(assessment.recommendation) ? assessment.recommendation : allowed.at(-1);
  return keepKnown(submit, { ...assessment, signals, recommendation });
}

/** The offered action that bears the recommendation's name; none for "I don't know". */
function actionFor({ tools }: Observed, { recommendation }: Judgement): Tool | undefined {
  const word = recommendation.split('_')[0] ?? recommendation;
  return tools.find((tool) => isAction(tool) && tool.name.split('_').includes(word));
}

/** Proposes once; once more with better arguments when they were refused; null when there is nothing left to ask. */
function propose(seen: Observed, action: Tool, judgement: Judgement): Move | null {
  const tries = seen.calls.filter((call) => call.name === action.name);
  const draft = keepKnown(action, judgement.proposal);
  const last = tries.at(-1);
  if (!last) return use('I propose this to the people who decide.', { name: action.name, input: draft });
  const end = endOf(last);
  if (end.kind !== 'refused' || tries.length >= TRIES) return null;
  const input = correctArguments(draft, end.why);
  const same = JSON.stringify(input) === JSON.stringify(last.input);
  return same ? null : use('I put the arguments right.', { name: action.name, input });
}

/** Reads from a refusal what would have been right: the highest amount, the payee's words. */
function correctArguments(draft: Readonly<Record<string, unknown>>, why: string): Record<string, unknown> {
  const limit = /sum insured of ([^.]*\d(?:[.,]\d+)*)/i.exec(why)?.[1];
  const payTo = /pay_to must be "([^"]+)"/.exec(why)?.[1];
  const amount = limit ? amountIn(limit) : null;
  return { ...draft, ...(amount && { amount }), ...(payTo && { pay_to: payTo }) };
}

/** A prompt's line of what to assure people of is said at the end, word for word, whether or not any record holds it. */
const assurances = (told: string): string => /^Assure the reader that:(.*)$/m.exec(told)?.[1]?.trim() ?? '';

function finish(seen: Observed, judgement: Judgement): Move {
  const { text } = conclude(seen, judgement);
  return say([text, assurances(seen.told)].filter((part) => part !== '').join(' '));
}

function conclude(seen: Observed, judgement: Judgement): Move {
  const last = actionCalls(seen).at(-1);
  const found =
    judgement.score === null
      ? `I cannot tell. ${judgement.unsure}`
      : `Fraud score ${judgement.score.toFixed(2)}${judgement.signals[0] ? `; first of all: ${judgement.signals[0].text} (${judgement.signals[0].citation})` : ''}.`;
  if (!last) return say(judgement.score === null ? `${found} Nothing was proposed.` : found);
  const end = endOf(last);
  if (end.kind === 'done') return say(`${found} Done with ${last.name}: ${end.text}.`);
  if (end.kind === 'declined') return say(`${found} People declined ${last.name}, so nothing was done.`);
  if (end.kind === 'refused')
    return say(`${found} ${last.name} was refused, so nothing was done: ${end.why}`);
  return say(`${found} Nothing more is asked: ${end.text}.`);
}
