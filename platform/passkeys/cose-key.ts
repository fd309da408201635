import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { PASSKEY_ALGORITHMS, type RegisteredPasskey } from '../../core/passkey.ts';

const base64url = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64url');

/** COSE's own numbers (RFC 9053) as a JSON Web Key; null: none that we take. */
function toJwk(bytes: Uint8Array): JsonWebKey | null {
  const key = decodeCredentialPublicKey(Uint8Array.from(bytes));
  if (cose.isCOSEPublicKeyEC2(key)) {
    const { COSEKEYS, COSECRV } = cose;
    if (key.get(COSEKEYS.crv) !== COSECRV.P256) return null;
    return { kty: 'EC', crv: 'P-256', x: base64url(key.get(COSEKEYS.x)), y: base64url(key.get(COSEKEYS.y)) };
  }
  if (cose.isCOSEPublicKeyOKP(key)) {
    if (key.get(cose.COSEKEYS.crv) !== cose.COSECRV.ED25519) return null;
    return { kty: 'OKP', crv: 'Ed25519', x: base64url(key.get(cose.COSEKEYS.x)) };
  }
  if (cose.isCOSEPublicKeyRSA(key))
    return { kty: 'RSA', n: base64url(key.get(cose.COSEKEYS.n)), e: base64url(key.get(cose.COSEKEYS.e)) };
  return null;
}

/** A credential's key as the ledger keeps it: what OpenSSL reads, and its algorithm. Null: none that we take. */
export function ledgerKeyOf(bytes: Uint8Array): Pick<RegisteredPasskey, 'publicKey' | 'algorithm'> | null {
  const wanted = decodeCredentialPublicKey(Uint8Array.from(bytes)).get(cose.COSEKEYS.alg);
  const algorithm = PASSKEY_ALGORITHMS.find((one) => one === Number(wanted));
  const jwk = toJwk(bytes);
  if (algorithm === undefined || jwk === null) return null;
  const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  return { publicKey: der.toString('base64'), algorithm };
}
