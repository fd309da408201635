import type { ServerResponse } from 'node:http';
import type { AnsweredBlock, AnsweredMessage } from './answer.ts';

const CHUNK = 24;

const send = (res: ServerResponse, event: string, data: object): boolean =>
  res.write(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`);

function pieces(text: string): string[] {
  const characters = [...text];
  const list: string[] = [];
  for (let i = 0; i < characters.length; i += CHUNK) list.push(characters.slice(i, i + CHUNK).join(''));
  return list;
}

function sendBlock(res: ServerResponse, index: number, block: AnsweredBlock): void {
  const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  send(res, 'content_block_start', { index, content_block: empty });
  const deltas =
    block.type === 'text'
      ? pieces(block.text).map((text) => ({ type: 'text_delta', text }))
      : pieces(JSON.stringify(block.input)).map((json) => ({ type: 'input_json_delta', partial_json: json }));
  for (const delta of deltas) send(res, 'content_block_delta', { index, delta });
  send(res, 'content_block_stop', { index });
}

/** The same answer as server-sent events: https://platform.claude.com/docs/en/build-with-claude/streaming */
export function streamMessage(
  res: ServerResponse,
  message: AnsweredMessage,
  headers: Readonly<Record<string, string>>,
): void {
  res.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const { stop_reason, stop_sequence, stop_details, usage } = message;
  send(res, 'message_start', {
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: { ...usage, output_tokens: 1 },
    },
  });
  send(res, 'ping', {});
  for (const [index, block] of message.content.entries()) sendBlock(res, index, block);
  send(res, 'message_delta', { delta: { stop_reason, stop_sequence, stop_details }, usage });
  send(res, 'message_stop', {});
  res.end();
}
