import type { ApprovalEvent, ApprovalState, RefusalReason, Transitioned } from '../core/approval/types.ts';
import type { JsonObject, Sha256 } from '../core/canonical-json.ts';
import type { AgentContract, Evidence } from '../core/contract.ts';
import type { WhyNoWindow } from '../core/delegation-window.ts';
import type {
  ApprovalId,
  CopyId,
  DelegationId,
  GrantId,
  LetterId,
  PersonId,
  RunId,
  TenantId,
  TroubleId,
} from '../core/ids.ts';
import type { Priority } from '../core/intake/priority.ts';
import type { Language } from '../core/language.ts';
import type { AccountKind, Person } from '../core/people.ts';
import type { Money, UsdMicros } from '../core/money.ts';
import type { GrantView } from '../core/grants.ts';
import type { OwnTool } from '../core/own-actions.ts';
import type { Policy, Selector } from '../core/policy-types.ts';
import type { PolicyView, SimulationView } from '../core/policy-views.ts';
import type { TroubleView } from '../core/trouble.ts';
import type {
  ApprovalView,
  CostsView,
  DeadLetterView,
  DelegationsView,
  DelegationView,
  InboxView,
  LinePlace,
  LoadView,
  NamedPerson,
  RunView,
  SwitchesView,
  VerifyView,
} from '../core/views.ts';

/** What the other rooms may ask of the store. Every method names its tenant and runs in one transaction. */
export type Platform = 'slack' | 'teams';

export interface ChatAccount {
  readonly platform: Platform;
  readonly workspace: string;
  readonly account: string;
}

/** Exactly one person or a reason why not; a chat account is never guessed at. */
export type Identified =
  | { ok: true; person: Person; kind: AccountKind }
  | { ok: false; reason: 'identity_unlinked' | 'identity_ambiguous' | 'guest_or_external' };

export interface PeopleStore {
  /** The tenant of a workspace; null when none or more than one claims it. Crosses tenants by name (dispatcher role). */
  tenantOf(platform: Platform, workspace: string): Promise<TenantId | null>;
  /** `language`: what the chat says of the person right now, where it does. */
  identify(
    tenant: TenantId,
    account: ChatAccount & { readonly language?: Language | null },
  ): Promise<Identified>;
  /** What the company reads: cards that many see. */
  languageOf(tenant: TenantId): Promise<Language>;
  /** What the chat says of an account, for messages that answer no request; null: nothing that we speak. */
  rememberLanguage(tenant: TenantId, account: ChatAccount, language: Language | null): Promise<void>;
  person(tenant: TenantId, id: PersonId): Promise<Person | null>;
  /** Active people that any selector of the list names, for direct messages and "who may sign". */
  everyone(tenant: TenantId): Promise<Person[]>;
  accountsOf(tenant: TenantId, person: PersonId): Promise<(ChatAccount & { kind: AccountKind })[]>;
  workspaceSettings(
    tenant: TenantId,
    platform: Platform,
  ): Promise<{ workspace: string; settings: JsonObject }[]>;
  /** Remembers a conversation that the bot may write to (Teams needs it for proactive messages). */
  rememberConversation(
    tenant: TenantId,
    c: {
      platform: Platform;
      workspace: string;
      conversation: string;
      kind: 'channel' | 'personal';
      person: PersonId | null;
      serviceUrl: string | null;
    },
  ): Promise<void>;
}

export interface NewRun {
  readonly agent: AgentContract;
  readonly input: unknown;
  readonly requester: Person;
  readonly source: 'slack' | 'teams' | 'api' | 'schedule' | 'mcp' | 'webhook' | 'eval';
  /** The same key starts one run, however often it comes (a retried command, an event sent again). */
  readonly dedupeKey: string | null;
  readonly environment: 'production' | 'sandbox';
  readonly rehearsal: boolean;
  /** Where the asker sits: `{platform, workspace, conversation, thread}`, or empty. The result is told there. */
  readonly origin: JsonObject;
  /** The run that this one repeats; `from`: the key of the step where the recording ends, null for all of it anew. */
  readonly replay?: { readonly of: RunId; readonly from: string | null };
  /** How soon it should begin among its requester's own runs; `normal` when not said. */
  readonly priority?: Priority;
}

export interface Step {
  readonly key: string;
  readonly parent: string | null;
  readonly kind: 'guard' | 'model' | 'tool' | 'approval';
  readonly name: string;
  readonly label: string;
  readonly ok: boolean;
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedTokens?: number;
  readonly costMicros?: UsdMicros;
  readonly latencyMs: number;
  readonly startedAtMs: number;
  /** Digests, refs, counts; never payloads or personal data. */
  readonly detail?: JsonObject;
}

export interface RunRow {
  readonly run: RunId;
  readonly agent: string;
  readonly agentVersion: string;
  readonly status: RunView['status'];
  readonly environment: 'production' | 'sandbox';
  readonly requester: PersonId;
  readonly inputLabel: string;
  readonly rehearsal: boolean;
  readonly origin: JsonObject;
  readonly traceparent: string | null;
  readonly costMicros: UsdMicros;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly replayOf: RunId | null;
  readonly replayFrom: string | null;
}

export interface StoredMessage {
  readonly seq: number;
  readonly role: 'user' | 'assistant';
  readonly content: unknown;
}

/** `word` null: none, and one that was said before is kept; `''` takes it back. */
export interface Rating {
  readonly by: PersonId;
  readonly thumb: 'up' | 'down';
  readonly word: string | null;
}

export interface RunStore {
  /**
   * Row + sealed input + ledger entry `run.started` + outbox `intake`, in one transaction.
   * The run waits in line until it is admitted (`platform/intake`).
   * @throws RunRefusedError while the agent is paused or the tenant stopped, LineFullError when no more may wait; then
   * nothing was recorded
   */
  create(tenant: TenantId, run: NewRun): Promise<{ run: RunId; ledgerSeq: number; duplicate: boolean }>;
  get(tenant: TenantId, run: RunId): Promise<RunRow | null>;
  input(tenant: TenantId, run: RunId): Promise<unknown>;
  markRunning(tenant: TenantId, run: RunId): Promise<boolean>;
  markWaiting(tenant: TenantId, run: RunId): Promise<void>;
  messages(tenant: TenantId, run: RunId): Promise<StoredMessage[]>;
  /** Idempotent by seq: the first content written stays. */
  appendMessage(tenant: TenantId, run: RunId, message: StoredMessage): Promise<void>;
  /** Idempotent by key; adds tokens and cost to the run once. A tool step is also a ledger entry `tool.called`. */
  recordStep(tenant: TenantId, run: RunId, step: Step): Promise<void>;
  /** Status, sealed output, ledger entry `run.finished`, and the intent to tell the result at its origin. Idempotent. */
  close(
    tenant: TenantId,
    run: RunId,
    end: { status: 'done' | 'refused' | 'failed' | 'cancelled'; summary: string; output: unknown },
  ): Promise<void>;
  /**
   * Called off by a person: status, ledger entry `run.cancelled`, the signal to its workflow and the intent to tell it at
   * its origin, in one transaction; from then on the run can ask for nothing. False when it was over already.
   */
  cancel(tenant: TenantId, run: RunId, by: PersonId): Promise<boolean>;
  /** The last accepted assessment of a run, or null. */
  saveAssessment(tenant: TenantId, run: RunId, assessment: unknown): Promise<void>;
  /** What an action that the sandbox only recorded would have done, in words; once by key. */
  saveProposal(tenant: TenantId, run: RunId, key: string, title: string): Promise<void>;
  /**
   * Begins a replay with the recording of the run that it repeats: messages by their place and steps by their key, which
   * cost nothing again and are no news for the ledger. Safe to repeat.
   */
  takeRecording(
    tenant: TenantId,
    run: RunId,
    recording: { of: RunId; seqs: readonly number[]; steps: readonly string[] },
  ): Promise<void>;
  assessment(tenant: TenantId, run: RunId): Promise<unknown>;
  /** A person's last word on a run's output; ledger entry `output.rated`, unless nothing changed. */
  rate(tenant: TenantId, run: RunId, rating: Rating): Promise<{ changed: boolean; ledgerSeq: number | null }>;
  view(tenant: TenantId, run: RunId): Promise<RunView | null>;
  list(tenant: TenantId, filter: { requester?: PersonId; team?: string; limit: number }): Promise<RunView[]>;
  costs(tenant: TenantId, filter: { requester?: PersonId; team?: string; days: number }): Promise<CostsView>;
}

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
  /** A refusal before the machine (wrong person, forged digest ...) is a ledger entry too. */
  recordRefusal(
    tenant: TenantId,
    refusal: {
      subject: string;
      person: PersonId | null;
      account: ChatAccount | null;
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
      readonly via: Platform;
    },
  ): Promise<number>;
  policy(tenant: TenantId): Promise<Policy | null>;
  putPolicy(tenant: TenantId, policy: Policy): Promise<void>;
}

export interface CardCopy {
  readonly tenant: TenantId;
  readonly copy: CopyId;
  readonly subject: string;
  readonly platform: Platform;
  readonly workspace: string;
  readonly conversation: string;
  readonly person: PersonId | null;
  /** The message under which it hangs, where its subject does not say so itself. */
  readonly thread: string | null;
  readonly message: string | null;
  readonly wantedVersion: number;
  readonly shownVersion: number;
  readonly status: 'intended' | 'posted' | 'failed';
  /** The page that a person's inbox shows; null on every other card. */
  readonly page: number | null;
  /** Set when a post was begun and its end is not known: search before posting again. */
  readonly postingSinceMs: number | null;
  readonly attempts: number;
}

/** One lease of a copy, and the message that it hung on when the lease was taken. */
export interface HeldCopy {
  readonly holder: string;
  readonly instead: string | null;
}

export interface CopyFailure {
  readonly holder: string;
  /** A code, e.g. Slack's `is_archived`. */
  readonly failure: string;
  readonly final: boolean;
  readonly retryInMs: number;
  readonly trouble: 'cut_off' | 'silent' | 'gone' | 'refused' | null;
}

/** Where a person looks at their inbox: their App Home in Slack, or the message in their own chat in Teams. */
export interface InboxPlace {
  readonly person: PersonId;
  readonly platform: Platform;
  readonly workspace: string;
  /** The person's account in Slack, the personal chat in Teams. */
  readonly conversation: string;
  /** Counts from 1. */
  readonly page: number;
  /** The message that becomes the inbox; null: a new one; missing: where it was before. */
  readonly message?: string | null;
}

export interface InboxStore {
  /** Somebody looks at their inbox: it is to be shown anew, and kept true there from now on. */
  open(tenant: TenantId, place: InboxPlace): Promise<CopyId>;
  /** These people's inboxes say something new, where they keep one; several changes in a moment are shown at once. */
  touch(tenant: TenantId, people: readonly PersonId[]): Promise<void>;
  /** The same for everybody whom an approval concerns. */
  concern(tenant: TenantId, approval: ApprovalId): Promise<void>;
}

export interface CopyStore {
  /**
   * Takes the lease (`LEASE_MS`) on a copy that shows less than it should. `held`: another sender has it, who may die with
   * it, so ask again; null: it shows the newest version, failed for good or does not exist, so nothing is to do.
   * `holder` names this one lease, never used before: what it is asked for in another's time is not done.
   */
  lease(tenant: TenantId, copy: CopyId, holder: string): Promise<CardCopy | 'held' | null>;
  /** A sender that takes longer goes on holding; false when another has taken over. */
  renew(tenant: TenantId, copy: CopyId, holder: string): Promise<boolean>;
  /** About to post. False: the lease is another's, or a message has turned up: do not post. */
  markPosting(tenant: TenantId, copy: CopyId, held: HeldCopy): Promise<boolean>;
  /** The message is there, and shows no card yet. False as above: then it is one too many. */
  markPosted(tenant: TenantId, copy: CopyId, held: HeldCopy & { message: string }): Promise<boolean>;
  /**
   * Remembers what is shown, appends ledger `card.shown`, frees the lease; says whether a newer version is wanted already.
   * `lost`: as above.
   */
  shown(
    tenant: TenantId,
    copy: CopyId,
    s: HeldCopy & { message: string; version: number; cardDigest: Sha256 },
  ): Promise<{ again: boolean; lost: boolean }>;
  /**
   * Frees the lease and tries again later (Retry-After) or gives up (`final`): then whoever may sign what hung there is
   * written to directly. `trouble`: what is wrong with the place, which Admins are told once. Nothing is done in
   * another's time.
   */
  failed(tenant: TenantId, copy: CopyId, f: CopyFailure): Promise<void>;
  /** A click on a message that no copy remembers: finds the copy by its intent id and binds it. */
  adopt(tenant: TenantId, copy: CopyId, message: string): Promise<boolean>;
  ofSubject(tenant: TenantId, subject: string): Promise<CardCopy[]>;
  /** What these messages, or the threads under them, are about; null when it is nothing of ours. */
  about(tenant: TenantId, at: MessagesAt): Promise<AboutPlace | null>;
}

/** Messages that a person points at, the nearest first. */
export interface MessagesAt {
  readonly platform: Platform;
  readonly workspace: string;
  readonly conversations: readonly string[];
  readonly messages: readonly string[];
}

export interface AboutPlace {
  readonly run: RunId;
  /** Null where it is the run's own card. */
  readonly approval: ApprovalId | null;
}

/** What the chats refuse us, as an Admin is told of it. */
export interface TroubleStore {
  view(tenant: TenantId, trouble: TroubleId): Promise<TroubleView | null>;
}

export interface LedgerStore {
  /** Recomputes the chain: a whole tenant, or the entries of one run or approval within it. */
  verify(tenant: TenantId, what?: RunId | ApprovalId): Promise<VerifyView>;
  recent(tenant: TenantId, limit: number): Promise<VerifyView['lines']>;
}

/** Every change is a ledger entry in the same transaction; false when it was so already, and then there is none. */
export interface SwitchStore {
  read(tenant: TenantId): Promise<SwitchesView>;
  /** Nothing starts or is signed for the agent, and nothing that was signed begins; open approvals stay open. */
  pause(tenant: TenantId, agent: string, by: PersonId): Promise<boolean>;
  /** What was signed meanwhile and is still in time begins. */
  resume(tenant: TenantId, agent: string, by: PersonId): Promise<boolean>;
  /** The same as a pause, for everything there is. */
  stop(tenant: TenantId, by: PersonId, reason: string): Promise<boolean>;
  /** Ends a stop; agents that are paused stay so. */
  lift(tenant: TenantId, by: PersonId): Promise<boolean>;
}

/** The line in front of the agents, as far as a tenant may know it: its own. */
export interface IntakeStore {
  /** Every waiting run of the tenant. */
  line(tenant: TenantId): Promise<ReadonlyMap<RunId, LinePlace>>;
  /** One run's place; null when nothing in its own company keeps it waiting. */
  standing(tenant: TenantId, run: RunId): Promise<LinePlace | null>;
  load(tenant: TenantId): Promise<LoadView>;
  /** Has the run's place in line told where it was asked for, and kept true; false when nothing is to do. */
  showCard(tenant: TenantId, run: RunId): Promise<boolean>;
  /** Brings the tenant's cards about places in line up to date; false when they were. */
  keepCards(tenant: TenantId): Promise<boolean>;
  /** The tenants whose cards may have to change. Crosses tenants by name (dispatcher role): ids only. */
  tenants(): Promise<TenantId[]>;
}

/** Who is away, by their own word: to whom their requests go as well, and when. `fromMs` null: from now on. */
export interface AskedWindow {
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number | null;
  readonly untilMs: number;
}

export type DelegationMade =
  | { readonly ok: true; readonly delegation: DelegationId }
  | { readonly ok: false; readonly why: WhyNoWindow };

/** Every change is a ledger entry in the same transaction. */
export interface DelegationStore {
  /** The same window asked for twice is one. */
  create(tenant: TenantId, window: AskedWindow): Promise<DelegationMade>;
  /** False when it is not theirs, or was over already. */
  end(tenant: TenantId, id: DelegationId, by: PersonId): Promise<boolean>;
  of(tenant: TenantId, person: PersonId): Promise<DelegationsView>;
  view(tenant: TenantId, id: DelegationId): Promise<DelegationView | null>;
  /** The window opens: what waits for the person who is away goes to the delegate too. Safe to repeat. */
  begin(tenant: TenantId, id: DelegationId): Promise<void>;
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

export interface SeenStore {
  /** True the first time a key is seen. */
  firstTime(tenant: TenantId, platform: Platform, key: string): Promise<boolean>;
}

/** What was done to a letter; not changed: somebody else was first, or it does not exist. */
export interface Handled {
  readonly changed: boolean;
  readonly ledgerSeq: number | null;
}

/** What could not be processed, in one list. Every handling is a ledger entry; nothing on it is ever deleted. */
export interface DeadLetterStore {
  /** What nobody has handled yet, the oldest first. */
  open(tenant: TenantId): Promise<DeadLetterView[]>;
  get(tenant: TenantId, letter: LetterId): Promise<DeadLetterView | null>;
  /** The same job or copy comes again; its id is its workflow's, so nothing starts twice. A run is replayed by `RunStore.create`. */
  replay(tenant: TenantId, letter: LetterId, by: PersonId): Promise<Handled>;
  /** Kept and marked; a run that could not be started is ended. */
  discard(tenant: TenantId, letter: LetterId, by: PersonId, reason: string): Promise<Handled>;
}

export interface Stores {
  readonly people: PeopleStore;
  readonly runs: RunStore;
  readonly approvals: ApprovalStore;
  readonly copies: CopyStore;
  readonly troubles: TroubleStore;
  readonly inboxes: InboxStore;
  readonly ledger: LedgerStore;
  readonly seen: SeenStore;
  readonly switches: SwitchStore;
  readonly grants: GrantStore;
  readonly policies: PolicyStore;
  readonly deadLetters: DeadLetterStore;
  readonly delegations: DelegationStore;
  readonly intake: IntakeStore;
}
