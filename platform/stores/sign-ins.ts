import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import type { ChatAccount } from './people.ts';

/** What somebody signs in for. Never both: what one is for, another does not do. */
export type SignInPurpose =
  /** To have the chat account that asked counted as theirs. */
  | { readonly kind: 'link' }
  /** To show anew that it is them, for one action of one approval. */
  | { readonly kind: 'step-up'; readonly approval: ApprovalId; readonly actionDigest: Sha256 }
  /** To show anew that it is them, before their first passkey. */
  | { readonly kind: 'passkey' };

/** Who asked for the link, and what for: bound to it from the first, read from the store, never from the browser. */
export interface SignInAsked {
  readonly purpose: SignInPurpose;
  /** The account that the link was given to, in private. */
  readonly account: ChatAccount;
  /** Who that was when they asked; null: nobody yet, only with `link`. */
  readonly person: PersonId | null;
  readonly language: Language;
}

export interface SignInFound extends SignInAsked {
  readonly tenant: TenantId;
  /** Names it among its tenant's; tells nothing of the link. */
  readonly id: string;
}

/** Somebody signed in afresh, as the person who asked: checked, and used up. */
export interface VerifiedSignIn {
  readonly tenant: TenantId;
  readonly person: PersonId;
  readonly account: ChatAccount;
  /** The Entra tenant and the person's object id in it. */
  readonly tid: string;
  readonly oid: string;
  /** When they proved who they are, as the directory says (`auth_time`), epoch ms; at most two minutes ago. */
  readonly authTimeMs: number;
  readonly language: Language;
}

/** The same, for exactly this action. */
export interface VerifiedStepUp extends VerifiedSignIn {
  readonly approval: ApprovalId;
  readonly actionDigest: Sha256;
}

/** Sign-ins under way. Each is taken up by one browser and ended once, whatever came of it. */
export interface SignInStore {
  /** The secret that goes into the link; nothing that is stored tells it. */
  ask(tenant: TenantId, asked: SignInAsked): Promise<string>;
  /** What a link is for, without taking it up; null: none of ours, over, or used. */
  look(link: string): Promise<SignInFound | null>;
  /** A browser takes it up, once: what is bound to that browser from now on. Null: it is over or was taken up. */
  begin(
    link: string,
    secrets: { readonly nonce: string; readonly verifier: string },
  ): Promise<{ readonly state: string; readonly browser: string } | null>;
  /** Ends it, once, for the browser that took it up. */
  end(state: string, browser: string | null): Promise<SignInEnded>;
}

export type SignInEnded =
  | {
      readonly ok: true;
      readonly signIn: SignInFound;
      readonly nonce: string;
      readonly verifier: string;
    }
  | {
      readonly ok: false;
      readonly why: 'unknown' | 'expired' | 'used' | 'other-browser';
      /** Null where it is not known to be ours: there is no ledger to write into. */
      readonly signIn: SignInFound | null;
    };
