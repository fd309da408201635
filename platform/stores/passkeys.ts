import type { ApprovalId, PasskeyId, PersonId, TenantId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import type { PasskeyView, SignedStatement } from '../../core/passkey.ts';
import type { Proof } from '../../core/proof.ts';
import type { ChatAccount } from './people.ts';

/** The account that pressed the button: what comes of the page counts as said by it. */
export type PagesCaller = ChatAccount & { readonly homeWorkspace: string | null };

/** What the person typed beside the decision. */
export interface TypedWords {
  readonly comment?: string | null;
  readonly reason?: string;
}

interface OfLink {
  readonly person: PersonId;
  readonly caller: PagesCaller;
  readonly language: Language;
}

export interface AskedToRegister extends OfLink {
  /** They signed in with their directory for it, then. */
  readonly signedInAtMs?: number;
}

export interface AskedToSign extends OfLink {
  readonly approval: ApprovalId;
  readonly statement: Omit<SignedStatement, 'nonce'>;
  readonly words: TypedWords;
}

/** A link as it was asked for: bound to it from the first, read from the store, never from the browser. */
export type FoundLink = OfLink & {
  readonly tenant: TenantId;
  /** The digest of its secret. */
  readonly link: string;
  readonly nonce: string;
} & (
    | {
        readonly purpose: 'sign';
        readonly approval: ApprovalId;
        readonly statement: SignedStatement;
        readonly words: TypedWords;
      }
    | {
        readonly purpose: 'register';
        /** When they signed in afresh for it; null: the chat account alone asked. */
        readonly signedInAtMs: number | null;
      }
  );

/** `unknown`: none of ours, so there is no ledger to write into. */
export type NoLink =
  | { readonly ok: false; readonly why: 'unknown' }
  | { readonly ok: false; readonly why: 'used' | 'expired'; readonly link: FoundLink };
export type Looked = { readonly ok: true; readonly link: FoundLink } | NoLink;

/** Where browsers reach the pages: passkeys work there and nowhere else. */
export interface Site {
  readonly origin: string;
  readonly rpId: string;
}

/** Why an authenticator's answer does not count; for log and ledger, never what it held. */
export type PasskeyRefused = {
  readonly ok: false;
  readonly why: 'passkey';
  readonly link: FoundLink;
  readonly log: string;
};

export type Signed =
  { readonly ok: true; readonly link: FoundLink; readonly proof: Proof } | NoLink | PasskeyRefused;
/** The first one wants a sign-in, which the link did not come of. */
export type NotSignedIn = { readonly ok: false; readonly why: 'sign-in'; readonly link: FoundLink };

export type Registered =
  | { readonly ok: true; readonly link: FoundLink; readonly passkey: PasskeyId }
  | NoLink
  | PasskeyRefused
  | NotSignedIn;

/** Passkeys, and the one-time links to the pages where they are added and used. Every change is a ledger entry. */
export interface PasskeyStore {
  /** Those in force, newest first. */
  of(tenant: TenantId, person: PersonId): Promise<PasskeyView[]>;
  view(tenant: TenantId, passkey: PasskeyId): Promise<PasskeyView | null>;
  /** The secret that goes into the link; nothing that is stored tells it. */
  askToSign(tenant: TenantId, asked: AskedToSign): Promise<string>;
  askToRegister(tenant: TenantId, asked: AskedToRegister): Promise<string>;
  /** What a link is for, without using it up. */
  look(secret: string): Promise<Looked>;
  /** Which credentials the browser may offer. */
  credentials(
    tenant: TenantId,
    person: PersonId,
  ): Promise<readonly { readonly id: string; readonly transports: string[] }[]>;
  /** Uses the link up, whatever the answer is worth. */
  sign(secret: string, answer: unknown, site: Site): Promise<Signed>;
  /** The same, where somebody signed in afresh for what the link is about. */
  signedIn(
    tenant: TenantId,
    about: { readonly person: PersonId; readonly approval: ApprovalId; readonly actionDigest: string },
  ): Promise<Extract<FoundLink, { purpose: 'sign' }> | null>;
  /**
   * `by`: what a passkey that is there already answered; needed as soon as there is one. Before there is, `firstBySignIn` wants
   * a link that came of a sign-in.
   */
  register(
    secret: string,
    posted: { readonly made: unknown; readonly by: unknown },
    site: Site,
    firstBySignIn: (tenant: TenantId) => Promise<boolean>,
  ): Promise<Registered>;
  /** False: it is not theirs, or was removed before. */
  remove(tenant: TenantId, passkey: PasskeyId, by: PersonId): Promise<boolean>;
}
