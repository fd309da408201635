/** What each store offers, by what it is about; implemented in this room, opened by `open-store.ts`. */
import type { CheckpointStore } from './ledger/checkpoint-store.ts';
import type { PeopleStore, SeenStore, DelegationStore } from './stores/people.ts';
import type { RunStore, IntakeStore, DeadLetterStore, SwitchStore } from './stores/runs.ts';
import type { ApprovalStore, GrantStore, PolicyStore, LedgerStore } from './stores/approvals.ts';
import type { InboxStore, CopyStore, TroubleStore } from './stores/copies.ts';
import type { AgentEventStore, MetricsStore } from './stores/metrics.ts';
import type { DigestStore } from './stores/digests.ts';
import type { EvalStore } from './stores/evals.ts';
import type { ForwardStore } from './stores/forwards.ts';
import type { GoldenStore } from './stores/golden.ts';
import type { IncidentStore } from './stores/incidents.ts';
import type { OnCallStore } from './stores/on-call.ts';
import type { ScoreStore } from './stores/scores.ts';
import type { VersionStore } from './stores/versions.ts';

export type * from './stores/people.ts';
export type * from './stores/runs.ts';
export type * from './stores/approvals.ts';
export type * from './stores/copies.ts';
export type * from './stores/metrics.ts';
export type * from './stores/digests.ts';
export type * from './stores/evals.ts';
export type * from './stores/forwards.ts';
export type * from './stores/golden.ts';
export type * from './stores/incidents.ts';
export type * from './stores/on-call.ts';
export type * from './stores/scores.ts';
export type * from './stores/sign-ins.ts';
export type * from './stores/versions.ts';

export interface Stores {
  readonly people: PeopleStore;
  readonly runs: RunStore;
  readonly approvals: ApprovalStore;
  readonly copies: CopyStore;
  readonly troubles: TroubleStore;
  readonly inboxes: InboxStore;
  readonly ledger: LedgerStore;
  readonly checkpoints: CheckpointStore;
  readonly incidents: IncidentStore;
  readonly forwards: ForwardStore;
  readonly onCall: OnCallStore;
  readonly digests: DigestStore;
  readonly evals: EvalStore;
  readonly scores: ScoreStore;
  readonly golden: GoldenStore;
  readonly seen: SeenStore;
  readonly switches: SwitchStore;
  readonly grants: GrantStore;
  readonly policies: PolicyStore;
  readonly deadLetters: DeadLetterStore;
  readonly delegations: DelegationStore;
  readonly intake: IntakeStore;
  readonly metrics: MetricsStore;
  readonly events: AgentEventStore;
  readonly versions: VersionStore;
}
