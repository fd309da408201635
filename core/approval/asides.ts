import type { PersonId } from '../ids.ts';
import { authorise } from '../roles.ts';
import { whyNotTheirs, whyOver } from './gate.ts';
import { changed, cleanText, refused, unchanged, type Refused } from './outcome.ts';
import { LONGEST_PAUSE_MS, pausedMs } from './timers.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';
import { permitted, resourceOf } from './who-may-sign.ts';

type Event<K extends ApprovalEvent['kind']> = Extract<ApprovalEvent, { kind: K }>;

/** Everything beside deciding: a question, its answer, a delegate, a snooze. None of it moves the outcome. */
function whyNot(state: ApprovalState, ctx: ApprovalContext, by: PersonId): Refused | null {
  if (!ctx.people.get(by)?.active) return refused('not_an_approver');
  return whyOver(state, ctx.nowMs) ?? whyNotTheirs(state, ctx, by);
}

/** A question holds the clock until it is answered, or until 24 h in all are used up. */
export function ask(state: ApprovalState, event: Event<'ask'>, ctx: ApprovalContext): Transitioned {
  if (state.questions.some((q) => q.id === event.questionId)) return unchanged(state);
  const refusal = whyNot(state, ctx, event.by);
  if (refusal) return refusal;
  const text = cleanText(event.text);
  if (text === null) return refused('reason_needed');
  if (pausedMs(state, ctx.nowMs) >= LONGEST_PAUSE_MS) return refused('clock_paused_too_long');
  const question = {
    id: event.questionId,
    by: event.by,
    askedAtMs: ctx.nowMs,
    text,
    answer: null,
    answeredAtMs: null,
  };
  return changed(
    state,
    { questions: [...state.questions, question], pausedSinceMs: state.pausedSinceMs ?? ctx.nowMs },
    'question-asked',
  );
}

/** The requester answers, or whoever the roles table lets; the clock runs again when nothing is left open. */
export function answer(state: ApprovalState, event: Event<'answer'>, ctx: ApprovalContext): Transitioned {
  const question = state.questions.find((q) => q.id === event.questionId);
  const text = cleanText(event.text);
  if (question && question.answer !== null && question.answer === text) return unchanged(state);
  const over = whyOver(state, ctx.nowMs);
  if (over) return over;
  const person = ctx.people.get(event.by);
  const resource = resourceOf(state, ctx, event.by === state.requester);
  if (!person || !authorise(person, 'answer', resource, state.tenant).ok)
    return refused('not_permitted', { verb: 'answer' });
  if (!question) return refused('not_found');
  if (question.answer !== null) return refused('wrong_state', { why: 'answered-before' });
  if (text === null) return refused('reason_needed');
  const questions = state.questions.map((q) =>
    q.id === question.id ? { ...q, answer: text, answeredAtMs: ctx.nowMs, answeredBy: event.by } : q,
  );
  const open = questions.some((q) => q.answer === null);
  const clock = open ? {} : { pausedSinceMs: null, pausedTotalMs: pausedMs(state, ctx.nowMs) };
  return changed(state, { questions, ...clock }, 'question-answered');
}

/** Hands the asking on to someone who could decide anyway. Adds no right to anyone. */
export function delegate(state: ApprovalState, event: Event<'delegate'>, ctx: ApprovalContext): Transitioned {
  const again = state.delegations.some((d) => d.by === event.by && d.to === event.to);
  if (again && state.status === 'pending') return unchanged(state);
  const refusal = whyNot(state, ctx, event.by);
  if (refusal) return refusal;
  const delegator = ctx.people.get(event.by);
  if (!delegator || !permitted(state, ctx, delegator, 'delegate'))
    return refused('not_permitted', { verb: 'delegate' });
  if (event.to === event.by || whyNot(state, ctx, event.to)) return refused('delegate_not_allowed');
  const delegation = { from: event.by, to: event.to, by: event.by, atMs: ctx.nowMs };
  return changed(state, { delegations: [...state.delegations, delegation] }, 'delegated');
}

/** Quiet for one reader, who is reminded when it ends; no deadline moves. The latest snooze of a person is the one that holds. */
export function snooze(state: ApprovalState, event: Event<'snooze'>, ctx: ApprovalContext): Transitioned {
  if (state.snoozes.some((s) => s.person === event.by && s.untilMs === event.untilMs && !s.ended))
    return unchanged(state);
  const refusal = whyNot(state, ctx, event.by);
  if (refusal) return refusal;
  if (!Number.isSafeInteger(event.untilMs) || event.untilMs <= ctx.nowMs)
    return refused('arguments_refused', { why: 'time-passed' });
  // Those that ended stay: the reminder that each of them brought is still there to be kept true.
  const others = state.snoozes.filter((s) => s.person !== event.by || s.ended);
  const snoozes = [...others, { person: event.by, untilMs: event.untilMs }];
  return changed(state, { snoozes }, 'snoozed', { untilMs: event.untilMs });
}
