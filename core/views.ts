import type { ApprovalState, RefusalReason } from './approval/types.ts';
import type { Sha256 } from './canonical-json.ts';
import type { Evidence } from './contract.ts';
import type { Override, ScoreView } from './feedback.ts';
import type { ApprovalId, DelegationId, LetterId, PersonId, RunId } from './ids.ts';
import type { Person } from './people.ts';
import type { Money, UsdMicros } from './money.ts';

/** A person's name and how each chat mentions them; cards show no more of anybody. */
export interface NamedPerson {
  readonly id: PersonId;
  readonly name: string;
  readonly team: string;
  readonly slackUser: string | null;
  readonly entraObject: string | null;
}

/** What came back about a run after it said something, beside its ratings. */
export interface FeedbackView {
  readonly overrides: readonly (Omit<Override, 'person'> & { readonly person: NamedPerson })[];
  readonly scores: readonly ScoreView[];
}

/** Everything an approval card is made of; read by `platform`, turned into a card by `cards`. */
export interface ApprovalView {
  readonly state: ApprovalState;
  readonly evidence: Evidence;
  readonly agent: string;
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
  readonly cost: { readonly micros: UsdMicros; readonly workingMs: number; readonly steps: number };
  readonly ledger: { readonly first: number; readonly last: number };
  readonly executedBy: string;
}

export interface StepView {
  readonly key: string;
  readonly parent: string | null;
  readonly kind: 'guard' | 'model' | 'tool' | 'approval';
  readonly name: string;
  readonly label: string;
  readonly ok: boolean;
  readonly model: string | null;
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly costMicros: UsdMicros;
  readonly latencyMs: number;
  /** Taken from the recording of the run that this one replays: not done again, and not paid for again. */
  readonly recorded: boolean;
}

/** What one run came to, for laying two beside each other. */
export interface RunOutline {
  readonly run: RunId;
  readonly agentVersion: string;
  readonly status: RunView['status'];
  readonly costMicros: UsdMicros;
  /** Names of the steps, in their order. */
  readonly steps: readonly string[];
  readonly recommendation: string | null;
  readonly score: number | null;
  /** Titles of the actions that were asked for, or recorded in the sandbox. */
  readonly proposals: readonly string[];
}

/** A run that repeats another, laid beside it. */
export interface ReplayView {
  /** The step of the first run from which this one goes its own way; null: from the start. */
  readonly from: { readonly number: number; readonly name: string } | null;
  readonly first: RunOutline;
  readonly again: RunOutline;
}

/** What one person thinks of a run's output; the last counts. */
export interface RatingView {
  readonly person: NamedPerson;
  readonly thumb: 'up' | 'down';
  /** Their own words: shown, never obeyed. */
  readonly word: string | null;
  readonly atMs: number;
}

export interface RunView {
  readonly run: RunId;
  readonly agent: string;
  readonly agentVersion: string;
  readonly status: 'queued' | 'running' | 'waiting' | 'done' | 'refused' | 'failed' | 'cancelled';
  readonly inputLabel: string;
  readonly requester: NamedPerson;
  readonly summary: string | null;
  readonly rehearsal: boolean;
  readonly costMicros: UsdMicros;
  readonly budgetMicros: UsdMicros;
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
  readonly workingMs: number;
  readonly steps: readonly StepView[];
  readonly approvals: readonly {
    id: ApprovalId;
    status: ApprovalState['status'];
    tool: string;
    signed: number;
    needed: number;
  }[];
  readonly ledger: { readonly first: number; readonly last: number } | null;
  readonly environment: 'production' | 'sandbox';
  /** Null when it repeats no other run; left out of lists, as are its steps. */
  readonly replay: ReplayView | null;
  /** Runs that repeat this one, oldest first. */
  readonly replays: readonly RunId[];
  readonly ratings: readonly RatingView[];
  /** Left out of lists. */
  readonly feedback?: FeedbackView;
}

/** What could not be processed, with its cause. */
export interface DeadLetterView {
  readonly letter: LetterId;
  readonly kind: 'intake' | 'signals' | 'deliver' | 'copy' | 'run' | 'forward';
  /** The run, approval or copy that it is about. */
  readonly subject: string;
  /** A word of ours for the cause, and what was said about it, cut short. */
  readonly cause:
    'unreadable' | 'keeps-failing' | 'kills-its-worker' | 'not-shown' | 'handed-over' | 'run-failed';
  readonly detail: string;
  readonly tries: number;
  readonly sinceMs: number;
  readonly status: 'open' | 'replayed' | 'discarded';
  /** The run that it belongs to, as far as rights need it; null when it belongs to none. */
  readonly run: {
    readonly run: RunId;
    readonly agent: string;
    readonly inputLabel: string;
    readonly environment: 'production' | 'sandbox';
    readonly requester: NamedPerson;
  } | null;
}

/** Where a waiting run stands in its company's line; null where that cannot be said. */
export interface LinePlace {
  readonly position: number | null;
  readonly etaMs: number | null;
  /** Nothing moves for it: its agent is paused, or everything is stopped. */
  readonly held: 'pause' | 'stop' | null;
  /** When that was so. */
  readonly nowMs: number;
}

/** Runs at work and in line, by agent; `most`: how many may work at once (null: as many as the company's). */
export interface LoadView {
  readonly most: number;
  readonly agents: ReadonlyMap<
    string,
    { readonly working: number; readonly waiting: number; readonly most: number | null }
  >;
}

export interface CostsView {
  readonly fromMs: number;
  readonly toMs: number;
  readonly spentMicros: UsdMicros;
  readonly todayMicros: UsdMicros;
  readonly byDay: readonly { readonly day: string; readonly micros: UsdMicros; readonly runs: number }[];
  readonly byAgent: readonly { readonly agent: string; readonly micros: UsdMicros; readonly runs: number }[];
  /** Whose runs: all, a team's, or the reader's own. */
  readonly scope:
    { readonly kind: 'all' | 'own' | 'sandbox' } | { readonly kind: 'team'; readonly team: string };
  readonly rehearsal: boolean;
}

/** One request in a list: enough to choose it by; to sign it, it is opened. */
export interface WaitingItem {
  readonly id: ApprovalId;
  readonly version: number;
  readonly actionDigest: Sha256;
  readonly title: string;
  readonly ask: string;
  readonly agent: string;
  readonly amount: Money | null;
  readonly signed: number;
  readonly needed: number;
  readonly decideByMs: number;
  readonly risk: 'low' | 'high';
  /** The reader's signature would be welcome now. */
  readonly mine: boolean;
  /** Small enough, and of low risk, to be signed together with others. */
  readonly together: boolean;
  /** The reader put it off until then; null: not. */
  readonly snoozedUntilMs: number | null;
  /** It waits for an answer, not for signatures. */
  readonly question?: boolean;
}

/** A grant that the reader signed, as far as a list says it. */
export interface GrantedView {
  readonly id: string;
  readonly title: string;
  readonly uses: number;
  readonly mostUses: number | null;
  readonly untilMs: number | null;
}

export interface InboxView {
  readonly reader: Person;
  /** Soonest deadline first, those for the reader before those for others. */
  readonly waiting: readonly WaitingItem[];
  readonly decided: readonly {
    id: ApprovalId;
    title: string;
    status: ApprovalState['status'];
    atMs: number;
  }[];
  readonly delegations: readonly DelegationView[];
  readonly grants: readonly GrantedView[];
}

/** One window of absence, as a card shows it. */
export interface DelegationView {
  readonly id: DelegationId;
  readonly from: NamedPerson;
  readonly to: NamedPerson;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly state: 'planned' | 'in-force' | 'ended';
}

/** A person's own windows, and those that name them. */
export interface DelegationsView {
  readonly person: PersonId;
  readonly mine: readonly DelegationView[];
  readonly forMe: readonly DelegationView[];
  /** Their own requests that wait now: whom they name may not sign those. */
  readonly ownOpenRequests: number;
}

export interface Refusal {
  readonly reason:
    | RefusalReason
    | 'unknown_verb'
    | 'unknown_agent'
    | 'version_gone'
    | 'bad_input'
    | 'line_full'
    | 'engine_away'
    | 'directory_away'
    | 'sign_in_refused';
  readonly detail: Readonly<Record<string, string | number>>;
}

/** By whom and since when something is held; null where the ledger does not say. */
export interface SwitchedOff {
  readonly by: NamedPerson | null;
  readonly atMs: number | null;
  readonly reason: string | null;
}

/** What is held just now: the whole company, or single agents by their name. */
export interface SwitchesView {
  readonly stopped: SwitchedOff | null;
  readonly paused: ReadonlyMap<string, SwitchedOff>;
}

/** What an independent witness signed of a ledger. `size` 0: nothing that is here. */
export interface WitnessView {
  readonly name: string;
  readonly size: number;
  readonly signedAtMs: number;
}

export interface VerifyView {
  readonly ok: boolean;
  readonly what: string;
  readonly entries: number;
  /** Signed checkpoints that agree with it. */
  readonly checkpoints: number;
  /** Whoever is to sign checkpoints too: the newest that they signed, if any. */
  readonly witnesses: readonly WitnessView[];
  /** Bodies of which something personal was erased, and such as were exported and dropped after their seven years. */
  readonly erased: number;
  readonly dropped: number;
  /** The first broken thing, in words, or null. */
  readonly broken: string | null;
  readonly head: string;
  readonly lines: readonly { seq: number; atMs: number; kind: string; sentence: string }[];
}
