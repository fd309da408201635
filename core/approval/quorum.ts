import type { Risk } from '../action.ts';
import type { PersonId } from '../ids.ts';
import type { Requirement, Selector } from '../policy-types.ts';
import { proves, strongest, type ProofKind } from '../proof.ts';
import type { ApprovalContext, ApprovalState, QuorumProgress } from './types.ts';
import { askedIn, countsFor } from './who-may-sign.ts';

/**
 * What a requirement really asks. High risk wants one more person than the stages say, in the last of them, where no
 * proof is asked of each signer; this is the only place that knows.
 */
export function effectiveRequirement(requirement: Requirement, risk: Risk): Requirement {
  if (risk === 'low' || requirement.proof !== undefined) return requirement;
  const last = requirement.stages.length - 1;
  const stages = requirement.stages.map((s, i) => (i === last ? { ...s, quorum: s.quorum + 1 } : s));
  return { ...requirement, stages };
}

/** The quorum must be met under each of these: the policy of creation, and the policy of now. */
export function requirementsOf(state: ApprovalState, ctx: ApprovalContext): readonly Requirement[] {
  const created = effectiveRequirement(state.policy.requirement, state.risk);
  if (!ctx.requirementNow) return [created];
  const risk: Risk = state.risk === 'high' || ctx.riskNow === 'high' ? 'high' : 'low';
  return [created, effectiveRequirement(ctx.requirementNow, risk)];
}

/** The proof that a signature given now must carry: the most that the policy of creation or that of now asks. */
export const wantedProof = (state: ApprovalState, ctx: ApprovalContext): ProofKind | undefined =>
  strongest(requirementsOf(state, ctx).map(({ proof }) => proof));

export interface Seats<P> {
  /** People seated, by stage. */
  readonly seated: readonly (readonly P[])[];
  readonly missing: number;
  /** The first stage with an empty seat; null when there is none. */
  readonly open: number | null;
}

/**
 * Seats people in stages so that each sits once and earlier stages fill first (augmenting paths, so that nobody
 * blocks a seat that only another could take).
 */
export function seat<P>(
  quorums: readonly number[],
  people: readonly P[],
  fits: (person: P, stage: number) => boolean,
): Seats<P> {
  const seats = quorums.flatMap((quorum, stage) => Array.from({ length: quorum }, () => stage));
  const sitter = new Map<number, P>();
  const place = (seatNo: number, tried: Set<P>): boolean => {
    for (const person of people) {
      if (tried.has(person) || !fits(person, seats[seatNo]!)) continue;
      tried.add(person);
      const held = [...sitter].find(([, p]) => p === person)?.[0];
      if (held === undefined || (held !== seatNo && place(held, tried))) {
        sitter.set(seatNo, person);
        return true;
      }
    }
    return false;
  };
  seats.forEach((_, seatNo) => place(seatNo, new Set()));
  const seated = quorums.map((_, stage) =>
    [...sitter].filter(([seatNo]) => seats[seatNo] === stage).map(([, person]) => person),
  );
  const open = quorums.findIndex((quorum, stage) => seated[stage]!.length < quorum);
  return { seated, missing: seats.length - sitter.size, open: open < 0 ? null : open };
}

interface Count extends Seats<PersonId> {
  readonly requirement: Requirement;
  /** Signers whose signature counts in some stage. */
  readonly counted: readonly PersonId[];
  /** Everybody who signed so far has edited in this lineage: one more person must sign who did not. */
  readonly editorsOnly: boolean;
}

const escalated = (state: ApprovalState): boolean => state.escalatedAtMs !== null;

/** Everyone whom any stage of a requirement names. */
export const askedAnywhere = (state: ApprovalState, requirement: Requirement): readonly Selector[] =>
  requirement.stages.flatMap((_, stage) => askedIn(requirement, stage, escalated(state)));

function count(state: ApprovalState, ctx: ApprovalContext, requirement: Requirement): Count {
  const fits = (person: PersonId, stage: number): boolean =>
    countsFor(state, ctx, person, askedIn(requirement, stage, escalated(state)));
  const proved = state.signatures.filter(({ proof }) => proves(proof?.kind, requirement.proof));
  const signers = [...new Set(proved.map((s) => s.person))];
  const anywhere = askedAnywhere(state, requirement);
  const counted = signers.filter((person) => countsFor(state, ctx, person, anywhere));
  const seats = seat(
    requirement.stages.map((s) => s.quorum),
    counted,
    fits,
  );
  const editorsOnly = counted.every((person) => state.editors.includes(person));
  return { ...seats, requirement, counted, editorsOnly };
}

const missing = (c: Count): number => (c.missing === 0 && c.editorsOnly ? 1 : c.missing);

/** Signed and needed by people, never by accounts, under both policies; `needed - signed` more at least. */
export function quorumProgress(state: ApprovalState, ctx: ApprovalContext): QuorumProgress {
  const counts = requirementsOf(state, ctx).map((r) => count(state, ctx, r));
  const signed = new Set(counts.flatMap((c) => c.counted)).size;
  const stages = counts[0]!.requirement.stages.map((stage, i) => ({
    name: stage.name,
    signed: counts[0]!.seated[i]!.length,
    needed: stage.quorum,
  }));
  return { signed, needed: signed + Math.max(...counts.map(missing)), stages };
}

export const quorumMet = (state: ApprovalState, ctx: ApprovalContext): boolean =>
  ctx.requirementNow !== null && requirementsOf(state, ctx).every((r) => missing(count(state, ctx, r)) === 0);

export type Welcome =
  | { readonly ok: true; readonly stage: number }
  | { readonly ok: false; readonly why: 'not_named' | 'editor_alone' }
  | { readonly ok: false; readonly why: 'stage_not_open'; readonly openStage: string };

/** Would this person's signature fill a seat that is empty now, under either policy. */
export function welcome(state: ApprovalState, ctx: ApprovalContext, person: PersonId): Welcome {
  const counts = requirementsOf(state, ctx).map((r) => count(state, ctx, r));
  const isEditor = state.editors.includes(person);
  let editorAlone = false;
  let later: string | null = null;
  for (const c of counts) {
    if (!countsFor(state, ctx, person, askedAnywhere(state, c.requirement))) continue;
    const stage = c.open ?? c.requirement.stages.length - 1;
    if (c.open === null && isEditor) editorAlone = true;
    else if (c.open === null && !c.editorsOnly) continue;
    else if (
      c.open === null ||
      countsFor(state, ctx, person, askedIn(c.requirement, stage, escalated(state)))
    )
      return { ok: true, stage };
    else later = c.requirement.stages[stage]?.name ?? '';
  }
  if (editorAlone) return { ok: false, why: 'editor_alone' };
  return later === null
    ? { ok: false, why: 'not_named' }
    : { ok: false, why: 'stage_not_open', openStage: later };
}
