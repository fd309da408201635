import type { GoldenCase } from '../core/evals/golden-case.ts';
import type { Language } from '../core/language.ts';
import { CASE_KIND_WORDS } from './case-kind-words.ts';

export type CandidateField = 'kind' | 'why' | 'recommendations' | 'actions' | 'score' | 'signals' | 'refuses';

interface CandidateWords {
  readonly title: string;
  readonly none: string;
  readonly waiting: (n: number) => string;
  readonly how: Readonly<Record<'edited' | 'declined' | 'thumb', (tool: string) => string>>;
  readonly expects: (recommendations: string, score: string) => string;
  readonly noScore: string;
  readonly range: (from: string, to: string) => string;
  readonly accept: string;
  readonly edit: string;
  readonly drop: string;
  readonly note: string;
  readonly formTitle: string;
  readonly formMeans: string;
  readonly formSubmit: string;
  readonly fields: Readonly<Record<CandidateField, { label: string; hint: string }>>;
  readonly kinds: Readonly<Record<GoldenCase['kind'], string>>;
  readonly answers: { readonly 1: string; readonly 0: string };
  readonly unreadable: Readonly<Record<'score' | 'signals' | 'empty', string>>;
  readonly accepted: (id: string, seq: number) => string;
  readonly dropped: (seq: number) => string;
  readonly before: Readonly<Record<'accepted' | 'dropped', string>>;
}

/** What is said of live runs that may become golden cases. */
export const CANDIDATE_WORDS: Readonly<Record<Language, CandidateWords>> = {
  en: {
    title: 'Candidate golden cases',
    none: 'None waits. Runs that people override or think bad come here.',
    waiting: (n) => (n === 1 ? '1 waits for you' : `${n} wait for you`),
    how: {
      edited: (tool) => `${tool} was changed`,
      declined: (tool) => `${tool} was declined`,
      thumb: () => 'thought bad',
    },
    expects: (recommendations, score) => `Expects ${recommendations}; score ${score}.`,
    noScore: 'none',
    range: (from, to) => `${from} to ${to}`,
    accept: 'Accept',
    edit: 'Edit…',
    drop: 'Drop',
    note: 'Personal data is taken out as far as rules find it: names of customers they do not know. Read before you accept.',
    formTitle: 'Golden case',
    formMeans: 'What a good answer must hold. It is played with every evaluation of this agent from then on.',
    formSubmit: 'Accept',
    fields: {
      kind: { label: 'Kind', hint: '' },
      why: { label: 'Why it is in the set', hint: 'Take out names of people.' },
      recommendations: { label: 'Right recommendations', hint: 'With commas between; any of them is right.' },
      actions: { label: 'Right actions', hint: 'Tools, with commas between; empty: none.' },
      score: { label: 'Score from and to', hint: 'For example 0.2 to 0.6; empty: there must be none.' },
      signals: {
        label: 'Signals',
        hint: 'Record and way, e.g. CLM-0312 raises, DOC-3311 lowers, POL-1 neither.',
      },
      refuses: { label: '“I don’t know” is right', hint: '' },
    },
    kinds: CASE_KIND_WORDS.en,
    answers: { 1: 'Yes', 0: 'No' },
    unreadable: {
      score: 'Write two numbers from 0 to 1, such as 0.2 to 0.6.',
      signals: 'Write each as a record and raises, lowers or neither, with commas between.',
      empty: 'Something has to stand here.',
    },
    accepted: (id, seq) => `Accepted as ${id}; evaluations play it from now on. Ledger #${seq}.`,
    dropped: (seq) => `Dropped. Ledger #${seq}.`,
    before: {
      accepted: 'This run is a golden case already.',
      dropped: 'This run was dropped before.',
    },
  },
  de: {
    title: 'Vorschläge für Prüffälle',
    none: 'Keiner wartet. Läufe, die Menschen anders entscheiden oder schlecht finden, kommen hierher.',
    waiting: (n) => (n === 1 ? '1 wartet auf Sie' : `${n} warten auf Sie`),
    how: {
      edited: (tool) => `${tool} wurde geändert`,
      declined: (tool) => `${tool} wurde abgelehnt`,
      thumb: () => 'für schlecht befunden',
    },
    expects: (recommendations, score) => `Erwartet ${recommendations}; Bewertung ${score}.`,
    noScore: 'keine',
    range: (from, to) => `${from} bis ${to}`,
    accept: 'Annehmen',
    edit: 'Bearbeiten…',
    drop: 'Verwerfen',
    note: 'Personenbezogenes ist entfernt, soweit Regeln es finden: Namen von Kunden kennen sie nicht. Lesen Sie, bevor Sie annehmen.',
    formTitle: 'Prüffall',
    formMeans:
      'Was eine gute Antwort enthalten muss. Er wird von da an mit jeder Bewertung dieses Agenten gespielt.',
    formSubmit: 'Annehmen',
    fields: {
      kind: { label: 'Art', hint: '' },
      why: { label: 'Warum er dabei ist', hint: 'Nehmen Sie Namen von Menschen heraus.' },
      recommendations: {
        label: 'Richtige Empfehlungen',
        hint: 'Mit Kommas dazwischen; jede davon ist richtig.',
      },
      actions: { label: 'Richtige Aktionen', hint: 'Werkzeuge, mit Kommas dazwischen; leer: keine.' },
      score: { label: 'Bewertung von und bis', hint: 'Zum Beispiel 0,2 bis 0,6; leer: Es darf keine geben.' },
      signals: {
        label: 'Anzeichen',
        hint: 'Beleg und Richtung (raises erhöht, lowers senkt, neither), z. B. CLM-0312 raises, DOC-3311 lowers.',
      },
      refuses: { label: '„Ich weiß es nicht“ ist richtig', hint: '' },
    },
    kinds: CASE_KIND_WORDS.de,
    answers: { 1: 'Ja', 0: 'Nein' },
    unreadable: {
      score: 'Schreiben Sie zwei Zahlen von 0 bis 1, etwa 0,2 bis 0,6.',
      signals: 'Schreiben Sie jeweils einen Beleg und raises, lowers oder neither, mit Kommas dazwischen.',
      empty: 'Hier muss etwas stehen.',
    },
    accepted: (id, seq) => `Angenommen als ${id}; Bewertungen spielen ihn ab jetzt. Protokoll Nr. ${seq}.`,
    dropped: (seq) => `Verworfen. Protokoll Nr. ${seq}.`,
    before: {
      accepted: 'Dieser Lauf ist schon ein Prüffall.',
      dropped: 'Dieser Lauf wurde schon verworfen.',
    },
  },
};
