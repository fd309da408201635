import { recordedIn } from '../core/recorded.ts';
import type { DeadLetterView } from '../core/views.ts';
import type { Block, Card } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { code, instant, person, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** A letter is three blocks; a message of Slack's holds fifty, and nobody reads more at once. */
const SHOWN = 8;

function letterBlocks(say: CardWords, letter: DeadLetterView): Block[] {
  const { run, detail } = letter;
  const about = run === null ? letter.subject : `${run.agent} ${say.on} ${run.inputLabel}`;
  return [
    {
      kind: 'paragraph',
      spans: [
        strong(`${say.letterKinds[letter.kind]}: ${about}.`),
        text(` ${say.letterCauses[letter.cause]}`),
        ...(detail === '' ? [] : [text(' '), code(recordedIn(detail, say.language))]),
      ],
    },
    {
      kind: 'context',
      spans: [
        text(`${say.since} `),
        instant(letter.sinceMs, 'moment'),
        text(`${say.separator}${say.triedTimes(letter.tries)}${say.separator}${letter.subject}`),
        ...(run === null ? [] : [text(`${say.separator}${say.askedBy} `), person(run.requester)]),
      ],
    },
    {
      kind: 'actions',
      actions: [
        commandButton(say.tryAgain, 'dead-letters', `replay ${letter.letter}`),
        commandButton(say.discard, 'dead-letters', `discard ${letter.letter}`, 'form'),
        ...(run === null ? [] : [commandButton(say.trace, 'trace', run.run)]),
      ],
      menu: [],
    },
  ];
}

/** What could not be processed, the oldest first: why, since when, how often it was tried, and what can be done. */
export function deadLettersCard(letters: readonly DeadLetterView[], language: Language = 'en'): Card {
  const say = wordsIn(language);
  const words = letters.length === 0 ? say.noDeadLetters : say.deadLettersWaiting(letters.length);
  const more = letters.length - SHOWN;
  return {
    v: 1,
    language: say.language,
    kind: 'dead-letters',
    subject: 'dead-letters',
    version: 1,
    title: say.deadLetters,
    state: {
      ...(letters.length === 0 ? { icon: '✅', tone: 'plain' } : { icon: '📭', tone: 'broken' }),
      words,
      aside: [],
    },
    blocks: [
      ...letters.slice(0, SHOWN).flatMap((letter) => letterBlocks(say, letter)),
      ...(more > 0 ? [{ kind: 'context', spans: [text(say.moreItems(more))] } as const] : []),
    ],
    summary: `${say.deadLetters}: ${words}`,
  };
}
