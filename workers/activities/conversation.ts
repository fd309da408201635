import type { ContentBlockParam, MessageParam, ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import type { ModelTurn, PlannedCall, RunRef } from '../../core/activities.ts';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { SourceWords } from '../../core/contract.ts';
import type { StoredMessage, Stores } from '../../platform/stores.ts';

/** One answer of the model with what was decided about it, so that a repeated activity decides nothing anew. */
export interface StoredAnswer {
  readonly model: string;
  readonly stop: string | null;
  readonly content: readonly ContentBlockParam[];
  /** Key of the step that recorded the call; its tool calls hang below it in the trace. */
  readonly step: string;
  readonly turn: ModelTurn;
  /** Where each tool lives and its schema's digest when the model was shown it. */
  readonly shown: Readonly<Record<string, { connector: string; schemaHash: Sha256 }>>;
  /** By call id: what goes back at once (an error, or that the assessment was taken). */
  readonly replies: Readonly<Record<string, { text: string; isError: boolean }>>;
  /** What was wrong with the answer as a whole. */
  readonly correction: string | null;
  readonly assessment: unknown;
}

export interface StoredInput {
  readonly content: readonly ContentBlockParam[];
  readonly sources: readonly SourceWords[];
}

/** Places in a run's conversation: a hundred a turn, so that every writer knows its own and repeats are harmless. */
const PER_TURN = 100;
export const MAX_CALLS_A_TURN = 20;
export const answerSeq = (turn: number): number => turn * PER_TURN;
/** The turn that an answer's place belongs to. */
export const turnOf = (seq: number): number => Math.floor(seq / PER_TURN);
export const resultSeq = (turn: number, index: number): number => turn * PER_TURN + 1 + index;
export const correctionSeq = (turn: number): number => turn * PER_TURN + 90;
export const guardSeq = (turn: number): number => turn * PER_TURN + 91;

export interface Conversation {
  readonly rows: readonly StoredMessage[];
  answer(turn: number): StoredAnswer | null;
  has(seq: number): boolean;
}

export async function readConversation(stores: Pick<Stores, 'runs'>, ref: RunRef): Promise<Conversation> {
  const rows = [...(await stores.runs.messages(ref.tenant, ref.run))].sort((a, b) => a.seq - b.seq);
  return {
    rows,
    answer: (turn) =>
      (rows.find((row) => row.seq === answerSeq(turn))?.content as StoredAnswer | undefined) ?? null,
    has: (seq) => rows.some((row) => row.seq === seq),
  };
}

export const toolUses = (answer: StoredAnswer): readonly ToolUseBlock[] =>
  answer.content.flatMap((block) => (block.type === 'tool_use' ? [block as ToolUseBlock] : []));

export const textOf = (answer: StoredAnswer): string =>
  answer.content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
    .trim();

/** One call of an answer, with its place; null when the answer holds no such call. */
export function callOf(
  answer: StoredAnswer | null,
  callId: string,
): { use: ToolUseBlock; planned: PlannedCall; index: number } | null {
  if (!answer) return null;
  const index = toolUses(answer).findIndex((block) => block.id === callId);
  const use = toolUses(answer)[index];
  const planned = answer.turn.calls.find((call) => call.callId === callId);
  return use && planned ? { use, planned, index } : null;
}

/** Appends what a tool, a person or we answered to one call. The first reply written for a call stays. */
export async function appendResult(
  stores: Pick<Stores, 'runs'>,
  at: RunRef & { turn: number; index: number; callId: string },
  reply: { text: string; isError: boolean; sources?: readonly SourceWords[] },
): Promise<void> {
  const content: StoredInput = {
    content: [{ type: 'tool_result', tool_use_id: at.callId, content: reply.text, is_error: reply.isError }],
    sources: reply.sources ?? [],
  };
  await stores.runs.appendMessage(at.tenant, at.run, {
    seq: resultSeq(at.turn, at.index),
    role: 'user',
    content,
  });
}

export async function appendText(
  stores: Pick<Stores, 'runs'>,
  ref: RunRef,
  seq: number,
  text: string,
): Promise<void> {
  const content: StoredInput = { content: [{ type: 'text', text }], sources: [] };
  await stores.runs.appendMessage(ref.tenant, ref.run, { seq, role: 'user', content });
}

/** Everything read in this run, the latest reading of a citation last. */
export const sourcesOf = (conversation: Conversation): readonly SourceWords[] =>
  conversation.rows.flatMap((row) => (row.role === 'user' ? (row.content as StoredInput).sources : []));

/** The Messages API wants each call answered in the very next message, results first; a lost one is said to be so. */
export function toMessages(conversation: Conversation): MessageParam[] {
  const messages: MessageParam[] = [];
  let unanswered: string[] = [];
  let pending: ContentBlockParam[] = [];
  const flush = () => {
    const answered = new Set(pending.flatMap((b) => (b.type === 'tool_result' ? [b.tool_use_id] : [])));
    const lost = unanswered.filter((id) => !answered.has(id));
    const results = pending.filter((block) => block.type === 'tool_result');
    const rest = pending.filter((block) => block.type !== 'tool_result');
    const content: ContentBlockParam[] = [
      ...results,
      ...lost.map((id) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: 'This call was not made.',
        is_error: true,
      })),
      ...rest,
    ];
    if (content.length > 0) messages.push({ role: 'user', content });
    pending = [];
    unanswered = [];
  };
  for (const row of conversation.rows) {
    if (row.role === 'user') {
      pending.push(...(row.content as StoredInput).content);
      continue;
    }
    flush();
    const answer = row.content as StoredAnswer;
    // The API refuses an empty answer in a conversation; a junk endpoint can give one.
    const content =
      answer.content.length > 0 ? [...answer.content] : [{ type: 'text' as const, text: '(nothing)' }];
    messages.push({ role: 'assistant', content });
    unanswered = toolUses(answer).map((use) => use.id);
  }
  flush();
  return messages;
}
