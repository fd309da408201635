import { existsSync, readFileSync } from 'node:fs';
import { checkProof } from '../../platform/ledger/proofs.ts';
import { readReceiptText } from '../../platform/ledger/receipt-text.ts';
import { checkReceipt, type CheckedReceipt } from '../../platform/ledger/receipt.ts';
import type { AskedFile } from './arguments.ts';

/** Settings are read only where they are needed: most of a check's second would be spent on that. */
async function ownKey(): Promise<string | undefined> {
  const [{ loadConfig }, { ledgerKey }] = await Promise.all([
    import('../../platform/config.ts'),
    import('../ledger-signer.ts'),
  ]);
  return ledgerKey(loadConfig(process.env, 'none'));
}

/** Read from the environment only where it names some. */
async function ownWitnesses(): Promise<readonly string[]> {
  if (!process.env['COUNTERSIGN_WITNESS']) return [];
  const { loadConfig } = await import('../../platform/config.ts');
  return loadConfig(process.env, 'none').witnesses.map(({ verifierKey }) => verifierKey);
}

function say(ok: boolean, sentence: string): number {
  console.log(ok ? sentence : `Not proved. ${sentence}`);
  return ok ? 0 : 1;
}

/** Told of each witness that was named, and asked for only by whoever named it for this check. */
const witnessLine = ({ name, signedAtMs }: { name: string; signedAtMs: number | null }): string =>
  signedAtMs === null
    ? `The witness ${name} has not signed this checkpoint.`
    : `The witness ${name} signed it too, at ${new Date(signedAtMs).toISOString()}.`;

function tell(checked: Extract<CheckedReceipt, { ok: true }>): void {
  const { sentence, lines, passkeys, checkpoint, witnesses, actionDigests } = checked;
  console.log(sentence);
  for (const line of lines) console.log(`  #${line.seq}  ${line.at}  ${line.sentence}`);
  for (const one of passkeys) console.log(one);
  console.log(`Proved to be in ${checkpoint.origin}, signed at ${checkpoint.size} entries.`);
  const last = lines.at(-1);
  if (last)
    console.log(`It goes up to entry #${last.seq}: what was recorded about it later is in a later receipt.`);
  for (const witness of witnesses) console.log(witnessLine(witness));
  for (const digest of actionDigests) console.log(`Digest of the action ${digest}`);
}

/** Offline: the file and the public key are all that it takes. */
export async function verifyFile({ file, key: given, witnesses: named }: AskedFile): Promise<number> {
  const key = given ?? (await ownKey());
  if (key === undefined) {
    console.error(
      'Whose signature counts? Name it with --key (countersign keys says it) or COUNTERSIGN_LEDGER_KEY.',
    );
    return 2;
  }
  if (!existsSync(file)) {
    console.error(`There is no file ${file}.`);
    return 2;
  }
  const text = readReceiptText(readFileSync(file, 'utf8'));
  const proof = checkProof(text, key);
  if (proof !== null) return say(proof.ok, proof.ok ? proof.sentence : proof.broken);
  const checked = checkReceipt(text, key, named.length > 0 ? named : await ownWitnesses());
  if (!checked.ok) return say(false, checked.broken);
  const lacking = checked.witnesses.find(({ signedAtMs }) => signedAtMs === null);
  if (named.length > 0 && lacking) return say(false, witnessLine(lacking));
  tell(checked);
  return 0;
}
