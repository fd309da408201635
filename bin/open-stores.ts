import { loadConfig, type Config } from '../platform/config.ts';
import { createLog, type Log } from '../platform/log.ts';
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
    // Where the chats wait longer, a connection may take longer too.
    ...(config.chatsWaitMs === null ? {} : { poolWaitMs: config.chatsWaitMs }),
    log,
  });

/**
 * For a verb that asks something and ends: the stores of the environment, closed whatever comes of it.
 * @param name of the verb, in its log
 */
export async function withStores<T>(
  name: string,
  work: (stores: OpenStores) => Promise<T>,
  config: Config = loadConfig(process.env, 'store'),
): Promise<T> {
  const stores = await openStoresOf(config, createLog({ name, level: 'warn' }));
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}
