import { TenantId } from '../core/ids.ts';
import { loadConfig } from '../platform/config.ts';
import { ledgerOrigin } from '../platform/ledger/note.ts';
import { ledgerSigner } from './ledger-signer.ts';

/**
 * `countersign keys [tenant]`: what others need to check what this deployment signs, and with a tenant what its ledger is
 * called, which a witness wants to know too. No secret is said.
 */
export async function run(args: string[]): Promise<number> {
  const [named, ...more] = args;
  const tenant = named === undefined ? undefined : TenantId.safeParse(named).data;
  if (more.length > 0 || (named !== undefined && tenant === undefined)) {
    console.error(
      'Usage: countersign keys [tenant]   (the environment names the key: docs/guides/environment.md)',
    );
    return 2;
  }
  const signer = ledgerSigner(loadConfig(process.env, 'none'));
  if (signer === null) {
    console.error('COUNTERSIGN_SIGNING_KEY is not set: nothing is signed, so there is no key to give away.');
    return 1;
  }
  console.log(signer.verifierKey);
  if (tenant !== undefined) console.log(ledgerOrigin(signer.name, tenant));
  return 0;
}
