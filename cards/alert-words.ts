import { figureWords } from '../core/alerts/reasons.ts';
import type { AlertRuleName, RuleFacts, Threshold } from '../core/alerts/thresholds.ts';
import type { Language } from '../core/language.ts';

interface AlertWords {
  readonly heading: string;
  readonly field: string;
  readonly off: string;
  readonly rule: (rule: AlertRuleName, agent: string | null) => string;
  readonly limits: (facts: RuleFacts, threshold: Threshold) => string;
}

const ENGLISH: AlertWords = {
  heading: 'Alerts that differ from the usual',
  field: 'Alerts, as JSON',
  off: 'switched off',
  rule: (rule, agent) => (agent === null ? rule : `${rule} of ${agent}`),
  limits: ({ bad, unit, threshold }, { enter, leave, forMinutes, minSample, clearMinutes }) => {
    const figure = figureWords(unit, 'en');
    const [fires, over] = bad === 'above' ? ['above', 'down to'] : ['below', 'up to'];
    const held = forMinutes === 0 ? '' : ` for ${forMinutes} min`;
    const stays = clearMinutes === threshold.clearMinutes ? '' : ` for ${clearMinutes} min`;
    return `fires ${fires} ${figure(enter)}${held}, over when ${over} ${figure(leave)}${stays}, from ${minSample} on`;
  },
};

const GERMAN: AlertWords = {
  heading: 'Alarme, die vom Üblichen abweichen',
  field: 'Alarme, als JSON',
  off: 'abgeschaltet',
  rule: (rule, agent) => (agent === null ? rule : `${rule} von ${agent}`),
  limits: ({ bad, unit, threshold }, { enter, leave, forMinutes, minSample, clearMinutes }) => {
    const figure = figureWords(unit, 'de');
    const side = bad === 'above' ? 'über' : 'unter';
    const held = forMinutes === 0 ? '' : `, ${forMinutes} Min. lang`;
    const stays = clearMinutes === threshold.clearMinutes ? '' : `, ${clearMinutes} Min. lang`;
    return `ab ${side} ${figure(enter)}${held}, vorbei bei ${figure(leave)}${stays}, ab ${minSample} gezählten`;
  },
};

const WORDS: Readonly<Record<Language, AlertWords>> = { en: ENGLISH, de: GERMAN };

/** What is said of the alerts' limits. */
export const alertWords = (language: Language = 'en'): AlertWords => WORDS[language];
