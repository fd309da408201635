import { createHash } from 'node:crypto';
import { countTokens, type InputUsage } from './tokens.ts';
import type { MessagesRequest } from './request.ts';

/** What the player wants to say: text, calls, or both. */
export interface Move {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: object }[];
  /** Set when the model declines as a whole. */
  readonly refuses?: boolean;
}

export type AnsweredBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations: null }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: object;
      readonly caller: { readonly type: 'direct' };
    };

export interface AnsweredMessage {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly AnsweredBlock[];
  readonly stop_reason: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal';
  readonly stop_sequence: null;
  readonly stop_details: null;
  readonly container: null;
  readonly diagnostics: null;
  readonly usage: InputUsage & Readonly<Record<string, unknown>> & { readonly output_tokens: number };
}

/** Says in every answer that nobody intelligent is at work. */
export const modelName = (asked: string): string =>
  asked.startsWith('rehearsal') ? asked : `rehearsal/${asked}`;

const idFrom = (prefix: string, request: MessagesRequest, salt: string): string => {
  const same = { ...request, stream: undefined };
  const digest = createHash('sha256').update(JSON.stringify(same)).update(salt).digest('base64url');
  return `${prefix}_01${digest.replace(/[^a-zA-Z0-9]/g, '').slice(0, 22)}`;
};

interface Cut {
  readonly content: AnsweredBlock[];
  readonly tokens: number;
  readonly cut: boolean;
}

/** Stops in the middle of a word when the tokens are used up, as the API does; a call cut short is not handed out. */
function cutTo(limit: number, blocks: readonly AnsweredBlock[]): Cut {
  const content: AnsweredBlock[] = [];
  let tokens = 0;
  for (const block of blocks) {
    const size = countTokens(
      block.type === 'text' ? block.text : `${block.name} ${JSON.stringify(block.input)}`,
    );
    if (tokens + size <= limit) {
      content.push(block);
      tokens += size;
      continue;
    }
    if (block.type === 'text') {
      const share = Math.floor((block.text.length * (limit - tokens)) / size);
      if (share > 0) content.push({ ...block, text: block.text.slice(0, share) });
    }
    return { content, tokens: limit, cut: true };
  }
  return { content, tokens, cut: false };
}

function stopReason(move: Move, cut: boolean): AnsweredMessage['stop_reason'] {
  if (cut) return 'max_tokens';
  if (move.refuses) return 'refusal';
  return move.calls.length > 0 ? 'tool_use' : 'end_turn';
}

/** A move as a Messages API answer; ids depend on the request alone, so that the same question gets the same answer. */
export function answerWith(request: MessagesRequest, move: Move, usage: InputUsage): AnsweredMessage {
  const text: AnsweredBlock[] = move.text ? [{ type: 'text', text: move.text, citations: null }] : [];
  const calls = move.calls.map(({ name, input }, i): AnsweredBlock => ({
    type: 'tool_use',
    id: idFrom('toolu', request, `call ${i}`),
    name,
    input,
    caller: { type: 'direct' },
  }));
  const { content, tokens, cut } = cutTo(request.max_tokens, [...text, ...calls]);
  return {
    id: idFrom('msg', request, 'message'),
    type: 'message',
    role: 'assistant',
    model: modelName(request.model),
    content,
    stop_reason: stopReason(move, cut),
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...usage,
      output_tokens: Math.max(1, tokens),
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cache_creation_input_tokens,
        ephemeral_1h_input_tokens: 0,
      },
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      inference_geo: null,
      speed: null,
    },
  };
}
