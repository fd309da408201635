import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ApprovalId, TenantId } from '../core/ids.ts';
import { loadConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { openStoresOf } from './open-stores.ts';

const USAGE = 'Usage: countersign receipt <tenant> <apr_...> [--out FILE]';

const WHY_NOT = {
  none: 'Nothing is recorded about such a request.',
  'not-yet': 'No signed checkpoint covers all of it yet: there is one within a minute, if the workers have COUNTERSIGN_SIGNING_KEY.',
} as const; // prettier-ignore

function readArgs(
  args: string[],
): { tenant: TenantId; approval: ApprovalId; out: string | undefined } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { out: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length !== 2) return null;
    return {
      tenant: TenantId.parse(positionals[0]),
      approval: ApprovalId.parse(positionals[1]),
      out: values.out,
    };
  } catch {
    return null;
  }
}

/** `countersign receipt <tenant> <apr_...>`: what was decided about a request, to be checked by anyone with the public key. */
export async function run(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  const config = loadConfig(process.env, 'store');
  const stores = await openStoresOf(config, createLog({ name: 'receipt', level: 'warn' }));
  try {
    const receipt = await stores.checkpoints.receipt(asked.tenant, asked.approval);
    if (typeof receipt === 'string') {
      console.error(`${asked.approval}: ${WHY_NOT[receipt]}`);
      return 1;
    }
    if (asked.out === undefined) console.log(JSON.stringify(receipt));
    else writeFileSync(asked.out, `${JSON.stringify(receipt)}\n`);
    return 0;
  } finally {
    await stores.close();
  }
}
