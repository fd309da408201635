import type { Language } from '../../core/language.ts';

/** The page behind a link; the explanation on it is said by `cards/explanation-words.ts`. */
const ENGLISH = {
  other: 'Deutsch',
  askTitle: 'Ask for a review',
  askMeans:
    'People who had no part in this decision will read what you write and answer with a reason. You can do this once by this link.',
  label: (most: number): string => `What do you think is wrong, and why? (at most ${most} characters)`,
  send: 'Ask for a review',
  sentTitle: 'Your request was recorded',
  sentMeans: (until: string): string => `Come back to this page for the answer. It works until ${until}.`,
  notYet: 'Nothing has been decided yet. Come back to this page later.',
  reasonNeeded: 'Please say in a few words what you think is wrong.',
  tooLong: (most: number): string => `Please say it in at most ${most} characters.`,
  notDone: 'That did not work. Nothing was recorded; please try again.',
  nobody:
    'Nobody could be asked by this page. Please turn to the company itself and name the reference above: your right to a review stands.',
  overTitle: 'This link is over',
  overMeans:
    'It is not known, was taken back, or its time is over. Ask the company for a new one; your right to a review stands.',
  busyTitle: 'One moment, please',
  busyMeans: 'That was too often in a short time. Please try again in a minute.',
  product: 'Countersign',
};

const GERMAN: typeof ENGLISH = {
  other: 'English',
  askTitle: 'Um eine Prüfung bitten',
  askMeans:
    'Menschen, die an dieser Entscheidung nicht beteiligt waren, lesen, was Sie schreiben, und antworten mit einem Grund. Über diesen Link geht das einmal.',
  label: (most) => `Was ist aus Ihrer Sicht falsch, und warum? (höchstens ${most} Zeichen)`,
  send: 'Um eine Prüfung bitten',
  sentTitle: 'Ihre Bitte ist erfasst',
  sentMeans: (until) => `Die Antwort steht später auf dieser Seite. Sie geht bis ${until}.`,
  notYet: 'Noch ist nichts entschieden. Sehen Sie später wieder auf diese Seite.',
  reasonNeeded: 'Bitte sagen Sie in wenigen Worten, was aus Ihrer Sicht falsch ist.',
  tooLong: (most) => `Bitte sagen Sie es in höchstens ${most} Zeichen.`,
  notDone: 'Das ging nicht. Es wurde nichts erfasst; bitte versuchen Sie es noch einmal.',
  nobody:
    'Über diese Seite war niemand zu fragen. Bitte wenden Sie sich an die Firma selbst und nennen Sie das Zeichen oben: Ihr Recht auf eine Prüfung bleibt.',
  overTitle: 'Dieser Link gilt nicht',
  overMeans:
    'Er ist nicht bekannt, wurde zurückgenommen, oder seine Zeit ist um. Bitten Sie die Firma um einen neuen; Ihr Recht auf eine Prüfung bleibt.',
  busyTitle: 'Einen Moment, bitte',
  busyMeans: 'Das war zu oft in kurzer Zeit. Bitte versuchen Sie es in einer Minute wieder.',
  product: 'Countersign',
};

export type ReviewPageWords = typeof ENGLISH;

/** What the page behind a link for the person concerned says in this language. */
export const reviewPageWordsIn = (language: Language): ReviewPageWords =>
  language === 'de' ? GERMAN : ENGLISH;
