import { parseArgs } from 'node:util';
import { ApprovalId, RunId, TenantId } from '../core/ids.ts';
import { handOutJson } from './hand-out.ts';
import { withStores } from './open-stores.ts';

export const USAGE = 'Usage: countersign receipt <tenant> <apr_... | run_...> [--out FILE]';

const WHY_NOT = {
  none: 'Nothing is recorded about it.',
  'not-yet': 'No signed checkpoint covers all of it yet: there is one within a minute, if the workers have COUNTERSIGN_SIGNING_KEY.',
  dropped: 'Bodies of it were exported and dropped after their years: it is in the export of its month.',
} as const; // prettier-ignore

function readArgs(
  args: string[],
): { tenant: TenantId; of: ApprovalId | RunId; out: string | undefined } | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { out: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length !== 2) return null;
    return {
      tenant: TenantId.parse(positionals[0]),
      of: RunId.or(ApprovalId).parse(positionals[1]),
      out: values.out,
    };
  } catch {
    return null;
  }
}

/** `countersign receipt`: what was decided about a request or in a run, to be checked by anyone with the public key. */
export async function run(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  return withStores('receipt', async (stores) => {
    const approval = ApprovalId.safeParse(asked.of);
    const receipt = approval.success
      ? await stores.checkpoints.receipt(asked.tenant, approval.data)
      : await stores.checkpoints.runReceipt(asked.tenant, RunId.parse(asked.of));
    if (typeof receipt === 'string') {
      console.error(`${asked.of}: ${WHY_NOT[receipt]}`);
      return 1;
    }
    const read = { subject: asked.of, reader: 'operator', what: 'receipt', via: 'shell' } as const;
    await stores.reads.note(asked.tenant, read);
    handOutJson(receipt, asked.out);
    return 0;
  });
}
