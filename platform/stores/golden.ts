import type { Candidate } from '../../core/evals/candidate.ts';
import type { GoldenCase } from '../../core/evals/golden-case.ts';
import type { PersonId, RunId, TenantId } from '../../core/ids.ts';

export interface Decided {
  /** False: somebody decided on it before. */
  readonly changed: boolean;
  readonly ledgerSeq: number | null;
}

/** Golden cases that come from live traffic: what people overrode or thought bad, once somebody accepted it. */
export interface GoldenStore {
  /** Live runs that nobody has decided on yet, the newest first, without personal data as far as rules find it. */
  candidates(tenant: TenantId, limit: number): Promise<Candidate[]>;
  /** `decided`: what became of it before; null of a run that is none. */
  candidate(
    tenant: TenantId,
    run: RunId,
  ): Promise<{ candidate: Candidate; decided: 'accepted' | 'dropped' | null } | null>;
  /** With its ledger entry. `golden` null: dropped. */
  decide(
    tenant: TenantId,
    wanted: { run: RunId; agent: string; golden: GoldenCase | null; edited: boolean; by: PersonId },
  ): Promise<Decided>;
  /** The accepted cases of one agent, the oldest first: its evaluations play them beside those of the code. */
  accepted(tenant: TenantId, agent: string): Promise<GoldenCase[]>;
}
