import { readFileSync } from 'node:fs';
import { loadConfig } from '../../platform/config.ts';
import { readHead } from '../../platform/ledger/note.ts';
import { checkProof, toBase64, type ProofJson } from '../../platform/ledger/proofs.ts';
import type { OpenStores } from '../../platform/open-store.ts';
import { handOutJson } from '../hand-out.ts';
import { ledgerKey } from '../ledger-signer.ts';
import { withStores } from '../open-stores.ts';
import type { AskedProof } from './arguments.ts';

/** The proof, or why there can be none. */
async function make(stores: OpenStores, { tenant, of }: AskedProof): Promise<ProofJson | string> {
  if ('entry' in of) {
    const [header] = await stores.ledger.headers(tenant, { after: of.entry - 1, limit: 1 });
    if (header?.seq !== of.entry) return `There is no entry #${of.entry}.`;
    const [covering] = await stores.checkpoints.after(tenant, of.entry - 1);
    if (covering === undefined) return `No signed checkpoint covers entry #${of.entry} yet.`;
    const proof = await stores.checkpoints.proveEntry(tenant, of.entry, covering.size);
    const { note: checkpoint } = covering;
    return { v: 1, kind: 'countersign-inclusion', tenant, checkpoint, header: header.header, proof: toBase64(proof) };
  }
  const [earlier, later] = [of.earlier, of.later].map((file) => readFileSync(file, 'utf8')) as [string, string];
  const [from, to] = [readHead(earlier), readHead(later)];
  if (from === null || to === null) return `${from === null ? of.earlier : of.later} is no checkpoint.`;
  if (from.size > to.size) return `${of.earlier} is over more entries than ${of.later}: name the older one first.`;
  const { made } = await stores.checkpoints.sizes(tenant);
  if (to.size > made)
    return `A checkpoint was signed over ${to.size} entries, and this ledger is signed up to ${made}: its end was cut off or an older copy restored.`;
  const proof = await stores.checkpoints.proveGrowth(tenant, from.size, to.size);
  return { v: 1, kind: 'countersign-growth', tenant, earlier, later, proof: toBase64(proof) };
} // prettier-ignore

function notProved(why: string): number {
  console.log(`Not proved. ${why}`);
  return 1;
}

/** A sentence, then the proof as JSON, which anyone checks with the public key alone. */
export async function verifyProof(asked: AskedProof): Promise<number> {
  const config = loadConfig(process.env, 'store');
  const key = asked.key ?? ledgerKey(config);
  if (key === undefined) {
    console.error('Whose signature counts? Name it with --key or COUNTERSIGN_LEDGER_KEY.');
    return 2;
  }
  const proof = await withStores('verify', (stores) => make(stores, asked), config);
  if (typeof proof === 'string') return notProved(proof);
  const checked = checkProof(JSON.stringify(proof), key);
  if (checked?.ok !== true) return notProved(checked?.broken ?? 'What was made is no proof.');
  console.log(checked.sentence);
  handOutJson(proof, asked.out);
  return 0;
}
