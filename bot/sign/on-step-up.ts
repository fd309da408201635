import { statementText } from '../../core/passkey.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Site, Stores } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import type { OnFirstPasskey, OnStepUp } from '../link/sign-in.ts';
import { refusal } from '../words.ts';
import { recordSigned } from './record.ts';
import { linkTo } from './site.ts';

/**
 * Somebody signed in afresh for an action whose page they were shown: their decision, with that as its proof. Without such a page
 * there is nothing that they could have read.
 */
export const onStepUp =
  (stores: Pick<Stores, 'passkeys'>, gateway: () => Pick<Gateway, 'decide'>): OnStepUp =>
  async (verified) => {
    const { tenant, person, approval, actionDigest, language } = verified;
    const link = await stores.passkeys.signedIn(tenant, { person, approval, actionDigest });
    if (link === null) return { done: false, text: refusalSentence(refusal('link_over'), { language }) };
    const outcome = await recordSigned(gateway(), link, {
      ...{ kind: 'sign-in', statement: statementText(link.statement) },
      ...{ issuer: verified.tid, account: verified.oid, signedInAtMs: verified.authTimeMs },
    });
    return outcome.kind === 'text'
      ? { done: outcome.done, text: outcome.text }
      : { done: false, text: refusalSentence(refusal('not_confirmed'), { language }) };
  };

/** Somebody signed in afresh before their first passkey: the browser that did gets the page, and no chat does. */
export const onFirstPasskey =
  ({ passkeys }: Pick<Stores, 'passkeys'>, site: Site): OnFirstPasskey =>
  async ({ tenant, person, account, language, authTimeMs }) => {
    const caller = { ...account, homeWorkspace: null };
    const asked = { person, caller, language, signedInAtMs: authTimeMs };
    return linkTo(site, 'passkey', await passkeys.askToRegister(tenant, asked));
  };
