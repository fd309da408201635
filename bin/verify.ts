import { ApprovalId, RunId, TenantId } from '../core/ids.ts';
import { loadConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { openStores } from '../platform/open-store.ts';

const USAGE =
  'Usage: countersign verify <tenant> [run_... | apr_...]   (the environment names the database: docs/guides/environment.md)';

function subjectOf(text: string | undefined): RunId | ApprovalId | undefined | null {
  if (text === undefined) return undefined;
  const run = RunId.safeParse(text);
  if (run.success) return run.data;
  const approval = ApprovalId.safeParse(text);
  return approval.success ? approval.data : null;
}

/** `countersign verify <tenant> [id]`: recomputes the hash chain. A sentence first; exit code 0 only when it holds. */
export async function run(args: string[]): Promise<number> {
  const tenant = TenantId.safeParse(args[0]);
  const subject = subjectOf(args[1]);
  if (!tenant.success || subject === null) {
    console.error(USAGE);
    return 2;
  }
  const config = loadConfig(process.env, 'store');
  const stores = await openStores({
    appUrl: config.database.appUrl ?? '',
    dispatcherUrl: config.database.dispatcherUrl ?? '',
    encryptionKey: config.encryptionKey ?? '',
    log: createLog({ name: 'verify', level: 'warn' }),
  });
  try {
    const found = await stores.ledger.verify(tenant.data, subject);
    console.log(
      found.ok ? `${found.what}: all ${found.entries} entries verify.` : `${found.what}: ${found.broken}`,
    );
    for (const line of found.lines)
      console.log(`  #${line.seq}  ${new Date(line.atMs).toISOString()}  ${line.sentence}`);
    console.log(`Head ${found.head}`);
    return found.ok ? 0 : 1;
  } finally {
    await stores.close();
  }
}
