import type { JsonObject } from '../../core/canonical-json.ts';
import type { EvalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { UsdMicros } from '../../core/money.ts';

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

/** Evaluations by golden cases, one of an agent's version, model and prompt each. Nothing in it is ever changed once over. */
export interface EvalStore {
  start(tenant: TenantId, wanted: NewEval): Promise<EvalId>;
  /** The first result of a case stays. */
  saveResult(tenant: TenantId, id: EvalId, result: EvalResult): Promise<void>;
  /** Mean over all cases; a case without a result marks 0. False when it was over before. */
  finish(tenant: TenantId, id: EvalId, status: 'done' | 'failed'): Promise<boolean>;
  view(tenant: TenantId, id: EvalId): Promise<EvalView | null>;
  /** Marks by case. */
  marks(tenant: TenantId, id: EvalId): Promise<Readonly<Record<string, number>>>;
  /** The last one done before `than`, by the same kind of model: a rehearsal says nothing about a real one. */
  before(
    tenant: TenantId,
    than: { agent: string; rehearsal: boolean; eval: EvalId },
  ): Promise<EvalView | null>;
}
