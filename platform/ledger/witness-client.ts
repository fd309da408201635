import { cosignatureIn, readWitness, type Cosignature, type Witness } from './cosignature.ts';

/** Where a witness takes checkpoints, and whose signature it gives. */
export interface WitnessAddress {
  /** Its submission prefix, without a slash at the end. */
  readonly url: string;
  /** https://c2sp.org/signed-note#verifier-keys, of the kind that cosigns. */
  readonly verifierKey: string;
}

/**
 * What a witness answered: its signature; or that the newest checkpoint it signed of this ledger was of another size; or why
 * it signs nothing. `fork`: what it saw before is no beginning of this.
 */
export type WitnessAnswer =
  | ({ readonly is: 'signed' } & Cosignature)
  | { readonly is: 'elsewhere'; readonly size: number }
  | { readonly is: 'fork' | 'refused' | 'away'; readonly why: string };

export interface WitnessClient {
  readonly witness: Witness;
  readonly url: string;
  /** @param proof that the tree only grew since `old` entries, the newest that the witness signed */
  ask(
    asked: { readonly old: number; readonly proof: readonly Uint8Array[]; readonly note: string },
    until: AbortSignal,
  ): Promise<WitnessAnswer>;
}

const PATIENCE_MS = 5_000;
const MOST_BYTES = 100_000;
const SIZE = /^(0|[1-9]\d{0,15})\n$/;

/** What it said, unless it says too much. */
async function read({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const WHY: Readonly<Record<number, string>> = {
  400: 'it does not understand what it was asked',
  403: 'it does not know the key that signs our checkpoints',
  404: 'it does not know this ledger',
};

const refused = (why: string): WitnessAnswer => ({ is: 'refused', why });

/** What an answer means, as https://c2sp.org/tlog-witness#add-checkpoint has it. */
async function understand(answer: Response, note: string, witness: Witness): Promise<WitnessAnswer> {
  const { status } = answer;
  const text = await read(answer);
  if (status === 200) {
    const found = cosignatureIn(text, note, witness);
    return typeof found === 'string'
      ? refused(found === 'false' ? 'its signature does not hold' : 'it answered without its signature')
      : { is: 'signed', ...found };
  }
  if (status === 409 && answer.headers.get('content-type') === 'text/x.tlog.size' && SIZE.test(text))
    return { is: 'elsewhere', size: Number(text) };
  if (status === 422) return { is: 'fork', why: 'what it signed before is no beginning of this ledger' };
  return status >= 500 || status === 429
    ? { is: 'away', why: `it answered ${status}` }
    : refused(WHY[status] ?? `it answered ${status}`);
}

/** Speaks to one witness. @throws Error when its key is none */
export function openWitness({ url, verifierKey }: WitnessAddress): WitnessClient {
  const witness = readWitness(verifierKey);
  return {
    ...{ witness, url },
    async ask({ old, proof, note }, until) {
      const lines = [`old ${old}`, ...proof.map((hash) => Buffer.from(hash).toString('base64'))];
      try {
        const answer = await fetch(`${url}/add-checkpoint`, {
          ...{ method: 'POST', redirect: 'error', body: `${lines.join('\n')}\n\n${note}` },
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          signal: AbortSignal.any([until, AbortSignal.timeout(PATIENCE_MS)]),
        });
        return await understand(answer, note, witness);
      } catch (error) {
        return { is: 'away', why: error instanceof Error ? error.name : 'no answer' };
      }
    },
  };
}
