import { quorumMet, quorumProgress } from './approval/quorum.ts';
import type { ApprovalContext, ApprovalState } from './approval/types.ts';
import { canonicalJson, type JsonObject } from './canonical-json.ts';
import type { ApprovalId, PersonId } from './ids.ts';
import { differences, type Difference } from './policy-change.ts';
import type { Policy, Requirement } from './policy-types.ts';
import type { ChosenRule } from './policy.ts';
import type { NamedPerson } from './views.ts';

/** One version of the policy: when it came into force, who asked for it, and the approval that says who signed. */
export interface PolicyVersion {
  readonly version: number;
  readonly atMs: number;
  readonly by: PersonId | null;
  readonly approval: ApprovalId | null;
}

export interface PolicyView {
  /** Null: none, or unreadable; then nothing can be signed. */
  readonly policy: Policy | null;
  /** The newest first. */
  readonly history: readonly PolicyVersion[];
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
}

/** What a policy would have asked of an approval. */
export interface SimulationView {
  readonly state: ApprovalState;
  readonly agent: string;
  readonly title: string;
  /** The version that was asked, and whether it is one that waits for its own approval. */
  readonly version: number;
  readonly proposed: boolean;
  readonly chosen: ChosenRule;
  readonly differences: readonly Difference[];
  /** Of the signatures that were given, by the rights of now; null where the policy would have refused it. */
  readonly tally: { readonly signed: number; readonly needed: number; readonly met: boolean } | null;
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
}

const asked = (risk: string, require: Requirement): JsonObject =>
  JSON.parse(canonicalJson({ risk, require: JSON.parse(JSON.stringify(require)) })) as JsonObject;

/** Compares what was asked with what the chosen rule asks, and counts the signatures anew. Changes nothing. */
export function simulate(
  state: ApprovalState,
  chosen: ChosenRule,
  context: ApprovalContext,
): Pick<SimulationView, 'differences' | 'tally'> {
  if (!chosen.ok) return { differences: [], tally: null };
  const { policy, risk } = chosen;
  const found = differences(asked(state.risk, state.policy.requirement), asked(risk, policy.requirement));
  const pretended: ApprovalState = { ...state, policy, risk };
  const then: ApprovalContext = { ...context, requirementNow: policy.requirement, riskNow: risk };
  const { signed, needed } = quorumProgress(pretended, then);
  return { differences: found, tally: { signed, needed, met: quorumMet(pretended, then) } };
}
