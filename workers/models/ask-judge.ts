import type { Tool } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import type { Ask } from '../../evals/judge/ask.ts';
import type { Models } from './models.ts';
import { MODEL_OF_TIER } from './prices.ts';

/** Another model than a cheap tier's would be no judge. */
export const JUDGE = { model: MODEL_OF_TIER.reasoning, maxTokens: 4_000, timeoutMs: 60_000 } as const;

interface JudgeModel {
  readonly model: string;
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

/** The judge's edge: one question, one tool to answer by. Thinking models take no forced tool, so none is forced. */
export function askThrough(models: Models, { model, maxTokens, timeoutMs }: JudgeModel): Ask {
  return async ({ system, prompt, tool }) => {
    const reply = await models.ask({
      model,
      system,
      messages: [{ role: 'user', content: prompt }],
      tools: [
        {
          name: tool.name,
          description: tool.description,
          input_schema: z.toJSONSchema(tool.schema, { io: 'input' }) as Tool.InputSchema,
        },
      ],
      maxTokens,
      timeoutMs,
    });
    if (!reply.ok) return { ok: false, kind: reply.kind };
    if (reply.stop === 'refusal') return { ok: false, kind: 'refused' };
    const call = reply.content.find((block) => block.type === 'tool_use' && block.name === tool.name);
    const input = call?.type === 'tool_use' ? call.input : undefined;
    return { ok: true, model: reply.model, input, costMicros: reply.costMicros };
  };
}
