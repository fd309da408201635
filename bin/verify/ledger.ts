import { readFileSync } from 'node:fs';
import type { VerifyView, WitnessView } from '../../core/views.ts';
import { loadConfig, type Config } from '../../platform/config.ts';
import type { Witnessed } from '../../platform/ledger/check-checkpoints.ts';
import { openCheckpointPlace, splitPlaces } from '../../platform/ledger/checkpoint-places.ts';
import type { OpenStores } from '../../platform/open-store.ts';
import { ledgerKey } from '../ledger-signer.ts';
import { withStores } from '../open-stores.ts';
import type { AskedLedger } from './arguments.ts';

/**
 * A checkpoint as somebody kept it. Copied from a chat, it may have lost its empty line and its line ends, bear other blanks,
 * and have words of the message before and after it.
 */
export function mendNote(copied: string): string {
  const lines = copied.split(/\r?\n/).map((line) => line.replace(/[\u00A0`]/g, ' ').trim());
  const said = lines.filter((line) => line !== '');
  const at = said.findIndex((line, i) => /\/ledger\/\S+$/.test(line) && /^\d+$/.test(said[i + 1] ?? ''));
  const signatures = said.slice(at + 3).filter((line) => /^\u2014 \S+ \S+$/.test(line));
  return `${said.slice(at, at + 3).join('\n')}\n\n${signatures.join('\n')}\n`;
}

/** The checkpoints that were published, where it is known to where and whose signature counts. */
async function witnessedBy(
  { tenant, checkpoints, checkpoint, key, witnesses }: AskedLedger,
  config: Config,
  stores: OpenStores,
): Promise<Witnessed | undefined> {
  const verifierKey = key ?? ledgerKey(config);
  if (verifierKey === undefined) return undefined;
  const kept = checkpoint === undefined ? [] : [mendNote(readFileSync(checkpoint, 'utf8'))];
  // a folder may be named as it is
  const [given] = checkpoints === undefined ? [] : splitPlaces(checkpoints);
  const from =
    given === undefined ? config.checkpointPlaces[0] : /^(file|s3):/.test(given) ? given : `file:${given}`;
  const notes =
    from === undefined
      ? (await stores.checkpoints.list(tenant)).map(({ note }) => note)
      : await openCheckpointPlace(from).read(tenant);
  const named = witnesses.length > 0 ? witnesses : config.witnesses.map((one) => one.verifierKey);
  return { verifierKey, notes: [...notes, ...kept], witnesses: named };
}

/** What is gone by right, and so is no fault. */
const goneOf = ({ erased, dropped }: VerifyView): string =>
  [
    erased === 0
      ? ''
      : ` ${erased} ${erased === 1 ? 'body was' : 'bodies were'} erased, for a person concerned.`,
    dropped === 0 ? '' : ` ${dropped} ${dropped === 1 ? 'body was' : 'bodies were'} exported and dropped.`,
  ].join('');

function verdictOf(view: VerifyView, witnessed: Witnessed | undefined): string {
  const { ok, what, entries, checkpoints, broken } = view;
  if (!ok) return `${what}: ${broken}`;
  const none =
    witnessed === undefined
      ? 'no checkpoint was compared, since no key says whose signature counts (--key)'
      : 'no checkpoint was there to compare';
  const signed = checkpoints === 1 ? '1 signed checkpoint agrees' : `${checkpoints} signed checkpoints agree`;
  return `${what}: all ${entries} entries verify; ${checkpoints === 0 ? none : signed}.${goneOf(view)}`;
}

/** What each witness signed, in a line of its own. */
const witnessLine = ({ name, size, signedAtMs }: WitnessView): string =>
  size === 0
    ? `No checkpoint bears a signature of the witness ${name}.`
    : `The witness ${name} signed it at ${size} entries, at ${new Date(signedAtMs).toISOString()}.`;

/** Recomputes the hash chain and its Merkle tree, and compares with what was signed and published. */
export async function verifyLedger(asked: AskedLedger): Promise<number> {
  const config = loadConfig(process.env, 'store');
  const look = async (stores: OpenStores): Promise<number> => {
    const witnessed = await witnessedBy(asked, config, stores);
    if (witnessed === undefined && (asked.checkpoints ?? asked.checkpoint) !== undefined) {
      console.error('Whose signature counts? Name it with --key (countersign keys says it).');
      return 2;
    }
    const found = await stores.ledger.verify(asked.tenant, asked.subject, {}, witnessed);
    console.log(verdictOf(found, witnessed));
    for (const line of found.lines)
      console.log(`  #${line.seq}  ${new Date(line.atMs).toISOString()}  ${line.sentence}`);
    for (const witness of found.witnesses) console.log(witnessLine(witness));
    console.log(`Head ${found.head}`);
    const lacking = asked.witnesses.length > 0 && found.witnesses.some(({ size }) => size === 0);
    return found.ok && !lacking ? 0 : 1;
  };
  return withStores('verify', look, { ...config, ledgerKey: asked.key ?? config.ledgerKey });
}
