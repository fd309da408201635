import type { ApprovalStatus } from '../core/approval/types.ts';
import { isQuestion } from '../core/person-question.ts';
import { statusNote, statusWords, type Reader } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import type { Span, StateLine, Tone } from './model.ts';
import type { People } from './progress.ts';
import { instant, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** Beside the words, never instead of them. */
export const STATUS_LOOKS: Record<ApprovalStatus, { readonly icon: string; readonly tone: Tone }> = {
  pending: { icon: '✍️', tone: 'waiting' },
  answered: { icon: '💬', tone: 'done' },
  approved: { icon: '☑️', tone: 'waiting' },
  executing: { icon: '⏳', tone: 'waiting' },
  executed: { icon: '✅', tone: 'done' },
  declined: { icon: '🚫', tone: 'stopped' },
  expired: { icon: '⌛', tone: 'over' },
  lapsed: { icon: '⌛', tone: 'over' },
  cancelled: { icon: '⏹️', tone: 'over' },
  superseded: { icon: '✏️', tone: 'over' },
  undeliverable: { icon: '📭', tone: 'over' },
  failed: { icon: '❌', tone: 'broken' },
  unknown: { icon: '❓', tone: 'broken' },
  compensated: { icon: '↩️', tone: 'over' },
};

/** An answer is wanted, not a signature. */
const ASKS = { icon: '❔', tone: 'waiting' } as const;

/** Names people in the sentences of `core` as the card's data does. */
export const readerOf = (say: CardWords, people: People): Reader => ({
  language: say.language,
  nameOf: (id) => [...people.values()].find((one) => one.id === id)?.name,
});

/** Icon, words and what they mean, in every state of an approval; the words are those of `core/sentences.ts`. */
export function stateLine(
  say: CardWords,
  { state, people }: Pick<ApprovalView, 'state' | 'people'>,
): StateLine {
  const note = statusNote(state, readerOf(say, people));
  const at = state.status === 'executed' ? (state.execution?.finishedAtMs ?? null) : null;
  const spans: Span[] = note === '' ? [] : [text(note)];
  const aside = at === null ? spans : [...spans, text(note === '' ? '' : ', '), instant(at, 'time')];
  const looks = isQuestion(state.action) && state.status === 'pending' ? ASKS : STATUS_LOOKS[state.status];
  return { ...looks, words: statusWords(state, readerOf(say, people)), aside };
}
