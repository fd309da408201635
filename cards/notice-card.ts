import { happeningSentence, statusWords, tallyOf } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import type { Detail, Happening } from '../core/words.ts';
import { readerOf } from './approval-state.ts';
import { titleAfterEdit } from './arguments.ts';
import type { Card } from './model.ts';
import { text } from './spans.ts';
import { WORDS } from './words.ts';

/** The truth for the clicker, privately, after the commit: "Recorded. Signed, 1 of 2." */
export function noticeCard(view: Pick<ApprovalView, 'state' | 'people' | 'evidence'>, what: Happening): Card {
  const { state, people, evidence } = view;
  const { signed, needed } = tallyOf(state);
  const detail: Detail =
    state.supersededBy === null ? { signed, needed } : { signed, needed, successor: state.supersededBy };
  const sentence = `${WORDS.recorded} ${happeningSentence(what, detail, readerOf(people))}`;
  return {
    v: 1,
    kind: 'notice',
    subject: state.id,
    version: state.version,
    title: titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args),
    state: { icon: '📝', words: sentence, aside: [], tone: 'done' },
    blocks: [{ kind: 'paragraph', spans: [text(`${WORDS.now} ${statusWords(state, readerOf(people))}.`)] }],
    summary: sentence,
  };
}
