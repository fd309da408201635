import type { JsonObject } from '../../core/canonical-json.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import type {
  Backlog,
  ChangeRow,
  Measure,
  Series,
  WindowFigures,
  WorstBy,
  WorstRun,
} from '../../core/metrics.ts';

/** What of the scope is told apart; what is not named is counted together. */
export type By = 'agent' | 'version' | 'route';

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: readonly By[];
  /** Missing: every agent's. */
  readonly agent?: string;
  /** Missing: production without evals. */
  readonly environment?: 'production' | 'sandbox' | 'eval';
}

/**
 * The only place that counts figures. Whole hours come from the rollup, what is not rolled up yet from the rows themselves:
 * both give the same numbers.
 */
export interface MetricsStore {
  /** Counted in steps of a minute, an hour or a day (UTC), for rules and charts. Missing `measures`: all. */
  series(
    tenant: TenantId,
    asked: Asked & {
      readonly step: 'minute' | 'hour' | 'day';
      readonly measures?: readonly Measure[];
      /** False: without histograms, which nobody who only counts needs. */
      readonly spread?: boolean;
    },
  ): Promise<Series[]>;
  /** The figures of a window, scope by scope; the baseline is that of the 14 days before it. */
  window(tenant: TenantId, asked: Asked): Promise<WindowFigures[]>;
  /** The worst runs of a window, the worst first. */
  worst(
    tenant: TenantId,
    asked: {
      readonly agent: string;
      readonly by: WorstBy;
      readonly fromMs: number;
      readonly toMs: number;
      readonly limit: number;
    },
  ): Promise<WorstRun[]>;
  /** What changed, the newest first; `agent`: that one's and what concerns all. */
  changes(
    tenant: TenantId,
    asked: {
      readonly agent: string | null;
      readonly fromMs: number;
      readonly toMs: number;
      readonly limit: number;
    },
  ): Promise<ChangeRow[]>;
  backlog(tenant: TenantId): Promise<Backlog>;
  /** The database's clock, by which everything here is counted; epoch ms. */
  nowMs(tenant: TenantId): Promise<number>;
  /** Rolls up hours that are over, at most `limit` of them; says how many. Safe to repeat and from several processes. */
  roll(tenant: TenantId, limit?: number): Promise<number>;
  /** Every tenant. Crosses tenants by name (dispatcher role): ids only. */
  tenants(): Promise<TenantId[]>;
}

export type AgentEventKind =
  'guardrail' | 'pii' | 'pii_leak' | 'breaker' | 'change' | 'tool_pattern' | 'input_drift' | 'eval_worse';

/** Something that happened to an agent beside its runs. `detail`: names and figures of ours, nothing personal. */
export interface AgentEvent {
  readonly agent: string;
  readonly version: string | null;
  readonly run: RunId | null;
  readonly kind: AgentEventKind;
  /** Telling it again under the same key writes nothing. */
  readonly key: string;
  readonly detail: JsonObject;
}

export interface AgentEventStore {
  /** False when it was told before. */
  record(tenant: TenantId, event: AgentEvent): Promise<boolean>;
  /** The program that is at work now; a `change` is told when it is another one than was told last. */
  deployed(tenant: TenantId, build: string): Promise<void>;
  /** A tool's schema as it is seen now; a `change` is told when it differs from how it was seen last. */
  sawSchema(
    tenant: TenantId,
    seen: {
      readonly agent: string;
      readonly connector: string;
      readonly tool: string;
      readonly schemaHash: string;
    },
  ): Promise<void>;
}
