import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { PASSKEY_ALGORITHMS } from '../../core/passkey.ts';
import type { Assertion } from '../../core/proof.ts';
import type { Site } from '../stores/passkeys.ts';

const text = z.string().max(20_000);
const shared = { id: text, rawId: text, type: z.literal('public-key') };

/** What a browser posts (https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson), as far as it is looked at. */
export const Answer = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.nullish(),
  }),
});
export type Answer = z.infer<typeof Answer>;

const NewPasskey = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: text,
    attestationObject: z.string().max(60_000),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional(),
  }),
});

/** A credential as it is kept. */
export interface Kept {
  readonly credential: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

/** Hexadecimal digits as the bytes that are signed. */
export const challengeOf = (digest: string): string => Buffer.from(digest, 'hex').toString('base64url');

type Checked<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly log: string };

/** The library says what is wrong in words that hold what was sent; only its beginning goes into the log. */
const refused = (error: unknown): { ok: false; log: string } => ({
  ok: false,
  log: error instanceof Error ? error.message.split('"')[0]?.slice(0, 100).trim() || error.name : 'unknown',
});

/** An answer to a challenge by a credential that is kept: its person verified, on our page, and its counter risen. */
export async function checkAnswer(
  answer: Answer,
  kept: Kept,
  digest: string,
  { origin, rpId }: Site,
): Promise<Checked<{ counter: number; synced: boolean; assertion: Assertion }>> {
  const { clientDataJSON, authenticatorData, signature } = answer.response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, clientExtensionResults: {} } as AuthenticationResponseJSON,
      ...{ expectedChallenge: challengeOf(digest), expectedOrigin: origin, expectedRPID: rpId },
      credential: { id: kept.credential, publicKey: Uint8Array.from(kept.publicKey), counter: kept.counter },
      requireUserVerification: true,
    });
    if (!verified) return { ok: false, log: 'the signature does not hold' };
    const { newCounter: counter, credentialBackedUp: synced } = authenticationInfo;
    return {
      ok: true,
      counter,
      synced,
      assertion: { clientData: clientDataJSON, authenticatorData, signature },
    };
  } catch (error) {
    return refused(error);
  }
}

/** A new credential: made on our page for this challenge, its person verified. No word is asked of who made the authenticator. */
export async function checkNew(posted: unknown, digest: string, { origin, rpId }: Site) {
  const parsed = NewPasskey.safeParse(posted);
  if (!parsed.success) return { ok: false, log: 'not an answer' } as const;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...parsed.data, clientExtensionResults: {} } as RegistrationResponseJSON,
      ...{ expectedChallenge: challengeOf(digest), expectedOrigin: origin, expectedRPID: rpId },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS] },
    });
    if (!verified) return { ok: false, log: 'the attestation does not hold' } as const;
    const { transports = [] } = parsed.data.response;
    return { ok: true, info: registrationInfo, transports } as const;
  } catch (error) {
    return refused(error);
  }
}
