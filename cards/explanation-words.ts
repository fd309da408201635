import type { ApprovalStatus } from '../core/approval/types.ts';
import type { Deed, Explanation, ReviewOutcome } from '../core/explanation/types.ts';
import type { Language } from '../core/language.ts';

/** What an explanation says to the person whom a decision concerns: plain words, nothing of how Countersign is built. */
export interface ExplanationWords {
  readonly heading: string;
  readonly statuses: Readonly<Record<ApprovalStatus, string>>;
  readonly erased: string;
  readonly rehearsal: string;
  readonly what: string;
  readonly who: string;
  readonly program: (agent: string, version: string) => string;
  readonly quorum: (signed: number, needed: number) => string;
  readonly nobodyYet: string;
  readonly did: Readonly<Record<Deed['did'], string>>;
  readonly inRole: (roles: string) => string;
  readonly roleErased: string;
  readonly said: string;
  readonly data: string;
  readonly read: string;
  readonly ofItself: string;
  readonly noData: string;
  readonly others: (n: number) => string;
  readonly why: string;
  readonly proposed: string;
  readonly score: (score: string) => string;
  readonly noScore: string;
  readonly sure: (percent: string) => string;
  readonly unsure: string;
  readonly raised: (by: string) => string;
  readonly lowered: (by: string) => string;
  readonly neither: string;
  readonly reasonWithheld: string;
  readonly noReasons: string;
  readonly questions: string;
  readonly unanswered: string;
  readonly then: string;
  readonly executed: Readonly<Record<NonNullable<Explanation['executed']>['status'], string>>;
  readonly notExecuted: string;
  readonly contest: string;
  readonly contestMeans: string;
  readonly reviewBy: Readonly<Record<ReviewOutcome['by'], string>>;
  readonly reviewStatus: Readonly<Record<ReviewOutcome['status'], string>>;
  readonly reviewSigns: string;
  readonly yourWords: string;
  readonly reasonGiven: string;
  readonly reference: string;
  readonly record: string;
  readonly cutOut: string;
  readonly makeLink: string;
  readonly linkTitle: string;
  readonly linkState: string;
  readonly linkMeans: (days: number) => string;
  readonly linkRevoke: string;
}

const ENGLISH: ExplanationWords = {
  heading: 'How this was decided',
  statuses: {
    pending: 'Not decided yet',
    answered: 'Answered',
    approved: 'Approved, not carried out yet',
    declined: 'Declined',
    expired: 'Not decided: its time ran out',
    cancelled: 'Called off',
    superseded: 'Replaced by a changed proposal',
    undeliverable: 'Not decided: it reached nobody',
    executing: 'Approved, being carried out',
    executed: 'Approved and carried out',
    failed: 'Approved, but it could not be carried out',
    unknown: 'Approved; it is not known yet whether it was carried out',
    compensated: 'Approved and carried out, then undone',
    lapsed: 'Approved, but not carried out in time',
  },
  erased:
    'What was personal in this record was erased. What is left is what the company has to be able to prove.',
  rehearsal: 'This was a rehearsal: a program that plays by rules stood in for a language model.',
  what: 'What was proposed',
  who: 'Who decided',
  program: (agent, version) =>
    `A computer program with a language model (${agent}, version ${version}) read the records and proposed it. It cannot decide by itself.`,
  quorum: (signed, needed) => `${signed} of ${needed} signatures that were needed were given.`,
  nobodyYet: 'Nobody has decided.',
  did: {
    approved: 'Approved',
    declined: 'Declined',
    changed: 'Changed before it was decided',
    'broke-glass': 'Approved alone, as an exception for emergencies',
    'allowed-beforehand':
      'Allowed beforehand by a rule that people signed: nobody looked at this very case before it was carried out',
  },
  inRole: (roles) => `by a member of staff (${roles})`,
  roleErased: 'by a member of staff whose details were erased',
  said: 'in their words:',
  data: 'On what data',
  read: 'read',
  ofItself: 'of itself:',
  noData: 'No record is named.',
  others: (n) =>
    n === 1
      ? 'One more record was read. It is about other people as well, and is left out to protect them.'
      : `${n} more records were read. They are about other people as well, and are left out to protect them.`,
  why: 'Why the program proposed it',
  proposed: 'It proposed:',
  score: (score) => `It gave a score of ${score}, from 0 to 1.`,
  noScore: 'It gave no score: it said that it does not know.',
  sure: (percent) => `It called itself ${percent} sure.`,
  unsure: 'What it was not sure of:',
  raised: (by) => `raised the score by ${by}`,
  lowered: (by) => `lowered the score by ${by}`,
  neither: 'did not change the score',
  reasonWithheld: 'A reason that rests on records about other people; its words are left out to protect them',
  noReasons: 'It named no reasons.',
  questions: 'What people asked first',
  unanswered: 'No answer was given.',
  then: 'What happened then',
  executed: {
    executed: 'It was carried out',
    failed: 'It was tried and did not work',
    unknown: 'It was tried; whether it worked is being found out',
    compensated: 'It was carried out and undone again',
  },
  notExecuted: 'Nothing was carried out because of it.',
  contest: 'If you do not agree',
  contestMeans:
    'You can ask for people who had no part in it to look at it again, and say what you think is wrong. Use the link that you were given, or turn to the company and name the reference below.',
  reviewBy: { concerned: 'You asked for a review', company: 'Somebody of the company asked for a review' },
  reviewStatus: {
    waiting: 'Nobody has answered yet.',
    'should-change': 'Answer: yes, the decision should be changed.',
    stands: 'Answer: no, the decision stands.',
    unanswered: 'It ended without an answer. Please turn to the company.',
  },
  reviewSigns: 'The answer is passed on to the company; it changes nothing by itself.',
  yourWords: 'What you wrote:',
  reasonGiven: 'Reason given:',
  reference: 'Reference',
  record: 'in the record',
  cutOut: '[…] stands for names and details of other people.',
  makeLink: 'Link for the person concerned…',
  linkTitle: 'Link for the person concerned',
  linkState: 'Give it to nobody else',
  linkMeans: (days) =>
    `Whoever has this address can read this explanation and ask once for people to look again, for ${days} days. It is shown this one time. Send it only to the person concerned, and only when they may know what it says.`,
  linkRevoke: 'Take back all links of it',
};

const GERMAN: ExplanationWords = {
  heading: 'Wie das entschieden wurde',
  statuses: {
    pending: 'Noch nicht entschieden',
    answered: 'Beantwortet',
    approved: 'Genehmigt, noch nicht ausgeführt',
    declined: 'Abgelehnt',
    expired: 'Nicht entschieden: Die Zeit war um',
    cancelled: 'Zurückgezogen',
    superseded: 'Durch einen geänderten Vorschlag ersetzt',
    undeliverable: 'Nicht entschieden: Es hat niemanden erreicht',
    executing: 'Genehmigt, wird gerade ausgeführt',
    executed: 'Genehmigt und ausgeführt',
    failed: 'Genehmigt, ließ sich aber nicht ausführen',
    unknown: 'Genehmigt; ob es ausgeführt wurde, ist noch nicht bekannt',
    compensated: 'Genehmigt und ausgeführt, dann rückgängig gemacht',
    lapsed: 'Genehmigt, aber nicht rechtzeitig ausgeführt',
  },
  erased:
    'Was in dieser Aufzeichnung persönlich war, wurde gelöscht. Übrig ist, was die Firma belegen können muss.',
  rehearsal: 'Das war eine Probe: Statt eines Sprachmodells spielte ein Programm nach festen Regeln.',
  what: 'Was vorgeschlagen war',
  who: 'Wer entschieden hat',
  program: (agent, version) =>
    `Ein Computerprogramm mit einem Sprachmodell (${agent}, Version ${version}) hat die Unterlagen gelesen und es vorgeschlagen. Allein entscheiden kann es nicht.`,
  quorum: (signed, needed) => `${signed} von ${needed} nötigen Unterschriften wurden gegeben.`,
  nobodyYet: 'Niemand hat entschieden.',
  did: {
    approved: 'Genehmigt',
    declined: 'Abgelehnt',
    changed: 'Vor der Entscheidung geändert',
    'broke-glass': 'Allein genehmigt, als Ausnahme für Notfälle',
    'allowed-beforehand':
      'Im Voraus erlaubt durch eine Regel, die Menschen unterschrieben haben: Diesen Fall selbst hat niemand angesehen, bevor es ausgeführt wurde',
  },
  inRole: (roles) => `von jemandem aus der Firma (${roles})`,
  roleErased: 'von jemandem aus der Firma, dessen Angaben gelöscht sind',
  said: 'im Wortlaut:',
  data: 'Auf Grund welcher Daten',
  read: 'gelesen',
  ofItself: 'Stand:',
  noData: 'Keine Unterlage ist genannt.',
  others: (n) =>
    n === 1
      ? 'Eine weitere Unterlage wurde gelesen. Sie betrifft auch andere Menschen und bleibt zu deren Schutz weg.'
      : `${n} weitere Unterlagen wurden gelesen. Sie betreffen auch andere Menschen und bleiben zu deren Schutz weg.`,
  why: 'Warum das Programm es vorgeschlagen hat',
  proposed: 'Es schlug vor:',
  score: (score) => `Es vergab einen Wert von ${score}, zwischen 0 und 1.`,
  noScore: 'Es vergab keinen Wert: Es gab an, es nicht zu wissen.',
  sure: (percent) => `Es nannte sich zu ${percent} sicher.`,
  unsure: 'Wobei es unsicher war:',
  raised: (by) => `hob den Wert um ${by}`,
  lowered: (by) => `senkte den Wert um ${by}`,
  neither: 'änderte den Wert nicht',
  reasonWithheld:
    'Ein Grund, der auf Unterlagen über andere Menschen beruht; sein Wortlaut bleibt zu deren Schutz weg',
  noReasons: 'Es nannte keine Gründe.',
  questions: 'Was Menschen vorher gefragt haben',
  unanswered: 'Es kam keine Antwort.',
  then: 'Was dann geschah',
  executed: {
    executed: 'Es wurde ausgeführt',
    failed: 'Es wurde versucht und gelang nicht',
    unknown: 'Es wurde versucht; ob es gelang, wird gerade geklärt',
    compensated: 'Es wurde ausgeführt und wieder rückgängig gemacht',
  },
  notExecuted: 'Deswegen wurde nichts ausgeführt.',
  contest: 'Wenn Sie nicht einverstanden sind',
  contestMeans:
    'Sie können verlangen, dass Menschen, die daran nicht beteiligt waren, es noch einmal ansehen, und sagen, was aus Ihrer Sicht falsch ist. Nutzen Sie den Link, den Sie bekommen haben, oder wenden Sie sich an die Firma und nennen Sie das Zeichen unten.',
  reviewBy: {
    concerned: 'Sie haben um eine Prüfung gebeten',
    company: 'Jemand aus der Firma hat um eine Prüfung gebeten',
  },
  reviewStatus: {
    waiting: 'Noch hat niemand geantwortet.',
    'should-change': 'Antwort: Ja, die Entscheidung soll geändert werden.',
    stands: 'Antwort: Nein, die Entscheidung bleibt.',
    unanswered: 'Sie endete ohne Antwort. Bitte wenden Sie sich an die Firma.',
  },
  reviewSigns: 'Die Antwort wird der Firma mitgeteilt; von selbst ändert sie nichts.',
  yourWords: 'Was Sie geschrieben haben:',
  reasonGiven: 'Genannter Grund:',
  reference: 'Zeichen',
  record: 'im Protokoll',
  cutOut: '[…] steht für Namen und Angaben anderer Menschen.',
  makeLink: 'Link für die betroffene Person…',
  linkTitle: 'Link für die betroffene Person',
  linkState: 'Geben Sie ihn niemandem sonst',
  linkMeans: (days) =>
    `Wer diese Adresse hat, kann ${days} Tage lang diese Erklärung lesen und einmal darum bitten, dass Menschen es noch einmal ansehen. Sie wird nur dieses eine Mal gezeigt. Schicken Sie sie nur der betroffenen Person, und nur, wenn sie wissen darf, was dort steht.`,
  linkRevoke: 'Alle Links dazu zurücknehmen',
};

/** What an explanation says in this language. */
export const explanationWordsIn = (language: Language = 'en'): ExplanationWords =>
  language === 'de' ? GERMAN : ENGLISH;
