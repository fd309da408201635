import type { Language } from './language.ts';
import { RECORDED_GERMAN, STEPS_GERMAN } from './recorded-words.ts';
import { refusalSentence, standingTexts } from './sentences.ts';

type Pair = readonly [english: RegExp, german: string];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const pair = (english: string, german: string): Pair => [
  new RegExp(`^${english.split('{}').map(escaped).join('([\\s\\S]*?)')}$`),
  german,
];

/** What holds a run back or ends a request is said by the catalogues of refusals and standings. */
function fromCatalogues(): Pair[] {
  const held = [
    { reason: 'agent_paused', detail: { agent: '{}' } },
    { reason: 'tenant_stopped', detail: {} },
  ] as const;
  const [english = [], german = []] = [standingTexts('en'), standingTexts('de')];
  return [
    ...held.map((refusal) => pair(refusalSentence(refusal), refusalSentence(refusal, { language: 'de' }))),
    ...english.map((text, i) => pair(text, german[i] ?? text)),
  ];
}

const pairsOf = (words: Readonly<Record<string, string>>): Pair[] =>
  Object.entries(words).map(([english, german]) => pair(english, german));

let sentences: readonly Pair[] | null = null;
const STEPS = pairsOf(STEPS_GERMAN);

function found(text: string, pairs: readonly Pair[]): string {
  for (const [english, german] of pairs) {
    const match = english.exec(text);
    if (match === null) continue;
    let i = 0;
    return german.replaceAll('{}', () => match[(i += 1)] ?? '');
  }
  return text;
}

/**
 * A sentence out of a run's record in the reader's language, where it is one of ours; what an agent, a connector or a
 * person said stays as they said it.
 */
export function recordedIn(text: string, language: Language = 'en'): string {
  if (language === 'en') return text;
  return found(text, (sentences ??= [...pairsOf(RECORDED_GERMAN), ...fromCatalogues()]));
}

/** What a step of a trace is called, in the reader's language. */
export const stepLabelIn = (label: string, language: Language = 'en'): string =>
  language === 'en' ? label : found(label, STEPS);
