import { FAILURE_NOT_FOUND, type RunRef } from '../../core/activities.ts';
import type { StepView } from '../../core/views.ts';
import type { RunRow } from '../../platform/stores.ts';
import {
  answerSeq,
  correctionSeq,
  readConversation,
  resultSeq,
  toolUses,
  type Conversation,
} from './conversation.ts';
import { finalFailure, type Edges } from './edges.ts';

export interface Recording {
  /** Places of the conversation that are taken over. */
  readonly seqs: readonly number[];
  readonly steps: readonly string[];
}

interface Place {
  readonly kind: 'model' | 'tool' | 'ask' | 'guard-out';
  readonly turn: number;
  /** The call, for `tool` and `ask`. */
  readonly call: string;
}

/** Which turn, and which call of it, a step belongs to; its key says so. */
function placeOf(key: string): Place | null {
  const [, kind, turn, call = ''] = /^(model|tool|ask|guard-out)-(\d+)(?:-(.+))?$/.exec(key) ?? [];
  return kind === undefined ? null : { kind: kind as Place['kind'], turn: Number(turn), call };
}

/** Where the run leaves the recording. The call that ran an action belongs to the step that asked for it. */
function cutAt(steps: readonly StepView[], from: string): number {
  const at = steps.findIndex(({ key }) => key === from);
  const step = steps[at];
  if (step === undefined || !step.key.startsWith('execute-')) return at;
  return steps.findLastIndex(({ key, name }, i) => i < at && key.startsWith('ask-') && name === step.name);
}

/**
 * What a replay takes over: everything that comes before the step, and of its own turn the model's answer and those results
 * that were there before it. Null when there is no such step.
 */
export function recordingUpTo(
  steps: readonly StepView[],
  conversation: Conversation,
  from: string,
): Recording | null {
  const at = cutAt(steps, from);
  const step = steps[at];
  if (step === undefined) return null;
  const cut = placeOf(step.key);
  if (cut === null) return { seqs: [], steps: [] };
  const kept = steps
    .slice(0, at)
    .filter(({ key }) => cut.kind !== 'model' || (placeOf(key)?.turn ?? 0) < cut.turn);
  const keeps = (seq: number): boolean => {
    if (seq < answerSeq(cut.turn)) return true;
    if (cut.kind === 'model' || seq > correctionSeq(cut.turn)) return false;
    if (seq === answerSeq(cut.turn) || cut.kind === 'guard-out') return true;
    return resultsBefore(kept, conversation, cut.turn).includes(seq);
  };
  const seqs = conversation.rows.map(({ seq }) => seq).filter(keeps);
  return { seqs, steps: kept.map(({ key }) => key) };
}

/** Places of the results that the kept steps of a turn left behind. */
function resultsBefore(kept: readonly StepView[], conversation: Conversation, turn: number): number[] {
  const answer = conversation.answer(turn);
  if (answer === null) return [];
  const calls = kept.flatMap(({ key, ok }) => {
    const place = placeOf(key);
    return place?.turn === turn && ok && (place.kind === 'tool' || place.kind === 'ask') ? [place.call] : [];
  });
  return toolUses(answer).flatMap(({ id }, index) => (calls.includes(id) ? [resultSeq(turn, index)] : []));
}

/** A replay from a step begins with the recording; the rest of the run finds its places taken and goes on behind it. */
export async function takeUpRecording(edges: Pick<Edges, 'stores'>, ref: RunRef, row: RunRow): Promise<void> {
  const { replayOf, replayFrom } = row;
  if (replayOf === null || replayFrom === null) return;
  const { runs } = edges.stores;
  const first = await runs.view(ref.tenant, replayOf);
  const conversation = await readConversation(edges.stores, { tenant: ref.tenant, run: replayOf });
  const recording = first && recordingUpTo(first.steps, conversation, replayFrom);
  if (!recording)
    throw finalFailure(FAILURE_NOT_FOUND, `The step to replay from is not in the record of ${replayOf}.`);
  await runs.takeRecording(ref.tenant, ref.run, { of: replayOf, ...recording });
}
