import type { JsonObject } from '../../core/canonical-json.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { LetterId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { Priority } from '../../core/intake/priority.ts';
import type { Person } from '../../core/people.ts';
import type { UsdMicros } from '../../core/money.ts';
import type {
  CostsView,
  DeadLetterView,
  LinePlace,
  LoadView,
  RunView,
  SwitchesView,
} from '../../core/views.ts';

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
  /**
   * `agent` was chosen among these versions by what is active and its split, for this key (a digest of the input): it is
   * chosen again while the run is recorded. Without it that very version plays (evals, replays of what was).
   */
  readonly among?: { readonly known: readonly string[]; readonly key: string };
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
   * @throws RunRefusedError while the agent is paused or the tenant stopped, LineFullError when no more may wait,
   * VersionMovedError when another version is due now; then nothing was recorded
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
    end: {
      status: 'done' | 'refused' | 'failed' | 'cancelled';
      summary: string;
      output: unknown;
      /** It is among those that a judge scores afterwards, where there is something to score: live, and not failed. */
      sampled?: boolean;
    },
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
  /** The newest first; `about`: a part of the id, of what it is about or of its agent's name; `before`: older than that run. */
  list(
    tenant: TenantId,
    filter: { requester?: PersonId; team?: string; limit: number; about?: string; before?: RunId },
  ): Promise<RunView[]>;
  costs(
    tenant: TenantId,
    filter: { requester?: PersonId; team?: string; sandbox?: true; days: number },
  ): Promise<CostsView>;
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
