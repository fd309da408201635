import { existsSync, readFileSync } from 'node:fs';
import { checkProof } from '../../platform/ledger/proofs.ts';
import { checkReceipt } from '../../platform/ledger/receipt.ts';
import type { AskedFile } from './arguments.ts';

/** Settings are read only where they are needed: most of a check's second would be spent on that. */
async function ownKey(): Promise<string | undefined> {
  const [{ loadConfig }, { ledgerKey }] = await Promise.all([
    import('../../platform/config.ts'),
    import('../ledger-signer.ts'),
  ]);
  return ledgerKey(loadConfig(process.env, 'none'));
}

function say(ok: boolean, sentence: string): number {
  console.log(ok ? sentence : `Not proved. ${sentence}`);
  return ok ? 0 : 1;
}

/** Offline: the file and the public key are all that it takes. */
export async function verifyFile({ file, key: given }: AskedFile): Promise<number> {
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
  const text = readFileSync(file, 'utf8');
  const proof = checkProof(text, key);
  if (proof !== null) return say(proof.ok, proof.ok ? proof.sentence : proof.broken);
  const checked = checkReceipt(text, key);
  if (!checked.ok) return say(false, checked.broken);
  const { sentence, lines, passkeys, checkpoint, actionDigest } = checked;
  console.log(sentence);
  for (const line of lines) console.log(`  #${line.seq}  ${line.at}  ${line.sentence}`);
  for (const one of passkeys) console.log(one);
  console.log(`Proved to be in ${checkpoint.origin}, signed at ${checkpoint.size} entries.`);
  console.log(`Digest of the action ${actionDigest}`);
  return 0;
}
