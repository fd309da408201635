import { loadConfig } from '../platform/config.ts';
import { ledgerSigner } from './ledger-signer.ts';

/** `countersign keys`: what others need to check what this deployment signs. No secret is said. */
export async function run(args: string[]): Promise<number> {
  if (args.length > 0) {
    console.error('Usage: countersign keys   (the environment names the key: docs/guides/environment.md)');
    return 2;
  }
  const signer = ledgerSigner(loadConfig(process.env, 'none'));
  if (signer === null) {
    console.error('COUNTERSIGN_SIGNING_KEY is not set: nothing is signed, so there is no key to give away.');
    return 1;
  }
  console.log(signer.verifierKey);
  return 0;
}
