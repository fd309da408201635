import type { EvalFault } from '../core/evals/evaluation.ts';
import type { Language } from '../core/language.ts';
import { CASE_KIND_WORDS } from './case-kind-words.ts';

interface EvalWords {
  readonly title: (agent: string, version: string) => string;
  readonly goesOn: (n: number, of: number) => string;
  readonly done: (mean: string, needed: string, enough: boolean) => string;
  readonly givenUp: string;
  readonly why: Readonly<Record<EvalFault, string>>;
  readonly mean: string;
  readonly meanOf: (mean: string, of: number) => string;
  readonly against: string;
  readonly noneBefore: string;
  readonly fewShared: (n: number) => string;
  readonly difference: (difference: string, low: string, high: string, shared: number) => string;
  readonly verdicts: Readonly<Record<'better' | 'worse' | 'same' | 'unknown', string>>;
  readonly kind: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly byKind: (mean: string, n: number) => string;
  readonly chart: string;
  readonly worst: string;
  readonly allFull: (n: number) => string;
  readonly shortIn: (graders: string) => string;
  readonly runFailed: string;
  readonly graders: Readonly<Record<string, string>>;
  readonly cost: string;
  readonly model: string;
  readonly notReal: string;
  readonly sandbox: string;
}

/** What the card of an evaluation says, in each language. */
export const EVAL_WORDS: Readonly<Record<Language, EvalWords>> = {
  en: {
    title: (agent, version) => `Evaluation of ${agent} ${version}`,
    goesOn: (n, of) => `${n} of ${of} cases done`,
    done: (mean, needed, enough) =>
      enough ? `Mean mark ${mean}: at or above ${needed}` : `Mean mark ${mean}: below ${needed}`,
    givenUp: 'Given up',
    why: {
      'version-gone': 'This version is not installed any more, so nothing can play it.',
      'cases-changed': 'The golden cases or the prompt changed since it was asked for: ask again.',
      'asker-gone': 'Whoever asked for it is not here any more.',
      'agent-paused': 'The agent is paused, so its cases cannot run. Resume it and ask again.',
      'tenant-stopped': 'Everything is stopped, so its cases cannot run. Ask again when the stop is lifted.',
    },
    mean: 'Mean mark',
    meanOf: (mean, of) => `${mean} over ${of} cases`,
    against: 'Against the last one',
    noneBefore: 'there is none of the same kind of model yet',
    fewShared: (n) => `only ${n} cases in common, too few to compare`,
    difference: (difference, low, high, shared) =>
      `${difference} (95% interval ${low} to ${high}, ${shared} cases)`,
    verdicts: {
      better: 'better',
      worse: 'worse',
      same: 'no difference that chance does not explain as well',
      unknown: 'too few cases to say',
    },
    kind: 'Marks by kind',
    kinds: CASE_KIND_WORDS.en,
    byKind: (mean, n) => `${mean} (${n})`,
    chart: 'Mean mark by kind of case',
    worst: 'Worst cases',
    allFull: (n) => `All ${n} cases have full marks.`,
    shortIn: (graders) => `short in ${graders}`,
    runFailed: 'the run failed',
    graders: {
      score: 'score',
      signals: 'signals',
      recommendation: 'recommendation',
      actions: 'actions',
      refusal: 'refusal',
    },
    cost: 'Cost',
    model: 'Model',
    notReal: 'Rehearsal model: this says nothing about a real one. Not measured with a real model.',
    sandbox: 'Each case ran in the sandbox: its actions were only recorded.',
  },
  de: {
    title: (agent, version) => `Bewertung von ${agent} ${version}`,
    goesOn: (n, of) => `${n} von ${of} Fällen fertig`,
    done: (mean, needed, enough) =>
      enough ? `Mittelwert ${mean}: mindestens ${needed}` : `Mittelwert ${mean}: unter ${needed}`,
    givenUp: 'Aufgegeben',
    why: {
      'version-gone': 'Diese Version ist nicht mehr installiert; nichts kann sie spielen.',
      'cases-changed':
        'Die Prüffälle oder die Anweisung haben sich seither geändert: Fragen Sie noch einmal.',
      'asker-gone': 'Wer danach gefragt hat, ist nicht mehr hier.',
      'agent-paused':
        'Der Agent ist angehalten, daher können seine Fälle nicht laufen. Setzen Sie ihn fort und fragen Sie noch einmal.',
      'tenant-stopped':
        'Alles ist angehalten, daher können die Fälle nicht laufen. Fragen Sie noch einmal, wenn der Stopp aufgehoben ist.',
    },
    mean: 'Mittelwert',
    meanOf: (mean, of) => `${mean} über ${of} Fälle`,
    against: 'Gegen die letzte',
    noneBefore: 'mit dieser Art von Modell gibt es noch keine',
    fewShared: (n) => `nur ${n} gemeinsame Fälle, zu wenige zum Vergleichen`,
    difference: (difference, low, high, shared) =>
      `${difference} (95-%-Intervall ${low} bis ${high}, ${shared} Fälle)`,
    verdicts: {
      better: 'besser',
      worse: 'schlechter',
      same: 'kein Unterschied, den der Zufall nicht ebenso erklärt',
      unknown: 'zu wenige Fälle für ein Urteil',
    },
    kind: 'Noten nach Art',
    kinds: CASE_KIND_WORDS.de,
    byKind: (mean, n) => `${mean} (${n})`,
    chart: 'Mittelwert nach Art des Falls',
    worst: 'Schlechteste Fälle',
    allFull: (n) => `Alle ${n} Fälle haben die volle Note.`,
    shortIn: (graders) => `Abzug bei: ${graders}`,
    runFailed: 'der Lauf ist gescheitert',
    graders: {
      score: 'Bewertung',
      signals: 'Anzeichen',
      recommendation: 'Empfehlung',
      actions: 'Aktionen',
      refusal: 'Verzicht auf eine Antwort',
    },
    cost: 'Kosten',
    model: 'Modell',
    notReal: 'Probemodell: Das sagt nichts über ein echtes. Nicht mit einem echten Modell gemessen.',
    sandbox: 'Jeder Fall lief in der Sandbox: Seine Aktionen wurden nur aufgezeichnet.',
  },
};
