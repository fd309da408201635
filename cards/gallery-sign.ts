import type { PasskeyId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { PasskeyView } from '../core/passkey.ts';
import { linkCard } from './link-card.ts';
import type { Card } from './model.ts';
import { RUN_VIEW } from './samples.ts';
import { passkeyNotice, passkeysCard, registerCard, signCard } from './sign-card.ts';

const URL_OF_PAGE = 'https://countersign.example.com/link/sign#AQIDBAUG';
const WANTED = { reason: 'step_up_needed', detail: { proof: 'passkey' } } as const;

const PASSKEY: PasskeyView = {
  ...{ passkey: 'pky_01M86D72R0H5RW9N3GJ0PSAY6F' as PasskeyId, person: RUN_VIEW.requester.id },
  ...{ atMs: RUN_VIEW.createdAtMs, lastUsedMs: null, synced: true, removedMs: null },
};

/** One of each card on the way to a page of our own. */
export const signCards = (language?: Language): [string, Card][] => [
  ['link', linkCard('https://countersign.example/link/start?t=AQ', null, language)],
  ['sign with a proof', signCard(WANTED, { kind: 'page', url: URL_OF_PAGE, minutes: 5 }, language)],
  ['sign with a proof, no passkey', signCard(WANTED, { kind: 'add-passkey' }, language)],
  [
    'sign with a proof, no page',
    signCard({ ...WANTED, detail: { proof: 'sign-in' } }, { kind: 'none' }, language),
  ],
  ['passkey, to be added', registerCard({ url: URL_OF_PAGE, minutes: 5 }, language)],
  ['passkeys', passkeysCard([PASSKEY, { ...PASSKEY, lastUsedMs: PASSKEY.atMs, synced: false }], language)],
  ['passkeys, none', passkeysCard([], language)],
  ['passkey added', passkeyNotice(PASSKEY, language)],
  ['passkey removed', passkeyNotice({ ...PASSKEY, removedMs: PASSKEY.atMs }, language)],
];
