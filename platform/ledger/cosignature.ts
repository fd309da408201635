import { verify } from 'node:crypto';
import { readNote, readSignatures, readWitnessKey, signaturesBy, type Verifier } from './note.ts';

/** Whoever signs that a ledger only grew, as far as they saw it (https://c2sp.org/tlog-cosignature). */
export interface Witness extends Verifier {
  /** Its name and hint, which tell it from every other. */
  readonly id: string;
}

/** @throws Error when it is no key of a witness */
export function readWitness(verifierKey: string): Witness {
  const read = readWitnessKey(verifierKey);
  return { ...read, id: `${read.name}+${read.hint.toString('hex')}` };
}

/** When a witness signed. */
export interface Cosignature {
  readonly signedAtMs: number;
  /** As it stands under the note, without its end. */
  readonly line: string;
}

/** What a witness signed, as it lies beside its checkpoint. */
export interface KeptCosignature {
  readonly size: number;
  /** Its name and hint. */
  readonly witness: string;
  /** As it stands under the note, without its end. */
  readonly line: string;
}

const TIME_BYTES = 8;
const BYTES = TIME_BYTES + 64;

/** Whether these bytes are the witness's signature over that text; the time that it signed too, or null. */
function readTime(text: string, bytes: Buffer, { key }: Witness): number | null {
  if (bytes.length !== BYTES) return null;
  const seconds = Number(bytes.readBigUInt64BE(0));
  // without a time it says nothing of what was the newest; in milliseconds it has to be exact
  if (seconds === 0 || !Number.isSafeInteger(seconds * 1_000)) return null;
  const said = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
  return verify(null, said, key, bytes.subarray(TIME_BYTES)) ? seconds * 1_000 : null;
}

/** Missing: it did not sign this. False: something under the note claims to be its signature, and is not. */
export type FoundCosignature = Cosignature | 'missing' | 'false';

function among(
  lines: Parameters<typeof signaturesBy>[0]['lines'],
  text: string,
  witness: Witness,
): FoundCosignature {
  const found = signaturesBy({ lines }, witness);
  const [first] = found;
  if (first === undefined) return 'missing';
  const times = found.map((bytes) => readTime(text, bytes, witness));
  const [signedAtMs] = times;
  if (typeof signedAtMs !== 'number' || times.includes(null)) return 'false';
  const signature = Buffer.concat([witness.hint, first]).toString('base64');
  return { signedAtMs, line: `\u2014 ${witness.name} ${signature}` };
}

/** What a witness signed under a checkpoint. */
export function cosignatureUnder(note: string, witness: Witness): FoundCosignature {
  const read = readNote(note);
  return read === null ? 'missing' : among(read.lines, read.text, witness);
}

/** The same of a witness's answer, which is signature lines alone; those of others are passed over. */
export function cosignatureIn(answer: string, note: string, witness: Witness): FoundCosignature {
  const [read, lines] = [readNote(note), readSignatures(answer)];
  return read === null || lines === null ? 'false' : among(lines, read.text, witness);
}
