import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ApprovalId, RunId, TenantId } from '../core/ids.ts';
import type { VerifyView } from '../core/views.ts';
import { loadConfig, type Config } from '../platform/config.ts';
import type { Witnessed } from '../platform/ledger/check-checkpoints.ts';
import { openCheckpointPlace, splitPlaces } from '../platform/ledger/checkpoint-places.ts';
import { checkReceipt } from '../platform/ledger/receipt.ts';
import { createLog } from '../platform/log.ts';
import { ledgerKey } from './ledger-signer.ts';
import { openStoresOf } from './open-stores.ts';

const USAGE = `Usage: countersign verify <tenant> [run_... | apr_...] [--checkpoints FOLDER | s3:BUCKET/PREFIX] [--key VERIFIER_KEY]
       countersign verify <receipt.json> [--key VERIFIER_KEY]   (needs nothing else, no database)
  The environment names the database (docs/guides/environment.md). Without a place it is the first of
  COUNTERSIGN_CHECKPOINTS, or what the database itself keeps; without a key it is COUNTERSIGN_LEDGER_KEY, or that of
  COUNTERSIGN_SIGNING_KEY.`;

interface Asked {
  readonly tenant: TenantId;
  readonly subject: RunId | ApprovalId | undefined;
  readonly folder: string | undefined;
  readonly key: string | undefined;
}

const OPTIONS = { checkpoints: { type: 'string' }, key: { type: 'string' } } as const;

/** A receipt's file has an ending, which no tenant's name has. */
interface AskedReceipt {
  readonly receipt: string;
  readonly key: string | undefined;
}

/** Null: not to be understood. */
function readArgs(args: string[]): Asked | AskedReceipt | null {
  try {
    const { positionals, values } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [tenant, subject, ...more] = positionals;
    if (more.length > 0) return null;
    if (tenant?.endsWith('.json') && subject === undefined) return { receipt: tenant, key: values.key };
    return {
      tenant: TenantId.parse(tenant),
      subject: subject === undefined ? undefined : RunId.or(ApprovalId).parse(subject),
      ...{ folder: values.checkpoints, key: values.key },
    };
  } catch {
    return null;
  }
}

/** The checkpoints that were published, where it is known to where and whose signature counts. */
async function witnessedBy({ tenant, folder, key }: Asked, config: Config): Promise<Witnessed | undefined> {
  // a folder may be named as it is
  const [given] = folder === undefined ? [] : splitPlaces(folder);
  const from =
    given === undefined ? config.checkpointPlaces[0] : /^(file|s3):/.test(given) ? given : `file:${given}`;
  const verifierKey = key ?? ledgerKey(config);
  if (from === undefined || verifierKey === undefined) return undefined;
  return { verifierKey, notes: await openCheckpointPlace(from).read(tenant) };
}

/** What is gone by right, and so is no fault. */
const goneOf = ({ erased, dropped }: VerifyView): string =>
  [
    erased === 0
      ? ''
      : ` ${erased} ${erased === 1 ? 'body was' : 'bodies were'} erased, for a person concerned.`,
    dropped === 0 ? '' : ` ${dropped} ${dropped === 1 ? 'body was' : 'bodies were'} exported and dropped.`,
  ].join('');

function verdictOf(view: VerifyView): string {
  const { ok, what, entries, checkpoints, broken } = view;
  if (!ok) return `${what}: ${broken}`;
  const signed = checkpoints === 1 ? '1 signed checkpoint agrees' : `${checkpoints} signed checkpoints agree`;
  return `${what}: all ${entries} entries verify; ${checkpoints === 0 ? 'no checkpoint was there to compare' : signed}.${goneOf(view)}`;
}

/** Offline: the file and the public key are all that it takes. */
function verifyReceipt({ receipt, key = ledgerKey(loadConfig(process.env, 'none')) }: AskedReceipt): number {
  if (key === undefined) {
    console.error(
      'Whose signature counts? Name it with --key (countersign keys says it) or COUNTERSIGN_LEDGER_KEY.',
    );
    return 2;
  }
  if (!existsSync(receipt)) {
    console.error(`There is no file ${receipt}.`);
    return 2;
  }
  const checked = checkReceipt(readFileSync(receipt, 'utf8'), key);
  if (!checked.ok) {
    console.log(`Not proved. ${checked.broken}`);
    return 1;
  }
  const { sentence, lines, checkpoint, actionDigest } = checked;
  console.log(sentence);
  for (const line of lines) console.log(`  #${line.seq}  ${line.at}  ${line.sentence}`);
  console.log(`Proved to be in ${checkpoint.origin}, signed at ${checkpoint.size} entries.`);
  console.log(`Digest of the action ${actionDigest}`);
  return 0;
}

/**
 * `countersign verify <tenant> [id]`: recomputes the hash chain and its Merkle tree, and compares with what was signed and
 * published; `countersign verify <receipt.json>`: checks one by itself. A sentence first; exit code 0 only when it holds.
 */
export async function run(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  if ('receipt' in asked) return verifyReceipt(asked);
  const config = loadConfig(process.env, 'store');
  const stores = await openStoresOf(
    { ...config, ledgerKey: asked.key ?? config.ledgerKey },
    createLog({ name: 'verify', level: 'warn' }),
  );
  try {
    const found = await stores.ledger.verify(
      asked.tenant,
      asked.subject,
      {},
      await witnessedBy(asked, config),
    );
    console.log(verdictOf(found));
    for (const line of found.lines)
      console.log(`  #${line.seq}  ${new Date(line.atMs).toISOString()}  ${line.sentence}`);
    console.log(`Head ${found.head}`);
    return found.ok ? 0 : 1;
  } finally {
    await stores.close();
  }
}
