import { createInterface } from 'node:readline/promises';
import { createWebClient } from '../../bot/slack/web-api.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Config } from '../../platform/config.ts';
import { openDatabase } from '../../platform/database.ts';
import { openCheckpointPlace } from '../../platform/ledger/checkpoint-places.ts';
import { createLog } from '../../platform/log.ts';
import { jobIdOf, openQueues, type RoutedRow } from '../../platform/outbox/queues.ts';
import { openRedis } from '../../platform/redis.ts';
import { createSealer } from '../../platform/seal.ts';
import { connectTemporal } from '../../platform/temporal.ts';
import { deleteTenant, type Ends } from '../../platform/tenancy/delete.ts';
import { exportTenant, whyExportBroken } from '../../platform/tenancy/export.ts';
import { ledgerKey, ledgerSigner } from '../ledger-signer.ts';
import { openStoresOf } from '../open-stores.ts';

export const WITHOUT_EXPORT = '--without-export';

export const TENANT_USAGE = `countersign admin tenant export <tenant> --out FOLDER   every row of the tenant, as JSON lines, without secrets
countersign admin tenant delete <tenant> [${WITHOUT_EXPORT}]   for good; asks for the tenant's name`;

const VERBS = ['create', 'export', 'delete'] as const;
export const isWholeTenantVerb = (word: string | undefined): boolean => VERBS.some((verb) => verb === word);

/** `countersign admin tenant export`. */
export async function exportIt(config: Config, tenant: TenantId, out: string | undefined): Promise<string> {
  if (!out) throw new Error(`Missing: --out\n\n${TENANT_USAGE}`);
  const { appUrl } = config.database;
  const sealer = config.encryptionKey === null ? null : createSealer(config.encryptionKey);
  if (sealer === null)
    throw new Error('COUNTERSIGN_ENCRYPTION_KEY: missing; what people typed is sealed with it');
  const db = openDatabase(appUrl ?? '', { max: 1 });
  try {
    const { manifest, digest } = await exportTenant({ db, snapshotUrl: appUrl ?? '', sealer }, tenant, out);
    const why = await whyExportBroken(out, ledgerKey(config));
    if (why !== null) throw new Error(`${out} was written, and does not verify: ${why}`);
    const rows = manifest.tables.reduce((all, one) => all + one.rows, 0);
    return `${rows} rows of ${manifest.tables.length} tables are in ${out}; its ledger of ${manifest.ledger.size} entries verifies from there.
SHA-256 of its manifest.json: ${digest}. This is in the ledger.
Secrets are left out (tokens, keys, what signs links). What is personal in the ledger lies there sealed; its key stays here.`;
  } finally {
    await db.close();
  }
}

const WARNING = (
  tenant: TenantId,
): string => `This deletes the tenant ${tenant} for good: people, runs, requests, signatures, settings, and its ledger.
Its runs end now, its workflows are terminated, what waits in queues is dropped, its Slack tokens are given back and erased.
What stays: a tombstone with the size, head and last checkpoint of its ledger; the checkpoints that were published; backups, as long as
you keep them; what was posted in the chats. Records of decisions have to be kept by law in many places, for seven years by our own
rule: the export is what keeps them, so keep that. The name is never given again.
Type the name of the tenant to go on: `;

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'WorkflowNotFoundError';

/** What runs beside Postgres. */
async function withEnds<T>(config: Config, work: (ends: Ends) => Promise<T>): Promise<T> {
  const log = createLog({ name: 'admin', level: config.logLevel });
  const stores = await openStoresOf(config, log);
  const redis = openRedis(config.redisUrl ?? '', { name: 'countersign admin' });
  const queues = openQueues(redis);
  const temporal = connectTemporal({
    ...config.temporal,
    ...{ address: config.temporal.address ?? '', encryptionKey: config.encryptionKey ?? '' },
  });
  const signer = ledgerSigner(config);
  const apiUrl = config.slack?.apiUrl ?? 'https://slack.com/api/';
  const ends: Ends = {
    async checkpoint(tenant) {
      const made = signer && (await stores.checkpoints.make(tenant, signer));
      for (const place of made ? config.checkpointPlaces.map(openCheckpointPlace) : [])
        if (made) await place.publish(tenant, made);
    },
    async workflows(ids) {
      for (const id of ids)
        await temporal.workflow
          .getHandle(id)
          .terminate('the company was deleted')
          .catch((error: unknown) => (isGone(error) ? undefined : Promise.reject(error as Error)));
    },
    async jobs(rows) {
      for (const row of rows as readonly RoutedRow[]) await queues[row.topic].remove(jobIdOf(row));
    },
    async installations(tenant) {
      for (const { workspace, endedWhy } of await stores.installations.list(tenant)) {
        const held = endedWhy === null ? await stores.installations.token(tenant, workspace) : null;
        const client = held && createWebClient({ token: held.token, apiUrl, log });
        await client?.auth.revoke().catch(() => log.warn({ workspace }, 'Slack did not take a token back'));
      }
    },
  };
  try {
    return await work(ends);
  } finally {
    await Promise.allSettled(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
    await temporal.connection.close();
    await stores.close();
  }
}

/** `countersign admin tenant delete`. `typed`: what the operator types when asked. */
export async function deleteIt(
  config: Config,
  tenant: TenantId,
  withoutExport: boolean,
  typed: (question: string) => Promise<string> = ask,
): Promise<string> {
  const { migratorUrl } = config.database;
  const missing = [
    ...(migratorUrl ? [] : ['DATABASE_MIGRATOR_URL (the application may delete nothing)']),
    ...(config.redisUrl ? [] : ['REDIS_URL']),
    ...(config.temporal.address ? [] : ['TEMPORAL_ADDRESS']),
    ...(config.encryptionKey ? [] : ['COUNTERSIGN_ENCRYPTION_KEY']),
  ];
  if (!migratorUrl || missing.length > 0) throw new Error(`Missing: ${missing.join(', ')}`);
  if ((await typed(WARNING(tenant))) !== tenant)
    throw new Error('That is not its name. Nothing was deleted.');
  const db = openDatabase(migratorUrl, { max: 2, statement_timeout: 0 });
  try {
    const { before, size, rows } = await withEnds(config, (ends) =>
      deleteTenant(db, tenant, { withoutExport, ends }),
    );
    const all = Object.values(rows).reduce((sum, n) => sum + n, 0);
    return `${tenant} ${before ? 'was deleted before' : 'is deleted'}: ${all} rows of ${Object.keys(rows).length} tables. Its ledger had come to ${size} entries; the tombstone keeps its head and last checkpoint.`;
  } finally {
    await db.close();
  }
}
