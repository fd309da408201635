import type { Language } from '../core/language.ts';
import type { Readiness, ReadyPoint, ReadyState } from '../core/ready/judge.ts';
import { readyReason } from '../core/ready/report.ts';
import { READY_WORDS } from '../core/ready/words.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { instant, strong, text } from './spans.ts';

const ICON: Readonly<Record<ReadyState, string>> = { ok: '✅', not_ok: '❌', missing: '⚪' };

/** What is wanted, whether it holds and why; in small print when the figures are of, and what they were made from. */
function pointBlocks({ point, state, reason, measuredAtMs }: ReadyPoint, language: Language): Block[] {
  const words = READY_WORDS[language];
  const { separator } = wordsIn(language);
  const when: readonly Span[] =
    measuredAtMs === null ? [text(words.never)] : [instant(measuredAtMs, 'moment')];
  const lead = `${ICON[state]} ${words.points[point]}`;
  return [
    {
      kind: 'paragraph',
      spans: [strong(lead), text(`${separator}${words.states[state]}: ${readyReason(reason, language)}`)],
    },
    {
      kind: 'context',
      spans: [text(`${words.measuredLabel} `), ...when, text(`${separator}${words.from[point]}`)],
    },
  ];
}

/** Is a version ready for production: the seven points, each with its evidence. */
export function readyCard({ agent, version, points, ready }: Readiness, language: Language = 'en'): Card {
  const words = READY_WORDS[language];
  const title = words.title(agent, version);
  const n = (state: ReadyState): number => points.filter((one) => one.state === state).length;
  const state: StateLine = {
    ...{ icon: ready ? '✅' : '⚠️', aside: [], tone: ready ? 'done' : 'broken' },
    words: ready ? words.ready : words.notReady(n('missing'), n('not_ok')),
  };
  return {
    ...{ v: 1, language, kind: 'ready', subject: 'ready', version: 1, title, state },
    blocks: points.flatMap((point) => pointBlocks(point, language)),
    summary: `${title}: ${state.words}`,
  };
}
