import { readArguments, USAGE } from './verify/arguments.ts';

export { USAGE };

/** A receipt and the key are all that a check takes: on the machine of a stranger, and beside a product of one's own. */
export function needsNone(args: string[]): boolean {
  const asked = readArguments(args);
  return asked?.kind === 'file' && asked.key !== undefined;
}

/**
 * `countersign verify`: a ledger against what was signed and published, a proof of it, or a receipt by itself. A sentence
 * first; exit code 0 only when it holds. Each loads what it needs: a receipt is checked within a second of the start.
 */
export async function run(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  if (asked.kind === 'file') return (await import('./verify/file.ts')).verifyFile(asked);
  if (asked.kind === 'proof') return (await import('./verify/proof.ts')).verifyProof(asked);
  return (await import('./verify/ledger.ts')).verifyLedger(asked);
}
