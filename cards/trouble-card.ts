import type { Language } from '../core/language.ts';
import type { TroubleView } from '../core/trouble.ts';
import type { Card, Fact, Span, StateLine } from './model.ts';
import { code, fact, instant, text } from './spans.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** What they call themselves, in every language. */
const CHATS = { slack: 'Slack', teams: 'Teams' } as const;

function stateOf(say: CardWords, { overMs }: TroubleView): StateLine {
  return overMs === null
    ? { icon: '⚠️', words: say.trouble.lasts, aside: [], tone: 'broken' }
    : { icon: '✅', words: say.trouble.over, aside: [instant(overMs, 'moment')], tone: 'done' };
}

function where(say: CardWords, { person, conversation, workspace }: TroubleView): Fact {
  if (person !== null) return fact(say.trouble.person, text(person));
  return conversation === ''
    ? fact(say.trouble.workspace, code(workspace))
    : fact(say.trouble.conversation, code(conversation));
}

const paragraph = (words: string) => ({ kind: 'paragraph', spans: [text(words)] as Span[] }) as const;

/** What a chat refuses us, for an Admin: what it means, what goes on meanwhile and what to do. The same message tells the end. */
export function troubleCard(view: TroubleView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const chat = CHATS[view.platform];
  const { what, meanwhile, todo } = say.trouble.kinds[view.kind];
  const line = stateOf(say, view);
  const title = what(chat, view.person ?? '');
  const blocks =
    view.overMs === null ? [paragraph(meanwhile), paragraph(todo)] : [paragraph(say.trouble.wasOver)];
  return {
    v: 1,
    language: say.language,
    kind: 'trouble',
    subject: view.id,
    version: view.version,
    title,
    state: line,
    blocks: [
      ...blocks,
      {
        kind: 'facts',
        layout: 'lines',
        whole: false,
        facts: [
          where(say, view),
          fact(say.trouble.why, code(view.why)),
          fact(say.trouble.since, instant(view.sinceMs, 'moment')),
        ],
      },
    ],
    summary: `${line.words}: ${title}`,
  };
}
