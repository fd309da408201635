import { joinTurns, type MessagesRequest, type Tool } from '../request.ts';

/** One call that was made earlier, and what came back. */
export interface MadeCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly isError: boolean;
  /** The result as JSON where it is JSON, perhaps inside other words. */
  readonly json: unknown;
}

/** A request as a reader sees it: what people said, what was done so far, what may be done. */
export interface Observed {
  readonly asked: string;
  readonly calls: readonly MadeCall[];
  readonly tools: readonly Tool[];
  /** What the agent was told to be and do; empty: nothing. */
  readonly told: string;
}

/** JSON, also where a wrapper put words around it; undefined when there is none. */
export function readJson(text: string): unknown {
  for (const part of [text, text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)])
    try {
      return JSON.parse(part);
    } catch {
      // the next part may be JSON
    }
  return undefined;
}

type Result = { readonly text: string; readonly isError: boolean };

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content
          .map((block: { text?: unknown }) => (typeof block.text === 'string' ? block.text : ''))
          .join('\n')
      : '';

export function observe(request: MessagesRequest): Observed {
  const turns = joinTurns(request.messages);
  const results = new Map<string, Result>();
  for (const block of turns.flatMap((turn) => turn.blocks))
    if (block.type === 'tool_result')
      results.set(String(block['tool_use_id']), {
        text: textOf(block['content']),
        isError: block['is_error'] === true,
      });
  const calls = turns.flatMap((turn) =>
    turn.blocks.flatMap((block): MadeCall[] => {
      if (block.type !== 'tool_use') return [];
      const result = results.get(String(block['id'])) ?? { text: '', isError: true };
      const input = block['input'] as Record<string, unknown>;
      return [{ name: String(block['name']), input, ...result, json: readJson(result.text) }];
    }),
  );
  const asked = turns
    .filter((turn) => turn.role === 'user')
    .flatMap((turn) => turn.blocks.flatMap((b) => (b.type === 'text' ? [String(b['text'])] : [])))
    .join('\n');
  const told = typeof request.system === 'string' ? request.system : textOf(request.system ?? []);
  return { asked, calls, tools: request.tool_choice?.type === 'none' ? [] : request.tools, told };
}
