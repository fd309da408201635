import { statementText } from '../../core/passkey.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import type { OnStepUp } from '../link/sign-in.ts';
import { refusal } from '../words.ts';
import { recordSigned } from './record.ts';

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
