import type { Language } from '../core/language.ts';
import type { Unmeasured } from './metrics/measured.ts';
import type { JudgeFault } from './metrics/verdict.ts';

/** Why a case says nothing about a metric, whoever judges. */
export type NotDue = 'no_reference' | 'no_embedder' | 'nothing_said';
type Sentences = Readonly<Record<JudgeFault | Unmeasured | NotDue, string>>;

/** Why there is no figure. Every code has its sentence in every language; none of them reads like a bad mark. */
const SENTENCES: Readonly<Record<Language, Sentences>> = {
  en: {
    bad_verdict: 'The judge gave a verdict that is neither 0 nor 1, so nothing was measured.',
    wrong_count: 'The judge left something out or judged it twice, so nothing was measured.',
    bad_vector: 'The embedder gave vectors that cannot be compared, so nothing was measured.',
    junk: 'The judge answered something that cannot be read, twice, so nothing was measured.',
    silent: 'The judge did not answer, so nothing was measured.',
    refused: 'The judge refused to judge this, so nothing was measured.',
    canary: 'The judge obeyed what it was to judge, so none of its verdicts is used.',
    away: 'The judge could not be reached, so nothing was measured.',
    no_statements: 'There is no statement to be checked.',
    no_verdicts: 'The judge said nothing about any statement.',
    no_questions: 'No question could be made out of the answer.',
    no_reference: 'No case says what a right answer holds.',
    no_embedder: 'Nothing that turns words into vectors is there, or it does not answer.',
    nothing_said: 'The runs left nothing that could be judged.',
    no_direction: 'The embedder knows none of the words, so nothing can be compared.',
  },
  de: {
    bad_verdict: 'Der Prüfer gab ein Urteil, das weder 0 noch 1 ist; gemessen wurde nichts.',
    wrong_count: 'Der Prüfer ließ etwas aus oder beurteilte es doppelt; gemessen wurde nichts.',
    bad_vector: 'Die Vektoren lassen sich nicht vergleichen; gemessen wurde nichts.',
    junk: 'Der Prüfer antwortete zweimal Unlesbares; gemessen wurde nichts.',
    silent: 'Der Prüfer antwortete nicht; gemessen wurde nichts.',
    refused: 'Der Prüfer lehnte es ab, dies zu beurteilen; gemessen wurde nichts.',
    canary: 'Der Prüfer gehorchte dem, was er prüfen sollte; keines seiner Urteile wird verwendet.',
    away: 'Der Prüfer war nicht zu erreichen; gemessen wurde nichts.',
    no_statements: 'Es gibt keine Aussage, die zu prüfen wäre.',
    no_verdicts: 'Der Prüfer sagte zu keiner Aussage etwas.',
    no_questions: 'Aus der Antwort ließ sich keine Frage bilden.',
    no_reference: 'Kein Fall sagt, was eine richtige Antwort enthält.',
    no_embedder: 'Nichts, was Wörter in Vektoren verwandelt, ist da, oder es antwortet nicht.',
    nothing_said: 'Die Läufe hinterließen nichts, was zu beurteilen wäre.',
    no_direction: 'Keines der Wörter ist bekannt; es lässt sich nichts vergleichen.',
  },
};

/** Why a figure is missing, as a person reads it. */
export const unmeasuredSentence = (
  code: JudgeFault | Unmeasured | NotDue,
  language: Language = 'en',
): string => SENTENCES[language][code];

/** The same for a code out of a store; one that is not known any more is said as it is. */
export const storedReason = (code: string, language: Language = 'en'): string =>
  Object.hasOwn(SENTENCES[language], code) ? SENTENCES[language][code as keyof Sentences] : code;
