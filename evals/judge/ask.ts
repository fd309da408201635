import type { z } from 'zod';

/** One question to a judge: what it is told, what it is shown, and the one tool by which it may answer. */
export interface JudgeQuestion {
  readonly system: string;
  readonly prompt: string;
  readonly tool: { readonly name: string; readonly description: string; readonly schema: z.ZodType };
}

/** What came of asking. `input` is what the tool was called with; undefined: it was not called. */
export type JudgeReply =
  | { readonly ok: true; readonly model: string; readonly input: unknown; readonly costMicros: number }
  | { readonly ok: false; readonly kind: 'timeout' | 'busy' | 'away' | 'resting' | 'refused' | 'junk' };

/** The edge to the model that judges; handed in, since this room knows no client. */
export type Ask = (question: JudgeQuestion) => Promise<JudgeReply>;
