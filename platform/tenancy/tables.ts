import type { TenantTx } from '../database.ts';

/** Parts of a partitioned table are reached through it. */
const TABLES = `SELECT c.relname AS name, ARRAY(SELECT DISTINCT f.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
      WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid AND NOT f.relispartition) AS needs
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = 'public'
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped)
  ORDER BY 1`;

/** What stays of a company that was deleted; neither exported nor deleted with it. */
export const TOMBSTONES = 'tenant_tombstones';

/** Every table of tenants, as the database has them: one that refers to another comes before it. */
export async function tenantTables(tx: TenantTx): Promise<readonly string[]> {
  const rows = await tx.rows<{ name: string; needs: string[] }>({ text: TABLES });
  let left = rows.filter(({ name }) => name !== TOMBSTONES);
  const order: string[] = [];
  while (left.length > 0) {
    const free = left.filter(({ name }) =>
      left.every((other) => other.name === name || !other.needs.includes(name)),
    );
    if (free.length === 0)
      throw new Error(`tables refer to each other in a circle: ${left.map((t) => t.name).join(', ')}`);
    order.push(...free.map(({ name }) => name));
    left = left.filter((table) => !free.includes(table));
  }
  return order;
}

/** Bytes that are no secret: the ledger verifies with them, and public keys are public. All others stay here. */
const OPEN_BYTES: readonly string[] = ['ledger_bodies.salt', 'ledger_nodes.hash', 'passkeys.public_key'];

/** Texts by which somebody could act, or digests of them. */
const SECRET_TEXTS: readonly string[] = [
  ...[
    'api_tokens.hash',
    'install_links.link',
    'install_states.link',
    'install_states.state',
    'sign_ins.browser',
  ],
  ...['review_links.link', 'sign_links.link', 'sign_links.nonce'],
];

const COLUMNS = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
  WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

export interface Columns {
  readonly shown: readonly { readonly name: string; readonly type: string }[];
  readonly leftOut: readonly string[];
}

/** What of a table goes into an export: everything but secrets. */
export async function columnsOf(tx: TenantTx, table: string): Promise<Columns> {
  const all = await tx.rows<{ name: string; type: string }>({ text: COLUMNS, values: [table] });
  const isSecret = ({ name, type }: { name: string; type: string }): boolean =>
    type === 'bytea' ? !OPEN_BYTES.includes(`${table}.${name}`) : SECRET_TEXTS.includes(`${table}.${name}`);
  return { shown: all.filter((c) => !isSecret(c)), leftOut: all.filter(isSecret).map(({ name }) => name) };
}
