import type { Language } from '../core/language.ts';
import type { ScoreName } from '../core/metrics.ts';
import type { Unscored } from '../core/unscored.ts';

interface FeedbackWords {
  readonly overrides: string;
  readonly how: Readonly<Record<'edited' | 'declined', string>>;
  readonly scores: string;
  readonly metrics: Readonly<Record<ScoreName, string>>;
  readonly notMeasured: string;
  readonly reasons: Readonly<Record<Unscored, string>>;
  readonly byRehearsal: string;
}

/** What people and a judge said about a run, in the trace. A score that is missing never reads like a bad one. */
export const FEEDBACK_WORDS: Readonly<Record<Language, FeedbackWords>> = {
  en: {
    overrides: 'Overridden by people',
    how: { edited: 'changed it', declined: 'declined it' },
    scores: 'Scored by a judge',
    metrics: {
      faithfulness: 'faithfulness',
      judge: 'rubric',
      answer_relevancy: 'answer relevancy',
      context_precision: 'context precision',
      context_recall: 'context recall',
    },
    notMeasured: 'not measured',
    reasons: {
      bad_verdict: 'a verdict was neither 0 nor 1',
      wrong_count: 'the judge left something out',
      bad_vector: 'vectors that cannot be compared',
      junk: 'the judge answered junk',
      silent: 'the judge did not answer',
      refused: 'the judge refused',
      canary: 'the judge obeyed what it read',
      away: 'the judge was away',
      no_statements: 'it said nothing that can be checked',
      no_verdicts: 'the judge said nothing',
      no_questions: 'no question could be made of it',
      no_direction: 'unknown words',
      budget: 'it would have cost too much',
      no_reference: 'only golden cases have a right answer',
      no_embedder: 'no embedder',
      nothing_said: 'the run said nothing',
    },
    byRehearsal: 'The rehearsal model judged: this says nothing about a real one.',
  },
  de: {
    overrides: 'Von Menschen anders entschieden',
    how: { edited: 'hat es geändert', declined: 'hat es abgelehnt' },
    scores: 'Von einem Prüfer bewertet',
    metrics: {
      faithfulness: 'Treue zu den Quellen',
      judge: 'Kriterien',
      answer_relevancy: 'Bezug zur Frage',
      context_precision: 'Genauigkeit der Quellen',
      context_recall: 'Vollständigkeit der Quellen',
    },
    notMeasured: 'nicht gemessen',
    reasons: {
      bad_verdict: 'ein Urteil war weder 0 noch 1',
      wrong_count: 'der Prüfer ließ etwas aus',
      bad_vector: 'Vektoren, die sich nicht vergleichen lassen',
      junk: 'der Prüfer antwortete Unlesbares',
      silent: 'der Prüfer antwortete nicht',
      refused: 'der Prüfer lehnte ab',
      canary: 'der Prüfer gehorchte dem, was er las',
      away: 'der Prüfer war nicht erreichbar',
      no_statements: 'nichts darin lässt sich prüfen',
      no_verdicts: 'der Prüfer sagte nichts',
      no_questions: 'daraus ließ sich keine Frage bilden',
      no_direction: 'unbekannte Wörter',
      budget: 'es hätte zu viel gekostet',
      no_reference: 'nur Prüffälle haben eine richtige Antwort',
      no_embedder: 'kein Vergleichsmodell für Texte',
      nothing_said: 'der Lauf sagte nichts',
    },
    byRehearsal: 'Das Probemodell hat geprüft: Das sagt nichts über ein echtes.',
  },
};
