import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import type { TenantId } from '../../core/ids.ts';
import { whyEntryBroken } from '../../core/ledger.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from './append.ts';
import { ERASED_KIND, EXPORTED_KIND } from './gone.ts';

/** How long the body of an entry is kept; `drop_ledger_bodies` says the same. */
const KEPT = `interval '7 years'`;
const PAGE = 2_000;

/** What was exported does not hold, or cannot be: nothing was dropped. */
export class RetentionRefusedError extends Error {}

export interface ExportedMonth {
  /** e.g. 2019-11. */
  readonly month: string;
  readonly file: string;
  readonly entries: number;
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly dropped: number;
}

/** One entry as it stands in an export: what is personal stays sealed, so that erasing a key reaches it there too. */
interface Line {
  readonly seq: number;
  readonly header: string;
  readonly entryHash: string;
  readonly salt: string;
  readonly body: string;
  readonly personal: string | null;
}

const STAYING = [ERASED_KIND, EXPORTED_KIND];

const OLD_MONTHS = `SELECT DISTINCT to_char(b.created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month
  FROM ledger_bodies b JOIN ledger_entries e USING (tenant, seq, created_at)
  WHERE b.created_at < date_trunc('month', (now() - ${KEPT}) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AND e.kind <> ALL($1)
  ORDER BY 1`;

const LINES = `SELECT e.seq, e.header, e.entry_hash AS "entryHash", encode(b.salt, 'base64') AS salt, b.body, b.personal
  FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq, created_at)
  WHERE e.created_at >= ($1 || '-01')::timestamp AT TIME ZONE 'UTC'
    AND e.created_at < (($1 || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC' AND e.seq > $2
  ORDER BY e.seq LIMIT ${PAGE}`;

/** Bodies that are older than they have to be kept, by month, the oldest first. */
const oldMonths = async (tx: TenantTx): Promise<string[]> =>
  (await tx.rows<{ month: string }>({ text: OLD_MONTHS, values: [STAYING] })).map(({ month }) => month);

/** Written beside its place and linked there when it is whole; what lies there already stays. */
async function write(db: Database, tenant: TenantId, month: string, file: string): Promise<void> {
  // Of its own also where two machines share the folder: in containers every process has one number.
  const unfinished = `${file}.${randomUUID()}.part`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    for (let after = 0, more = true; more;) {
      const lines = await db.inTenant(tenant, (tx) => tx.rows<Line>({ text: LINES, values: [month, after] }));
      await handle.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      after = lines.at(-1)?.seq ?? after;
      more = lines.length === PAGE;
    }
    await handle.sync();
    await link(unfinished, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      if (!(await readFile(file)).equals(await readFile(unfinished)))
        throw new RetentionRefusedError(`${file} is there already and says something else.`);
    });
  } finally {
    await handle.close();
    await rm(unfinished, { force: true });
  }
}

interface Read {
  readonly digest: string;
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** How many bodies of a month could still be dropped: none where another process did it meanwhile. */
async function left(tx: TenantTx, month: string): Promise<number> {
  const row = await tx.row<{ left: number }>({
    text: `SELECT count(*) AS left FROM ledger_bodies b JOIN ledger_entries e USING (tenant, seq, created_at)
      WHERE e.created_at >= ($1 || '-01')::timestamp AT TIME ZONE 'UTC'
        AND e.created_at < (($1 || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC' AND e.kind <> ALL($2)`,
    values: [month, STAYING],
  });
  return row?.left ?? 0;
}

/** Reads an export back: every line has to be the entry that the ledger still knows by its hash. @throws RetentionRefusedError */
async function readBack(db: Database, tenant: TenantId, month: string, file: string): Promise<Read> {
  const known = await db.inTenant(tenant, (tx) =>
    tx.rows<{ seq: number; entryHash: string }>({
      text: `SELECT e.seq, e.entry_hash AS "entryHash" FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq, created_at)
        WHERE e.created_at >= ($1 || '-01')::timestamp AT TIME ZONE 'UTC'
          AND e.created_at < (($1 || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC' ORDER BY e.seq`,
      values: [month],
    }),
  );
  // A stream that is listened to flows at once: nothing may be waited for between here and its reader.
  const bytes = createReadStream(file);
  const hash = createHash('sha256');
  bytes.on('data', (chunk) => hash.update(chunk));
  let entries = 0;
  for await (const text of createInterface({ input: bytes, crlfDelay: Infinity })) {
    const line = JSON.parse(text) as Line;
    const salt = Uint8Array.from(Buffer.from(line.salt, 'base64'));
    const here = known[entries];
    const holds =
      here?.seq === line.seq &&
      here.entryHash === line.entryHash &&
      whyEntryBroken({ ...line, salt }, tenant) === null;
    if (!holds) throw new RetentionRefusedError(`${file}: entry #${line.seq} is not as the ledger has it.`);
    entries += 1;
  }
  const [first, last] = [known[0], known.at(-1)];
  if (entries !== known.length || first === undefined || last === undefined)
    throw new RetentionRefusedError(`${file} has ${entries} of ${known.length} entries.`);
  return { digest: hash.digest('hex'), entries, firstSeq: first.seq, lastSeq: last.seq };
}

/**
 * The export said in the ledger and the bodies dropped, in one transaction; null where another process has. @throws
 * RetentionRefusedError under a legal hold
 */
const drop = (db: Database, tenant: TenantId, month: string, read: Read): Promise<number | null> =>
  db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    if ((await left(tx, month)) === 0) return null;
    const seq = await append(tx, tenant, {
      ...{ kind: EXPORTED_KIND, subject: tenant, run: null, actor: null },
      body: { month, ...read },
    });
    const row = await tx
      .row<{ dropped: number }>({ text: 'SELECT drop_ledger_bodies($1) AS dropped', values: [seq] })
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 'CSL03') throw error;
        throw new RetentionRefusedError('A legal hold stands: nothing is dropped until an Admin lifts it.', {
          cause: error,
        });
      });
    return row?.dropped ?? 0;
  });

/**
 * Exports each month whose bodies are older than seven years to `folder`, reads the export back, and only then drops them.
 * Headers and hashes stay, and with them the chain, the tree and every checkpoint; see docs/decisions/retention.md.
 * @throws RetentionRefusedError
 */
export async function retainLedger(db: Database, tenant: TenantId, folder: string): Promise<ExportedMonth[]> {
  const done: ExportedMonth[] = [];
  const place = join(folder, tenant);
  for (const month of await db.inTenant(tenant, oldMonths)) {
    await mkdir(place, { recursive: true });
    const file = join(place, `${month}.jsonl`);
    try {
      await write(db, tenant, month, file);
      const read = await readBack(db, tenant, month, file);
      const dropped = await drop(db, tenant, month, read);
      if (dropped !== null) done.push({ month, file, ...read, dropped });
    } catch (error) {
      // Whoever was quicker has exported and dropped it: there is nothing left to compare with.
      const over =
        error instanceof RetentionRefusedError && (await db.inTenant(tenant, (tx) => left(tx, month))) === 0;
      if (!over) throw error;
    }
  }
  return done;
}

/** Parts for this month and the next three; says how many were made. Parts belong to no tenant. */
export async function makeMonths(pool: pg.Pool): Promise<number> {
  return (await pool.query<{ made: number }>('SELECT make_ledger_months() AS made')).rows[0]?.made ?? 0;
}
