import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../core/canonical-json.ts';
import {
  readStatement,
  RegisteredPasskey,
  statementDigest,
  type SignedStatement,
} from '../../core/passkey.ts';
import { Proof, type Assertion } from '../../core/proof.ts';

/** What the browser said to the authenticator (https://www.w3.org/TR/webauthn-3/#dictdef-collectedclientdata). */
const ClientData = z.looseObject({
  type: z.literal('webauthn.get'),
  challenge: z.string(),
  origin: z.url(),
  crossOrigin: z.literal(false).optional(),
});

const USER_PRESENT = 1;
const USER_VERIFIED = 4;
const FLAGS_AT = 32;

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** COSE algorithms (https://www.iana.org/assignments/cose/cose.xhtml#algorithms) and the keys that they go with. */
const ALGORITHMS: Readonly<Record<RegisteredPasskey['algorithm'], { hash: string | null; key: string }>> = {
  [-7]: { hash: 'sha256', key: 'ec' },
  [-8]: { hash: null, key: 'ed25519' },
  [-257]: { hash: 'sha256', key: 'rsa' },
};

/** As much of a passkey as it takes to check what it signed. */
type PublicPasskey = Pick<RegisteredPasskey, 'publicKey' | 'algorithm' | 'rpId'>;

function keyOf({ publicKey, algorithm }: PublicPasskey): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === ALGORITHMS[algorithm].key ? key : null;
  } catch {
    return null;
  }
}

/** The page of which host: that one, or one below it. */
const isOf = (origin: string, rpId: string): boolean => {
  const { hostname } = new URL(origin);
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
};

/**
 * Whether an authenticator signed this challenge with the key that was registered, its person verified; why not, in words, or
 * null. Nothing but arithmetic over what it is given: https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion.
 */
export function whyNotSignedBy(
  registered: PublicPasskey,
  assertion: Assertion,
  challenge: Uint8Array,
): string | null {
  const [clientData, authenticatorData, signature] = [
    assertion.clientData,
    assertion.authenticatorData,
    assertion.signature,
  ].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
  let said: z.infer<typeof ClientData>;
  try {
    said = ClientData.parse(JSON.parse(clientData.toString('utf8')));
  } catch {
    return 'its authenticator was asked for something else';
  }
  if (said.challenge !== Buffer.from(challenge).toString('base64url'))
    return 'its authenticator signed something else';
  if (!isOf(said.origin, registered.rpId)) return 'it was given on a page of another host';
  if (!authenticatorData.subarray(0, FLAGS_AT).equals(sha256(registered.rpId)))
    return 'it was given for another host';
  const flags = authenticatorData[FLAGS_AT] ?? 0;
  if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0)
    return 'the authenticator did not verify its person';
  const key = keyOf(registered);
  if (key === null) return 'its public key cannot be read';
  const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
  return verify(ALGORITHMS[registered.algorithm].hash, signed, key, signature)
    ? null
    : 'its signature is not by the registered key';
}

/** What a decision is about, as the ledger has it. */
export interface Decided {
  readonly tenant: string;
  readonly approval: string;
  readonly person: string;
  readonly actionDigest: string;
  readonly decision: SignedStatement['decision'];
}

/** Whether a statement says exactly this decision; why not, in words, or null. */
export function whyOtherStatement(text: string, decided: Decided): string | null {
  const said = readStatement(text);
  if (said === null) return 'what was signed cannot be read';
  const fields = ['tenant', 'approval', 'person', 'actionDigest', 'decision'] as const;
  const other = fields.find((field) => said[field] !== decided[field]);
  return other === undefined ? null : `what was signed names another ${other}`;
}

/** The proof of one ledger entry against the key that another one registered; why it does not hold, in words, or null. */
export function whyPasskeyBroken(
  body: JsonObject,
  registered: { readonly actor: string; readonly body: JsonObject },
  decided: Decided,
): string | null {
  const proof = Proof.safeParse(body['proof']);
  if (!proof.success || proof.data.kind !== 'passkey') return 'it cannot be read';
  const passkey = RegisteredPasskey.safeParse(registered.body);
  if (!passkey.success) return 'the entry that registered it cannot be read';
  if (passkey.data.passkey !== proof.data.passkey || registered.actor !== decided.person)
    return 'it is another person’s';
  const { statement, assertion } = proof.data;
  const said = readStatement(statement);
  if (said === null) return 'what was signed cannot be read';
  return (
    whyOtherStatement(statement, decided) ??
    whyNotSignedBy(passkey.data, assertion, Buffer.from(statementDigest(said), 'hex'))
  );
}
