import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import pg from 'pg';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { checkChain, GENESIS, type StoredEntry } from '../../core/ledger.ts';
import type { Database, TenantTx } from '../database.ts';
import { checkCheckpoints } from '../ledger/check-checkpoints.ts';
import { append } from '../ledger/append.ts';
import { createPayloads } from '../payloads.ts';
import type { Sealer } from '../seal.ts';
import { columnsOf, tenantTables } from './tables.ts';

const MANIFEST = 'manifest.json';
const PAGE = 1_000;

export const ExportManifest = z.strictObject({
  v: z.literal(1),
  tenant: z.string(),
  at: z.string(),
  ledger: z.strictObject({ size: z.number(), head: z.string() }),
  tables: z.array(
    z.strictObject({ table: z.string(), rows: z.number(), sha256: z.string(), leftOut: z.array(z.string()) }),
  ),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

export interface Exported {
  readonly manifest: ExportManifest;
  readonly digest: string;
}

/** `payloads` lie sealed; in an export they are what they say, since the company has no key of ours. */
const OPENED = { table: 'payloads', column: 'sealed', as: 'value' };

interface Writing {
  readonly tx: TenantTx;
  readonly tenant: TenantId;
  readonly sealer: Sealer | null;
  readonly folder: string;
}

async function writeTable(
  { tx, tenant, sealer, folder }: Writing,
  table: string,
): Promise<ExportManifest['tables'][number]> {
  const { shown, leftOut } = await columnsOf(tx, table);
  const opens = table === OPENED.table && sealer !== null ? createPayloads(sealer) : null;
  const texts = shown.map(({ name, type }) =>
    type === 'bytea'
      ? `'${name}', encode(${pg.escapeIdentifier(name)}, 'hex')`
      : `'${name}', ${pg.escapeIdentifier(name)}`,
  );
  const select = `SELECT json_build_object(${texts.join(', ')})::text AS line${opens ? `, ref, ${OPENED.column} AS sealed` : ''}`;
  await tx.rows({ text: `DECLARE out NO SCROLL CURSOR FOR ${select} FROM ${pg.escapeIdentifier(table)}` });
  const hash = createHash('sha256');
  const file = await open(join(folder, `${table}.jsonl`), 'wx', 0o600);
  let rows = 0;
  try {
    for (;;) {
      const page = await tx.rows<{ line: string; ref: string; sealed: Buffer }>({
        text: `FETCH ${PAGE} FROM out`,
      });
      const lines = page.map(({ line, ...row }) =>
        opens
          ? JSON.stringify({ ...(JSON.parse(line) as object), [OPENED.as]: opens.open(tenant, row) })
          : line,
      );
      const text = lines.map((line) => `${line}\n`).join('');
      hash.update(text);
      await file.writeFile(text);
      rows += page.length;
      if (page.length < PAGE) break;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await tx.rows({ text: 'CLOSE out' });
  const kept = opens ? leftOut.filter((name) => name !== OPENED.column) : leftOut;
  return { table, rows, sha256: hash.digest('hex'), leftOut: [...kept] };
}

const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ';

/**
 * Every row of every table of one company as JSON lines, as of one moment, with a manifest of counts and digests; secrets
 * left out. What is written gets its name only when the ledger has the export on record. @throws Error when `folder` exists
 */
export async function exportTenant(
  edges: { readonly db: Database; readonly snapshotUrl: string; readonly sealer: Sealer | null },
  tenant: TenantId,
  folder: string,
): Promise<Exported> {
  const draft = `${folder}.partial`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const manifest = await snapshot(edges.snapshotUrl, tenant, async (tx) => {
    const head = await tx.row<ExportManifest['ledger']>({
      text: 'SELECT size::int AS size, head FROM ledger_heads',
    });
    if (!head) throw new Error(`no such tenant: ${tenant}`);
    const tables: ExportManifest['tables'] = [];
    for (const table of [...(await tenantTables(tx))].sort())
      tables.push(await writeTable({ tx, tenant, sealer: edges.sealer, folder: draft }, table));
    return { v: 1, tenant, at: new Date().toISOString(), ledger: head, tables } satisfies ExportManifest;
  });
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const file = await open(join(draft, MANIFEST), 'wx', 0o600);
  await file.writeFile(text).finally(() => file.close());
  const digest = createHash('sha256').update(text).digest('hex');
  const rows = manifest.tables.reduce((all, one) => all + one.rows, 0);
  const body = { manifest: digest, rows, tables: manifest.tables.length, size: manifest.ledger.size };
  await edges.db.inTenant(tenant, (tx) =>
    append(tx, tenant, { kind: 'tenant.exported', subject: tenant, run: null, actor: null, body }),
  );
  await rename(draft, folder);
  return { manifest, digest };
}

/** One moment for all tables; a large company takes longer than a request may. */
async function snapshot<T>(url: string, tenant: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'countersign export' });
  await client.connect();
  const rows = async <Row extends object>({
    text,
    values = [],
  }: {
    text: string;
    values?: readonly unknown[];
  }) => (await client.query<Row & pg.QueryResultRow>(text, [...values])).rows;
  const tx = {
    rows,
    row: async <Row extends object>(statement: { text: string; values?: readonly unknown[] }) =>
      (await rows<Row>(statement))[0] ?? null,
  } as TenantTx;
  try {
    await client.query('BEGIN');
    await client.query(SNAPSHOT);
    await client.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
    return await work(tx);
  } finally {
    await client.query('ROLLBACK').catch(() => {});
    await client.end();
  }
}

async function* linesOf(path: string): AsyncGenerator<Record<string, unknown>> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Record<string, unknown>;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

const Entry = z.looseObject({
  seq: z.number(),
  header: z.string(),
  entry_hash: z.string(),
  kind: z.string(),
  subject: z.string(),
});
const Body = z.looseObject({ seq: z.number(), salt: z.string(), body: z.string() });

/** The ledger of an export, in order. */
async function readLedger(folder: string): Promise<StoredEntry[]> {
  const bodies = new Map<number, { salt: Uint8Array; body: string }>();
  for await (const line of linesOf(join(folder, 'ledger_bodies.jsonl'))) {
    const { seq, salt, body } = Body.parse(line);
    bodies.set(seq, { salt: hexToBytes(salt), body });
  }
  const entries: StoredEntry[] = [];
  for await (const line of linesOf(join(folder, 'ledger_entries.jsonl'))) {
    const { seq, header, entry_hash: entryHash, kind, subject } = Entry.parse(line);
    const { salt = null, body = null } = bodies.get(seq) ?? {};
    entries.push({ seq, header, entryHash, kind, subject, salt, body } as StoredEntry);
  }
  return entries.sort((a, b) => a.seq - b.seq);
}

/**
 * Checks an export by itself, without a database: every file against the manifest, and the ledger in it, with the checkpoints in
 * it where it is said whose signature counts. Null: it holds; else the first thing that is wrong.
 */
export async function whyExportBroken(folder: string, verifierKey?: string): Promise<string | null> {
  const manifest = ExportManifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  for (const { table, sha256 } of manifest.tables)
    if ((await digestOf(join(folder, `${table}.jsonl`))) !== sha256)
      return `${table}.jsonl is not what the manifest says`;
  const tenant = manifest.tenant as TenantId;
  const entries = await readLedger(folder);
  const head = { size: manifest.ledger.size, hash: manifest.ledger.head };
  const checked = checkChain(entries, { tenant, after: { seq: 0, hash: GENESIS }, head });
  if (!checked.ok) return `the ledger is broken at entry ${checked.broken.seq}: ${checked.broken.why}`;
  const notes: string[] = [];
  if (verifierKey !== undefined)
    for await (const { note } of linesOf(join(folder, 'ledger_checkpoints.jsonl'))) notes.push(String(note));
  const check = checkCheckpoints(tenant, { verifierKey: verifierKey ?? '', notes });
  const broken = check.add(entries.map(({ entryHash }) => hexToBytes(entryHash))) ?? check.end();
  return broken && `a checkpoint does not agree: ${canonicalJson({ why: broken.why, seq: broken.seq })}`;
}
