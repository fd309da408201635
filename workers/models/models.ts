import type { Tool as AnthropicTool, ContentBlock, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { UsdMicros } from '../../core/money.ts';
import type { Usage } from './prices.ts';

/** One question to one model; `timeoutMs` is the contract's latency limit and ends the call. */
export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly MessageParam[];
  readonly tools: readonly AnthropicTool[];
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

export type ModelReply =
  | {
      ok: true;
      /** As the endpoint names it, which may be more exact than what was asked for. */
      model: string;
      stop: string | null;
      content: readonly ContentBlock[];
      usage: Usage;
      costMicros: UsdMicros;
      latencyMs: number;
    }
  | {
      ok: false;
      /** `refused`: the request or key itself is wrong, so no retry and no other model mends it. */
      kind: 'timeout' | 'busy' | 'away' | 'resting' | 'refused' | 'junk';
      reason: string;
      retryInMs: number | null;
      latencyMs: number;
      /** This call was the one after which the model is given a rest. */
      opened?: true;
    };

/** The edge to the models; handed to activities, so that a test hands in another. */
export interface Models {
  ask(request: ModelRequest): Promise<ModelReply>;
}
