import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { bodyCommitment, entryHash, GENESIS, ledgerHeader } from '../../core/ledger.ts';
import { freshDatabase } from '../../test/engines.ts';
import { createPool, openDatabase, type Database } from '../database.ts';
import { createLog } from '../log.ts';
import { migrate } from '../migrate.ts';
import { openStores, type OpenStores } from '../open-store.ts';
import { setHold, liftHold } from '../personal/erase.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { newEncryptionKey } from '../seal.ts';
import { openAdmin } from '../tenants.ts';
import { retainDue } from '../retention/keep-retention.ts';
import { makeMonths, RetentionRefusedError, retainLedger } from './months.ts';

const OLD = 'old-harbour' as TenantId;
const MIGRATIONS = join(import.meta.dirname, '../migrations');
const folder = mkdtempSync(join(tmpdir(), 'countersign-months-'));
const archive = join(folder, 'archive');

interface Told {
  readonly month?: string;
  readonly digest?: string;
}
/** What a log was told, but for what is not of interest. */
function heard() {
  const info: Told[] = [];
  const silent = createLog({ level: 'silent' });
  const log = Object.assign(Object.create(silent) as typeof silent, { info: (told: Told) => void info.push(told) }); // prettier-ignore
  return { info, log };
}

let superuser: pg.Client;
let db: Database;
let router: pg.Pool;
let stores: OpenStores;

/** Entries of long ago, as the ledger of then would have written them. */
async function plant(times: readonly string[]): Promise<void> {
  let prev = GENESIS;
  for (const [i, at] of times.entries()) {
    const [salt, body] = [randomBytes(32), `{"n":${i}}`];
    const header = ledgerHeader({
      ...{ tenant: OLD, seq: i + 1, at, kind: 'refused', subject: 's', actor: 'countersign' },
      ...{ bodyCommitment: bodyCommitment(salt, body), prev },
    });
    prev = entryHash(header) as Sha256;
    const entry = [OLD, i + 1, header, prev, 'refused', 's', at];
    await superuser.query(`INSERT INTO ledger_entries VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)`, entry);
    const kept = [OLD, i + 1, salt, body];
    await superuser.query(
      'INSERT INTO ledger_bodies (tenant, seq, salt, body) VALUES ($1, $2, $3, $4)',
      kept,
    );
  }
  await superuser.query('UPDATE ledger_heads SET size = $2, head = $3 WHERE tenant = $1', [
    ...[OLD, times.length, prev],
  ]);
}

const THEN = ['2018-05-03', '2018-05-31', '2018-06-01', '2026-01-15'].map((day) => `${day}T23:59:59.123Z`);

beforeAll(async () => {
  const { superuserUrl, database } = freshDatabase();
  const urls = await prepareDatabase({ superuserUrl, database });
  // The schema as it was before entries lay by month, with rows in it.
  const before = join(folder, 'before');
  cpSync(MIGRATIONS, before, { recursive: true });
  for (const file of readdirSync(before)) if (Number(file.slice(0, 4)) > 28) rmSync(join(before, file));
  await migrate({ migratorUrl: urls.migratorUrl, folder: before });
  const own = new URL(superuserUrl);
  own.pathname = `/${database}`;
  superuser = new pg.Client({ connectionString: own.href });
  await superuser.connect();
  await superuser.query(`SELECT set_config('app.tenant', $1, false)`, [OLD]);
  await superuser.query(`INSERT INTO tenants (tenant, name) VALUES ($1, 'Old Harbour')`, [OLD]);
  await plant(THEN);
  await migrate({ migratorUrl: urls.migratorUrl });
  const encryptionKey = newEncryptionKey();
  const admin = openAdmin({ appUrl: urls.appUrl, encryptionKey });
  await admin.bootstrapAdmin(OLD, {
    ...{ email: 'ines@old.example', name: 'Ines', team: 'claims', accounts: [] },
  });
  await admin.close();
  stores = await openStores({ ...urls, encryptionKey, log: createLog({ level: 'silent' }) });
  router = createPool(urls.dispatcherUrl, { max: 1 });
  db = openDatabase(urls.appUrl, { max: 2 }, encryptionKey);
});
afterAll(async () => {
  await db.close();
  await router.end();
  await stores.close();
  await superuser.end();
  rmSync(folder, { recursive: true, force: true });
});

const parts = async (whole: string): Promise<Record<string, number>> => {
  const { rows } = await superuser.query<{ part: string; n: number }>(
    `SELECT tableoid::regclass::text AS part, count(*)::int AS n FROM ${whole} GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ part, n }) => [part, n]));
};

test('what was there before lies in the month of its time, and the ledger goes on', async () => {
  const now = new Date().toISOString().slice(0, 7).replace('-', 'm');
  const months = { _y2018m05: 2, _y2018m06: 1, _y2026m01: 1, [`_y${now}`]: 1 };
  for (const whole of ['ledger_entries', 'ledger_bodies'])
    expect(await parts(whole)).toEqual(
      Object.fromEntries(Object.entries(months).map(([month, n]) => [`${whole}${month}`, n])),
    );
  expect(await stores.ledger.verify(OLD)).toMatchObject({ ok: true, entries: 5, dropped: 0 });
});

test('parts are made ahead, once; an entry that no month takes stops nobody', async () => {
  expect(await makeMonths(router)).toBe(0);
  const next = `ledger_bodies_y${new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 3)).toISOString().slice(0, 7).replace('-', 'm')}`;
  await superuser.query(`DROP TABLE ${next}; DROP TABLE ${next.replace('bodies', 'entries')}`);
  expect(await makeMonths(router)).toBe(1);
  expect((await superuser.query('SELECT to_regclass($1) AS there', [next])).rows[0]).toEqual({ there: next });
});

test('nothing is dropped under a legal hold, without an export, or where the export says something else', async () => {
  const by = 'ines@old.example';
  const hold = await setHold(db, OLD, { who: null, reason: 'an inquiry', by });
  await expect(retainLedger(db, OLD, archive)).rejects.toThrow(/legal hold/);
  await liftHold(db, OLD, { hold, reason: 'it is over', by });
  const dropping = (seq: number) =>
    db.inTenant(OLD, (tx) => tx.row({ text: 'SELECT drop_ledger_bodies($1)', values: [seq] }));
  await expect(dropping(1)).rejects.toMatchObject({ code: 'CSL05' });
  const file = join(archive, OLD, '2018-05.jsonl');
  const whole = readFileSync(file);
  writeFileSync(file, whole.toString().replace('{\\"n\\":0}', '{\\"n\\":9}'));
  await expect(retainLedger(db, OLD, archive)).rejects.toThrow(RetentionRefusedError);
  writeFileSync(file, whole);
  expect(await stores.ledger.verify(OLD)).toMatchObject({ ok: true, dropped: 0 });
});

const { info, log } = heard();
const looking = { archive, log, get retention() { return stores.retention; } }; // prettier-ignore
const reads = () => superuser.query(`SELECT subject FROM record_reads ORDER BY subject`);

test('by itself: without an archive nothing of the ledger leaves, and under a legal hold nothing at all', async () => {
  const by = 'ines@old.example';
  for (const [subject, age] of [
    ['run_old', '25 months'],
    ['run_new', '1 month'],
  ])
    // prettier-ignore
    await superuser.query(
      `INSERT INTO record_reads (tenant, subject, reader, what, via, hour, read_at)
        VALUES ($1, $2, 'operator', 'trace', 'shell', now(), now() - $3::interval)`,
      [OLD, subject, age],
    );
  const hold = await setHold(db, OLD, { who: null, reason: 'an inquiry', by });
  await retainDue(looking);
  expect((await reads()).rows).toHaveLength(2);
  await liftHold(db, OLD, { hold, reason: 'it is over', by });
  await retainDue({ ...looking, archive: null });
  expect((await reads()).rows).toEqual([{ subject: 'run_new' }]);
  expect(await stores.ledger.verify(OLD)).toMatchObject({ ok: true, dropped: 0 });
});

test('a month older than seven years is exported, read back and dropped, once, by two workers and an operator at the same time; the chain still verifies, and says how many are gone', async () => {
  const [, , byHand] = await Promise.all([retainDue(looking), retainDue(looking), retainLedger(db, OLD, archive)]); // prettier-ignore
  const done = [...info.filter(({ month }) => month !== undefined), ...byHand].sort((a, b) => String(a.month).localeCompare(String(b.month))); // prettier-ignore
  expect(done).toMatchObject([
    { month: '2018-05', entries: 2 },
    { month: '2018-06', entries: 1 },
  ]);
  const { rows } = await superuser.query(`SELECT b.body::jsonb AS body FROM ledger_bodies b JOIN ledger_entries e USING (tenant, seq) WHERE e.kind = 'ledger.month-exported' ORDER BY e.seq`); // prettier-ignore
  expect(rows.map(({ body }) => [body.month, body.firstSeq, body.lastSeq])).toEqual([['2018-05', 1, 2], ['2018-06', 3, 3]]); // prettier-ignore
  const files = readdirSync(join(archive, OLD)).sort();
  expect(files).toEqual(['2018-05.jsonl', '2018-06.jsonl']);
  const verified = await stores.ledger.verify(OLD);
  expect(verified).toMatchObject({ ok: true, dropped: 3 });
  expect(verified.lines.at(-1)?.sentence).toContain(done[1]?.digest);
  expect(await retainLedger(db, OLD, archive)).toEqual([]);
  // A body that nobody exported is missed as before.
  await superuser.query('DELETE FROM ledger_bodies WHERE seq = 4');
  expect(await stores.ledger.verify(OLD)).toMatchObject({ ok: false, broken: 'Entry #4 has lost its body.' });
});
