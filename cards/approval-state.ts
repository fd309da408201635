import type { ApprovalState, ApprovalStatus } from '../core/approval/types.ts';
import type { ApprovalView } from '../core/views.ts';
import { counted } from './figures.ts';
import type { Span, StateLine, Tone } from './model.ts';
import { named, signatures, type People } from './progress.ts';
import { instant, joined, text } from './spans.ts';
import { WORDS } from './words.ts';

const LOOKS: Record<ApprovalStatus, { readonly icon: string; readonly tone: Tone }> = {
  pending: { icon: '✍️', tone: 'waiting' },
  approved: { icon: '✅', tone: 'done' },
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

const withEdit = (state: ApprovalState): string =>
  state.edits.length > 0 ? 'Approved with an edit' : 'Approved';

/** Timed out is never shown as declined, approved never as executed. */
export function stateWords(state: ApprovalState, people: People): string {
  const { signed, needed } = signatures(state);
  const words: Record<ApprovalStatus, string> = {
    pending: `Waiting for ${counted(Math.max(1, needed - signed), state.signatures.length > 0 ? 'more signature' : 'signature')}`,
    approved: `${withEdit(state)}, not run yet`,
    executing: `${withEdit(state)}, running now`,
    executed: `${withEdit(state)}, then executed`,
    failed: `${withEdit(state)}, but it failed`,
    unknown: `${withEdit(state)}, but nobody knows yet whether it ran`,
    compensated: `${withEdit(state)}, executed, then undone`,
    lapsed: `${withEdit(state)}, but not run in time`,
    declined: `Declined by ${state.declined ? named(people, state.declined.person).name : 'a person'}`,
    expired: `Expired with ${signed} ${WORDS.of} ${counted(needed, 'signature')}`,
    cancelled: 'Cancelled',
    superseded: 'Replaced by an edited request',
    undeliverable: 'Nobody could be asked',
  };
  return words[state.status];
}

const riskSpans = (state: ApprovalState): Span[] => [
  text(state.effect === 'irreversible' ? WORDS.cannotBeUndone : WORDS.canBeUndone),
  text(WORDS.separator),
  text(state.risk === 'high' ? WORDS.highRisk : WORDS.lowRisk),
];

function aside(state: ApprovalState): readonly Span[] {
  switch (state.status) {
    case 'pending':
    case 'approved':
    case 'executing':
      return riskSpans(state);
    case 'executed': {
      const at = state.execution?.finishedAtMs ?? null;
      return at === null ? [text(WORDS.ranOnce)] : [text(`${WORDS.ranOnce}, `), instant(at, 'time')];
    }
    case 'failed':
      return [text(WORDS.seeWhatRan)];
    case 'unknown':
      return [text(WORDS.personMustLook)];
    case 'compensated':
      return [];
    case 'declined':
      return [text(WORDS.nothingRan)];
    case 'expired':
    case 'lapsed':
    case 'cancelled':
    case 'superseded':
    case 'undeliverable':
      return joined([[text(WORDS.nothingRan)], [text(WORDS.notADecline)]], WORDS.separator);
  }
}

/** Icon, words and what they mean, in every state of an approval. */
export function stateLine({ state, people }: Pick<ApprovalView, 'state' | 'people'>): StateLine {
  return { ...LOOKS[state.status], words: stateWords(state, people), aside: aside(state) };
}
