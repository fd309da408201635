import { actionDigest, type Action, type Risk, type ToolEffect } from '../action.ts';
import type { PersonId } from '../ids.ts';
import type { Money } from '../money.ts';
import { effectiveRequirement } from './quorum.ts';
import type { ApprovalState } from './types.ts';

export interface Asking {
  readonly action: Action;
  readonly effect: Exclude<ToolEffect, 'read'>;
  readonly risk: Risk;
  readonly amount: Money | null;
  readonly requester: PersonId;
  /** As `chooseRule` chose it. */
  readonly policy: ApprovalState['policy'];
  /** The database's clock, epoch ms. */
  readonly nowMs: number;
}

/**
 * The first state of an approval.
 * @throws NotCanonicalError when the arguments have no canonical form; nobody may sign those.
 */
export function openApproval(asking: Asking): ApprovalState {
  const { action, effect, risk, amount, requester, policy, nowMs } = asking;
  const stages = effectiveRequirement(policy.requirement, risk).stages;
  return {
    v: 1,
    id: action.approval,
    tenant: action.tenant,
    version: 1,
    status: 'pending',
    action,
    actionDigest: actionDigest(action),
    effect,
    risk,
    amount,
    requester,
    policy,
    root: action.approval,
    editors: [],
    edits: [],
    supersededBy: null,
    signatures: [],
    declined: null,
    questions: [],
    pausedSinceMs: null,
    pausedTotalMs: 0,
    snoozes: [],
    delegations: [],
    reminders: 0,
    escalatedAtMs: null,
    breakGlass: null,
    grant: null,
    createdAtMs: nowMs,
    decidedAtMs: null,
    closed: null,
    progress: {
      signed: 0,
      needed: stages.reduce((sum, stage) => sum + stage.quorum, 0),
      stages: stages.map((stage) => ({ name: stage.name, signed: 0, needed: stage.quorum })),
    },
    execution: null,
  };
}
