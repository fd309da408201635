import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from 'pg';
import type { ApprovalId, RunId } from '../../core/ids.ts';
import { LEDGER_ENGLISH } from '../../core/ledger-words-english.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';

let t: TestStores;
let db: Client;
let run: RunId;
let approval: ApprovalId;

beforeAll(async () => {
  t = await openTestStores();
  db = await t.as('superuser');
  run = await startTestRun(t);
  const opened = await t.stores.approvals.open(t.tenant, testApproval(run, t.people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  approval = opened.approval;
  await t.stores.runs.recordStep(t.tenant, run, {
    key: 'k1', parent: null, kind: 'tool', name: 'get_claim', label: 'CLM-0847', ok: true, latencyMs: 31, startedAtMs: 0,
  }); // prettier-ignore
  await t.stores.approvals.recordRefusal(t.tenant, {
    subject: approval, person: null, account: { platform: 'slack', workspace: 'T', account: 'U08SAM' }, verb: 'approve', reason: 'identity_unlinked',
  }); // prettier-ignore
});
afterAll(() => t.close());

test('a whole ledger verifies, in sentences', async () => {
  const all = await t.stores.ledger.verify(t.tenant);
  expect(all).toMatchObject({ ok: true, broken: null, entries: 7 });
  expect(all.lines.map((l) => l.kind)).toEqual([
    'tenant.created', 'people.imported', 'policy.set', 'run.started', 'approval.asked', 'tool.called', 'refused',
  ]); // prettier-ignore
  expect(all.lines.map((l) => l.sentence).join('\n')).toMatch(
    /Robin Reyes asked fraud-review to look at CLM-0847/,
  );
  const ofRun = await t.stores.ledger.verify(t.tenant, run);
  expect(ofRun.lines.map((l) => l.kind)).toEqual(['run.started', 'approval.asked', 'tool.called', 'refused']);
  expect((await t.stores.ledger.recent(t.tenant, 2)).map((l) => l.kind)).toEqual(['refused', 'tool.called']);
});

test('it is told in the language and the time of its reader', async () => {
  const reader = { language: 'de', timeZone: 'Europe/Berlin' } as const;
  const told = (await t.stores.ledger.verify(t.tenant, run, reader)).lines.map((l) => l.sentence).join('\n');
  expect(told).toMatch(/^Robin Reyes hat fraud-review gebeten, CLM-0847 anzusehen\.$/m);
  expect(told).toMatch(
    /^Zurückgewiesen, Countersign \(approve\): Dieses Chat-Konto ist hier mit niemandem verknüpft/m,
  );
  const ghost = await t.stores.ledger.verify(t.tenant, 'run_00000000000000000000000000' as RunId, reader);
  expect(ghost.broken).toBe('Zu run_00000000000000000000000000 ist nichts festgehalten.');
  const [last] = await t.stores.ledger.recent(t.tenant, 1, reader);
  expect(last?.sentence).toMatch(/^Zurückgewiesen/);
});

/** Entries of approvals and actions say what the machine did; see `core/words.ts`. */
const OF_THE_MACHINE = /^(approval|action)\./;

test('every kind of entry that this room writes has its sentence', () => {
  const room = join(import.meta.dirname, '..');
  const sources = readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(room, name), 'utf8'))
    .filter((source) => /\bappend\(|LedgerEntry/.test(source));
  const kinds = new Set(
    sources.flatMap((s) => [...s.matchAll(/kind: '([a-z-]+\.[a-z-]+)'/g)].map(([, kind = '']) => kind)),
  );
  expect(kinds.size).toBeGreaterThan(15);
  const silent = [...kinds].filter((kind) => !OF_THE_MACHINE.test(kind) && !(kind in LEDGER_ENGLISH.entries));
  expect(silent).toEqual([]);
});

test('nothing recorded is nothing proved', async () => {
  const ghost = await t.stores.ledger.verify(t.tenant, 'run_00000000000000000000000000' as RunId);
  expect(ghost).toMatchObject({
    ok: false,
    entries: 0,
    broken: expect.stringContaining('Nothing is recorded'),
  });
});

/** Even the owner of the machine, with every trigger off, is found out; each case is undone afterwards. */
const tamperings: [string, string][] = [
  [
    'a header changed',
    `UPDATE ledger_entries SET header = replace(header, 'run.started', 'run.stopped') WHERE seq = 4`,
  ],
  [
    'a body changed',
    `UPDATE ledger_bodies SET body = replace(body, 'fraud-review', 'some-review') WHERE seq = 4`,
  ],
  [
    'what is personal moved to another entry',
    `UPDATE ledger_bodies SET personal = (SELECT personal FROM ledger_bodies WHERE seq = 4) WHERE seq = 5`,
  ],
  ['what is personal taken away', `UPDATE ledger_bodies SET personal = NULL WHERE seq = 5`],
  ['a key taken away', `DELETE FROM subject_keys`],
  ['a key destroyed, and nobody said so', `UPDATE subject_keys SET wrapped = NULL, erased_at = now()`],
  ['a salt changed', `UPDATE ledger_bodies SET salt = decode(repeat('00', 32), 'hex') WHERE seq = 5`],
  ['a body removed', `DELETE FROM ledger_bodies WHERE seq = 5`],
  [
    'an entry removed in the middle',
    `DELETE FROM ledger_bodies WHERE seq = 5; DELETE FROM ledger_entries WHERE seq = 5`,
  ],
  ['the end cut off', `DELETE FROM ledger_bodies WHERE seq >= 6; DELETE FROM ledger_entries WHERE seq >= 6`],
  [
    'two entries swapped',
    `UPDATE ledger_entries SET seq = -seq WHERE seq IN (5, 6);
    UPDATE ledger_entries SET seq = CASE seq WHEN -5 THEN 6 ELSE 5 END WHERE seq < 0`,
  ],
  ['a hash changed', `UPDATE ledger_entries SET entry_hash = repeat('a', 64) WHERE seq = 7`],
  [
    'the head moved back',
    `UPDATE ledger_heads SET size = 6, head = (SELECT entry_hash FROM ledger_entries WHERE seq = 6)
     , tenant = tenant; UPDATE ledger_heads SET head = repeat('b', 64)`,
  ],
  ['an entry filed under another run', `UPDATE ledger_entries SET run = 'run_x' WHERE seq = 5`],
  ['an entry filed under another kind', `UPDATE ledger_entries SET kind = 'approval.signed' WHERE seq = 7`],
  [
    'an entry given another time',
    `UPDATE ledger_entries SET created_at = created_at - interval '1 day' WHERE seq = 4`,
  ],
];

const TABLES = ['ledger_heads', 'ledger_entries', 'ledger_bodies', 'subject_keys'];

test.each(tamperings)('%s is found', async (_what, sql) => {
  await db.query('CREATE SCHEMA kept');
  for (const table of TABLES) await db.query(`CREATE TABLE kept.${table} AS TABLE public.${table}`);
  await db.query('SET session_replication_role = replica');
  try {
    await db.query(sql);
    for (const what of [undefined, run, approval]) {
      const found = await t.stores.ledger.verify(t.tenant, what);
      expect(found.ok).toBe(false);
      expect(found.broken).toMatch(/^(Entry #\d|The ledger)/);
    }
  } finally {
    for (const table of TABLES)
      await db.query(`DELETE FROM public.${table}; INSERT INTO public.${table} SELECT * FROM kept.${table}`);
    await db.query('SET session_replication_role = DEFAULT');
    await db.query('DROP SCHEMA kept CASCADE');
  }
  expect((await t.stores.ledger.verify(t.tenant)).ok).toBe(true);
});
