import { z } from 'zod';
import type { Selector } from './policy-types.ts';
import type { UsdMicros } from './money.ts';

/** Model tiers; the router maps each to a model (`workers/models/`). */
export type ModelTier = 'classification' | 'reasoning' | 'synthesis';

/** What an agent promises and what it may use. One per agent version, in `agents/<name>/agent.ts`. */
export interface AgentContract {
  readonly name: string;
  /** Semantic version; part of every action digest. */
  readonly version: string;
  /** One sentence for `/countersign help` and `agents`. */
  readonly purpose: string;
  readonly owner: string;
  readonly environment: 'production' | 'sandbox';
  readonly class: 'standard' | 'restricted';
  readonly pattern: 'sequential' | 'react' | 'plan-and-execute' | 'multi-agent' | 'reflection';
  readonly input: z.ZodType;
  /** Turns the words after `/countersign run <agent>` into the input, e.g. "CLM-0847" -> {claim}. */
  readonly parseInput: (words: string) => unknown;
  /** Form fields when the words are missing. */
  readonly inputForm: readonly {
    readonly name: string;
    readonly label: string;
    readonly placeholder: string;
  }[];
  /** Says in few words what a run is about, e.g. "CLM-0847"; shown in lists, must hold nothing personal. */
  readonly inputLabel: (input: unknown) => string;
  /**
   * Whom a run is about, outside of the company, by what names them there, e.g. 'claim CLM-0847' for its claimant: what the
   * record holds of all runs about them is erased together. Missing: each run by itself.
   */
  readonly concerns?: (input: unknown) => string | null;
  /**
   * Which records, by their citation, are about the person concerned and nobody else: an explanation that is given to them tells
   * these. Missing: none, only that there are some.
   */
  readonly discloses?: (citation: string) => boolean;
  /** Assessment schema, an `Assessment` or an extension of it: what the model hands in with `submit_assessment`. */
  readonly output: z.ZodType;
  readonly tier: ModelTier;
  /** The very model, where the tier's is not to be followed; a priced one (`workers/models/prices.ts`). */
  readonly model?: string;
  readonly fallbackModel: string;
  readonly maxTokensPerCall: number;
  readonly maxLatencyMsPerCall: number;
  readonly maxTurns: number;
  readonly guardrails: boolean;
  readonly budget: { readonly tokens: number; readonly costMicros: UsdMicros };
  /** Tools by connector, e.g. {insurer: ['get_claim', 'settle_claim']}. Anything else does not exist for the agent. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  /** Whom it may ask what it cannot know, by the name that the model uses for them; missing: it may ask nobody. */
  readonly questions?: {
    readonly to: Readonly<Record<string, readonly Selector[]>>;
    /** How many in one run. */
    readonly most: number;
  };
  /** Below this an action always asks, whatever policy says. */
  readonly confidenceThreshold: number;
}

/** One reason, with where it was read. weight: signed share of the score. */
export const Signal = z.strictObject({
  name: z.string().min(1).max(60),
  weight: z.number().min(-1).max(1),
  text: z.string().min(1).max(300),
  citation: z.string().min(1).max(60),
});
export type Signal = z.infer<typeof Signal>;

/** What every agent that proposes actions hands in before it may propose one. */
export const Assessment = z.strictObject({
  /** Null where the agent refuses to score ("I don't know"). */
  score: z.number().min(0).max(1).nullable(),
  baseRate: z.number().min(0).max(1).nullable().default(null),
  signals: z.array(Signal).max(12),
  confidence: z.number().min(0).max(1),
  unsure: z.string().max(400),
  recommendation: z.string().min(1).max(60),
  /** One sentence a signer reads first. */
  ask: z.string().min(1).max(400),
});
export type Assessment = z.infer<typeof Assessment>;

/** When and where a cited record was read. */
export interface SourceRead {
  readonly citation: string;
  readonly readAtMs: number;
  /** What the source itself says about its age, e.g. when it was filed or last synced. */
  readonly asOf: string | null;
}

/** The same with the source's own words, where its connector gave them; sealed with the run's conversation. */
export interface SourceWords extends SourceRead {
  readonly passage?: string | undefined;
}

/** The very words of a source that somebody may want to read before they sign. */
export interface Passage {
  readonly citation: string;
  readonly text: string;
}

/** What the card says beside the action; stored with the approval, never edited. */
export interface Evidence {
  readonly title: string;
  readonly assessment: Assessment;
  readonly sources: readonly SourceRead[];
  /** Human labels for the arguments, in order; every argument appears. */
  readonly argumentLabels: Readonly<Record<string, string>>;
  readonly connectorLabel: string;
  readonly rehearsal: boolean;
}
