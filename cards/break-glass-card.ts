import { BREAK_GLASS, questionSubject } from '../core/approval/card-subjects.ts';
import { statusWords } from '../core/sentences.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import { readerOf } from './approval-state.ts';
import { titleAfterEdit } from './arguments.ts';
import { wordsIn } from './languages.ts';
import type { Card } from './model.ts';
import { named } from './progress.ts';
import { command, fact, instant, person, strong, text } from './spans.ts';

/** The news that an Admin approved something alone, for those who answer for it; null when nobody did. */
export function breakGlassCard(view: ApprovalView, language: Language = 'en'): Card | null {
  const say = wordsIn(language);
  const { state, people, evidence } = view;
  if (state.breakGlass === null) return null;
  const { person: by, reason, atMs } = state.breakGlass;
  const admin = named(people, by);
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  return {
    v: 1,
    language: say.language,
    kind: 'notice',
    subject: questionSubject({ approval: state.id, question: BREAK_GLASS }),
    version: state.version,
    title: `${say.glassNotice} ${title}`,
    state: {
      icon: '🚨',
      words: say.approvedAlone,
      aside: [text(`${statusWords(state, readerOf(say, people))}`)],
      tone: 'broken',
    },
    blocks: [
      {
        kind: 'paragraph',
        spans: [
          person(admin),
          text(', '),
          instant(atMs, 'moment'),
          text(`: ${say.reason}: `),
          strong(say.quote(reason)),
        ],
      },
      { kind: 'paragraph', spans: [text(say.glassNoticeMeans)] },
      {
        kind: 'facts',
        layout: 'lines',
        whole: false,
        facts: [
          fact(say.askedByLabel, person(named(people, state.requester))),
          fact(say.verifyLine, command(`verify ${state.id}`)),
        ],
      },
    ],
    summary: `🚨 ${admin.name} ${say.glassBrokenBy} ${title}: ${say.quote(reason)}`,
  };
}
