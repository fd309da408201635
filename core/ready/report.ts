import { dateFormat, numberFormat } from '../formats.ts';
import { LOCALES, type Language } from '../language.ts';
import type { Readiness, ReadyPoint, ReadyReason } from './judge.ts';
import { READY_WORDS, type ReadySay } from './words.ts';

function sayIn(language: Language): ReadySay {
  const figure = (options: Intl.NumberFormatOptions) => numberFormat(LOCALES[language], options);
  const usd = { style: 'currency', currency: 'USD' } as const;
  return {
    count: (value) => figure({}).format(value),
    share: (value) => figure({ style: 'percent', maximumFractionDigits: 1 }).format(value),
    price: (micros) => figure({ ...usd, maximumFractionDigits: 4 }).format(micros / 1e6),
    money: (micros) => figure(usd).format(micros / 1e6),
    seconds: (ms) => `${figure({ maximumFractionDigits: 1 }).format(ms / 1000)} s`,
  };
}

/** Names come from a store: none of them becomes a table of its own. */
const plain = (text: string): string => text.replace(/[|\\`<>\r\n]/g, ' ');

/** Why a point is what it is, in one sentence with its figures. */
export function readyReason<R extends ReadyReason>(reason: R, language: Language = 'en'): string {
  const say = READY_WORDS[language].reasons[reason.key] as (of: R, figures: ReadySay) => string;
  return plain(say(reason, sayIn(language)));
}

function row({ point, state, reason, measuredAtMs }: ReadyPoint, language: Language): string {
  const words = READY_WORDS[language];
  const when = dateFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const measured = measuredAtMs === null ? words.never : `${when.format(measuredAtMs)} UTC`;
  const cells = [words.points[point], words.states[state], readyReason(reason, language), measured];
  return `| ${[...cells, words.from[point]].join(' | ')} |`;
}

/** The seven points for people, in Markdown: verdict first. `hasStore` false: nothing was there to be looked at. */
export function readyMarkdown(
  { agent, version, points, ready }: Readiness,
  hasStore: boolean,
  language: Language = 'en',
): string {
  const words = READY_WORDS[language];
  const n = (state: ReadyPoint['state']): number => points.filter((one) => one.state === state).length;
  return [
    `## ${agent} ${version}: ${ready ? words.ready : words.notReady(n('missing'), n('not_ok'))}`,
    '',
    ...(hasStore ? [] : [words.noStore, '']),
    `| ${words.heads.join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...points.map((point) => row(point, language)),
    '',
  ].join('\n');
}
