import type { TenantId } from '../../core/ids.ts';
import type { VersionEnvironment, VersionState } from '../../core/versions.ts';

/** An agent in one environment, with every version of it that the code has, the oldest first. */
export interface AgentPlace {
  readonly agent: string;
  readonly environment: VersionEnvironment;
  readonly known: readonly string[];
}

/** What the machine sets: which version is active, and which share of new runs tries another. */
export interface VersionChange extends AgentPlace {
  readonly active: string;
  readonly next: string | null;
  /** A whole number from 1 to 100 with `next`, else 0. */
  readonly percent: number;
}

/** Which version of an agent plays new runs. Runs that have begun keep theirs. */
export interface VersionStore {
  /** The state now, or the one that the first run would begin with; null: the code has no version of it. */
  read(tenant: TenantId, place: AgentPlace): Promise<VersionState | null>;
  /** Which versions of each agent play production runs now: the active one, and one that is tried; without agents of whom nothing is recorded. */
  inForce(tenant: TenantId): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Recorded, with its ledger entry. @throws VersionRefusedError */
  set(tenant: TenantId, change: VersionChange): Promise<VersionState>;
}
