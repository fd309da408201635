import type { Happening } from './happening.ts';
import type { Action, Risk, ToolEffect } from '../action.ts';
import type { JsonObject, Sha256 } from '../canonical-json.ts';
import type { ApprovalId, PersonId, TenantId } from '../ids.ts';
import type { Delegation, Person } from '../people.ts';
import type { Money } from '../money.ts';
import type { AnswerValue } from '../person-question.ts';
import type { Requirement } from '../policy-types.ts';
import type { Proof, ProofShown } from '../proof.ts';

export type ApprovalStatus =
  | 'pending'
  /** An agent's question got its answer: nothing was signed, and nothing runs by it. */
  | 'answered'
  | 'approved'
  | 'declined'
  | 'expired'
  | 'cancelled'
  | 'superseded'
  | 'undeliverable'
  | 'executing'
  | 'executed'
  | 'failed'
  | 'unknown'
  | 'compensated'
  | 'lapsed';

export interface Signature {
  readonly person: PersonId;
  /** The delegator, when the signer acted for someone. */
  readonly onBehalfOf: PersonId | null;
  readonly atMs: number;
  readonly comment: string | null;
  readonly cardDigest: Sha256 | null;
  readonly stage: number;
  readonly via: 'slack' | 'teams' | 'api' | 'page';
  /** Missing: a click alone. */
  readonly proof?: ProofShown;
}

export interface Edit {
  readonly person: PersonId;
  readonly atMs: number;
  readonly comment: string | null;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

export interface QuorumProgress {
  /** People whose signatures count now. */
  readonly signed: number;
  /** `signed` and how many more people are wanted at least. */
  readonly needed: number;
  readonly stages: readonly { readonly name: string; readonly signed: number; readonly needed: number }[];
}

/** The whole of one approval; stored as JSON beside its row and written only by `transition`. Times: epoch ms, UTC. */
export interface ApprovalState {
  readonly v: 1;
  readonly id: ApprovalId;
  readonly tenant: TenantId;
  /** Rises by one with every accepted event; cards and signals carry it. */
  readonly version: number;
  readonly status: ApprovalStatus;
  readonly action: Action;
  readonly actionDigest: Sha256;
  readonly effect: Exclude<ToolEffect, 'read'>;
  readonly risk: Risk;
  readonly amount: Money | null;
  readonly requester: PersonId;
  readonly policy: { readonly id: string; readonly version: number; readonly requirement: Requirement };
  /** The first approval of this lineage of edits, and all who edited in it. */
  readonly root: ApprovalId;
  readonly editors: readonly PersonId[];
  readonly edits: readonly Edit[];
  readonly supersededBy: ApprovalId | null;
  readonly signatures: readonly Signature[];
  /** Missing or null: it was not answered, or it is no question at all. */
  readonly answer?: {
    readonly person: PersonId;
    readonly onBehalfOf: PersonId | null;
    readonly atMs: number;
    readonly value: AnswerValue;
    readonly reason: string | null;
    readonly via: Signature['via'];
    readonly cardDigest: Sha256 | null;
  } | null;
  readonly declined: { person: PersonId; atMs: number; reason: string } | null;
  readonly questions: readonly {
    id: string;
    by: PersonId;
    askedAtMs: number;
    text: string;
    answer: string | null;
    answeredAtMs: number | null;
    /** Missing while it is open, and on answers of before this was kept. */
    answeredBy?: PersonId;
  }[];
  readonly pausedSinceMs: number | null;
  readonly pausedTotalMs: number;
  /** `ended`: its time came, and the person was reminded. */
  readonly snoozes: readonly { person: PersonId; untilMs: number; ended?: true }[];
  readonly delegations: readonly { from: PersonId; to: PersonId; by: PersonId; atMs: number }[];
  readonly reminders: number;
  readonly escalatedAtMs: number | null;
  readonly breakGlass: { person: PersonId; reason: string; atMs: number; proof?: ProofShown } | null;
  readonly grant: string | null;
  /** When this was first asked: an edit keeps it, so that the deadline does not move. */
  readonly createdAtMs: number;
  readonly decidedAtMs: number | null;
  /** Who ended it and why, where neither a decision nor the action says so: cancelled, undeliverable, lapsed. */
  readonly closed?: { readonly by: PersonId | null; readonly reason: string; readonly atMs: number } | null;
  /** Signed and needed as the machine last counted them, under the policy of creation and of then. */
  readonly progress?: QuorumProgress;
  readonly execution: {
    readonly startedAtMs: number;
    readonly finishedAtMs: number | null;
    readonly attempts: number;
    readonly summary: string | null;
    readonly reference: string | null;
  } | null;
}

/** A person's doing carries `by`; `cardDigest`/`actionDigest` are what their card showed. */
export type ApprovalEvent =
  | {
      kind: 'approve';
      by: PersonId;
      via: Signature['via'];
      actionDigest: Sha256;
      cardDigest: Sha256 | null;
      comment: string | null;
      /** Where it was read: the whole, page by page, or beside others. Missing: on a card. */
      seen?: 'whole' | 'together';
      /** Checked where it was taken in. */
      proof?: Proof;
    }
  | {
      kind: 'decline';
      by: PersonId;
      via: Signature['via'];
      actionDigest: Sha256;
      cardDigest: Sha256 | null;
      reason: string;
    }
  | {
      kind: 'edit';
      by: PersonId;
      via: Signature['via'];
      actionDigest: Sha256;
      cardDigest: Sha256 | null;
      args: JsonObject;
      comment: string | null;
      successor: ApprovalId;
      successorAmount: Money | null;
      successorRequirement: ApprovalState['policy'];
      successorRisk: Risk;
    }
  | {
      kind: 'respond';
      by: PersonId;
      via: Signature['via'];
      actionDigest: Sha256;
      cardDigest: Sha256 | null;
      value: AnswerValue;
      reason: string | null;
    }
  | { kind: 'ask'; by: PersonId; questionId: string; text: string }
  | { kind: 'answer'; by: PersonId; questionId: string; text: string }
  | { kind: 'delegate'; by: PersonId; to: PersonId }
  | { kind: 'snooze'; by: PersonId; untilMs: number }
  | {
      kind: 'break-glass';
      by: PersonId;
      via: Signature['via'];
      actionDigest: Sha256;
      reason: string;
      proof?: Proof;
    }
  | { kind: 'grant'; grant: string }
  | { kind: 'cancel'; by: PersonId | null; reason: string }
  | { kind: 'undeliverable' }
  | { kind: 'timer' }
  | { kind: 'execute-begin'; actionDigest: Sha256; preconditionsHold: boolean }
  | { kind: 'execute-retry' }
  | { kind: 'execute-done'; summary: string; reference: string | null }
  | { kind: 'execute-failed'; summary: string }
  | { kind: 'execute-unknown'; summary: string }
  | { kind: 'compensated'; summary: string };

/** What the machine may look at beside the state: read inside the same transaction. */
export interface ApprovalContext {
  /** The database's clock, epoch ms. */
  readonly nowMs: number;
  /** The policy that would be chosen now; null when it cannot be read (then everything is refused). */
  readonly requirementNow: Requirement | null;
  /** The risk tier that the same rule gives now; missing: that of creation. The higher of the two counts. */
  readonly riskNow?: Risk;
  /** The requester, everyone who signed, edited, asked or now acts, plus delegators and delegates; missing means unknown. */
  readonly people: ReadonlyMap<PersonId, Person>;
  /** Those from or to anyone in `people` since the approval was asked for, ended ones too. */
  readonly delegations: readonly Delegation[];
  /** The agent's, for the verbs whose row depends on them (cancel); missing means the stricter. */
  readonly agentClass?: 'standard' | 'restricted';
  readonly environment?: 'production' | 'sandbox';
  readonly agentPaused: boolean;
  readonly tenantStopped: boolean;
  /** The grant that signed was revoked since, or is not there: it signs for nothing that has not begun. */
  readonly grantRevoked?: boolean;
  /** What of it the ledger does not say, where that was looked up: nothing runs by what only the approval's row says. */
  readonly notBorneOut?: 'entry' | 'action' | 'signature' | 'passkey';
}

export type RefusalReason =
  | 'not_an_approver'
  | 'own_request'
  | 'editor_alone'
  | 'already_decided'
  | 'expired'
  | 'superseded'
  | 'digest_mismatch'
  | 'identity_unlinked'
  | 'identity_ambiguous'
  | 'guest_or_external'
  | 'wrong_tenant'
  | 'agent_paused'
  | 'tenant_stopped'
  | 'step_up_needed'
  | 'link_over'
  | 'passkey_refused'
  | 'policy_unreadable'
  | 'policy_unmet'
  | 'reason_needed'
  | 'delegate_not_allowed'
  | 'break_glass_not_allowed'
  | 'not_asked'
  | 'answer_needed'
  | 'answer_refused'
  | 'not_permitted'
  | 'not_found'
  | 'clock_paused_too_long'
  | 'arguments_refused'
  | 'arguments_too_long'
  | 'one_by_one'
  | 'ledger_unwritable'
  | 'not_confirmed'
  | 'wrong_state'
  | 'grant_not_allowed'
  | 'lapsed'
  | 'preconditions_failed'
  | 'not_borne_out';

export type Transitioned =
  /** `duplicate` true: the same person said the same before; nothing new was written. */
  | {
      ok: true;
      state: ApprovalState;
      successor: ApprovalState | null;
      duplicate: boolean;
      /** What happened, for a sentence in any language; `summary` is the ledger's, in English. */
      happened: { readonly what: Happening; readonly detail: Readonly<Record<string, string | number>> };
      summary: string;
    }
  | {
      ok: false;
      reason: RefusalReason;
      detail: Readonly<Record<string, string | number>>;
      /** The refusal showed that the approval is over (its deadline passed, a signer lost their right): write this too. */
      moved?: ApprovalState;
    };
