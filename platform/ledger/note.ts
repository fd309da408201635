import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { TenantId } from '../../core/ids.ts';
import type { Hash } from '../../core/merkle/hashes.ts';

/** What a tenant's ledger had come to: the first `size` entries have this root. `origin` names the ledger, and no other. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** What a tenant's ledger is called in its checkpoints: the signer's name and the tenant, so that no two share one. */
export const ledgerOrigin = (signer: string, tenant: TenantId): string => `${signer}/ledger/${tenant}`;

/** What a key signs (https://c2sp.org/signed-note): the text itself, or a time and the text, as a witness does. */
const ED25519 = 1;
const COSIGNATURE = 4;
type Signs = typeof ED25519 | typeof COSIGNATURE;
const HINT_BYTES = 4;
const MOST_BYTES = 100_000;
const SIGNATURE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/;
const NAME = /^[^\s+]{1,200}$/;

/** The three lines that are signed (https://c2sp.org/tlog-checkpoint), each ended by a newline. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** The 32 bytes of an Ed25519 public key, which end its DER form (RFC 8410). */
const rawKey = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-32);

function hintOf(name: string, key: KeyObject, signs: Signs = ED25519): Buffer {
  const of = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(signs), rawKey(key)]);
  return createHash('sha256').update(of).digest().subarray(0, HINT_BYTES);
}

export interface NoteSigner {
  readonly name: string;
  /** The text with its signature under it. */
  sign(text: string): string;
  /** Who checks needs this and nothing else: name, hint and public key (https://c2sp.org/signed-note#verifier-keys). */
  readonly verifierKey: string;
}

/**
 * Signs notes with an Ed25519 key.
 * @param name who signs, without spaces and plus signs, e.g. `countersign.example.com`
 * @param privateKey PKCS#8 in PEM, as in `COUNTERSIGN_SIGNING_KEY`
 * @throws Error when it is no such key or name
 */
export function createNoteSigner(name: string, privateKey: string): NoteSigner {
  if (!NAME.test(name)) throw new Error('the name of a signer has no spaces and no plus signs');
  // files of environment variables seldom take more than a line
  const key = createPrivateKey(privateKey.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('COUNTERSIGN_SIGNING_KEY is no Ed25519 key');
  const open = createPublicKey(key);
  const hint = hintOf(name, open);
  return {
    name,
    sign: (text) => {
      const signature = Buffer.concat([hint, sign(null, Buffer.from(text), key)]).toString('base64');
      return `${text}\n\u2014 ${name} ${signature}\n`;
    },
    verifierKey: `${name}+${hint.toString('hex')}+${Buffer.concat([Buffer.of(ED25519), rawKey(open)]).toString('base64')}`,
  };
}

/** The prefix that makes 32 bytes an Ed25519 public key in DER (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whose signature counts. */
export interface Verifier {
  readonly name: string;
  readonly hint: Buffer;
  readonly key: KeyObject;
}

/** What a verifier key says. @throws Error when it is none, or its hint is another key's */
export const readVerifier = (text: string): Verifier => readKey(text, ED25519);

/** The same of a witness's key. @throws Error */
export const readWitnessKey = (text: string): Verifier => readKey(text, COSIGNATURE);

function readKey(text: string, signs: Signs): Verifier {
  const [name = '', hint = '', ...rest] = text.trim().split('+');
  // base64 has plus signs too
  const bytes = Buffer.from(rest.join('+'), 'base64');
  if (!NAME.test(name) || bytes.length !== 33 || bytes[0] !== signs)
    throw new Error(
      `this is no ${signs === ED25519 ? 'verifier key' : 'key of a witness (Ed25519, cosignature/v1)'}: it has the form name+hint+key`,
    );
  const key = createPublicKey({
    key: Buffer.concat([SPKI, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  if (hintOf(name, key, signs).toString('hex') !== hint)
    throw new Error('the hint of this verifier key is of another key');
  return { name, hint: hintOf(name, key, signs), key };
}

/** What a note says, whoever signed it: for what was read from where it is believed. Null when it is no checkpoint. */
export function readHead(note: string): TreeHead | null {
  const end = note.indexOf('\n\n');
  return readText(end < 0 ? note : note.slice(0, end + 1));
}

function readText(text: string): TreeHead | null {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  const exact = bytes.length === 32 && bytes.toString('base64') === root;
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || !exact || rest.at(-1) !== '') return null;
  return Number.isSafeInteger(Number(size)) ? { origin, size: Number(size), root: bytes } : null;
}

interface ReadNote {
  /** What is signed. */
  readonly text: string;
  /** The signatures under it, with the hint before each. */
  readonly lines: readonly { readonly name: string; readonly bytes: Buffer }[];
}

/** The parts of a signed note; null when it is none. */
export function readNote(note: string): ReadNote | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > MOST_BYTES || !note.endsWith('\n')) return null;
  const lines = readSignatures(note.slice(end + 2));
  return lines && { text: note.slice(0, end + 1), lines };
}

/** Signature lines, each with its end; null when one is none. */
export function readSignatures(lines: string): ReadNote['lines'] | null {
  const found = lines.slice(0, -1).split('\n').map((line) => SIGNATURE.exec(line)); // prettier-ignore
  if (!lines.endsWith('\n') || found.includes(null)) return null;
  return found.map((match) => ({ name: match?.[1] ?? '', bytes: Buffer.from(match?.[2] ?? '', 'base64') }));
}

/** The signatures that claim to be by this key, without their hints. */
export const signaturesBy = ({ lines }: Pick<ReadNote, 'lines'>, { name, hint }: Verifier): Buffer[] =>
  lines
    .filter((line) => line.name === name && line.bytes.subarray(0, HINT_BYTES).equals(hint))
    .map(({ bytes }) => bytes.subarray(HINT_BYTES));

/** What a checkpoint says, if it is one that this key signed; else null. Witnesses' signatures may stand beside it. */
export function openCheckpoint(note: string, signer: Verifier): TreeHead | null {
  const read = readNote(note);
  if (read === null) return null;
  const signed = signaturesBy(read, signer).map((bytes) =>
    verify(null, Buffer.from(read.text), signer.key, bytes),
  );
  // A note whose signature by a key that is known does not hold is no note at all.
  return signed.length > 0 && signed.every(Boolean) ? readText(read.text) : null;
}
