import { LOCALES, type Language } from '../core/language.ts';
import type { GateName, GateRow } from './gate.ts';

interface GateWords {
  readonly verdict: Readonly<Record<'pass' | 'blocked', string>>;
  readonly may: string;
  readonly mayNot: (reasons: string) => string;
  /** By code of what stands in the way. */
  readonly below: (what: string, value: string, needed: string) => string;
  readonly notMeasured: (what: string) => string;
  readonly worse: string;
  readonly names: Readonly<Record<GateName, string>>;
  readonly states: Readonly<Record<GateRow['state'], string>>;
  readonly heads: readonly [what: string, measured: string, needed: string, over: string];
  readonly notReal: string;
  readonly model: (model: string) => string;
  readonly judged: (judge: string, embedder: string, cost: string) => string;
  readonly noEmbedder: string;
  readonly over: (measured: number, of: number) => string;
  readonly why: (what: string, sentence: string) => string;
  readonly noneBefore: string;
  readonly fewShared: (n: number) => string;
  readonly against: (
    shared: number,
    difference: string,
    low: string,
    high: string,
    verdict: string,
  ) => string;
  readonly verdicts: Readonly<Record<'better' | 'worse' | 'same', string>>;
  readonly allFull: (n: number) => string;
  readonly short: (n: number, of: number) => string;
  readonly cases: readonly [id: string, kind: string, mark: string, missing: string];
}

/** What the gate's report says, in each language. What graders found missing is said as it is on record. */
export const GATE_WORDS: Readonly<Record<Language, GateWords>> = {
  en: {
    verdict: { pass: 'may ship', blocked: 'BLOCKED' },
    may: 'It may ship.',
    mayNot: (reasons) => `It may not ship: ${reasons}.`,
    below: (what, value, needed) => `${what} is ${value}, and ${needed} is needed`,
    notMeasured: (what) => `${what} was not measured`,
    worse: 'it is surely worse than what passed last',
    names: {
      golden_cases: 'golden cases, mean mark',
      faithfulness: 'faithfulness',
      answer_relevancy: 'answer relevancy',
      context_precision: 'context precision',
      context_recall: 'context recall',
    },
    states: { ok: 'ok', below: 'BELOW', not_measured: 'not measured' },
    heads: ['what', 'measured', 'needed', 'over'],
    notReal:
      '**Not measured with a real model.** The figures are those of the rehearsal model, which plays by rules.',
    model: (model) => `Model: ${model}.`,
    judged: (judge, embedder, cost) => `Judge: ${judge}; embedder: ${embedder}; the judging cost ${cost}.`,
    noEmbedder: 'none',
    over: (measured, of) => `${measured} of ${of} cases`,
    why: (what, sentence) => `${what}: ${sentence}`,
    noneBefore: 'There is no earlier evaluation of the same cases to compare with.',
    fewShared: (n) => `Only ${n} cases are shared with the earlier evaluation: too few to compare.`,
    against: (shared, difference, low, high, verdict) =>
      `Against the last one that passed, over ${shared} cases: ${difference} (95% interval ${low} to ${high}): ${verdict}.`,
    verdicts: {
      better: 'better than before',
      worse: '**worse than before**',
      same: 'no difference that chance does not explain as well',
    },
    allFull: (n) => `All ${n} cases have full marks.`,
    short: (n, of) => `${n} of ${of} cases are short of full marks:`,
    cases: ['case', 'kind', 'mark', 'missing'],
  },
  de: {
    verdict: { pass: 'darf ausgeliefert werden', blocked: 'GESPERRT' },
    may: 'Die Version darf ausgeliefert werden.',
    mayNot: (reasons) => `Die Version darf nicht ausgeliefert werden: ${reasons}.`,
    below: (what, value, needed) => `${what} liegt bei ${value}, nötig sind ${needed}`,
    notMeasured: (what) => `${what} wurde nicht gemessen`,
    worse: 'sie ist sicher schlechter als die zuletzt durchgelassene',
    names: {
      golden_cases: 'Mittelwert der Prüffälle',
      faithfulness: 'Treue zu den Quellen',
      answer_relevancy: 'Bezug der Antwort',
      context_precision: 'Genauigkeit der Quellen',
      context_recall: 'Abdeckung durch die Quellen',
    },
    states: { ok: 'ok', below: 'ZU NIEDRIG', not_measured: 'nicht gemessen' },
    heads: ['was', 'gemessen', 'nötig', 'über'],
    notReal:
      '**Nicht mit einem echten Modell gemessen.** Die Zahlen stammen vom Probemodell, das nach Regeln spielt.',
    model: (model) => `Modell: ${model}.`,
    judged: (judge, embedder, cost) => `Prüfer: ${judge}; Vektoren: ${embedder}; das Prüfen kostete ${cost}.`,
    noEmbedder: 'keine',
    over: (measured, of) => `${measured} von ${of} Fällen`,
    why: (what, sentence) => `${what}: ${sentence}`,
    noneBefore: 'Es gibt keine frühere Bewertung derselben Fälle zum Vergleichen.',
    fewShared: (n) => `Nur ${n} Fälle sind mit der früheren Bewertung gemeinsam: zu wenige zum Vergleichen.`,
    against: (shared, difference, low, high, verdict) =>
      `Gegen die zuletzt durchgelassene, über ${shared} Fälle: ${difference} (95-%-Intervall ${low} bis ${high}): ${verdict}.`,
    verdicts: {
      better: 'besser als vorher',
      worse: '**schlechter als vorher**',
      same: 'kein Unterschied, den der Zufall nicht ebenso erklärt',
    },
    allFull: (n) => `Alle ${n} Fälle haben die volle Note.`,
    short: (n, of) => `${n} von ${of} Fällen haben nicht die volle Note:`,
    cases: ['Fall', 'Art', 'Note', 'es fehlt'],
  },
};

/** A figure with three places, as the reader writes numbers. */
export const gateFigure = (value: number, language: Language): string =>
  value.toLocaleString(LOCALES[language], { minimumFractionDigits: 3, maximumFractionDigits: 3 });
