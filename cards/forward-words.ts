import type { ForwardKind, Untaken } from '../core/forward/kinds.ts';
import type { Language } from '../core/language.ts';

/** What is said of other systems that incidents go to, a part of the catalogue. */
export interface ForwardWords {
  readonly notTaken: (to: string) => string;
  readonly taken: (to: string) => string;
  readonly systems: Readonly<Record<ForwardKind, string>>;
  readonly untaken: (to: string, why: string, tries: number) => string;
  readonly untakenWhy: Readonly<Record<Untaken, (code: string) => string>>;
  readonly triedOn: string;
  readonly givenUp: string;
}

const ENGLISH: ForwardWords = {
  notTaken: (to) => `${to} did not take it`,
  taken: (to) => `${to} has taken it after all`,
  systems: { pagerduty: 'PagerDuty', webhook: 'The webhook' },
  untaken: (to, why, tries) =>
    `${to} did not take it: ${why} (${tries === 1 ? 'tried once' : `tried ${tries} times`}).`,
  untakenWhy: {
    refused: (code) => `it refuses what it was sent (${code})`,
    busy: () => 'it was sent too much at a time (429)',
    broken: (code) => `it failed (${code})`,
    redirects: (code) => `it sends us elsewhere (${code}), which we do not follow`,
    gone: () => 'it wants nothing any more (410), so that nothing else is sent there',
    away: (code) => `it cannot be reached (${code})`,
    slow: () => 'it did not answer in time',
    'not-allowed': () => 'its address may not be called: only https, and nothing inside',
    unreadable: () => 'its secret cannot be opened with the key that is set',
  },
  triedOn: 'It goes on being tried. Whoever is paged there knows nothing of it so far.',
  givenUp:
    'It is not tried any more: dead-letters sends it again. Whoever is paged there knows nothing of it.',
};

const GERMAN: ForwardWords = {
  notTaken: (to) => `${to} hat es nicht angenommen`,
  taken: (to) => `${to} hat es nun doch angenommen`,
  systems: { pagerduty: 'PagerDuty', webhook: 'Der Webhook' },
  untaken: (to, why, tries) =>
    `${to} hat es nicht angenommen: ${why} (${tries === 1 ? 'einmal versucht' : `${tries} Mal versucht`}).`,
  untakenWhy: {
    refused: (code) => `was geschickt wurde, wird abgelehnt (${code})`,
    busy: () => 'es kam zu viel auf einmal (429)',
    broken: (code) => `dort ging etwas schief (${code})`,
    redirects: (code) => `es wird an einen anderen Ort verwiesen (${code}), dem wir nicht folgen`,
    gone: () => 'dort wird nichts mehr gewünscht (410), also wird nichts mehr dorthin geschickt',
    away: (code) => `dort ist niemand zu erreichen (${code})`,
    slow: () => 'es kam nicht rechtzeitig eine Antwort',
    'not-allowed': () => 'die Adresse darf nicht aufgerufen werden: nur https, und nichts im Inneren',
    unreadable: () => 'das Geheimnis dafür lässt sich mit dem gesetzten Schlüssel nicht öffnen',
  },
  triedOn: 'Es wird weiter versucht. Wer dort gerufen wird, weiß bisher nichts davon.',
  givenUp:
    'Es wird nicht weiter versucht: dead-letters schickt es noch einmal. Wer dort gerufen wird, weiß nichts davon.',
};

export const forwardWordsIn = (language: Language): ForwardWords => (language === 'de' ? GERMAN : ENGLISH);
