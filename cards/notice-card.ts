import { happeningSentence, statusWords, tallyOf } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import type { Detail } from '../core/detail.ts';
import type { Happening } from '../core/words.ts';
import { readerOf } from './approval-state.ts';
import { titleAfterEdit } from './arguments.ts';
import type { Card } from './model.ts';
import { text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';

/** The truth for the clicker, privately, after the commit: "Recorded. Signed, 1 of 2." */
export function noticeCard(
  view: Pick<ApprovalView, 'state' | 'people' | 'evidence'>,
  what: Happening,
  language: Language = 'en',
): Card {
  const say = wordsIn(language);
  const { state, people, evidence } = view;
  const { signed, needed } = tallyOf(state);
  const detail: Detail =
    state.supersededBy === null ? { signed, needed } : { signed, needed, successor: state.supersededBy };
  const sentence = `${say.recorded} ${happeningSentence(what, detail, readerOf(say, people))}`;
  return {
    v: 1,
    language: say.language,
    kind: 'notice',
    subject: state.id,
    version: state.version,
    title: titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args),
    state: { icon: '📝', words: sentence, aside: [], tone: 'done' },
    blocks: [
      { kind: 'paragraph', spans: [text(`${say.now} ${statusWords(state, readerOf(say, people))}.`)] },
    ],
    summary: sentence,
  };
}
