import { numberFormat } from '../formats.ts';
import { LOCALES, type Language } from '../language.ts';
import type { Detail } from '../detail.ts';
import type { FindingReason, FindingUnit } from './finding.ts';
import type { AlertRuleName } from './thresholds.ts';

/** Every reason that a rule can give: what it saw, or why it cannot say. */
export type ReasonKey = AlertRuleName | 'gathered' | 'not-scored' | 'no-baseline' | 'too-few';

interface Say {
  readonly share: (value: string | number | undefined) => string;
  readonly times: (value: string | number | undefined) => string;
  readonly money: (micros: string | number | undefined) => string;
  readonly seconds: (ms: string | number | undefined) => string;
  readonly score: (value: string | number | undefined) => string;
  readonly count: (value: string | number | undefined) => string;
  readonly span: (minutes: string | number | undefined) => string;
}
type Reasons = Readonly<Record<ReasonKey, (d: Detail, say: Say) => string>>;

const figures = (language: Language, options: Intl.NumberFormatOptions): ((value: unknown) => string) => {
  const format = numberFormat(LOCALES[language], options);
  return (value) => format.format(Number(value));
};

const SPANS: Readonly<Record<Language, readonly [minutes: string, hours: string, days: string]>> = {
  en: ['minutes', 'hours', 'days'],
  de: ['Minuten', 'Stunden', 'Tagen'],
};

function sayIn(language: Language): Say {
  const plain = figures(language, { maximumFractionDigits: 1 });
  const seconds = figures(language, { maximumFractionDigits: 1 });
  const [inMinutes, inHours, inDays] = SPANS[language];
  return {
    share: figures(language, { style: 'percent', maximumFractionDigits: 1 }),
    times: (value) => `${figures(language, { maximumFractionDigits: 2 })(value)}×`,
    money: (micros) => figures(language, { style: 'currency', currency: 'USD' })(Number(micros) / 1e6),
    seconds: (ms) => `${seconds(Number(ms) / 1000)} s`,
    score: figures(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    count: plain,
    span: (minutes) => {
      const n = Number(minutes);
      if (n < 120) return `${plain(n)} ${inMinutes}`;
      return n < 2880 ? `${plain(n / 60)} ${inHours}` : `${plain(n / 1440)} ${inDays}`;
    },
  };
}

const ENGLISH: Reasons = {
  'error-rate': (d, s) =>
    `${s.count(d['hits'])} of ${s.count(d['of'])} runs failed in the last ${s.span(d['minutes'])}: ${s.share(d['value'])}, where ${s.share(d['limit'])} is the limit.`,
  'cost-spike': (d, s) =>
    `The last 24 hours cost ${s.money(d['spent'])}, ${s.times(d['value'])} what a usual day costs (${s.money(d['usual'])}); the limit is ${s.times(d['limit'])}.`,
  faithfulness: (d, s) =>
    `What it says is backed by its sources to ${s.score(d['value'])}, the mean of ${s.count(d['runs'])} sampled runs in ${s.span(d['minutes'])}; it should be ${s.score(d['limit'])} or more.`,
  'pii-leak': (d, s) =>
    `Personal data got out ${s.count(d['count'])} times in the last ${s.span(d['minutes'])}.`,
  slow: (d, s) =>
    `One run in twenty takes longer than ${s.seconds(d['value'])}, waiting for people left out: ${s.count(d['runs'])} runs in ${s.span(d['minutes'])}; the limit is ${s.seconds(d['limit'])}.`,
  overrides: (d, s) =>
    `People declined or edited ${s.count(d['hits'])} of ${s.count(d['of'])} proposals in the last ${s.span(d['minutes'])}: ${s.share(d['value'])}, where ${s.share(d['limit'])} is the limit.`,
  'eval-falling': (d, s) =>
    `Its ${d['metric']} fell on each of three days, from ${s.score(d['from'])} to ${s.score(d['to'])}.`,
  'eval-worse': (d, s) =>
    `Its weekly evaluation by golden cases was surely worse than the one before, ${s.count(d['count'])} times in ${s.span(d['minutes'])}.`,
  'cost-week': (d, s) =>
    `The last seven days cost ${s.money(d['spent'])}, the seven before ${s.money(d['before'])}: ${s.times(d['value'])}, where ${s.times(d['limit'])} is the limit.`,
  'tool-pattern': (d, s) =>
    `It called its tools in an order not seen before, ${s.count(d['count'])} times in ${s.span(d['minutes'])}.`,
  'input-drift': (d, s) =>
    `What it is asked no longer looks like what it was asked before: told ${s.count(d['count'])} times in ${s.span(d['minutes'])}.`,
  gathered: (d, s) =>
    `${s.count(d['firing'])} alarms at once, told in one thread: agents ${s.count(d['agents'])}, alarms in all ${s.count(d['total'])}.`,
  'not-scored': (d, s) =>
    `${s.count(d['runs'])} runs in a day, and none of them could be scored, so nobody knows how good they were.`,
  'no-baseline': (d, s) =>
    `${s.money(d['spent'])} was spent, and there are too few earlier days to compare with.`,
  'too-few': (d, s) => `Only ${s.count(d['sample'])} to count from; ${s.count(d['need'])} are needed.`,
};

const GERMAN: Reasons = {
  'error-rate': (d, s) =>
    `${s.count(d['hits'])} von ${s.count(d['of'])} Läufen sind in den letzten ${s.span(d['minutes'])} gescheitert: ${s.share(d['value'])}; die Grenze liegt bei ${s.share(d['limit'])}.`,
  'cost-spike': (d, s) =>
    `Die letzten 24 Stunden kosteten ${s.money(d['spent'])}, das ${s.times(d['value'])} eines üblichen Tages (${s.money(d['usual'])}); die Grenze liegt bei ${s.times(d['limit'])}.`,
  faithfulness: (d, s) =>
    `Was er sagt, ist zu ${s.score(d['value'])} von seinen Quellen gedeckt, im Mittel von ${s.count(d['runs'])} Stichproben in ${s.span(d['minutes'])}; es sollten mindestens ${s.score(d['limit'])} sein.`,
  'pii-leak': (d, s) =>
    `Personenbezogene Daten sind in den letzten ${s.span(d['minutes'])} nach außen gelangt, gezählt: ${s.count(d['count'])}.`,
  slow: (d, s) =>
    `Einer von zwanzig Läufen dauert länger als ${s.seconds(d['value'])}, ohne das Warten auf Menschen: ${s.count(d['runs'])} Läufe in ${s.span(d['minutes'])}; die Grenze liegt bei ${s.seconds(d['limit'])}.`,
  overrides: (d, s) =>
    `Menschen haben ${s.count(d['hits'])} von ${s.count(d['of'])} Vorschlägen in den letzten ${s.span(d['minutes'])} abgelehnt oder geändert: ${s.share(d['value'])}; die Grenze liegt bei ${s.share(d['limit'])}.`,
  'eval-falling': (d, s) =>
    `Der Wert ${d['metric']} fiel an jedem von drei Tagen, von ${s.score(d['from'])} auf ${s.score(d['to'])}.`,
  'eval-worse': (d, s) =>
    `Seine wöchentliche Bewertung nach Prüffällen fiel sicher schlechter aus als die davor, gezählt in ${s.span(d['minutes'])}: ${s.count(d['count'])}.`,
  'cost-week': (d, s) =>
    `Die letzten sieben Tage kosteten ${s.money(d['spent'])}, die sieben davor ${s.money(d['before'])}: das ${s.times(d['value'])}; die Grenze liegt bei ${s.times(d['limit'])}.`,
  'tool-pattern': (d, s) =>
    `Er rief seine Werkzeuge in einer Reihenfolge auf, die es noch nicht gab, gezählt in ${s.span(d['minutes'])}: ${s.count(d['count'])}.`,
  'input-drift': (d, s) =>
    `Was er gefragt wird, sieht nicht mehr aus wie früher, gemeldet in ${s.span(d['minutes'])}: ${s.count(d['count'])}.`,
  gathered: (d, s) =>
    `${s.count(d['firing'])} Alarme auf einmal, in einem Faden: Agenten ${s.count(d['agents'])}, Alarme insgesamt ${s.count(d['total'])}.`,
  'not-scored': (d, s) =>
    `${s.count(d['runs'])} Läufe an einem Tag, und keiner ließ sich bewerten; niemand weiß also, wie gut sie waren.`,
  'no-baseline': (d, s) =>
    `${s.money(d['spent'])} wurden ausgegeben, und es gibt zu wenige frühere Tage zum Vergleich.`,
  'too-few': (d, s) => `Nur ${s.count(d['sample'])} zum Zählen da; nötig sind ${s.count(d['need'])}.`,
};

const REASONS: Readonly<Record<Language, Reasons>> = { en: ENGLISH, de: GERMAN };

const isKey = (key: string): key is ReasonKey => Object.hasOwn(ENGLISH, key);

/** Why, in one sentence. A key of a later version says itself. */
export function reasonSentence({ key, params }: FindingReason, language: Language = 'en'): string {
  return isKey(key) ? REASONS[language][key](params, sayIn(language)) : key;
}

/** A figure of a rule as a person reads it. */
export function figureWords(unit: FindingUnit, language: Language = 'en'): (value: number) => string {
  const say = sayIn(language);
  const words: Readonly<Record<FindingUnit, (value: number) => string>> = {
    ...{ ratio: (value) => (value > 1 ? say.times(value) : say.share(value)), ms: say.seconds },
    ...{ usd_micros: say.money, count: say.count, score: say.score },
  };
  return words[unit];
}
