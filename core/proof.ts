import { z } from 'zod';
import { PasskeyId } from './ids.ts';

/** How sure it is that a signature is this person's: a fresh sign-in, or a passkey that signed the very request. */
export const ProofKind = z.enum(['sign-in', 'passkey']);
export type ProofKind = z.infer<typeof ProofKind>;

/** Whoever touched their passkey over the request proved more than a sign-in does. */
const RANK: Readonly<Record<ProofKind, number>> = { 'sign-in': 1, passkey: 2 };

/** Does what somebody showed do for what is wanted; nothing wanted: always. */
export const proves = (shown: ProofKind | undefined, wanted: ProofKind | undefined): boolean =>
  wanted === undefined || (shown !== undefined && RANK[shown] >= RANK[wanted]);

/** The most that any of them wants. */
export const strongest = (wanted: readonly (ProofKind | undefined)[]): ProofKind | undefined =>
  wanted.reduce<ProofKind | undefined>((most, one) => (proves(most, one) ? most : one), undefined);

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** What an authenticator gave (https://www.w3.org/TR/webauthn-3/#iface-authenticatorassertionresponse), bytes in base64url. */
export const Assertion = z.strictObject({
  clientData: base64url.max(20_000),
  authenticatorData: base64url.max(20_000),
  signature: base64url.max(2_000),
});
export type Assertion = z.infer<typeof Assertion>;

/** The proof beside one decision: checked by whoever took it in, and kept whole in the ledger. */
export const Proof = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('passkey'),
    passkey: PasskeyId,
    /** What was signed, in canonical JSON: its SHA-256 is the challenge. */
    statement: z.string().max(5_000),
    assertion: Assertion,
  }),
  z.strictObject({
    kind: z.literal('sign-in'),
    /** The same, which the sign-in was begun for. */
    statement: z.string().max(5_000),
    issuer: z.string().max(500),
    /** The account's id at the issuer. */
    account: z.string().max(200),
    /** When they signed in, as the issuer says. Epoch ms. */
    signedInAtMs: z.int(),
  }),
]);
export type Proof = z.infer<typeof Proof>;

/** As much of it as stands beside a signature; the rest is the ledger's. */
export interface ProofShown {
  readonly kind: ProofKind;
  readonly passkey?: PasskeyId;
}

export const proofShown = (proof: Proof): ProofShown =>
  proof.kind === 'passkey' ? { kind: proof.kind, passkey: proof.passkey } : { kind: proof.kind };
