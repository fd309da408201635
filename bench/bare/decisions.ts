import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Stack } from '../../bin/stack/open-stack.ts';
import { prepareDatabase } from '../../platform/prepare-database.ts';

const SCHEMA = `
CREATE TABLE approvals (tenant text, approval text, status text, version int, state jsonb, PRIMARY KEY (tenant, approval));
CREATE TABLE ledger_heads (tenant text PRIMARY KEY, size bigint, head text);
CREATE TABLE ledger_entries (tenant text, seq bigint, header text, entry_hash text, body text, PRIMARY KEY (tenant, seq));
CREATE TABLE outbox (tenant text, id bigint GENERATED ALWAYS AS IDENTITY, key text, payload jsonb, PRIMARY KEY (tenant, id));
INSERT INTO ledger_heads VALUES ('t', 0, repeat('0', 64));
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['approvals', 'ledger_heads', 'ledger_entries', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own ON %I USING (tenant = NULLIF(current_setting(''app.tenant'', true), ''''))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO countersign_app', t);
  END LOOP; END $$;`;

/** A decision's statements without a product around them, one after the other, prepared once per connection. */
const STATEMENTS = {
  tenant: `SELECT set_config('app.tenant', 't', true)`,
  lock: 'SELECT status, version, state FROM approvals WHERE approval = $1 FOR UPDATE',
  update: `UPDATE approvals SET status = 'approved', version = version + 1, state = $2 WHERE approval = $1`,
  lockHead: `SELECT size, head FROM ledger_heads WHERE tenant = 't' FOR UPDATE`,
  entry: `INSERT INTO ledger_entries VALUES ('t', $1, $2, $3, $4)`,
  head: `UPDATE ledger_heads SET size = $1, head = $2 WHERE tenant = 't'`,
  outbox: `INSERT INTO outbox (tenant, key, payload) VALUES ('t', $1, $2)`,
} as const;

export interface BareDecisions {
  /** Makes approvals of the same size as ours; returns their ids. */
  open(count: number, state: object): Promise<string[]>;
  decide(approval: string, state: object): Promise<void>;
  /** How many decisions the tables hold. */
  recorded(): Promise<number>;
  close(): Promise<void>;
}

/** Bare `pg` on the same engine, in a database of its own, under the same roles and row-level security. */
export async function openBareDecisions(stack: Stack, connections: number): Promise<BareDecisions> {
  const urls = await prepareDatabase({ superuserUrl: stack.engines.postgres?.url ?? '', database: 'bare' });
  const owner = new pg.Client({ connectionString: urls.migratorUrl });
  await owner.connect();
  await owner.query(SCHEMA);
  const pool = new pg.Pool({ connectionString: urls.appUrl, max: connections });
  const header = 'h'.repeat(400);
  const body = 'b'.repeat(600);
  return {
    async open(count, state) {
      const ids = Array.from({ length: count }, () => randomUUID());
      await owner.query(
        `INSERT INTO approvals SELECT 't', id, 'pending', 1, $2 FROM unnest($1::text[]) AS id`,
        [ids, JSON.stringify(state)],
      );
      return ids;
    },
    async decide(approval, state) {
      const client = await pool.connect();
      const ask = (name: keyof typeof STATEMENTS, values: unknown[] = []) =>
        client.query<{ size: string }>({ name, text: STATEMENTS[name], values });
      try {
        await client.query('BEGIN');
        await ask('tenant');
        await ask('lock', [approval]);
        await ask('update', [approval, JSON.stringify(state)]);
        const { rows } = await ask('lockHead');
        const seq = Number(rows[0]?.size) + 1;
        const hash = randomUUID().replaceAll('-', '').repeat(2);
        await ask('entry', [seq, header, hash, body]);
        await ask('head', [seq, hash]);
        await ask('outbox', [approval, JSON.stringify({ kind: 'approval-changed', approval, version: 2 })]);
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    },
    async recorded() {
      const { rows } = await owner.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM approvals a JOIN outbox o ON o.key = a.approval WHERE a.status = 'approved'`,
      );
      return rows[0]?.n ?? -1;
    },
    close: async () => void (await Promise.all([pool.end(), owner.end()])),
  };
}
