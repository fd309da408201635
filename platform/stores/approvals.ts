import type { ApprovalEvent, ApprovalState, RefusalReason, Transitioned } from '../../core/approval/types.ts';
import type { JsonObject, Sha256 } from '../../core/canonical-json.ts';
import type { Evidence } from '../../core/contract.ts';
import type { Detail } from '../../core/detail.ts';
import type { ApprovalId, GrantId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { Money } from '../../core/money.ts';
import type { GrantView } from '../../core/grants.ts';
import type { OwnTool } from '../../core/own-actions.ts';
import type { Policy, Selector } from '../../core/policy-types.ts';
import type { PolicyView, SimulationView } from '../../core/policy-views.ts';
import type { Reader } from '../../core/sentences.ts';
import type { Witnessed } from '../ledger/check-checkpoints.ts';
import type { ApprovalView, InboxView, NamedPerson, VerifyView } from '../../core/views.ts';
import type { Platform, ChatAccount } from './people.ts';

export interface NewApproval {
  readonly run: RunId;
  readonly callId: string;
  readonly agent: string;
  readonly agentVersion: string;
  readonly connector: string;
  readonly tool: string;
  readonly toolSchemaHash: Sha256;
  readonly args: JsonObject;
  readonly effect: 'reversible' | 'irreversible';
  readonly amount: Money | null;
  readonly lowConfidence: boolean;
  readonly requester: PersonId;
  readonly evidence: Evidence;
  /** A question (`core/person-question.ts`): who may answer it; missing: a request to sign. */
  readonly answeredBy?: readonly Selector[];
}

/** A request of a person to change Countersign itself (`core/own-actions.ts`). */
export interface OwnRequest {
  readonly tool: OwnTool;
  /** What people sign. */
  readonly args: JsonObject;
  /** What is too long to show; the arguments hold its digest. */
  readonly input: unknown;
  /** In the company's language: lists and the ledger show it. */
  readonly title: string;
  /** The person's own words. */
  readonly why: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly requester: Person;
  readonly source: Platform;
  readonly dedupeKey: string;
}

export interface ReviewRequest {
  /** The decision that is to be looked at again. */
  readonly of: ApprovalId;
  /** Nobody reviews what they asked for: whoever passes a request on counts as asking. */
  readonly requester: Pick<Person, 'id'>;
  /** One sentence that yes or no answers, and why it is asked, in the company's language. */
  readonly question: string;
  readonly why: string;
  /** The person concerned asks by this link (its digest), which is used up by it. */
  readonly link?: string;
}
export type ReviewOpened =
  | { readonly ok: true; readonly approval: ApprovalId; readonly before: boolean }
  | { readonly ok: false; readonly reason: RefusalReason; readonly detail: Detail };

export type EditOfArguments = Omit<
  Extract<ApprovalEvent, { kind: 'edit' }>,
  'kind' | 'successor' | 'successorRequirement' | 'successorRisk'
>;

export type Recorded = Transitioned & { readonly ledgerSeq: number };

export interface ApprovalStore {
  /** Chooses the policy, writes the approval, ledger entry `approval.asked`, intended copies, outbox rows. Idempotent by (run, callId). */
  open(
    tenant: TenantId,
    approval: NewApproval,
  ): Promise<{ ok: true; approval: ApprovalId } | { ok: false; reason: string }>;
  /**
   * The same for what Countersign does itself, asked for by a person: with a run of its own, once by `dedupeKey`. Refused,
   * with nothing written, when the person may not ask, it could not be done, or nobody could sign it.
   */
  openOwn(
    tenant: TenantId,
    request: OwnRequest,
  ): Promise<
    | { ok: true; approval: ApprovalId; run: RunId }
    | { ok: false; reason: RefusalReason; detail: Readonly<Record<string, string | number>> }
  >;
  /** Asks people who did not decide it whether a decision stands; once for each. Their answer signs nothing. */
  openReview(tenant: TenantId, request: ReviewRequest): Promise<ReviewOpened>;
  /** The only writer of an approval: locks it, runs the machine, writes state, ledger and outbox, all in one transaction. */
  transition(tenant: TenantId, approval: ApprovalId, event: ApprovalEvent): Promise<Recorded>;
  /**
   * An edit of the arguments: chooses policy, risk and requirement for the successor by its new amount (sums over the
   * policy's window included), names the successor, then the same as `transition` with the `edit` event.
   */
  edit(tenant: TenantId, approval: ApprovalId, edit: EditOfArguments): Promise<Recorded>;
  get(tenant: TenantId, approval: ApprovalId): Promise<ApprovalState | null>;
  view(tenant: TenantId, approval: ApprovalId): Promise<ApprovalView | null>;
  inbox(tenant: TenantId, reader: Person): Promise<InboxView>;
  /** Those of `among` that wait for the reader, and what their inbox says that they decided. */
  flagged(tenant: TenantId, reader: Person, among: readonly ApprovalId[]): Promise<ReadonlySet<ApprovalId>>;
  /** A refusal before the machine (wrong person, forged digest ...) is a ledger entry too. */
  recordRefusal(
    tenant: TenantId,
    refusal: {
      subject: string;
      person: PersonId | null;
      /** As it came: a chat's, or a token's id in its company. */
      account: (Omit<ChatAccount, 'platform'> & { platform: Platform | 'api' | 'mcp' }) | null;
      verb: string;
      reason: string;
    },
  ): Promise<number>;
  /** Who read the whole request, what it rests on or its changes: a ledger entry. */
  recordRead(
    tenant: TenantId,
    read: {
      readonly approval: ApprovalId;
      readonly person: PersonId;
      readonly what: 'open' | 'evidence' | 'changes';
      readonly page: number;
      readonly via: Platform | 'api' | 'mcp';
    },
  ): Promise<number>;
  policy(tenant: TenantId): Promise<Policy | null>;
  putPolicy(tenant: TenantId, policy: Policy): Promise<void>;
}

/** In whose language and time the sentences are; English in UTC where nobody is named. */
export type LedgerReader = Pick<Reader, 'language' | 'timeZone'>;

export interface LedgerHeaderRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly header: string;
  readonly entryHash: string;
}

/** With what the entry says, as its readers know it: parts that were erased are named; null: there is no body any more. */
export interface LedgerWholeRow extends LedgerHeaderRow {
  readonly body: JsonObject | null;
}

export interface LedgerStore {
  /** Recomputes the chain: a whole tenant, or the entries of one run or approval within it. */
  verify(
    tenant: TenantId,
    what?: RunId | ApprovalId,
    reader?: LedgerReader,
    /** Checkpoints that it has to agree with. */
    witnessed?: Witnessed,
  ): Promise<VerifyView>;
  recent(tenant: TenantId, limit: number, reader?: LedgerReader): Promise<VerifyView['lines']>;
  /** The same with their bodies. @throws Error where a body is not what its entry commits to */
  whole(
    tenant: TenantId,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly LedgerWholeRow[]>;
  /** Entries without their bodies, in their order, those after `after`. */
  headers(
    tenant: TenantId,
    page: { readonly after: number; readonly limit: number },
  ): Promise<LedgerHeaderRow[]>;
}

/** Standing grants. They are made by an approval (`create_grant`), used when an agent asks, and ended here. */
export interface GrantStore {
  /** Those that still sign first, the newest of each first. */
  list(
    tenant: TenantId,
    filter: { limit: number },
  ): Promise<{ grants: readonly GrantView[]; people: ReadonlyMap<PersonId, NamedPerson> }>;
  get(tenant: TenantId, grant: GrantId): Promise<GrantView | null>;
  /** Ends it from now on, with its ledger entry; false when it was over already. */
  revoke(tenant: TenantId, grant: GrantId, by: PersonId): Promise<boolean>;
}

export interface PolicyStore {
  view(tenant: TenantId): Promise<PolicyView>;
  /** What the policy in force, or the one that `change` proposes, would have asked; null when there is no such thing. */
  simulate(tenant: TenantId, approval: ApprovalId, change: ApprovalId | null): Promise<SimulationView | null>;
}
