import { actionDigest, type Action } from '../action.ts';
import { canonicalJson, NotCanonicalError } from '../canonical-json.ts';
import { isOwn } from '../own-actions.ts';
import { holdsNul } from '../strict-json.ts';
import { signatureOf } from './decisions.ts';
import { whyNotDecide, whyStopped } from './gate.ts';
import { cleanText, moved, refused, unchanged, type Refused } from './outcome.ts';
import { quorumProgress, wantedProof, welcome } from './quorum.ts';
import { pausedMs } from './timers.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Edit, Transitioned } from './types.ts';

type EditEvent = Extract<ApprovalEvent, { kind: 'edit' }>;

/** Why these arguments cannot stand in for the old ones, or null. */
function whyNotThese(state: ApprovalState, event: EditEvent): Refused | null {
  // What it would change was worked out from its arguments when it was asked for.
  if (isOwn(state.action)) return refused('arguments_refused', { why: 'own-action' });
  try {
    const after = canonicalJson(event.args);
    if (holdsNul(event.args)) return refused('arguments_refused', { why: 'holds-nul' });
    return after === canonicalJson(state.action.args)
      ? refused('arguments_refused', { why: 'nothing-changed' })
      : null;
  } catch (error) {
    if (error instanceof NotCanonicalError)
      return refused('arguments_refused', { why: 'not-canonical', path: error.path, form: error.form });
    throw error;
  }
}

/** The same edit sent again finds the approval that it made before. */
function madeBefore(state: ApprovalState, event: EditEvent): boolean {
  const last = state.edits.at(-1);
  if (state.status !== 'superseded' || last?.person !== event.by) return false;
  if (event.actionDigest !== state.actionDigest) return false;
  try {
    return canonicalJson(last.after) === canonicalJson(event.args);
  } catch {
    return false;
  }
}

/**
 * Puts a successor in this approval's place: new id, new digest, no signature of before. The clock, open questions
 * and delegations of the lineage go on, so that an edit never buys time. The editor signs by handing the edit in,
 * if the successor's policy asks them; that signature alone never suffices.
 */
export function edit(state: ApprovalState, event: EditEvent, ctx: ApprovalContext): Transitioned {
  if (madeBefore(state, event)) return unchanged(state);
  const refusal =
    whyNotDecide(state, ctx, event.by, event.actionDigest) ?? whyStopped(ctx) ?? whyNotThese(state, event);
  if (refusal) return refusal;
  if (event.successor === state.id) return refused('arguments_refused', { why: 'needs-new-id' });
  const record: Edit = {
    person: event.by,
    atMs: ctx.nowMs,
    comment: cleanText(event.comment),
    before: state.action.args,
    after: event.args,
  };
  const edits = [...state.edits, record];
  const superseded: ApprovalState = {
    ...state,
    version: state.version + 1,
    status: 'superseded',
    supersededBy: event.successor,
    edits,
    decidedAtMs: ctx.nowMs,
    pausedTotalMs: pausedMs(state, ctx.nowMs),
    pausedSinceMs: null,
  };
  const made = moved(superseded, 'edited', { successor: event.successor });
  return made.ok ? { ...made, successor: succeed(state, event, ctx, edits) } : made;
}

function succeed(
  state: ApprovalState,
  event: EditEvent,
  ctx: ApprovalContext,
  edits: readonly Edit[],
): ApprovalState {
  const action: Action = { ...state.action, approval: event.successor, args: event.args };
  const fresh: ApprovalState = {
    ...state,
    id: event.successor,
    version: 1,
    action,
    actionDigest: actionDigest(action),
    amount: event.successorAmount,
    risk: event.successorRisk,
    policy: event.successorRequirement,
    editors: [...new Set([...state.editors, event.by])],
    edits,
    signatures: [],
  };
  const then: ApprovalContext = {
    ...ctx,
    requirementNow: event.successorRequirement.requirement,
    riskNow: event.successorRisk,
  };
  const place = welcome(fresh, then, event.by);
  // Where a proof is asked for, an edit is none: the editor signs what came of it like everybody else.
  const counts = place.ok && wantedProof(fresh, then) === undefined;
  const signatures = counts
    ? [signatureOf(fresh, { ...event, cardDigest: null, proof: undefined }, then, place.stage)]
    : [];
  const signed = { ...fresh, signatures };
  return { ...signed, progress: quorumProgress(signed, then) };
}
