import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { createHash } from 'node:crypto';
import { PASSKEY_ALGORITHMS } from '../../core/passkey.ts';
import type { Person } from '../../core/people.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Site } from '../../platform/stores.ts';

/** A page stands open for as long as its link lasts. */
const TIMEOUT_MS = 240_000;

const challengeOf = (digest: string): string => Buffer.from(digest, 'hex').toString('base64url');

type Credentials = readonly { readonly id: string; readonly transports: readonly string[] }[];

const named = (credentials: Credentials) =>
  credentials.map(({ id, transports }) => ({ id, transports: [...transports], type: 'public-key' as const }));

/** What the browser asks an authenticator for: this digest signed, by one of these, with its person verified. */
export const toSign = (
  { rpId }: Site,
  digest: string,
  credentials: Credentials,
): PublicKeyCredentialRequestOptionsJSON => ({
  challenge: challengeOf(digest),
  rpId,
  timeout: TIMEOUT_MS,
  userVerification: 'required',
  allowCredentials: named(credentials),
});

/** A name for a person that an authenticator keeps beside the key; it tells nothing of them. */
const handleOf = (tenant: TenantId, person: Person): string =>
  createHash('sha256').update(`countersign passkey ${tenant} ${person.id}`).digest('base64url');

/** A new key: one that finds itself, with its person verified; none where one of theirs is already. */
export const toAdd = (
  { rpId }: Site,
  digest: string,
  of: { readonly tenant: TenantId; readonly person: Person; readonly credentials: Credentials },
): PublicKeyCredentialCreationOptionsJSON => ({
  challenge: challengeOf(digest),
  rp: { id: rpId, name: 'Countersign' },
  user: { id: handleOf(of.tenant, of.person), name: of.person.email, displayName: of.person.name },
  pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
  timeout: TIMEOUT_MS,
  attestation: 'none',
  excludeCredentials: named(of.credentials),
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
});
