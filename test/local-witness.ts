import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { provesConsistency } from '../core/merkle/proof.ts';
import { openCheckpoint, readVerifier } from '../platform/ledger/note.ts';

export interface LocalWitness {
  readonly url: string;
  readonly verifierKey: string;
  /** What it signed last, by origin. */
  readonly signed: ReadonlyMap<string, { readonly size: number; readonly root: Uint8Array }>;
  /** Every status that it answered with, in order. */
  readonly answers: readonly number[];
  /** Answers everything with 503 while it is away. */
  setAway(away: boolean): void;
  /** Signs with another key than it says, from now on. */
  forge(): void;
  close(): Promise<void>;
}

const NAME = 'witness.test/w1';
const REQUEST = /^old (0|[1-9]\d*)\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([^]+)$/;

type Answer = readonly [status: number, body?: string, type?: string];

function createKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const material = Buffer.concat([Buffer.of(4), raw]);
  const hint = createHash('sha256').update(`${NAME}\n`).update(material).digest().subarray(0, 4);
  return {
    hint,
    verifierKey: `${NAME}+${hint.toString('hex')}+${material.toString('base64')}`,
    /** https://c2sp.org/tlog-cosignature */
    cosign(text: string, seconds: number): Buffer {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), privateKey);
      return Buffer.concat([time, signature]);
    },
  };
}

/**
 * A witness over HTTP, as https://c2sp.org/tlog-witness has it: it signs what continues the newest that it signed, of the
 * ledgers that it was told of, and nothing else.
 * @param ledgers their origins, with the verifier key of whoever signs them
 */
export async function startLocalWitness(ledgers: Readonly<Record<string, string>>): Promise<LocalWitness> {
  const own = createKey();
  let signs = own;
  const signed = new Map<string, { size: number; root: Uint8Array }>();
  const answers: number[] = [];
  let away = false;
  function answerTo(body: string): Answer {
    const [, oldText, lines = '', note = ''] = REQUEST.exec(body) ?? [];
    if (oldText === undefined) return [400];
    const origin = note.slice(0, note.indexOf('\n'));
    const key = ledgers[origin];
    if (key === undefined) return [404];
    const head = openCheckpoint(note, readVerifier(key));
    if (head === null) return [403];
    const [old, last] = [Number(oldText), signed.get(origin)];
    if (old > head.size) return [400];
    if (old !== (last?.size ?? 0)) return [409, `${last?.size ?? 0}\n`, 'text/x.tlog.size'];
    const proof = lines.split('\n').filter((line) => line !== '').map((line) => Buffer.from(line, 'base64')); // prettier-ignore
    const grew = last === undefined ? proof.length === 0 : provesConsistency({ earlier: last, later: head, proof });
    if (!grew) return [422];
    signed.set(origin, { size: head.size, root: head.root });
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    const bytes = Buffer.concat([own.hint, signs.cosign(text, Math.floor(Date.now() / 1000))]);
    // of another key of its own too, which whoever asks does not know
    return [200, `\u2014 ${NAME} ${Buffer.alloc(76, 1).toString('base64')}\n\u2014 ${NAME} ${bytes.toString('base64')}\n`];
  } // prettier-ignore
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const known = request.method === 'POST' && request.url === '/w1/add-checkpoint';
      const [status, text = '', type = 'text/plain'] = away
        ? [503]
        : known
          ? answerTo(Buffer.concat(chunks).toString('utf8'))
          : [request.url === '/w1/add-checkpoint' ? 405 : 404];
      answers.push(status);
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w1`,
    ...{ verifierKey: own.verifierKey, signed, answers },
    setAway: (now) => (away = now),
    forge: () => (signs = createKey()),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
