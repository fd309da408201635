import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { openStores, type OpenStores } from '../platform/open-store.ts';
import { ledgerKey } from './ledger-signer.ts';

/** The stores that the environment names. What a program cannot do without, `loadConfig` has asked for already. */
export const openStoresOf = (config: Config, log: Log): Promise<OpenStores> =>
  openStores({
    appUrl: config.database.appUrl ?? '',
    dispatcherUrl: config.database.dispatcherUrl ?? '',
    encryptionKey: config.encryptionKey ?? '',
    ledgerKey: ledgerKey(config),
    witnessKeys: config.witnesses.map(({ verifierKey }) => verifierKey),
    log,
  });
