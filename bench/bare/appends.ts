import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Stack } from '../../bin/stack/open-stack.ts';
import { prepareDatabase } from '../../platform/prepare-database.ts';

const SCHEMA = `
CREATE TABLE ledger_heads (tenant text PRIMARY KEY, size bigint, head text);
CREATE TABLE ledger_entries (tenant text, seq bigint, header text, entry_hash text, body text, PRIMARY KEY (tenant, seq));
INSERT INTO ledger_heads SELECT 'bench-' || n, 0, repeat('0', 64) FROM generate_series(1, 64) n;
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['ledger_heads', 'ledger_entries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own ON %I USING (tenant = NULLIF(current_setting(''app.tenant'', true), ''''))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO countersign_app', t);
  END LOOP; END $$;`;

const STATEMENTS = {
  tenant: `SELECT set_config('app.tenant', $1, true)`,
  lock: 'SELECT size, head FROM ledger_heads WHERE tenant = $1 FOR UPDATE',
  entry: 'INSERT INTO ledger_entries VALUES ($1, $2, $3, $4, $5)',
  head: 'UPDATE ledger_heads SET size = $2, head = $3 WHERE tenant = $1',
} as const;

export interface BareAppends {
  append(tenant: string): Promise<void>;
  close(): Promise<void>;
}

/** The head-row-lock transaction in bare `pg` on the same engine: one statement after the other, prepared once a connection. */
export async function openBareAppends(stack: Stack, connections: number): Promise<BareAppends> {
  const superuserUrl = stack.engines.postgres?.url ?? '';
  const urls = await prepareDatabase({ superuserUrl, database: 'bare_appends' });
  const owner = new pg.Client({ connectionString: urls.migratorUrl });
  await owner.connect();
  await owner.query(SCHEMA);
  const pool = new pg.Pool({ connectionString: urls.appUrl, max: connections });
  const [header, body] = ['h'.repeat(400), 'b'.repeat(300)];
  return {
    async append(tenant) {
      const client = await pool.connect();
      const ask = (name: keyof typeof STATEMENTS, values: unknown[]) =>
        client.query<{ size: string; head: string }>({ name, text: STATEMENTS[name], values });
      try {
        await client.query('BEGIN');
        await ask('tenant', [tenant]);
        const { rows } = await ask('lock', [tenant]);
        const seq = Number(rows[0]?.size) + 1;
        const hash = createHash('sha256')
          .update(`${header}${rows[0]?.head ?? ''}`)
          .digest('hex');
        await ask('entry', [tenant, seq, header, hash, body]);
        await ask('head', [tenant, seq, hash]);
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    },
    close: async () => void (await Promise.all([pool.end(), owner.end()])),
  };
}
