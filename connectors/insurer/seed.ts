import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { generatedRows } from './seed/generate.ts';
import { CAUSES, SYNCED_AT, mergeRows, type Rows } from './seed/rows.ts';
import { storyRows } from './seed/stories.ts';

const TABLES = [
  'parties',
  'policies',
  'claims',
  'claim_parties',
  'documents',
  'prior_claims',
] as const satisfies readonly (keyof Rows)[];

async function insert(client: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  await client.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
}

/** The nightly comparison: two different parties on two claims with one phone or one bank account. */
async function linkParties(client: pg.Client): Promise<void> {
  for (const shared of ['phone', 'account'])
    await client.query(
      `INSERT INTO party_links
       SELECT here.claim, mine.party, $1, there.claim, theirs.party, $2
       FROM parties mine
       JOIN parties theirs ON theirs.${shared} = mine.${shared} AND theirs.party <> mine.party
       JOIN claim_parties here ON here.party = mine.party
       JOIN claim_parties there ON there.party = theirs.party AND there.claim <> here.claim
       ON CONFLICT DO NOTHING`,
      [shared, SYNCED_AT],
    );
}

/** Reads everything; writes only what the three actions write. It can neither undo an action nor forge a document. */
async function grantApp(client: pg.Client, app: string): Promise<void> {
  const role = client.escapeIdentifier(app);
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${role};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role};
    GRANT UPDATE (status, outcome, paid_micros) ON claims TO ${role};
    GRANT INSERT ON actions, payments TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};`);
}

/**
 * Makes the schema and fills it, in one transaction, as the database's owner; does nothing where it is already there.
 * The same rows every time: nothing looks at the clock.
 * @param superuserOrOwnerUrl of the insurer's database (`prepareInsurer` gives one)
 * @param options `app` names the server's role, by default the owner's name with `_app`
 */
export async function seedInsurer(
  superuserOrOwnerUrl: string,
  options: { app?: string } = {},
): Promise<{ seeded: boolean; claims: number }> {
  const client = new pg.Client({ connectionString: superuserOrOwnerUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    // two starts at once: the second waits here and then finds it done
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('seed insurer'))`);
    const { rows } = await client.query<{ owner: string; there: boolean }>(
      `SELECT pg_get_userbyid(datdba) AS owner, to_regclass('public.claims') IS NOT NULL AS there
       FROM pg_database WHERE datname = current_database()`,
    );
    const owner = rows[0]?.owner ?? '';
    await client.query(`SET LOCAL ROLE ${client.escapeIdentifier(owner)}`);
    const seeded = !rows[0]?.there;
    if (seeded) {
      await client.query(await readFile(new URL('./schema.sql', import.meta.url), 'utf8'));
      await insert(client, 'causes', CAUSES);
      const all = mergeRows(storyRows(), generatedRows());
      for (const table of TABLES) await insert(client, table, all[table]);
      await linkParties(client);
      await grantApp(client, options.app ?? owner.replace(/_owner$/, '_app'));
    }
    const count = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM claims');
    await client.query('COMMIT');
    return { seeded, claims: count.rows[0]?.n ?? 0 };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    await client.end();
  }
}
