import type { ProofKind } from '../core/proof.ts';
import type { Language } from '../core/language.ts';

/** What is said on the way to a page of our own. */
export interface SignWords {
  readonly title: string;
  readonly state: string;
  readonly open: string;
  /** For how long the link works, and for whom. */
  readonly note: (minutes: number) => string;
  readonly noPasskey: string;
  readonly noWay: string;
  readonly passkeys: {
    readonly title: string;
    readonly none: string;
    readonly count: (n: number) => string;
    readonly added: string;
    readonly lastUsed: string;
    readonly never: string;
    readonly synced: string;
    readonly bound: string;
    readonly add: string;
    readonly remove: string;
    readonly about: string;
    readonly register: string;
    readonly registerState: string;
    readonly registerMeans: string;
    readonly removed: (id: string) => string;
    readonly noticeAdded: string;
    readonly noticeRemoved: string;
    readonly noticeMeans: string;
    readonly noticeIfNot: string;
  };
  /** The page itself: its labels, its buttons and what it says afterwards. */
  readonly page: {
    readonly heading: { readonly approve: string; readonly 'break-glass': string };
    readonly whole: string;
    readonly why: string;
    readonly signsAs: (name: string) => string;
    readonly comment: string;
    readonly version: string;
    readonly request: string;
    readonly effect: string;
    readonly reversible: string;
    readonly irreversible: string;
    readonly digest: string;
    readonly digestMeans: string;
    readonly sign: Readonly<Record<ProofKind, string>>;
    readonly working: string;
    readonly cancelled: string;
    readonly unable: string;
    readonly done: string;
    readonly notDone: string;
    readonly close: string;
    readonly addHeading: string;
    readonly addFor: (name: string) => string;
    readonly addMeans: string;
    readonly addFirst: string;
    readonly add: string;
    readonly added: string;
  };
}

const ENGLISH: SignWords = {
  title: 'Your signature is not given yet',
  state: 'Proof needed',
  open: 'Open the page to sign',
  note: (minutes) =>
    `The link is for you alone, works once, and ends after ${minutes} minutes. Do not pass it on.`,
  noPasskey: 'You have no passkey yet. Add one first, then press Approve again:',
  noWay: 'This installation has no address for its signing page (COUNTERSIGN_URL). An Admin can mend that.',
  passkeys: {
    title: 'Your passkeys',
    none: 'You have none yet.',
    count: (n) => (n === 1 ? '1 passkey' : `${n} passkeys`),
    added: 'added',
    lastUsed: 'last used',
    never: 'not used yet',
    synced: 'synced between devices',
    bound: 'on one device',
    add: 'Add a passkey',
    remove: 'Remove',
    about:
      'With a passkey you sign what the policy asks a proof for: with your finger, face or PIN, and in a way that not even Countersign could forge.',
    register: 'Add a passkey',
    registerState: 'Waits for you',
    registerMeans:
      'On the page, your device asks for your finger, face or PIN. What it keeps never leaves it.',
    removed: (id) => `Removed. ${id} signs for nothing any more; what it signed stays provable.`,
    noticeAdded: 'A passkey was added to you',
    noticeRemoved: 'A passkey of yours was removed',
    noticeMeans: 'It can sign in your name what the policy asks a proof for.',
    noticeIfNot: 'If that was not you: remove it at once, and tell an Admin.',
  },
  page: {
    heading: { approve: 'You sign this', 'break-glass': 'You approve this alone' },
    whole: 'Exactly this runs, with every argument:',
    why: 'Why',
    signsAs: (name) => `You sign as ${name}.`,
    comment: 'Your words',
    version: 'Agent',
    request: 'Request',
    effect: 'Effect',
    reversible: 'can be undone',
    irreversible: 'cannot be undone',
    digest: 'Digest of the action',
    digestMeans: 'Your device signs this digest. One letter changed above, and it is another one.',
    sign: { passkey: 'Sign with passkey', 'sign-in': 'Sign in and sign' },
    working: 'One moment…',
    cancelled: 'Nothing was signed. You can try again while the link lasts.',
    unable: 'This browser cannot use passkeys. Open the link in another one.',
    done: 'Recorded',
    notDone: 'Not done',
    close: 'You can close this page.',
    addHeading: 'Add a passkey',
    addFor: (name) => `It will sign in the name of ${name}.`,
    addMeans:
      'Your device asks for your finger, face or PIN. Only a public key comes to us; you are told of it in your chats.',
    addFirst: 'You have a passkey already: it is asked for first, so that nobody else can add one.',
    add: 'Add a passkey',
    added: 'Your passkey was added. Press Approve on the card again.',
  },
};

const GERMAN: SignWords = {
  title: 'Ihre Unterschrift ist noch nicht gegeben',
  state: 'Nachweis nötig',
  open: 'Seite zum Unterschreiben öffnen',
  note: (minutes) =>
    `Der Link ist nur für Sie, gilt einmal und endet nach ${minutes} Minuten. Geben Sie ihn nicht weiter.`,
  noPasskey:
    'Sie haben noch keinen Passkey. Fügen Sie zuerst einen hinzu und drücken Sie dann noch einmal auf Freigeben:',
  noWay:
    'Für diese Installation ist keine Adresse der Seite zum Unterschreiben eingestellt (COUNTERSIGN_URL). Ein Admin kann das ändern.',
  passkeys: {
    title: 'Ihre Passkeys',
    none: 'Sie haben noch keinen.',
    count: (n) => (n === 1 ? '1 Passkey' : `${n} Passkeys`),
    added: 'hinzugefügt',
    lastUsed: 'zuletzt benutzt',
    never: 'noch nicht benutzt',
    synced: 'zwischen Geräten abgeglichen',
    bound: 'auf einem Gerät',
    add: 'Passkey hinzufügen',
    remove: 'Entfernen',
    about:
      'Mit einem Passkey unterschreiben Sie, wofür die Richtlinie einen Nachweis verlangt: mit Finger, Gesicht oder PIN, und so, dass nicht einmal Countersign es fälschen könnte.',
    register: 'Passkey hinzufügen',
    registerState: 'Wartet auf Sie',
    registerMeans:
      'Auf der Seite fragt Ihr Gerät nach Finger, Gesicht oder PIN. Was es behält, verlässt es nie.',
    removed: (id) =>
      `Entfernt. ${id} unterschreibt nichts mehr; was damit unterschrieben wurde, bleibt beweisbar.`,
    noticeAdded: 'Für Sie wurde ein Passkey hinzugefügt',
    noticeRemoved: 'Einer Ihrer Passkeys wurde entfernt',
    noticeMeans: 'Er kann in Ihrem Namen unterschreiben, wofür die Richtlinie einen Nachweis verlangt.',
    noticeIfNot: 'Waren Sie das nicht: Entfernen Sie ihn sofort und sagen Sie es einem Admin.',
  },
  page: {
    heading: { approve: 'Das unterschreiben Sie', 'break-glass': 'Das geben Sie allein frei' },
    whole: 'Genau das wird ausgeführt, mit allen Angaben:',
    why: 'Warum',
    signsAs: (name) => `Sie unterschreiben als ${name}.`,
    comment: 'Ihre Worte',
    version: 'Agent',
    request: 'Anfrage',
    effect: 'Wirkung',
    reversible: 'lässt sich zurücknehmen',
    irreversible: 'lässt sich nicht zurücknehmen',
    digest: 'Prüfsumme der Aktion',
    digestMeans:
      'Ihr Gerät unterschreibt diese Prüfsumme. Ein anderer Buchstabe oben, und es ist eine andere.',
    sign: { passkey: 'Mit Passkey unterschreiben', 'sign-in': 'Anmelden und unterschreiben' },
    working: 'Einen Moment …',
    cancelled: 'Es wurde nichts unterschrieben. Solange der Link gilt, können Sie es noch einmal versuchen.',
    unable: 'Dieser Browser kann keine Passkeys verwenden. Öffnen Sie den Link in einem anderen.',
    done: 'Erfasst',
    notDone: 'Nicht erledigt',
    close: 'Sie können diese Seite schließen.',
    addHeading: 'Passkey hinzufügen',
    addFor: (name) => `Er wird im Namen von ${name} unterschreiben.`,
    addMeans:
      'Ihr Gerät fragt nach Finger, Gesicht oder PIN. Zu uns kommt nur ein öffentlicher Schlüssel; Sie erfahren davon in Ihren Chats.',
    addFirst:
      'Sie haben schon einen Passkey: Er wird zuerst verlangt, damit niemand sonst einen hinzufügen kann.',
    add: 'Passkey hinzufügen',
    added: 'Ihr Passkey wurde hinzugefügt. Drücken Sie noch einmal auf Freigeben auf der Karte.',
  },
};

export const signWords = (language: Language = 'en'): SignWords => (language === 'de' ? GERMAN : ENGLISH);
