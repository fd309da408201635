import type { PersonId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';

/** Who could sign with one: a policy that asks for passkeys is held against them. */
export async function passkeyHolders(tx: TenantTx): Promise<ReadonlySet<PersonId>> {
  const rows = await tx.rows<{ person: PersonId }>({
    text: 'SELECT DISTINCT person FROM passkeys WHERE removed_at IS NULL',
  });
  return new Set(rows.map(({ person }) => person));
}
