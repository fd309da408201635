import { verify } from 'node:crypto';
import { COSIGNATURE, readHead, readNote, readVerifier, signaturesBy, type Verifier } from './note.ts';

/** A witness by its key: `name+hint+key`, of a key that signs with a time. @throws Error when it is none */
export const readWitness = (text: string): Verifier => readVerifier(text, COSIGNATURE);

/** What a witness signs: when, and the checkpoint's own text (https://c2sp.org/tlog-cosignature). */
export const cosignedText = (seconds: bigint, text: string): string =>
  `cosignature/v1\ntime ${seconds}\n${text}`;

const TIME_BYTES = 8;

/** Whether these bytes, a time and a signature, are this witness's word for the checkpoint's text. */
export function isCosignature(bytes: Buffer, text: string, witness: Verifier): boolean {
  if (bytes.length !== TIME_BYTES + 64) return false;
  const said = Buffer.from(cosignedText(bytes.readBigUInt64BE(), text));
  return verify(null, said, witness.key, bytes.subarray(TIME_BYTES));
}

export interface Cosigned {
  /** How many of the checkpoints the witness signed. */
  readonly count: number;
  /** The most entries that it signed for; 0: none. */
  readonly newest: number;
  /** The size of a checkpoint that bears a false signature of the witness. */
  readonly forged: number | null;
}

/** What a witness had seen of a ledger, by the notes of its checkpoints. */
export function cosignedBy(notes: readonly string[], witness: Verifier): Cosigned {
  let [count, newest, forged]: [number, number, number | null] = [0, 0, null];
  for (const note of notes) {
    const read = readNote(note);
    const size = readHead(note)?.size ?? 0;
    const signed = read ? signaturesBy(read, witness).map((bytes) => isCosignature(bytes, read.text, witness)) : [];
    if (signed.includes(false)) forged ??= size;
    else if (signed.length > 0) [count, newest] = [count + 1, Math.max(newest, size)];
  }
  return { count, newest, forged };
} // prettier-ignore
