import type { TroubleKind } from '../core/trouble.ts';

interface Saying {
  /** What it is, as a title; `person` only where it is about one. */
  readonly what: (chat: string, person: string) => string;
  /** What goes on until it is mended. */
  readonly meanwhile: string;
  /** What an Admin can do. */
  readonly todo: string;
}

/** What is said when a chat refuses us: a part of each catalogue. */
export interface TroubleWords {
  readonly lasts: string;
  readonly over: string;
  readonly wasOver: string;
  readonly workspace: string;
  readonly conversation: string;
  readonly person: string;
  readonly why: string;
  readonly since: string;
  readonly kinds: Readonly<Record<TroubleKind, Saying>>;
}

export const TROUBLE_WORDS: TroubleWords = {
  lasts: 'Needs an Admin',
  over: 'Over since',
  wasOver: 'Cards arrive there again. What had waited is on its way.',
  workspace: 'Workspace',
  conversation: 'Conversation',
  person: 'Person',
  why: 'The chat’s own code',
  since: 'Since',
  kinds: {
    cut_off: {
      what: (chat) => `${chat} gives Countersign no access`,
      meanwhile:
        'No card arrives there, and clicks there may not either. Cards wait and are sent when access is back. Requests keep running out on time.',
      todo: 'Install the app again or put in a new token; countersign doctor says what is missing.',
    },
    silent: {
      what: (chat) => `${chat} does not take cards`,
      meanwhile: 'Countersign keeps trying. Cards come late there; other chats are not touched by this.',
      todo: 'See whether the chat reports an outage; countersign doctor tries what can be tried from here.',
    },
    closed: {
      what: (chat) => `A conversation in ${chat} takes no cards any more`,
      meanwhile:
        'It was archived or deleted, or the app was removed from it. Whoever may sign what is open gets a direct message instead.',
      todo: 'Open it again, add the app, or name another channel for approvals.',
    },
    unreachable: {
      what: (chat, person) => `${person} cannot be written to in ${chat}`,
      meanwhile:
        'The account was deactivated, or does not take messages from the app. Others who may sign are asked as before; a request that reaches nobody ends as undeliverable.',
      todo: 'Somebody who came back is linked again by the next import of the people file. Somebody who left should leave that file.',
    },
    refused: {
      what: (chat) => `${chat} refused a card`,
      meanwhile: 'The request is still open and stands in the inbox of those who may sign.',
      todo: 'Tell the makers of the agent, with the code below: what it asked for does not fit that chat.',
    },
  },
};

export const TROUBLE_GERMAN: TroubleWords = {
  lasts: 'Braucht eine Administratorin oder einen Administrator',
  over: 'Vorbei seit',
  wasOver: 'Karten kommen dort wieder an. Was gewartet hat, ist unterwegs.',
  workspace: 'Arbeitsbereich',
  conversation: 'Unterhaltung',
  person: 'Wen es betrifft',
  why: 'Code des Chats',
  since: 'Seit',
  kinds: {
    cut_off: {
      what: (chat) => `${chat} gewährt Countersign keinen Zugang`,
      meanwhile:
        'Dort kommt keine Karte an, und Klicks von dort womöglich auch nicht. Karten warten und werden gesendet, sobald der Zugang zurück ist. Fristen laufen weiter.',
      todo: 'Installieren Sie die App neu oder setzen Sie ein neues Token ein; countersign doctor sagt, was fehlt.',
    },
    silent: {
      what: (chat) => `${chat} nimmt keine Karten an`,
      meanwhile:
        'Countersign versucht es weiter. Dort kommen Karten verspätet an; andere Chats sind nicht betroffen.',
      todo: 'Sehen Sie nach, ob der Chat eine Störung meldet; countersign doctor prüft, was sich von hier aus prüfen lässt.',
    },
    closed: {
      what: (chat) => `Eine Unterhaltung in ${chat} nimmt keine Karten mehr an`,
      meanwhile:
        'Sie wurde archiviert oder gelöscht, oder die App wurde daraus entfernt. Wer freigeben darf, was offen ist, bekommt stattdessen eine Direktnachricht.',
      todo: 'Öffnen Sie sie wieder, fügen Sie die App hinzu oder nennen Sie einen anderen Kanal für Freigaben.',
    },
    unreachable: {
      what: (chat, person) => `${person} ist in ${chat} nicht zu erreichen`,
      meanwhile:
        'Das Konto wurde deaktiviert oder nimmt keine Nachrichten der App an. Andere, die freigeben dürfen, werden gefragt wie bisher; eine Anfrage, die niemanden erreicht, endet als unzustellbar.',
      todo: 'Wer zurück ist, wird mit dem nächsten Import der Personendatei wieder verknüpft. Wer gegangen ist, sollte darin nicht mehr stehen.',
    },
    refused: {
      what: (chat) => `${chat} hat eine Karte abgelehnt`,
      meanwhile: 'Die Anfrage ist weiter offen und steht im Eingang derer, die freigeben dürfen.',
      todo: 'Sagen Sie es denen, die den Agenten gemacht haben, mit dem Code unten: seine Anfrage passt nicht in diesen Chat.',
    },
  },
};
