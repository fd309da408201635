import { z } from 'zod';
import { ApiError, invalid } from './api-error.ts';

/** What the rehearsal understands of a Messages request: https://platform.claude.com/docs/en/api/messages */
const CacheControl = z.looseObject({ type: z.literal('ephemeral') }).nullish();
const TextBlock = z.looseObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control: CacheControl,
});
const ToolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  cache_control: CacheControl,
});
const ToolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  is_error: z.boolean().optional(),
  cache_control: CacheControl,
});
const OtherBlock = z.looseObject({
  type: z.enum(['thinking', 'redacted_thinking', 'image', 'document']),
  cache_control: CacheControl,
});
export const Block = z.union([TextBlock, ToolUseBlock, ToolResultBlock, OtherBlock]);
export type Block = z.infer<typeof Block>;

const Message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string().min(1, 'text content blocks must be non-empty'), z.array(Block).min(1)]),
});
const Tool = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  cache_control: CacheControl,
});
export type Tool = z.infer<typeof Tool>;

export const MessagesRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(Message).min(1, 'at least one message is required'),
  system: z.union([z.string(), z.array(TextBlock)]).optional(),
  tools: z.array(Tool).default([]),
  tool_choice: z
    .looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']), name: z.string().optional() })
    .optional(),
  stream: z.boolean().default(false),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  thinking: z.looseObject({ type: z.enum(['disabled', 'enabled', 'adaptive']) }).optional(),
  cache_control: CacheControl,
  output_config: z.looseObject({}).optional(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

export const blocksOf = (content: string | readonly Block[]): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

const KNOWN_MODEL = /^(claude-[a-z0-9.@:-]+|rehearsal[a-z0-9/.-]*)$/;

/** Parses and checks a body. @throws ApiError as the API would answer: 400 or 404 */
export function parseRequest(body: unknown): MessagesRequest {
  const parsed = MessagesRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') || 'body';
    if (issue?.code === 'unrecognized_keys')
      throw invalid(`${[...issue.path, issue.keys[0]].join('.')}: Extra inputs are not permitted`);
    const missing = issue?.code === 'invalid_type' && /received undefined/.test(issue.message);
    throw invalid(`${path}: ${missing ? 'Field required' : (issue?.message ?? 'invalid')}`);
  }
  if (!KNOWN_MODEL.test(parsed.data.model)) throw new ApiError(404, `model: ${parsed.data.model}`);
  checkTools(parsed.data);
  checkTurns(parsed.data);
  return parsed.data;
}

function checkTools({ tools, tool_choice: choice }: MessagesRequest): void {
  const names = tools.map((tool) => tool.name);
  if (new Set(names).size !== names.length) throw invalid('tools: Tool names must be unique.');
  if (choice?.type === 'tool' && !names.includes(choice.name ?? ''))
    throw invalid(`tool_choice: Tool '${choice.name}' not found in provided tools`);
}

/** A result follows its call in the very next message, results first; nothing else does. */
function checkTurns({ messages }: MessagesRequest): void {
  if (messages[0]?.role !== 'user') throw invalid('messages: first message must use the "user" role');
  let open: string[] = [];
  // The API joins neighbours of one role before it looks at them.
  const turns = joinTurns(messages);
  for (const [i, { role, blocks }] of turns.entries()) {
    const calls = blocks.flatMap((b) => (b.type === 'tool_use' ? [b as z.infer<typeof ToolUseBlock>] : []));
    const results = blocks.flatMap((b) =>
      b.type === 'tool_result' ? [(b as z.infer<typeof ToolResultBlock>).tool_use_id] : [],
    );
    if (role === 'assistant' && results.length > 0)
      throw invalid(`messages.${i}: \`tool_result\` blocks can only be in \`user\` messages`);
    if (role === 'user' && calls.length > 0)
      throw invalid(`messages.${i}: \`tool_use\` blocks can only be in \`assistant\` messages`);
    checkResults(i, open, results, blocks);
    open = calls.map((call) => call.id);
    if (new Set(open).size !== open.length) throw invalid(`messages.${i}: \`tool_use\` ids must be unique`);
  }
  const last = turns.at(-1);
  if (last?.role === 'assistant')
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
}

function checkResults(
  i: number,
  open: readonly string[],
  results: readonly string[],
  blocks: readonly Block[],
): void {
  const unanswered = open.filter((id) => !results.includes(id));
  if (unanswered.length > 0)
    throw invalid(
      `messages.${i - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. ` +
        'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    );
  for (const [at, id] of results.entries()) {
    if (!open.includes(id))
      throw invalid(
        `messages.${i}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      );
    if (results.indexOf(id) !== at)
      throw invalid(
        `messages.${i}.content.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
  }
  const first = blocks.findIndex((b) => b.type !== 'tool_result');
  if (first >= 0 && first < results.length)
    throw invalid(
      `messages.${i}: \`tool_result\` blocks must come first in the content of the message that answers a \`tool_use\``,
    );
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly Block[];
}

export function joinTurns(messages: MessagesRequest['messages']): Turn[] {
  const turns: { role: Turn['role']; blocks: Block[] }[] = [];
  for (const { role, content } of messages) {
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocksOf(content));
    else turns.push({ role, blocks: [...blocksOf(content)] });
  }
  return turns;
}
