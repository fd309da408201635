import type { JsonObject } from '../../core/canonical-json.ts';
import type { Compared, EvalCardView, EvalFault, EvalMetrics } from '../../core/evals/evaluation.ts';
import type { EvalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { UsdMicros } from '../../core/money.ts';
import type { ReadyEvidence } from '../../core/ready/evidence.ts';

export interface NewEval {
  readonly agent: string;
  readonly agentVersion: string;
  /** Digest of all that the model was told. */
  readonly promptHash: string;
  /** Digest of the golden cases: marks are compared only where it is the same or the case is. */
  readonly casesHash: string;
  readonly model: string;
  readonly rehearsal: boolean;
  readonly source: 'command' | 'chat' | 'schedule';
  readonly requester: PersonId | null;
  readonly origin: JsonObject;
  readonly cases: number;
}

/** Asked for in chat: shown there by a card that is kept true. */
export interface AskedEval extends NewEval {
  readonly requester: PersonId;
  /** The same request, come twice, is one evaluation. */
  readonly requestKey: string;
}

/** `running`: one of the same version goes on already, and nothing was begun. */
export type EvalAsked = { readonly eval: EvalId } | { readonly running: EvalId };

/** How it ended; `why` of one that failed. */
export interface EvalEnd {
  readonly status: 'done' | 'failed';
  readonly why?: EvalFault;
  readonly comparison?: Compared | null;
  readonly metrics?: EvalMetrics | null;
}

/** The sandbox run of a case that was begun. */
export interface CaseRun {
  readonly caseId: string;
  readonly run: RunId;
  readonly over: boolean;
  readonly ageMs: number;
}

export interface EvalResult {
  readonly caseId: string;
  readonly kind: string;
  readonly mark: number;
  readonly grades: readonly { readonly grader: string; readonly mark: number; readonly why: string | null }[];
  readonly failure: string | null;
  readonly run: RunId | null;
  readonly costMicros: UsdMicros;
  readonly latencyMs: number;
}

export interface EvalView extends NewEval {
  readonly eval: EvalId;
  readonly status: 'running' | 'done' | 'failed';
  readonly mean: number | null;
  readonly marked: number;
  readonly costMicros: UsdMicros;
}

/** An agent that a company uses. `rehearsal`: its newest run was played by the rehearsal model. */
export interface ActiveAgent {
  readonly agent: string;
  readonly version: string;
  readonly rehearsal: boolean;
}

/** Evaluations by golden cases, one of an agent's version, model and prompt each. Nothing in it is ever changed once over. */
export interface EvalStore {
  start(tenant: TenantId, wanted: NewEval): Promise<EvalId>;
  /** The same from chat: with its card, and the row that starts its workflow. */
  ask(tenant: TenantId, wanted: AskedEval): Promise<EvalAsked>;
  /** The first result of a case stays. */
  saveResult(tenant: TenantId, id: EvalId, result: EvalResult): Promise<void>;
  /** Mean over all cases; a case without a result marks 0. False when it was over before. */
  finish(tenant: TenantId, id: EvalId, end: EvalEnd): Promise<boolean>;
  view(tenant: TenantId, id: EvalId): Promise<EvalView | null>;
  card(tenant: TenantId, id: EvalId): Promise<EvalCardView | null>;
  /** What of these cases was begun; a case's run has the key `caseRunKey`. */
  caseRuns(tenant: TenantId, id: EvalId, caseIds: readonly string[]): Promise<readonly CaseRun[]>;
  /** The agents that ran in the last month, each in the version that is active. */
  active(tenant: TenantId): Promise<readonly ActiveAgent[]>;
  /** What is known of a version, from which its readiness for production is judged. */
  readiness(
    tenant: TenantId,
    agent: { readonly name: string; readonly version: string },
  ): Promise<ReadyEvidence>;
  /** Marks by case. */
  marks(tenant: TenantId, id: EvalId): Promise<Readonly<Record<string, number>>>;
  /**
   * The last one done before `than`, by the same kind of model: a rehearsal says nothing about a real one. `atLeast`: only
   * one whose mean is that high.
   */
  before(
    tenant: TenantId,
    than: { agent: string; rehearsal: boolean; eval: EvalId; atLeast?: number },
  ): Promise<EvalView | null>;
}

/** The key under which a case is begun once, however often somebody tries. */
export const caseRunKey = (id: EvalId, caseId: string): string => `eval ${id} ${caseId}`;
