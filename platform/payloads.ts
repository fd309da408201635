import type { TenantId } from '../core/ids.ts';
import type { Sealer } from './seal.ts';
import type { TenantTx } from './database.ts';

/** Claim check: whatever is too large or too personal for history and ledger lies here, sealed, and is named by `ref`. */
export interface Payloads {
  /** Idempotent by `ref`: what was written first stays. */
  put(tx: TenantTx, tenant: TenantId, ref: string, value: unknown): Promise<void>;
  /** @throws Error when it is missing, was changed, or was sealed for another tenant or ref. */
  get(tx: TenantTx, tenant: TenantId, ref: string): Promise<unknown>;
  open(tenant: TenantId, row: { ref: string; sealed: Uint8Array }): unknown;
}

/** A payload's place is part of its seal, so that a row copied elsewhere does not open. */
const place = (tenant: TenantId, ref: string): string => `payload ${tenant} ${ref}`;

export function createPayloads(sealer: Sealer): Payloads {
  const open: Payloads['open'] = (tenant, { ref, sealed }) =>
    JSON.parse(sealer.open(sealed, place(tenant, ref)).toString('utf8')) as unknown;
  return {
    open,
    async put(tx, tenant, ref, value) {
      const sealed = sealer.seal(Buffer.from(JSON.stringify(value ?? null), 'utf8'), place(tenant, ref));
      await tx.rows({
        text: `INSERT INTO payloads (tenant, ref, sealed) VALUES (current_tenant(), $1, $2)
          ON CONFLICT DO NOTHING`,
        values: [ref, sealed],
      });
    },
    async get(tx, tenant, ref) {
      const row = await tx.row<{ ref: string; sealed: Buffer }>({
        text: 'SELECT ref, sealed FROM payloads WHERE ref = $1',
        values: [ref],
      });
      if (!row) throw new Error(`payload ${ref} is missing`);
      return open(tenant, row);
    },
  };
}
