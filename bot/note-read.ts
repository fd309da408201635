import type { TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { ReadVia, ReadWhat } from '../core/read.ts';
import type { Stores } from '../platform/stores.ts';

interface Reader {
  readonly stores: Pick<Stores, 'reads'>;
  readonly tenant: TenantId;
  readonly person: Pick<Person, 'id'>;
}

/**
 * That somebody reads something of the record, written before it is shown: what cannot be noted is not read. What a signer
 * opens of a request is noted with its entry in the ledger (`approvals.recordRead`).
 */
export const noteRead = (
  { stores, tenant, person }: Reader,
  via: ReadVia,
  what: ReadWhat,
  subject: string,
): Promise<void> => stores.reads.note(tenant, { subject, reader: person.id, what, via });
