import { ApprovalId, type RunId, type TenantId } from '../../core/ids.ts';
import { ERASED } from '../../core/ledger-personal.ts';
import { brokenSentence, ledgerSentence } from '../../core/ledger-sentence.ts';
import type { Broken } from '../../core/ledger-words.ts';
import { checkChain, GENESIS, type StoredEntry } from '../../core/ledger.ts';
import type { VerifyView } from '../../core/views.ts';
import { checkCheckpoints, type CheckpointCheck, type Witnessed } from './check-checkpoints.ts';
import type { Database, TenantTx } from '../database.ts';
import { openBodies, type OpenedBody } from '../personal/seal-entries.ts';
import { cosignedNote } from './cosigned-note.ts';
import { sha256Text } from './sha256.ts';
import { wholeEntries } from './whole-entries.ts';
import { droppedOf, gatherGone, nothingGone, whyGone } from './gone.ts';
import type { LedgerHeaderRow, LedgerReader, LedgerStore } from '../stores.ts';

const PAGE = 2_000;
const LINES = 50;

interface Row {
  seq: number;
  header: string;
  entryHash: string;
  kind: string;
  subject: string;
  run: string | null;
  atMs: number;
  salt: Buffer | null;
  body: string | null;
  personal: string | null;
}
type Opened = Row & { readonly opened: OpenedBody };
type Line = VerifyView['lines'][number];

const SELECT = `SELECT e.seq, e.header, e.entry_hash AS "entryHash", e.kind, e.subject, e.run, b.salt, b.body, b.personal,
    (extract(epoch FROM e.created_at) * 1000)::bigint AS "atMs"
  FROM ledger_entries e LEFT JOIN ledger_bodies b USING (tenant, seq, created_at)`;

async function opened(tx: TenantTx, tenant: TenantId, rows: readonly Row[]): Promise<Opened[]> {
  const bodies = await openBodies(tx, tenant, rows);
  return rows.map((row, i) => ({ ...row, opened: bodies[i] as OpenedBody }));
}

const readPage = async (tx: TenantTx, tenant: TenantId, after: number, upTo: number): Promise<Opened[]> =>
  opened(
    tx,
    tenant,
    await tx.rows<Row>({
      name: 'ledger_page',
      text: `${SELECT} WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq LIMIT ${PAGE}`,
      values: [after, upTo],
    }),
  );

/** Beyond the chain itself: the columns that readers filter by are true, and what is personal is what was committed to. */
function whyRowBroken({ seq, header, run, atMs, opened: { broken, body } }: Opened): Broken | null {
  if (broken !== null) return { why: broken, seq };
  if (body !== null && (body['run'] ?? null) !== run) return { why: 'other-run', seq };
  // in canonical form, which it is by now, nothing but the field itself looks like this
  return header.includes(`,"at":"${new Date(atMs).toISOString()}",`) ? null : { why: 'other-time', seq };
}

interface Walk {
  readonly broken: Broken | null;
  readonly size: number;
  readonly head: string;
  /** How many were asked for, and the last of them. */
  readonly entries: number;
  readonly rows: readonly Opened[];
  /** Checkpoints that agree, and the newest of them that each witness signed. */
  readonly agreed: number;
  readonly witnesses: VerifyView['witnesses'];
  /** Bodies of which something was erased, and such as were dropped after seven years. */
  readonly erased: number;
  readonly dropped: number;
}

/** Recomputes the tenant's whole chain, since an entry proves nothing without those around it; keeps what is asked for. */
async function walk(
  tx: TenantTx,
  tenant: TenantId,
  wanted: (row: Opened) => boolean,
  checkpoints: CheckpointCheck,
): Promise<Walk> {
  const { agreed, witnesses } = checkpoints;
  const head = await tx.row<{ size: number; head: string }>({ text: 'SELECT size, head FROM ledger_heads' });
  if (!head)
    return {
      ...{ broken: { why: 'no-head', seq: 0 }, size: 0, head: GENESIS, entries: 0, rows: [] },
      ...{ agreed: 0, witnesses: witnesses(), erased: 0, dropped: 0 },
    };
  let [entries, kept]: [number, readonly Opened[]] = [0, []];
  const gone = nothingGone();
  const come = (broken: Broken | null): Walk => ({
    ...{ broken, size: head.size, head: head.head, entries, rows: kept },
    ...{ agreed: agreed(), witnesses: witnesses() },
    ...{ erased: gone.erased, dropped: droppedOf(gone) },
  });
  let after: { seq: number; hash: string } = { seq: 0, hash: GENESIS };
  let next = readPage(tx, tenant, 0, Number.MAX_SAFE_INTEGER);
  for (let more = true; more;) {
    const rows = await next;
    more = rows.length === PAGE;
    if (more) {
      // the database reads while this one is checked
      next = readPage(tx, tenant, rows.at(-1)?.seq ?? 0, Number.MAX_SAFE_INTEGER);
      next.catch(() => {});
    }
    const ends = more ? {} : { head: { size: head.size, hash: head.head } };
    // Entries appended since the head was read follow it; they are not part of this answer.
    const known = rows.filter((r) => r.seq <= head.size);
    const checked = checkChain(known satisfies readonly StoredEntry[], {
      tenant,
      after,
      hash: sha256Text,
      ...ends,
    });
    const broken = checked.ok
      ? (known.map(whyRowBroken).find((why) => why !== null) ??
        checkpoints.add(known.map(({ entryHash }) => Buffer.from(entryHash, 'hex'))))
      : checked.broken;
    const found = known.filter(wanted);
    entries += found.length;
    kept = [...kept, ...found].slice(-LINES);
    gatherGone(gone, known);
    if (broken !== null || !checked.ok) return come(broken);
    more &&= known.length === rows.length;
    after = { seq: checked.size, hash: checked.head };
  }
  return come(whyGone(gone) ?? checkpoints.end());
}

/** An approval's entries are those of its whole lineage of edits. */
async function lineage(tx: TenantTx, what: string): Promise<Set<string>> {
  const rows = await tx.rows<{ approval: string }>({
    text: `SELECT approval FROM approvals WHERE root = (SELECT root FROM approvals WHERE approval = $1)`,
    values: [what],
  });
  return new Set([what, ...rows.map((r) => r.approval)]);
}

async function namesOf(tx: TenantTx): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.rows<{ person: string; name: string }>({ text: 'SELECT person, name FROM people' });
  return new Map(rows.map((r) => [r.person, r.name]));
}

type Names = ReadonlyMap<string, string>;

function toLine(row: Opened, names: Names, reader: LedgerReader): Line {
  const { actor } = JSON.parse(row.header) as { actor: string };
  const body = row.opened.body ?? { [ERASED]: ['all'] };
  const said = { ...reader, nameOf: (person: string) => names.get(person) };
  const sentence = ledgerSentence({ kind: row.kind, actor, body }, said);
  return { seq: row.seq, atMs: row.atMs, kind: row.kind, sentence };
}

async function verify(
  tx: TenantTx,
  tenant: TenantId,
  what: RunId | ApprovalId | undefined,
  reader: LedgerReader,
  checkpoints: CheckpointCheck,
): Promise<VerifyView> {
  const isApproval = ApprovalId.safeParse(what).success;
  const subjects = what && isApproval ? await lineage(tx, what) : null;
  const wanted = (row: Opened): boolean =>
    what === undefined || (subjects ? subjects.has(row.subject) : row.run === what);
  const walked = await walk(tx, tenant, wanted, checkpoints);
  const { rows, head } = walked;
  const nothing: Broken | null =
    what !== undefined && walked.entries === 0 ? { why: 'nothing', seq: 0, is: what } : null;
  const broken = walked.broken ?? nothing;
  const names = await namesOf(tx);
  return {
    ok: broken === null,
    what: what ?? tenant,
    entries: walked.entries,
    checkpoints: walked.agreed,
    witnesses: walked.witnesses,
    erased: walked.erased,
    dropped: walked.dropped,
    broken: broken && brokenSentence(broken, reader),
    head,
    lines: rows.map((r) => toLine(r, names, reader)),
  };
}

/** The newest says all that those before it say; the others show since when something is wrong. */
const OWN_CHECKPOINTS = `SELECT ${cosignedNote('c')} AS note FROM ledger_checkpoints c ORDER BY size DESC LIMIT 100`;

/** Read before the head, so that none is of entries that come after it. */
async function ownCheckpoints(tx: TenantTx, keys: LedgerKeys): Promise<Witnessed> {
  const { ledgerKey: verifierKey, witnessKeys: witnesses = [] } = keys;
  if (verifierKey === undefined) return { verifierKey: '', notes: [] };
  const rows = await tx.rows<{ note: string }>({ text: OWN_CHECKPOINTS });
  return { verifierKey, notes: rows.map(({ note }) => note), witnesses };
}

const HEADERS = `SELECT seq, (extract(epoch FROM created_at) * 1000)::bigint AS "atMs", kind, subject, header,
    entry_hash AS "entryHash" FROM ledger_entries WHERE seq > $1 ORDER BY seq LIMIT $2`;

/** Verifier keys: whose signatures count where the reader brings no checkpoints. */
export interface LedgerKeys {
  /** Missing: no checkpoint is looked at. */
  readonly ledgerKey?: string | undefined;
  readonly witnessKeys?: readonly string[] | undefined;
}

/** Reads the ledger; nothing here writes. */
export function createLedgerStore(db: Database, keys: LedgerKeys = {}): LedgerStore {
  return {
    verify: (tenant, what, reader = {}, witnessed) =>
      db.inTenant(tenant, async (tx) => {
        const notes = witnessed ?? (await ownCheckpoints(tx, keys));
        return verify(tx, tenant, what, reader, checkCheckpoints(tenant, notes));
      }),
    headers: (tenant, { after, limit }) =>
      db.inTenant(tenant, (tx) => tx.rows<LedgerHeaderRow>({ text: HEADERS, values: [after, limit] })),
    whole: (tenant, page) => db.inTenant(tenant, (tx) => wholeEntries(tx, tenant, page)),
    recent: (tenant, limit, reader = {}) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows<Row>({ text: `${SELECT} ORDER BY e.seq DESC LIMIT $1`, values: [limit] });
        const names = await namesOf(tx);
        return (await opened(tx, tenant, rows)).map((r) => toLine(r, names, reader));
      }),
  };
}
