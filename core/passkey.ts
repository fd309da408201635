import { z } from 'zod';
import { canonicalJson, digestOf, type Sha256 } from './canonical-json.ts';
import { ApprovalId, PasskeyId, PersonId, TenantId } from './ids.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Sha256>;

/** What somebody signs, whole: its SHA-256 is the challenge that their authenticator signs. */
export const SignedStatement = z.strictObject({
  v: z.literal(1),
  kind: z.literal('countersign-signature'),
  decision: z.enum(['approve', 'break-glass']),
  tenant: TenantId,
  person: PersonId,
  approval: ApprovalId,
  actionDigest: Digest,
  /** The card that they pressed the button on; null where it did not say. */
  cardDigest: Digest.nullable(),
  /** The page on which they read it whole. */
  pageDigest: Digest,
  /** Makes each statement another one. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type SignedStatement = z.infer<typeof SignedStatement>;

export const statementText = (statement: SignedStatement): string => canonicalJson(statement);

/** SHA-256 of the statement's text, as hexadecimal digits. */
export const statementDigest = (statement: SignedStatement): Sha256 => digestOf(statement);

/** Null when it is none, or not in its canonical form. */
export function readStatement(text: string): SignedStatement | null {
  try {
    const parsed = SignedStatement.safeParse(JSON.parse(text));
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}

/** ES256, EdDSA and RS256 (https://www.iana.org/assignments/cose): what authenticators have, and any OpenSSL can check. */
export const PASSKEY_ALGORITHMS = [-7, -8, -257] as const;

/** The body of the ledger entry `passkey.registered`: all that it takes to check what it signs. */
export const RegisteredPasskey = z.looseObject({
  passkey: PasskeyId,
  /** The credential's id, in base64url. */
  credential: z.string(),
  /** SubjectPublicKeyInfo (RFC 5280) as DER, in base64: what OpenSSL reads. */
  publicKey: z.base64(),
  algorithm: z.union(PASSKEY_ALGORITHMS.map((one) => z.literal(one))),
  /** The host that it works for, and for no other. */
  rpId: z.string(),
  aaguid: z.string(),
});
export type RegisteredPasskey = z.infer<typeof RegisteredPasskey>;

export const passkeySubject = (passkey: PasskeyId): string => `passkey/${passkey}`;

/** Null when the subject is none of these. */
export const readPasskeySubject = (subject: string): PasskeyId | null =>
  (subject.startsWith('passkey/') && PasskeyId.safeParse(subject.slice('passkey/'.length)).data) || null;

/** One of a person's, as they see it. */
export interface PasskeyView {
  readonly passkey: PasskeyId;
  readonly person: PersonId;
  readonly atMs: number;
  readonly lastUsedMs: number | null;
  /** It may be on several devices by now. */
  readonly synced: boolean;
  readonly removedMs: number | null;
}

/** What the authenticator signs when a passkey is added: by the new one, and by one that is there already. */
export const addingText = (
  what: 'new' | 'by',
  { tenant, person, nonce }: { readonly tenant: TenantId; readonly person: PersonId; readonly nonce: string },
): Sha256 => digestOf({ v: 1, kind: `countersign-passkey-${what}`, tenant, person, nonce });
