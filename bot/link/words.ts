import type { Language } from '../../core/language.ts';

/** The pages of a sign-in. Why one is refused is said by `core/sentences.ts`, as in the chat. */
const ENGLISH = {
  product: 'Countersign',
  linkTitle: 'Link this chat account to you?',
  linkMeans: (chat: string, account: string, workspace: string): string =>
    `You are about to link the ${chat} account ${account} (in ${workspace}) to yourself. Whatever is done with it counts as done by you. Go on only if you asked for this link yourself, in that chat, just now.`,
  stepUpTitle: 'Sign in again',
  stepUpMeans: (approval: string): string =>
    `Your company asks for a fresh sign-in before you sign ${approval}. Go on only if you asked for this yourself, just now.`,
  passkeyTitle: 'Sign in before your first passkey',
  passkeyMeans:
    'Your first passkey is added after a fresh sign-in with your company’s directory, in this browser. Go on only if you asked for this yourself, just now.',
  goOn: 'Go on to sign in',
  over: 'You can close this page.',
  linkedTitle: 'Linked',
  linked: (name: string): string => `Your chat account is linked to ${name}. Go back to the chat and go on.`,
  linkedBefore: (name: string): string => `Your chat account was linked to ${name} already.`,
  notDoneTitle: 'Not done',
  doneTitle: 'Done',
  chats: { slack: 'Slack', teams: 'Microsoft Teams' },
};

const GERMAN: typeof ENGLISH = {
  product: 'Countersign',
  linkTitle: 'Dieses Chat-Konto mit Ihnen verknüpfen?',
  linkMeans: (chat, account, workspace) =>
    `Sie sind dabei, das Konto ${account} in ${chat} (${workspace}) mit sich zu verknüpfen. Was damit geschieht, gilt dann als von Ihnen getan. Fahren Sie nur fort, wenn Sie diesen Link eben selbst in diesem Chat verlangt haben.`,
  stepUpTitle: 'Erneut anmelden',
  stepUpMeans: (approval) =>
    `Ihre Firma verlangt eine frische Anmeldung, bevor Sie ${approval} unterschreiben. Fahren Sie nur fort, wenn Sie das eben selbst verlangt haben.`,
  passkeyTitle: 'Anmelden vor Ihrem ersten Passkey',
  passkeyMeans:
    'Ihr erster Passkey wird nach einer frischen Anmeldung beim Verzeichnis Ihrer Firma hinzugefügt, in diesem Browser. Fahren Sie nur fort, wenn Sie das eben selbst verlangt haben.',
  goOn: 'Weiter zur Anmeldung',
  over: 'Sie können diese Seite schließen.',
  linkedTitle: 'Verknüpft',
  linked: (name) => `Ihr Chat-Konto ist mit ${name} verknüpft. Gehen Sie zurück in den Chat.`,
  linkedBefore: (name) => `Ihr Chat-Konto war schon mit ${name} verknüpft.`,
  notDoneTitle: 'Nicht geschehen',
  doneTitle: 'Geschehen',
  chats: { slack: 'Slack', teams: 'Microsoft Teams' },
};

/** What the pages of a sign-in say in this language. */
export const pagesIn = (language: Language): typeof ENGLISH => (language === 'de' ? GERMAN : ENGLISH);
