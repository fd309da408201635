import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { ChatAccount, VerifiedSignIn, VerifiedStepUp } from '../../platform/stores.ts';

/** What the last page says: one sentence, in the language of whoever signed in. */
export interface SignInSaid {
  readonly done: boolean;
  readonly text: string;
}

/**
 * What becomes of a fresh sign-in. It was checked and is used up: nobody is given the same one twice. Called in the request of
 * the browser, so it answers with what that page says.
 */
export type OnStepUp = (verified: VerifiedStepUp) => Promise<SignInSaid>;

/** What becomes of one before a first passkey: the address of the page where it is added, for that browser alone. */
export type OnFirstPasskey = (verified: VerifiedSignIn) => Promise<string>;

/** Links that begin a sign-in, for one person's eyes. Null: this installation has no directory to sign in with. */
export interface SignInLinks {
  /** For an account that wants to be known as somebody's. `person`: whose it is already. */
  toLink(tenant: TenantId, account: ChatAccount, person: Person | null): Promise<string | null>;
  /** Before a first passkey: prompts anew, and ends in `OnFirstPasskey`. Null also where the company has no directory here. */
  toFirstPasskey(
    tenant: TenantId,
    asked: { readonly person: Person; readonly account: ChatAccount },
  ): Promise<string | null>;
  /** For one action of one approval: prompts anew, within two minutes, and ends in `OnStepUp`. */
  toStepUp(
    tenant: TenantId,
    asked: {
      readonly person: Person;
      readonly account: ChatAccount;
      readonly approval: ApprovalId;
      readonly actionDigest: Sha256;
    },
  ): Promise<string | null>;
}
