import type { TenantId } from '../../core/ids.ts';
import type { Admin } from '../../platform/tenants.ts';

export const PERSONAL_USAGE = `countersign admin erase <tenant> WHO --reason REASON --by EMAIL    destroys what is personal of somebody; WHO is an
                         address, a person's id, a run, or what an agent names its party, e.g. "claim CLM-0847"
countersign admin hold <tenant> [WHO] --reason REASON --by EMAIL   nothing of WHO (of anybody) is erased or dropped; with
                         --end HOLD it is lifted; without a reason: those that stand`;

interface Given {
  readonly reason?: string;
  readonly by?: string;
  readonly end?: string;
}

/** @throws Error naming what is missing */
function need({ reason, by }: Given): { readonly reason: string; readonly by: string } {
  if (!reason || !by) throw new Error(`Missing: --reason and --by\n\n${PERSONAL_USAGE}`);
  return { reason, by };
}

export async function erase(admin: Admin, tenant: TenantId, given: Given, who: string): Promise<string> {
  if (who === '') throw new Error(`Say of whom.\n\n${PERSONAL_USAGE}`);
  const { keys, runs, person, ledgerSeq } = await admin.erase(tenant, { who, ...need(given) });
  const also = person ? ', and a person of the company who has no name any more' : '';
  return `Erased: ${keys} keys destroyed, ${runs} runs emptied${also}. This is in the ledger, #${ledgerSeq}, without saying whom.
Backups made before hold it for as long as they are kept, and the chats what was posted there (docs/decisions/erasure.md).`;
}

export async function hold(admin: Admin, tenant: TenantId, given: Given, who: string): Promise<string> {
  if (given.end !== undefined) {
    const lifted = await admin.liftHold(tenant, { hold: given.end, ...need(given) });
    return lifted ? 'Lifted. This is in the ledger.' : 'No hold of that name stands.';
  }
  if (given.reason !== undefined) {
    const name = await admin.setHold(tenant, { who: who === '' ? null : who, ...need(given) });
    return `${name} stands from now on. This is in the ledger.`;
  }
  const standing = await admin.holds(tenant);
  const lines = standing.map(
    (one) =>
      `${one.hold}  since ${new Date(one.setAtMs).toISOString()}  ${one.everybody ? 'everybody' : 'one person'}  ${one.reason}`,
  );
  return lines.length === 0 ? 'No hold stands.' : lines.join('\n');
}

export const RETENTION_USAGE = `countersign admin retention <tenant> --archive FOLDER   exports each month of the ledger that is older than seven years, reads
                         it back, then drops its bodies; the chain stays`;

export async function retention(
  admin: Admin,
  tenant: TenantId,
  given: { readonly archive?: string },
): Promise<string> {
  if (!given.archive) throw new Error(`Missing: --archive\n\n${RETENTION_USAGE}`);
  const done = await admin.retain(tenant, given.archive);
  const lines = done.map(
    ({ month, file, entries, digest }) => `${month}: ${entries} entries in ${file}, SHA-256 ${digest}`,
  );
  return lines.length === 0
    ? 'Nothing is older than seven years.'
    : [...lines, 'Their bodies are dropped. This is in the ledger.'].join('\n');
}
