import type { PersonId } from '../ids.ts';
import { fitsTogether, whyArgumentsDoNotFit } from '../action-limits.ts';
import { isQuestion } from '../person-question.ts';
import { sameAction, whyNotDecide, whyOver, whyStopped } from './gate.ts';
import { changed, cleanText, refused, unchanged, type Refused } from './outcome.ts';
import { proofShown, proves, type Proof } from '../proof.ts';
import { quorumMet, quorumProgress, requirementsOf, wantedProof, welcome } from './quorum.ts';
import { isOwn } from '../own-actions.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Signature, Transitioned } from './types.ts';
import { actingFor, namedByRequester, permitted } from './who-may-sign.ts';

type Event<K extends ApprovalEvent['kind']> = Extract<ApprovalEvent, { kind: K }>;

/** Approved and perhaps run: a signature given before stands, and the same click again is the same decision. */
const SIGNED_FOR_GOOD: readonly ApprovalState['status'][] = [
  'approved',
  'executing',
  'executed',
  'failed',
  'unknown',
  'compensated',
  'lapsed',
];

/** Adds one person's signature if it fills a seat; approves when that completes the quorum under both policies. */
export function approve(state: ApprovalState, event: Event<'approve'>, ctx: ApprovalContext): Transitioned {
  const before = state.signatures.find((s) => s.person === event.by);
  if (before && event.actionDigest === state.actionDigest && SIGNED_FOR_GOOD.includes(state.status))
    return unchanged(state);
  const refusal =
    whyNotDecide(state, ctx, event.by, event.actionDigest) ??
    whyStopped(ctx) ??
    whyNotSeen(state, ctx, event.seen);
  if (refusal && !isToBeProved(state, ctx, event, refusal)) return refusal;
  if (before && proves(before.proof?.kind, wantedProof(state, ctx)))
    return quorumMet(state, ctx) ? complete(state, state, ctx) : unchanged(state);
  const place = welcome(state, ctx, event.by);
  if (!place.ok) {
    if (place.why === 'editor_alone') return refused('editor_alone');
    return refused('not_an_approver', place.why === 'stage_not_open' ? { openStage: place.openStage } : {});
  }
  return (
    whyNotProved(state, ctx, event.proof) ?? signed(state, ctx, signatureOf(state, event, ctx, place.stage))
  );
}

/** What is too long for a card is read whole where the proof is given. */
const isToBeProved = (
  state: ApprovalState,
  ctx: ApprovalContext,
  { proof }: Event<'approve'>,
  { reason }: Refused,
): boolean => reason === 'arguments_too_long' && whyNotProved(state, ctx, proof) !== null;

/** Both policies ask for a proof by themselves: that of creation and that of now. */
function whyNotProved(state: ApprovalState, ctx: ApprovalContext, proof: Proof | undefined): Refused | null {
  const wanted = wantedProof(state, ctx);
  if (wanted === undefined || proves(proof?.kind, wanted)) return null;
  return refused('step_up_needed', { proof: wanted });
}

/** Nobody signs what they cannot have seen whole: what no card holds is opened, and what is of high risk stands alone. */
function whyNotSeen(
  state: ApprovalState,
  ctx: ApprovalContext,
  seen: Event<'approve'>['seen'],
): Refused | null {
  const { action, risk } = state;
  const { riskNow } = ctx;
  const asksProof = wantedProof(state, ctx) !== undefined;
  if (seen === 'whole') return null;
  if (seen === 'together')
    return risk === 'low' && riskNow !== 'high' && !asksProof && fitsTogether(action.args)
      ? null
      : refused('one_by_one');
  const tooLong = whyArgumentsDoNotFit(action.args);
  return tooLong === null ? null : refused('arguments_too_long', tooLong);
}

export const signatureOf = (
  state: ApprovalState,
  event: Pick<Event<'approve'>, 'by' | 'via' | 'cardDigest' | 'comment' | 'proof'>,
  ctx: ApprovalContext,
  stage: number,
): Signature => ({
  person: event.by,
  onBehalfOf: actingFor(state, ctx, event.by),
  atMs: ctx.nowMs,
  comment: cleanText(event.comment),
  cardDigest: event.cardDigest,
  stage,
  via: event.via,
  ...(event.proof === undefined ? {} : { proof: proofShown(event.proof) }),
});

function signed(state: ApprovalState, ctx: ApprovalContext, signature: Signature): Transitioned {
  // One that lacked the proof gives way to the one that has it.
  const others = state.signatures.filter(({ person }) => person !== signature.person);
  const next: ApprovalState = { ...state, signatures: [...others, signature] };
  if (quorumMet(next, ctx)) return complete(state, next, ctx);
  const progress = quorumProgress(next, ctx);
  return changed(state, { signatures: next.signatures, progress }, 'signed', {
    signed: progress.signed,
    needed: progress.needed,
  });
}

/** Also without a new signature: a policy that asked for more may ask for less again by the next click. */
function complete(state: ApprovalState, next: ApprovalState, ctx: ApprovalContext): Transitioned {
  const progress = quorumProgress(next, ctx);
  return changed(
    state,
    { signatures: next.signatures, progress, status: 'approved', decidedAtMs: ctx.nowMs },
    'approved',
    { signed: progress.signed, needed: progress.needed },
  );
}

/** One person whom policy asks, in whatever stage, ends it; their own signature given before does not bind them. */
export function decline(state: ApprovalState, event: Event<'decline'>, ctx: ApprovalContext): Transitioned {
  if (state.declined?.person === event.by && event.actionDigest === state.actionDigest)
    return unchanged(state);
  const refusal = whyNotDecide(state, ctx, event.by, event.actionDigest);
  if (refusal) return refusal;
  const reason = cleanText(event.reason);
  if (reason === null) return refused('reason_needed');
  const declined = { person: event.by, atMs: ctx.nowMs, reason };
  return changed(state, { status: 'declined', declined, decidedAtMs: ctx.nowMs }, 'declined');
}

/** May this person break the glass: an Admin, where both policies allow it, who neither asked nor edited. */
export function mayBreakGlass(state: ApprovalState, ctx: ApprovalContext, by: PersonId): boolean {
  const person = ctx.people.get(by);
  return (
    person !== undefined &&
    permitted(state, ctx, person, 'break-glass') &&
    by !== state.requester &&
    !state.editors.includes(by) &&
    !namedByRequester(state, ctx, by) &&
    glassMayBreak(state, ctx)
  );
}

/** Both policies say so: that of creation and that of now. */
const glassMayBreak = (state: ApprovalState, ctx: ApprovalContext): boolean =>
  ctx.requirementNow !== null && requirementsOf(state, ctx).every((r) => r.breakGlass);

/** An Admin alone, with a reason, where policy allows it. */
export function breakGlass(
  state: ApprovalState,
  event: Event<'break-glass'>,
  ctx: ApprovalContext,
): Transitioned {
  if (state.breakGlass?.person === event.by && SIGNED_FOR_GOOD.includes(state.status))
    return unchanged(state);
  if (!ctx.people.get(event.by)?.active) return refused('not_an_approver');
  const over = whyOver(state, ctx.nowMs);
  if (over) return over;
  if (isQuestion(state.action)) return refused('answer_needed');
  if (!sameAction(state, event.actionDigest)) return refused('digest_mismatch');
  if (event.by === state.requester) return refused('own_request');
  if (!ctx.requirementNow) return refused('policy_unreadable');
  const stopped = whyStopped(ctx);
  if (stopped) return stopped;
  const reason = cleanText(event.reason);
  if (reason === null) return refused('reason_needed');
  if (state.editors.includes(event.by)) return refused('editor_alone');
  const refusal = whyNotBreak(state, ctx, event.by) ?? whyNotProved(state, ctx, event.proof);
  if (refusal) return refusal;
  const proof = event.proof === undefined ? {} : { proof: proofShown(event.proof) };
  const record = { person: event.by, reason, atMs: ctx.nowMs, ...proof };
  return changed(state, { status: 'approved', breakGlass: record, decidedAtMs: ctx.nowMs }, 'break-glass');
}

/** Which of the things that it takes is missing. */
function whyNotBreak(state: ApprovalState, ctx: ApprovalContext, by: PersonId): Refused | null {
  if (mayBreakGlass(state, ctx, by)) return null;
  const person = ctx.people.get(by);
  if (!person || !permitted(state, ctx, person, 'break-glass'))
    return refused('not_permitted', { verb: 'break-glass' });
  return refused(glassMayBreak(state, ctx) ? 'delegate_not_allowed' : 'break_glass_not_allowed');
}

/** May a standing grant sign: something reversible of low risk, unedited, where both policies allow grants. */
export const grantable = (state: ApprovalState, ctx: ApprovalContext): boolean =>
  !isOwn(state.action) &&
  !ctx.grantRevoked &&
  state.effect === 'reversible' &&
  state.risk === 'low' &&
  ctx.riskNow !== 'high' &&
  state.editors.length === 0 &&
  ctx.requirementNow !== null &&
  requirementsOf(state, ctx).every((r) => r.grants && r.proof === undefined);

/** A grant signs beforehand. Its own bounds (version, arguments, caps, expiry) are checked by who finds it. */
export function useGrant(state: ApprovalState, event: Event<'grant'>, ctx: ApprovalContext): Transitioned {
  if (state.grant === event.grant && SIGNED_FOR_GOOD.includes(state.status)) return unchanged(state);
  const refusal = whyOver(state, ctx.nowMs) ?? whyStopped(ctx);
  if (refusal) return refusal;
  if (!ctx.requirementNow) return refused('policy_unreadable');
  if (!grantable(state, ctx)) return refused('grant_not_allowed');
  return changed(state, { status: 'approved', grant: event.grant, decidedAtMs: ctx.nowMs }, 'granted');
}
