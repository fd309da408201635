import type { Language } from '../core/language.ts';

/** What whoever installs the app in a workspace reads in their browser, as plain text. */
const ENGLISH = {
  linkNeeded:
    'This address installs Countersign in a Slack workspace, and needs a link for it. Ask whoever runs Countersign for you: countersign admin slack-install <company>. A link is good once, and for a while.',
  linkOver: 'This link was used, has run out, or was never made. Ask for a new one. Nothing was installed.',
  cancelled:
    'You did not allow it in Slack, so nothing was installed. The link can be used again while it lasts.',
  otherBrowser:
    'This answer does not belong to an installation that was begun in this browser within the last ten minutes. Open the link again. Nothing was installed.',
  organisation:
    'Slack offers to install this for a whole organisation. Countersign is installed in one workspace at a time: choose one in the next try. Nothing was kept, and the access that Slack gave was given back.',
  otherCompany: 'This workspace belongs to another company here already. Nothing was changed.',
  noBot: 'Slack gave no token for the bot. Nothing was installed.',
  failed:
    'Slack did not take it. Open the link again; if it happens once more, tell whoever runs Countersign for you. Nothing was installed.',
  installed: (workspace: string): string =>
    `Countersign is installed in ${workspace}. You can close this page. In Slack, invite @countersign to the channel where requests are to be shown.`,
};

const GERMAN: typeof ENGLISH = {
  linkNeeded:
    'Unter dieser Adresse wird Countersign in einem Slack-Workspace installiert; dafür braucht es einen Link. Fragen Sie, wer Countersign für Sie betreibt: countersign admin slack-install <Firma>. Ein Link gilt einmal, und eine Weile.',
  linkOver:
    'Dieser Link wurde schon benutzt, ist abgelaufen oder wurde nie ausgestellt. Bitten Sie um einen neuen. Es wurde nichts installiert.',
  cancelled:
    'Sie haben es in Slack nicht erlaubt, also wurde nichts installiert. Solange der Link gilt, kann er noch benutzt werden.',
  otherBrowser:
    'Diese Antwort gehört zu keiner Installation, die in den letzten zehn Minuten in diesem Browser begonnen wurde. Öffnen Sie den Link noch einmal. Es wurde nichts installiert.',
  organisation:
    'Slack bietet an, dies für eine ganze Organisation zu installieren. Countersign wird in einem Workspace nach dem anderen installiert: Wählen Sie beim nächsten Versuch einen aus. Es wurde nichts behalten, und der Zugriff, den Slack gab, wurde zurückgegeben.',
  otherCompany: 'Dieser Workspace gehört hier schon zu einer anderen Firma. Es wurde nichts geändert.',
  noBot: 'Slack gab kein Token für den Bot. Es wurde nichts installiert.',
  failed:
    'Slack hat es nicht angenommen. Öffnen Sie den Link noch einmal; geschieht es wieder, sagen Sie es dem, der Countersign für Sie betreibt. Es wurde nichts installiert.',
  installed: (workspace) =>
    `Countersign ist in ${workspace} installiert. Sie können diese Seite schließen. Laden Sie @countersign in Slack in den Kanal ein, in dem Anfragen erscheinen sollen.`,
};

export type InstallWords = typeof ENGLISH;

export const installWordsIn = (language: Language): InstallWords => (language === 'de' ? GERMAN : ENGLISH);
