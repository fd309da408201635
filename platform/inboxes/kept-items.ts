import { fitsTogether } from '../../core/action-limits.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';

/** What a list says of one approval. */
export interface Item {
  readonly state: ApprovalState;
  readonly title: string;
  readonly ask: string;
  readonly agent: string;
  /** Small enough to be signed beside others. */
  readonly fits: boolean;
}

export interface ItemName {
  readonly id: ApprovalId;
  readonly version: number;
}

/** An approval's version never changes once written, so a parsed one may be kept; which versions count is read every time. */
export interface KeptItems {
  /** By id; one that changed since it was named is there as it is now. */
  read(tx: TenantTx, tenant: TenantId, names: readonly ItemName[]): Promise<ReadonlyMap<ApprovalId, Item>>;
}

/** Some four kilobytes each. */
const MOST_KEPT = 5_000;

const READ = `SELECT a.approval AS id, a.version, a.state, a.evidence->>'title' AS title,
  a.evidence->'assessment'->>'ask' AS ask, a.agent FROM approvals a WHERE a.approval = ANY($1)`;

const keyOf = (tenant: TenantId, { id, version }: ItemName): string => `${tenant} ${id} ${version}`;

export function createKeptItems(most = MOST_KEPT): KeptItems {
  const kept = new Map<string, Item>();
  const keep = (key: string, item: Item): void => {
    const oldest = kept.size >= most ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(key, item);
  };
  return {
    async read(tx, tenant, names) {
      const items = new Map<ApprovalId, Item>();
      const missing: ApprovalId[] = [];
      for (const name of names) {
        const known = kept.get(keyOf(tenant, name));
        if (known) items.set(name.id, known);
        else missing.push(name.id);
      }
      if (missing.length === 0) return items;
      const rows = await tx.rows<ItemName & Omit<Item, 'fits'>>({
        name: 'inbox_items',
        text: READ,
        values: [missing],
      });
      for (const { id, version, ...row } of rows) {
        const item = { ...row, fits: fitsTogether(row.state.action.args) };
        keep(keyOf(tenant, { id, version }), item);
        items.set(id, item);
      }
      return items;
    },
  };
}
