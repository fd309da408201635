import { canonicalJson } from '../canonical-json.ts';
import { readQuestion, whyNotThisAnswer } from '../person-question.ts';
import { sameAction, whyOver, whyStopped } from './gate.ts';
import { changed, cleanText, refused, unchanged, type Refused } from './outcome.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';
import { whyNotAnswerer } from './who-may-answer.ts';
import { actingFor } from './who-may-sign.ts';

type Respond = Extract<ApprovalEvent, { kind: 'respond' }>;

/** One answer ends it. It signs nothing, and nothing runs by it: the run that asked goes on with it. */
export function respond(state: ApprovalState, event: Respond, ctx: ApprovalContext): Transitioned {
  const question = readQuestion(state.action);
  if (!question) return refused('wrong_state', { why: 'not-a-question' });
  if (saidBefore(state, event)) return unchanged(state);
  const refusal = whyNotRespond(state, event, ctx);
  if (refusal) return refusal;
  const reason = cleanText(event.reason);
  if (question.kind === 'grant_exception' && reason === null) return refused('reason_needed');
  const value = typeof event.value === 'string' ? (cleanText(event.value) ?? '') : event.value;
  const problem = whyNotThisAnswer(question, value);
  if (problem) return refused('answer_refused', problem);
  const { by: person, via, cardDigest } = event;
  const onBehalfOf = actingFor(state, ctx, person);
  const answer = { person, onBehalfOf, atMs: ctx.nowMs, value, reason, via, cardDigest };
  const seat = { name: state.policy.requirement.stages[0]?.name ?? '', signed: 1, needed: 1 };
  return changed(
    state,
    {
      status: 'answered',
      answer,
      decidedAtMs: ctx.nowMs,
      progress: { signed: 1, needed: 1, stages: [seat] },
    },
    'answered',
  );
}

/** The same person's same answer is one answer; another one meets "already answered". */
function saidBefore({ answer, actionDigest }: ApprovalState, event: Respond): boolean {
  if (answer?.person !== event.by || actionDigest !== event.actionDigest) return false;
  return (
    canonicalJson(answer.value) === canonicalJson(event.value) && answer.reason === cleanText(event.reason)
  );
}

function whyNotRespond(state: ApprovalState, event: Respond, ctx: ApprovalContext): Refused | null {
  if (!ctx.people.get(event.by)?.active) return refused('not_asked');
  const over = whyOver(state, ctx.nowMs);
  if (over) return over;
  if (!sameAction(state, event.actionDigest)) return refused('digest_mismatch');
  return whyNotAnswerer(state, ctx, event.by) ?? whyStopped(ctx);
}
