import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { explain } from '../../core/explanation/explain.ts';
import type { ApprovalId, RunId } from '../../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import { createNoteSigner } from '../ledger/note.ts';
import { checkReceipt } from '../ledger/receipt.ts';
import { eraseSubject, ErasureRefusedError, holdsOf, liftHold, setHold } from './erase.ts';

let t: TestStores;
let db: Database;
let run: RunId;
let approval: ApprovalId;
let other: RunId;
const CLAIM = 'claim CLM-0847';
const REASON = 'the claimant asked for it';
const signer = createNoteSigner(
  'countersign.test',
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);
const by = () => t.people.ines.email;

/** The tables in which such a text can be read by whoever owns the database; partitions count as themselves. */
async function found(pattern: string): Promise<string[]> {
  const superuser = await t.as('superuser');
  const { rows } = await superuser.query<{ name: string }>(
    `SELECT format('%I', c.relname) AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`,
  );
  const among = rows.map(
    ({ name }) => `SELECT '${name}' AS name FROM ${name} x WHERE to_jsonb(x)::text ~* $1`,
  );
  const { rows: in_ } = await superuser.query<{ name: string }>(among.join(' UNION '), [pattern]);
  return in_.map(({ name }) => name).toSorted();
}

async function asked(claim: string): Promise<{ run: RunId; approval: ApprovalId }> {
  const of = await startTestRun(t, claim);
  const request = testApproval(of, t.people.robin.id, { args: { claim, payee: `Dana of ${claim}` } });
  const evidence = { ...request.evidence, title: `Pay Dana of ${claim}` };
  const opened = await t.stores.approvals.open(t.tenant, { ...request, evidence });
  if (!opened.ok) throw new Error(opened.reason);
  await t.stores.runs.recordStep(t.tenant, of, {
    ...{ key: 'k1', parent: null, kind: 'tool', name: 'get_claim', label: `Dana of ${claim}`, ok: true },
    ...{ latencyMs: 31, startedAtMs: 0 },
  });
  return { run: of, approval: opened.approval };
}

async function declined(id: ApprovalId): Promise<void> {
  const view = await t.stores.approvals.get(t.tenant, id);
  if (view === null) throw new Error('no such request');
  const declining = { kind: 'decline', by: t.people.ada.id, via: 'slack', cardDigest: null } as const;
  const reason = 'Dana withdrew the claim';
  const { actionDigest } = view;
  const done = await t.stores.approvals.transition(t.tenant, id, { ...declining, actionDigest, reason });
  if (!done.ok) throw new Error(done.reason);
}
const close = (of: RunId) =>
  t.stores.runs.close(t.tenant, of, { status: 'done', summary: 'Dana gets nothing', output: { to: 'Dana' } });
const receipt = async () => {
  await t.stores.checkpoints.make(t.tenant, signer);
  return JSON.stringify(await t.stores.checkpoints.receipt(t.tenant, approval));
};
const linesOf = async (of: RunId) =>
  (await t.stores.ledger.verify(t.tenant, of)).lines.map((l) => l.sentence);
const erasing = (who: string) => eraseSubject(db, t.tenant, { who, reason: REASON, by: by() });

beforeAll(async () => {
  t = await openTestStores();
  db = openDatabase(t.urls.appUrl, { max: 2 }, t.encryptionKey);
  ({ run, approval } = await asked('CLM-0847'));
  ({ run: other } = await asked('CLM-0848'));
});
afterAll(async () => {
  await db.close();
  await t.close();
});

test('what is personal of an entry lies sealed, and is read as before', async () => {
  const superuser = await t.as('superuser');
  const { rows } = await superuser.query<{ body: string }>('SELECT body FROM ledger_bodies');
  expect(rows.map(({ body }) => body).join()).not.toMatch(/Dana|CLM-084/);
  expect((await linesOf(run)).join('\n')).toMatch(/Robin Reyes asked fraud-review to look at CLM-0847/);
});

const explained = async () => {
  const source = await t.stores.concerned.source(t.tenant, approval);
  return source && { ...explain(source, () => true) };
};

test('nothing is erased by somebody who is no Admin, while something is open, of nobody, or under a legal hold', async () => {
  await expect(
    eraseSubject(db, t.tenant, { who: CLAIM, reason: REASON, by: t.people.ada.email }),
  ).rejects.toThrow(/is no Admin/);
  await expect(erasing(CLAIM)).rejects.toThrow(/still open/);
  await expect(erasing('claim CLM-9999')).rejects.toThrow(ErasureRefusedError);
  await declined(approval);
  await close(run);
  const hold = await setHold(db, t.tenant, { who: CLAIM, reason: 'a lawsuit', by: by() });
  await expect(erasing(CLAIM)).rejects.toThrow(/legal hold/);
  expect(await holdsOf(db, t.tenant)).toMatchObject([{ hold, everybody: false }]);
  expect(await liftHold(db, t.tenant, { hold, reason: 'settled', by: by() })).toBe(true);
  expect(await liftHold(db, t.tenant, { hold, reason: 'settled', by: by() })).toBe(false);
  expect(await found('Dana of CLM-0847')).toEqual(['approvals', 'run_steps']);
});

test('an erased party is gone from the database; the chain, the checkpoint and the receipt from before still verify', async () => {
  const before = await receipt();
  expect(checkReceipt(before, signer.verifierKey)).toMatchObject({ ok: true });
  const forged = before.replace('Dana of CLM-0847', 'Dora of CLM-0847');
  expect(forged).not.toBe(before);
  expect(checkReceipt(forged, signer.verifierKey)).toMatchObject({ ok: false });

  expect(await explained()).toMatchObject({
    erased: false,
    deeds: [{ did: 'declined', roles: ['approver'] }],
  });

  expect(await erasing(CLAIM)).toMatchObject({ runs: 1, person: false, keys: 1 });

  expect(await found('CLM-0847|Dana withdrew|Dana gets')).toEqual([]);
  expect(await found('Dana of CLM-0848')).toEqual(['approvals', 'run_steps']);
  const verified = await t.stores.ledger.verify(t.tenant, undefined, {}, undefined);
  expect(verified).toMatchObject({ ok: true, dropped: 0 });
  expect(verified.erased).toBeGreaterThan(3);
  expect(verified.lines.at(-1)?.sentence).toBe(`What was personal of somebody was erased: ${REASON}`);
  expect((await linesOf(run)).join('\n')).toMatch(/what was personal in it is erased/);
  expect((await linesOf(other)).join('\n')).not.toMatch(/erased/);

  expect(checkReceipt(before, signer.verifierKey)).toMatchObject({ ok: true });
  const after = checkReceipt(await receipt(), signer.verifierKey);
  expect(after).toMatchObject({ ok: true, sentence: expect.stringContaining('which were erased') });
  // A view of it still opens, and says nothing any more.
  expect(JSON.stringify(await t.stores.approvals.view(t.tenant, approval))).not.toContain('Dana');
  // An explanation says that it is erased, and who decided by role still.
  const told = await explained();
  expect(told).toMatchObject({ erased: true, deeds: [{ did: 'declined', roles: ['approver'], said: null }] });
  expect(JSON.stringify(told)).not.toContain('Dana');
});

test('a person of the company is erased by name, address and accounts; what they did stays done', async () => {
  const { ada } = t.people;
  expect(await erasing(ada.email)).toMatchObject({ person: true });
  expect(await found(`${ada.name}|${ada.email}`)).toEqual([]);
  expect(await found(ada.id)).toContain('approvals');
  expect(await explained()).toMatchObject({ deeds: [{ did: 'declined', roles: null }] });
  expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
  // Somebody of the same claim comes back: a new key, and what is erased stays erased.
  const later = performance.now() + 6_000;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(later);
  const again = await asked('CLM-0847');
  clock.mockRestore();
  expect((await linesOf(again.run)).join('\n')).toMatch(/look at CLM-0847/);
  expect((await linesOf(run)).join('\n')).not.toMatch(/look at CLM-0847/);
});
