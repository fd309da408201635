import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ApprovalEvent } from '../../core/approval/types.ts';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, CheckpointPostId, RunId, TenantId } from '../../core/ids.ts';
import { provesConsistency, provesInclusion } from '../../core/merkle/proof.ts';
import { run as explain } from '../../bin/explain.ts';
import { run as handReceipt } from '../../bin/receipt.ts';
import { tellRunning } from '../../bin/stack/running.ts';
import { run as verify } from '../../bin/verify.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { addOtherTenant } from '../../test/bot-kit.ts';
import { backUp, restore } from '../../test/copy-database.ts';
import { startLocalWitness, type LocalWitness } from '../../test/local-witness.ts';
import { blocksOf, typeBlocks } from '../../test/typed-guide.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { migratedDatabase } from '../../test/engines.ts';
import { createLog } from '../log.ts';
import { openAdmin } from '../tenants.ts';
import { openStores, type OpenStores } from '../open-store.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';
import { CheckpointForkError, type CheckpointPlace } from './checkpoint-place.ts';
import { keepDue } from './keep-checkpoints.ts';
import { createCosigning } from './cosign.ts';
import { cosignatureUnder, readWitness } from './cosignature.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { checkpointText, createNoteSigner, openCheckpoint, readHead, readVerifier } from './note.ts';
import { checkProof, toBase64, type ProofJson } from './proofs.ts';
import { readReceiptText, receiptText } from './receipt-text.ts';
import { checkReceipt, type ReceiptJson, type RunReceiptJson } from './receipt.ts';
import { openWitness } from './witness-client.ts';

const pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = createNoteSigner('countersign.test', pem());
const verifier = readVerifier(signer.verifierKey);
const log = createLog({ level: 'silent' });

let t: TestStores;
let db: Client;
let folder: string;
let place: CheckpointPlace;
let witness: LocalWitness;
beforeAll(async () => {
  witness = await startLocalWitness({
    [`countersign.test/ledger/${EXAMPLE.tenant}`]: signer.verifierKey,
    ['countersign.test/ledger/other-insurer']: signer.verifierKey,
  });
  t = await openTestStores();
  db = await t.as('superuser');
  folder = mkdtempSync(join(tmpdir(), 'countersign-checkpoints-'));
  place = openCheckpointFolder(folder);
});
afterAll(async () => {
  await t?.close();
  await witness.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As many entries as it takes for the tree to have nodes that are kept. */
async function addEntries(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await t.stores.approvals.recordRefusal(t.tenant, {
      ...{ subject: 'req', person: null, account: { platform: 'slack', workspace: 'T', account: `U${i}` } },
      ...{ verb: 'approve', reason: 'identity_unlinked' },
    });
}
const make = async () => {
  const made = await t.stores.checkpoints.make(t.tenant, signer);
  if (made === null) throw new Error('no checkpoint was made');
  const head = openCheckpoint(made.note, verifier);
  if (head === null) throw new Error('it does not open');
  return head;
};
const leafOf = async (seq: number): Promise<Uint8Array> => {
  const { rows } = await db.query<{ hash: string }>(
    'SELECT entry_hash AS hash FROM ledger_entries WHERE tenant = $1 AND seq = $2',
    [t.tenant, seq],
  );
  return hexToBytes(rows[0]?.hash ?? '');
};
const witnessed = async () => ({ verifierKey: signer.verifierKey, notes: await place.read(t.tenant) });
const verdict = async () => t.stores.ledger.verify(t.tenant, undefined, {}, await witnessed());
/** One look, as the workers do it; what it logged that is wrong. */
async function keepIn(checkpoints: CheckpointStore, asked?: LocalWitness): Promise<unknown[]> {
  const said: unknown[] = [];
  const told = createLog({
    level: 'warn',
    destination: { write: (line: string) => void said.push(JSON.parse(line)) },
  });
  const witnesses = asked ? [openWitness(asked)] : [];
  const cosigning = createCosigning({ checkpoints, witnesses, log: told, againAfterMs: 0 });
  await keepDue({ checkpoints, signer, places: [place], cosigning, log: told });
  return said.filter((one) => (one as { tenant?: string }).tenant === t.tenant);
}
const keep = (asked?: LocalWitness) => keepIn(t.stores.checkpoints, asked);
const idOf = ({ verifierKey }: LocalWitness): string => readWitness(verifierKey).id;

describe('checkpoints of a ledger', () => {
  test('grow with it, and prove every entry and that nothing was rewritten between them', async () => {
    const first = await make();
    expect(await t.stores.checkpoints.make(t.tenant, signer)).toBeNull();
    await addEntries(300);
    const second = await make();
    await addEntries(270);
    const third = await make();
    expect([second.size - first.size, third.size - second.size]).toEqual([300, 270]);
    const { rows } = await db.query('SELECT level, index::int FROM ledger_nodes ORDER BY index');
    expect(rows).toEqual([{ level: 8, index: 0 }, { level: 8, index: 1 }]); // prettier-ignore
    for (const seq of [1, 255, 256, 257, 300, 512, 513, third.size]) {
      const proof = await t.stores.checkpoints.proveEntry(t.tenant, seq, third.size);
      const claim = { index: seq - 1, leaf: await leafOf(seq), size: third.size, root: third.root, proof };
      expect(provesInclusion(claim)).toBe(true);
      expect(provesInclusion({ ...claim, leaf: await leafOf(seq === 1 ? 2 : seq - 1) })).toBe(false);
    }
    for (const [earlier, later] of [[first, second], [first, third], [second, third]] as const) {
      const proof = await t.stores.checkpoints.proveGrowth(t.tenant, earlier.size, later.size);
      expect(provesConsistency({ earlier, later, proof })).toBe(true);
    } // prettier-ignore
  });

  test('prove their growth, and each entry, to whoever has the file and the key alone', async () => {
    const { tenant } = t;
    const [first, , third] = await t.stores.checkpoints.list(tenant);
    const [earlier, later] = [first?.note ?? '', third?.note ?? ''];
    const sizes = [readHead(earlier)?.size ?? 0, readHead(later)?.size ?? 0] as const;
    const grown = toBase64(await t.stores.checkpoints.proveGrowth(tenant, ...sizes));
    const growth: ProofJson = { v: 1, kind: 'countersign-growth', tenant, earlier, later, proof: grown };
    const [entry] = await t.stores.ledger.headers(tenant, { after: 299, limit: 1 });
    const proof = toBase64(await t.stores.checkpoints.proveEntry(tenant, 300, sizes[1]));
    const { header = '' } = entry ?? {};
    const inclusion: ProofJson = {
      ...{ v: 1, kind: 'countersign-inclusion', tenant, checkpoint: later, header, proof },
    };
    const check = (json: ProofJson) => checkProof(JSON.stringify(json), signer.verifierKey);
    expect(check(growth)).toEqual({
      ok: true,
      sentence: `The ledger of ${tenant} at ${sizes[1]} entries only added to what it had at ${sizes[0]}.`,
    });
    expect(check(inclusion)).toMatchObject({ ok: true, sentence: expect.stringMatching(/^Entry #300 \(refused, req\) stands in/) });
    const wrong: ProofJson[] = [
      { ...growth, proof: grown.slice(1) },
      { ...growth, earlier: later, later: earlier },
      { ...growth, tenant: 'another' },
      { ...inclusion, header: header.replace('refused', 'relaxed') },
      { ...inclusion, checkpoint: earlier },
      { ...inclusion, proof: [...proof, ...proof.slice(-1)] },
    ];
    for (const one of wrong) expect(check(one)).toMatchObject({ ok: false });
    expect(checkProof('{}', signer.verifierKey)).toBeNull();
  }); // prettier-ignore

  test('are published once each, and the ledger agrees with all of them', async () => {
    await keep();
    await keep();
    expect(readdirSync(join(folder, t.tenant))).toHaveLength(3);
    expect(await verdict()).toMatchObject({ ok: true, checkpoints: 3, broken: null });
  });

  test('wait for half a minute or a thousand entries, and a place that is away for its return', async () => {
    await addEntries(1);
    // However long the tests before this one took.
    await db.query('UPDATE ledger_checkpoints SET made_at = now()');
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([]);
    await db.query(`UPDATE ledger_checkpoints SET made_at = now() - interval '31 seconds'`);
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([
      { tenant: t.tenant, grown: true },
    ]);
    const away: CheckpointPlace = { ...place, publish: () => Promise.reject(new Error('away')) };
    const other = openCheckpointFolder(join(folder, 'other'));
    await keepDue({ checkpoints: t.stores.checkpoints, signer, places: [away, other], log });
    // the other has all of them, and waits for nobody
    expect(await other.read(t.tenant)).toHaveLength(4);
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([
      { tenant: t.tenant, grown: false },
    ]);
    await keep();
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([]);
    expect(await verdict()).toMatchObject({ ok: true, checkpoints: 4 });
  });

  test('are told to the company’s channels once a day, from the second day on, unless it wants none', async () => {
    const { checkpoints } = t.stores;
    const copies = async () =>
      (await db.query<{ subject: string; platform: string }>(`SELECT subject, platform FROM card_copies WHERE subject LIKE 'chk_%' ORDER BY platform`)).rows;
    const isYesterday = () => db.query(`UPDATE ledger_checkpoints SET made_at = made_at - interval '1 day' WHERE size = (SELECT min(size) FROM ledger_checkpoints)`);
    expect(await checkpoints.postDaily(t.tenant)).toBe(false);
    await isYesterday();
    const admin = openAdmin({ appUrl: t.urls.appUrl });
    const tell = async (channel: string): Promise<void> => {
      for (const [platform, workspace] of [['slack', EXAMPLE.slack.team], ['teams', EXAMPLE.teams.tenant]] as const)
        await admin.setCheckpointsChannel(t.tenant, { platform, workspace, channel });
    };
    await tell('off');
    expect(await checkpoints.postDaily(t.tenant)).toBe(false);
    await tell('');
    await admin.close();
    await make();
    const posted = await Promise.all([1, 2, 3].map(() => checkpoints.postDaily(t.tenant)));
    expect(posted.filter(Boolean)).toHaveLength(1);
    const [slack, teams, ...more] = await copies();
    expect([slack?.platform, teams?.platform, more]).toEqual(['slack', 'teams', []]);
    expect(teams?.subject).toBe(slack?.subject);
    const told = await checkpoints.posted(t.tenant, slack?.subject as CheckpointPostId);
    expect(told?.note).toBe((await checkpoints.list(t.tenant)).at(-1)?.note);
    // the next day, with nothing new, there is nothing to tell
    await db.query(`UPDATE checkpoint_posts SET day = day - 1`);
    expect(await checkpoints.postDaily(t.tenant)).toBe(false);
  }); // prettier-ignore

  test('made by two processes at once are one', async () => {
    await addEntries(1);
    const made = await Promise.all([1, 2, 3].map(() => t.stores.checkpoints.make(t.tenant, signer)));
    expect(made.filter((one) => one !== null)).toHaveLength(1);
    await keep();
  });

  test('attack 58: of another company are neither seen nor counted', async () => {
    const other = await addOtherTenant(t);
    const made = await t.stores.checkpoints.make(other, signer);
    expect(openCheckpoint(made?.note ?? '', verifier)?.origin).toBe(`countersign.test/ledger/${other}`);
    const notes = [made?.note ?? ''];
    const held = await t.stores.ledger.verify(t.tenant, undefined, {}, { ...(await witnessed()), notes });
    expect(held).toMatchObject({ ok: false, broken: expect.stringMatching(/does not carry our signature/) });
    expect(await t.stores.checkpoints.list(other)).toHaveLength(1);
  });
});

describe('a witness', () => {
  const origin = `countersign.test/ledger/${EXAMPLE.tenant}`;
  const verified = async () =>
    t.stores.ledger.verify(
      t.tenant,
      undefined,
      {},
      { ...(await witnessed()), witnesses: [witness.verifierKey] },
    );
  const uncosigned = async () =>
    (await t.stores.checkpoints.uncosigned(t.tenant, idOf(witness))).waiting.length;
  const readNewest = async () => (await place.read(t.tenant)).at(-1) ?? '';

  test('signs each checkpoint, which is published with its signature', async () => {
    await addEntries(2);
    const { size } = await make();
    await keep(witness);
    // it asks as one who does not know what the witness signed, and the oldest first
    expect(new Set(witness.answers)).toEqual(new Set([200]));
    expect(witness.signed.get(origin)?.size).toBe(size);
    expect(await uncosigned()).toBe(0);
    const under = cosignatureUnder(await readNewest(), readWitness(witness.verifierKey));
    expect(under).toMatchObject({ signedAtMs: expect.any(Number) });
    expect(readdirSync(join(folder, t.tenant)).at(-1)).toBe(`${String(size).padStart(16, '0')}.checkpoint`);
    expect(await verified()).toMatchObject({ ok: true, witnesses: [{ name: 'witness.test/w1', size }] });
    const receipt = async () => t.stores.checkpoints.list(t.tenant);
    expect((await receipt()).at(-1)?.note).toBe(await readNewest());
  });

  test('that is away holds up nothing: its signature comes later, and lies beside the checkpoint', async () => {
    witness.setAway(true);
    const before = (await verified()).witnesses[0]?.size;
    await addEntries(1);
    const { size } = await make();
    expect(await keep(witness)).toEqual([expect.objectContaining({ code: 'witness_away' })]);
    expect(readHead(await readNewest())?.size).toBe(size);
    expect(await verified()).toMatchObject({ ok: true, witnesses: [{ size: before }] });
    witness.setAway(false);
    expect(await keep(witness)).toEqual([]);
    const beside = readdirSync(join(folder, t.tenant)).filter((name) => name.endsWith('.cosignature'));
    expect(beside.at(-1)).toBe(`${String(size).padStart(16, '0')}.${idOf(witness).slice(-8)}.cosignature`);
    expect(await verified()).toMatchObject({ ok: true, witnesses: [{ size }] });
    expect(await t.stores.checkpoints.due({ unpublished: true, witnesses: [idOf(witness)] })).toEqual([]);
  });

  test('whose answer was lost is asked again, from what it says that it signed', async () => {
    await db.query('DELETE FROM ledger_cosignatures WHERE tenant = $1', [t.tenant]);
    const answered = witness.answers.length;
    expect(await keep(witness)).toEqual([]);
    expect(witness.answers.slice(answered)).toEqual([409, 200]);
    expect(await verified()).toMatchObject({ witnesses: [{ size: witness.signed.get(origin)?.size }] });
  });

  test('is believed by its key alone: what another signed is not kept, nor taken for its signature', async () => {
    const liar = await startLocalWitness({ [origin]: signer.verifierKey });
    liar.forge();
    const refused = expect.objectContaining({ code: 'witness_refused', why: 'its signature does not hold' });
    expect(await keep(liar)).toEqual([refused]);
    expect((await t.stores.checkpoints.uncosigned(t.tenant, idOf(liar))).signed).toBe(0);
    await liar.close();
    const notes = await place.read(t.tenant);
    const [line = ''] = (await readNewest()).trimEnd().split('\n').slice(-1);
    const moved = notes.map((note, i) => (i === 0 ? `${note}${line}\n` : note));
    const held = await t.stores.ledger.verify(
      t.tenant,
      undefined,
      {},
      {
        ...{ verifierKey: signer.verifierKey, notes: moved, witnesses: [witness.verifierKey] },
      },
    );
    expect(held.broken).toMatch(/bears a signature of the witness witness\.test\/w1 that is not theirs/);
  });

  test('refuses a ledger that it was not told of, and a key that it does not know', async () => {
    const other = createNoteSigner('countersign.test', pem()).verifierKey;
    for (const [knows, why] of [
      [{}, /does not know this ledger/],
      [{ [origin]: other }, /does not know the key/],
    ] as const) {
      const stranger = await startLocalWitness(knows);
      expect(await keep(stranger)).toEqual([
        expect.objectContaining({ code: 'witness_refused', why: expect.stringMatching(why) }),
      ]);
      expect(stranger.signed.size).toBe(0);
      await stranger.close();
    }
  });

  test('attack 52: signs no second history of what it signed, whatever it is told of the first', async () => {
    const client = openWitness(witness);
    const head = witness.signed.get(origin) ?? { size: 0, root: new Uint8Array() };
    const forked = (size: number) =>
      signer.sign(checkpointText({ origin, size, root: Uint8Array.from(Buffer.alloc(32, 7)) }));
    const ask = (old: number, size: number, proof: Uint8Array[] = []) =>
      client.ask({ old, proof, note: forked(size) }, AbortSignal.timeout(60_000));
    expect(await ask(head.size, head.size)).toMatchObject({ is: 'fork' });
    expect(await ask(head.size, head.size + 5, [Buffer.alloc(32, 9)])).toMatchObject({ is: 'fork' });
    // nor from the beginning, nor an end that was cut off
    expect(await ask(0, head.size + 5)).toEqual({ is: 'elsewhere', size: head.size });
    expect(await ask(head.size - 1, head.size - 1)).toEqual({ is: 'elsewhere', size: head.size });
    expect(await ask(head.size + 1, head.size)).toMatchObject({ is: 'refused' });
    expect(witness.signed.get(origin)).toEqual(head);
  });
});

describe('a receipt', () => {
  const signed = async (): Promise<ApprovalId> => {
    const asked = await t.stores.approvals.open(t.tenant, testApproval(await startTestRun(t), t.people.robin.id));
    if (!asked.ok) throw new Error(asked.reason);
    const state = await t.stores.approvals.get(t.tenant, asked.approval);
    for (const [who, via] of [['ada', 'slack'], ['sofia', 'teams']] as const)
      await t.stores.approvals.transition(t.tenant, asked.approval, {
        ...{ kind: 'approve', by: t.people[who].id, via, comment: null, cardDigest: null },
        actionDigest: state?.actionDigest ?? ('' as Sha256),
      });
    return asked.approval;
  }; // prettier-ignore
  let approval: ApprovalId;
  let text: string;

  test('says who decided what, with which role, to somebody who has the public key alone', async () => {
    approval = await signed();
    expect(await t.stores.checkpoints.receipt(t.tenant, approval)).toBe('not-yet');
    await make();
    await keep();
    text = JSON.stringify(await t.stores.checkpoints.receipt(t.tenant, approval));
    const checked = checkReceipt(text, signer.verifierKey);
    expect(checked).toMatchObject({
      ok: true,
      sentence: expect.stringMatching(
        /^"Pay £6,180\.00 on claim CLM-0847": signed by Ada \w+ \(.*approver.*\) and Sofia \w+ \(.+\); it was approved at 2/,
      ),
    });
    expect(checked.ok && checked.lines.map(({ sentence }) => sentence).join(' ')).toMatch(/Ada \w+/);
  });

  test('does not hold with one bit of it changed, unless that changes nothing', () => {
    const whole = checkReceipt(text, signer.verifierKey);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(6), (at, bit) => {
        const changed = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
        const checked = checkReceipt(text.slice(0, at) + changed + text.slice(at + 1), signer.verifierKey);
        // the last bits of a base64 text may say nothing
        if (checked.ok) expect(checked).toEqual(whole);
      }),
    );
  });

  test('is checked by a stranger who has openssl, jq and the page of the guide', async () => {
    const byHand = (receipt: string, key = signer.verifierKey): Promise<string> =>
      typeBlocks(blocksOf('check-a-receipt', 'sh'), { 'receipt.json': receipt, 'key.txt': `${key}\n` });
    const said = await byHand(text);
    expect(said).toContain('Signature Verified Successfully');
    const checked = checkReceipt(text, signer.verifierKey);
    expect(said).toContain(`all of it is about one action: ${checked.ok ? checked.actionDigests[0] : ''}`);
    expect(said).toMatch(/approval\.signed.*\n.*Ada/);
    const { entries, ...rest } = JSON.parse(text) as { entries: { proof: string[] }[] };
    const [first, ...others] = entries as [{ proof: string[] }, ...{ proof: string[] }[]];
    const moved = JSON.stringify({
      ...rest,
      entries: [{ ...first, proof: first.proof.slice(1) }, ...others],
    });
    const wrong = [
      [text.replace(/6180/, '9180')],
      [moved],
      [JSON.stringify({ ...rest, entries: entries.toSpliced(1, 1) })],
      [withCraftedName(text)],
      [text, createNoteSigner('countersign.test', pem()).verifierKey],
    ] as const;
    // Whatever is pasted after the step that fails says nothing: no later line may read as if it held.
    const end = expect.stringMatching(/^(?![^]*of 2 signatures)/);
    const refused = {
      code: 1,
      stdout: end,
      stderr: expect.stringContaining('Not proved. This does not hold: '),
    };
    await Promise.all(
      wrong.map(([receipt, key]) => expect(byHand(receipt, key)).rejects.toMatchObject(refused)),
    );
    const held = JSON.stringify({ ...rest, entries: [{ ...first, personal: {} }, ...others] });
    const heldBack = await byHand(held).catch((error: { stdout: string }) => error.stdout);
    expect(heldBack).toContain('missing in #');
    expect(checkReceipt(held, signer.verifierKey)).toMatchObject({
      sentence: expect.stringContaining('erased or held back'),
    });
  });

  test('of another action, another ledger or another signer is none', () => {
    const paying = text.replace(/6180/, '9180');
    expect(paying).not.toBe(text);
    expect(checkReceipt(paying, signer.verifierKey)).toEqual({
      ok: false,
      broken: expect.stringMatching(/^Entry #\d+ has a body that is not the one committed to/),
    });
    const { verifierKey } = createNoteSigner('countersign.test', pem());
    expect(checkReceipt(text, verifierKey)).toMatchObject({
      broken: expect.stringMatching(/not signed by this key/),
    });
    const receipt = JSON.parse(text) as { entries: unknown[] };
    const halved = JSON.stringify({ ...receipt, entries: receipt.entries.slice(1) });
    expect(checkReceipt(halved, signer.verifierKey)).toMatchObject({
      broken: expect.stringMatching(/lacks the entry/),
    });
    for (const junk of ['', '{}', 'null', '[1]', text.slice(1)])
      expect(checkReceipt(junk, signer.verifierKey)).toMatchObject({
        broken: expect.stringMatching(/no receipt/),
      });
  });

  test('does not hold with an entry left out before its last, said twice or moved', () => {
    const receipt = JSON.parse(text) as ReceiptJson;
    const check = (entries: ReceiptJson['entries']) => checkReceipt(JSON.stringify({ ...receipt, entries }), signer.verifierKey); // prettier-ignore
    const { entries } = receipt;
    const [asked, ada, sofia] = entries;
    if (!asked || !ada || !sofia) throw new Error('too short');
    for (const i of entries.keys())
      if (i < entries.length - 1)
        expect(check(entries.toSpliced(i, 1))).toMatchObject({ broken: expect.stringMatching(/lacks/) });
    for (const other of [
      [asked, ada, ada],
      [asked, sofia, ada],
      [asked, asked, ada, sofia],
    ])
      expect(check(other)).toMatchObject({ broken: expect.stringMatching(/out of order|lacks/) });
    // What cannot be found is said: without its end it is as if it had been made earlier.
    expect(check([asked, ada])).toMatchObject({ ok: true, sentence: expect.stringMatching(/^"Pay .+": signed by Ada .+; .*pending/) }); // prettier-ignore
  });

  test('is handed out by the command line beside an explanation and proofs, and each is checked there', async () => {
    const { appUrl: DATABASE_URL, dispatcherUrl: DATABASE_DISPATCHER_URL } = t.urls;
    const named = { DATABASE_URL, DATABASE_DISPATCHER_URL, COUNTERSIGN_ENCRYPTION_KEY: t.encryptionKey };
    for (const [name, value] of Object.entries(named)) vi.stubEnv(name, value);
    vi.stubEnv('COUNTERSIGN_LEDGER_KEY', signer.verifierKey);
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    const wrong = vi.spyOn(console, 'error').mockImplementation(() => {});
    const dir = mkdtempSync(join(tmpdir(), 'countersign-handed-'));
    onTestFinished(() => {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      rmSync(dir, { recursive: true });
    });
    const out = (name: string): string => join(dir, name);
    expect(await handReceipt([t.tenant, approval, '--out', out('receipt.json')])).toBe(0);
    expect(JSON.parse(readFileSync(out('receipt.json'), 'utf8'))).toMatchObject({ approval });
    expect(await explain([t.tenant, approval, '--format', 'markdown', '--out', out('letter.md')])).toBe(0);
    expect(readFileSync(out('letter.md'), 'utf8')).toMatch(/^# How this was decided/);
    expect(await verify([t.tenant, '--entry', '1', '--out', out('proof.json')])).toBe(0);
    for (const file of ['receipt.json', 'proof.json']) expect(await verify([out(file)]), file).toBe(0);
    expect(await verify([t.tenant, approval])).toBe(0);
    expect(said).toHaveBeenCalledWith(expect.stringMatching(/entries verify; \d+ signed checkpoints? agree/));
    const ghost = 'apr_00000000000000000000000000';
    expect([await handReceipt([t.tenant, ghost]), await explain([t.tenant, ghost])]).toEqual([1, 1]);
    expect(await verify([t.tenant, '--entry', '999999'])).toBe(1);
    expect(wrong).toHaveBeenCalledTimes(2);
  });

  test('of a request that is not there is none, also where another company has it', async () => {
    const ghost = 'apr_00000000000000000000000000' as ApprovalId;
    expect(await t.stores.checkpoints.receipt(t.tenant, ghost)).toBe('none');
    expect(await t.stores.checkpoints.receipt('other' as TenantId, approval)).toBe('none');
  });
});

describe('a receipt of a run', () => {
  const say = async (approval: ApprovalId, event: object): Promise<void> => {
    const { actionDigest } = (await approvals.get(t.tenant, approval)) ?? {};
    const done = await approvals.transition(t.tenant, approval, { actionDigest, ...event } as ApprovalEvent);
    if (!done.ok) throw new Error(done.reason);
  };
  let { approvals, runs, checkpoints } = {} as OpenStores;
  let run: RunId;
  let other: RunId;
  let receipt: RunReceiptJson;
  const seqOf = ({ header }: RunReceiptJson['entries'][number]): number => (JSON.parse(header) as { seq: number }).seq;
  const check = (changed: RunReceiptJson = receipt) => checkReceipt(JSON.stringify(changed), signer.verifierKey);
  const madeOf = async (of: RunId): Promise<RunReceiptJson> => {
    const made = await checkpoints.runReceipt(t.tenant, of);
    if (typeof made === 'string') throw new Error(made);
    return made;
  };
  /** Asked, edited, signed by two in both chats, executed; then the run ends. */
  beforeAll(async () => {
    ({ approvals, runs, checkpoints } = t.stores);
    [run, other] = [await startTestRun(t), await startTestRun(t)];
    const step = { parent: null, kind: 'tool', name: 'get_claim', label: 'CLM-0847', ok: true, latencyMs: 5, startedAtMs: 1 } as const;
    await runs.recordStep(t.tenant, run, { key: 't1', ...step });
    const asked = await approvals.open(t.tenant, testApproval(run, t.people.robin.id));
    const first = asked.ok ? await approvals.get(t.tenant, asked.approval) : null;
    if (first === null) throw new Error('nothing was asked');
    const amount = { currency: 'GBP', micros: 5_830_000_000 };
    const edited = await approvals.edit(t.tenant, first.id, {
      ...{ by: t.people.sofia.id, via: 'slack', actionDigest: first.actionDigest, cardDigest: null, comment: 'Less the excess.' },
      ...{ args: { ...first.action.args, amount }, successorAmount: amount },
    });
    const last = edited.ok ? edited.successor?.id : undefined;
    if (last === undefined) throw new Error('the edit was refused');
    await say(last, { kind: 'approve', by: t.people.ada.id, via: 'slack', comment: null, cardDigest: null });
    const state = await approvals.get(t.tenant, last);
    if (state?.status === 'pending') await say(last, { kind: 'approve', by: t.people.ben.id, via: 'teams', comment: null, cardDigest: null });
    await say(last, { kind: 'execute-begin', preconditionsHold: true });
    await say(last, { kind: 'execute-done', summary: 'Paid.', reference: 'PAY-1' });
    for (const one of [run, other]) await runs.close(t.tenant, one, { status: 'done', summary: 'Paid.', output: null });
    expect(await checkpoints.runReceipt(t.tenant, run)).toBe('not-yet');
    await make();
    receipt = await madeOf(run);
  });

  test('says how it began and ended, what it asked for, who signed and what was executed', () => {
    const checked = check();
    expect(checked).toMatchObject({ ok: true, actionDigests: [expect.any(String), expect.any(String)] });
    expect(checked.ok && checked.sentence).toMatch(
      new RegExp(
        `^The run ${run} of fraud-review \\S+ was started at 2.+; it ended \\(done\\) at 2.+ "Pay £6,180\\.00 .+superseded at .+ "Pay £5,830\\.00 on claim CLM-0847": signed by .*Ada .+; it was executed at 2`,
      ),
    );
    const kinds = receipt.entries.map(({ header }) => (JSON.parse(header) as { kind: string }).kind);
    expect(kinds).toEqual(expect.arrayContaining(['run.started', 'tool.called', 'approval.edited', 'action.executed', 'run.finished']));
    expect(readReceiptText(`Here:\n${receiptText(receipt).replaceAll('\n', ' \r\n\u00a0')}\nbye`)).toBe(JSON.stringify(receipt));
  });

  test('does not hold with any entry left out before the end, moved, or said twice', () => {
    const { entries } = receipt;
    for (const i of entries.keys())
      if (i < entries.length - 1)
        expect(check({ ...receipt, entries: entries.toSpliced(i, 1) })).toMatchObject({
          broken: expect.stringMatching(/lacks an? (the )?entry|lacks the entry|of them are in the receipt/),
        });
    const [first, second, ...rest] = entries;
    if (!first || !second) throw new Error('too short');
    for (const entriesToo of [[second, first, ...rest], [first, first, second, ...rest]])
      expect(check({ ...receipt, entries: entriesToo })).toMatchObject({ broken: expect.stringMatching(/out of order/) });
    // What cannot be found is said: the end itself left out is as if the run went on.
    const open = check({ ...receipt, entries: entries.slice(0, -1) });
    expect(open.ok && open.sentence).toMatch(/its end is not recorded here/);
  });

  test('takes no entry of another run, and is none of another run', async () => {
    const theirs = (await madeOf(other)).entries;
    const slipped = [...receipt.entries, ...theirs].sort((a, b) => seqOf(a) - seqOf(b));
    expect(check({ ...receipt, entries: slipped })).toMatchObject({ broken: expect.stringMatching(/^Entry #\d+ is not of run_/) });
    expect(check({ ...receipt, run: other })).toMatchObject({ broken: expect.stringMatching(/^Entry #\d+ is not of run_/) });
    expect(await checkpoints.runReceipt('other-insurer' as TenantId, run)).toBe('none');
  });

  test('does not hold with one bit of it changed, unless that changes nothing', () => {
    const text = JSON.stringify(receipt);
    const whole = checkReceipt(text, signer.verifierKey);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(6), (at, bit) => {
        const changed = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
        const checked = checkReceipt(text.slice(0, at) + changed + text.slice(at + 1), signer.verifierKey);
        if (checked.ok) expect(checked).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('names the witness that signed its checkpoint, and says of one that did not', async () => {
    await keep(witness);
    const signed = JSON.stringify(await madeOf(run));
    const silent = await startLocalWitness({});
    await silent.close();
    const [here, absent] = [witness.verifierKey, silent.verifierKey];
    expect(checkReceipt(signed, signer.verifierKey, [here, absent])).toMatchObject({
      witnesses: [{ name: 'witness.test/w1', signedAtMs: expect.any(Number) }, { signedAtMs: null }],
    });
    const byHand = [...blocksOf('check-a-receipt', 'sh').slice(0, 2), ...blocksOf('check-a-receipt', 'bash')];
    const stdout = await typeBlocks(byHand, {
      ...{ 'receipt.json': signed, 'key.txt': `${signer.verifierKey}\n`, 'witness.txt': `${here}\n` },
    });
    const dir = mkdtempSync(join(tmpdir(), 'countersign-stranger-'));
    const file = join(dir, 'copied.txt');
    writeFileSync(file, `From the chat:\n${receiptText(JSON.parse(signed) as RunReceiptJson)}\n`);
    // Beside a product that runs from the same home: its settings are for those who do not say whose signature counts.
    tellRunning({ dir }, { COUNTERSIGN_LEDGER_KEY: signer.verifierKey, COUNTERSIGN_WITNESS: `http://w.test ${absent}` });
    const verifyFile = (...more: string[]): Promise<{ stdout: string; stderr: string }> =>
      promisify(execFile)(process.execPath, ['bin/launch.mjs', 'verify', file, ...more], { env: { PATH: process.env['PATH'], COUNTERSIGN_HOME: dir } });
    const told = (wanted: string): ReturnType<typeof verifyFile> => verifyFile('--key', signer.verifierKey, '--witness', wanted);
    expect(await told(here)).toMatchObject({
      stdout: expect.stringMatching(/^The run run_[^]+The witness witness\.test\/w1 signed it too, at 2/),
      stderr: expect.not.stringContaining('runs from this checkout'),
    });
    expect((await verifyFile('--key', signer.verifierKey)).stdout).not.toContain('The witness');
    expect(await verifyFile()).toMatchObject({
      stdout: expect.stringMatching(/^The run run_[^]+The witness \S+ has not signed this checkpoint/),
      stderr: expect.stringContaining('runs from this checkout'),
    });
    await expect(told(absent)).rejects.toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/^Not proved\. The witness \S+ has not signed this checkpoint/) },
    });
    rmSync(dir, { recursive: true });
    expect(stdout.match(/Signature Verified Successfully/g)).toHaveLength(2);
    const [line = ''] = /\u2014 witness\.test\S* \S{100,}(?=\\n)/.exec(signed) ?? [];
    const forged = signed.replace(line, `${line.slice(0, -12)}${line.at(-12) === 'A' ? 'B' : 'A'}${line.slice(-11)}`);
    expect(forged).not.toBe(signed);
    expect(checkReceipt(forged, signer.verifierKey, [here])).toMatchObject({ broken: expect.stringMatching(/that is not theirs/) });
  }, 240_000);
}); // prettier-ignore

/** A part beside those of the first entry, with another title in it, whose name reads as a program to whoever pastes it into one. */
function withCraftedName(receipt: string): string {
  const { entries, ...rest } = JSON.parse(receipt) as ReceiptJson;
  const text = JSON.stringify({ title: 'Pay nothing' });
  const digest = createHash('sha256').update(Buffer.from('AAAA', 'base64')).update(text).digest('hex');
  const said = JSON.stringify(text).replaceAll(' ', '\\u0020');
  const name = `zz//(if(.entries)then{text:${said},salt:"AAAA"}else"${digest}"end)`;
  const [first, ...others] = entries;
  const personal = { ...first?.personal, [name]: { salt: 'AAAA', text } };
  return JSON.stringify({ ...rest, entries: [{ ...first, personal }, ...others] });
}

/** What was backed up, in an empty database of its own. */
async function openRestored(from: string) {
  const { superuserUrl, ...urls } = await migratedDatabase();
  await restore(superuserUrl, from);
  return openStores({ ...urls, encryptionKey: t.encryptionKey, log });
}

/** The owner of the database rewrites everything in it, chain and head and checkpoints, with every trigger off. */
async function whileRewritten(sql: string, look: () => Promise<void>): Promise<void> {
  await db.query('BEGIN');
  await db.query(`SET LOCAL session_replication_role = replica; ${sql}`);
  await db.query('COMMIT');
  await look();
}

describe('attack 51: whoever owns the database is found out by what was published', () => {
  test('the end cut off and the head moved back: as when an older backup is restored', async () => {
    await whileRewritten(
      `CREATE TABLE kept_entries AS SELECT * FROM ledger_entries WHERE seq > 400 AND tenant = '${t.tenant}';
       CREATE TABLE kept_bodies AS SELECT * FROM ledger_bodies WHERE seq > 400 AND tenant = '${t.tenant}';
       CREATE TABLE kept_heads AS SELECT * FROM ledger_heads;
       DELETE FROM ledger_bodies WHERE seq > 400 AND tenant = '${t.tenant}';
       DELETE FROM ledger_entries WHERE seq > 400 AND tenant = '${t.tenant}';
       UPDATE ledger_heads SET size = 400, head = (SELECT entry_hash FROM ledger_entries
         WHERE seq = 400 AND tenant = '${t.tenant}') WHERE tenant = '${t.tenant}'`,
      async () => {
        expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
        expect(await verdict()).toMatchObject({
          ok: false,
          broken: expect.stringMatching(/^Entry #401 is missing: a checkpoint was signed over \d+ entries/),
        });
      },
    );
  });

  test('what such a ledger comes to is not published beside what is there', async () => {
    const made = await t.stores.checkpoints.list(t.tenant);
    const publish = place.publish(t.tenant, { size: 401, note: made[0]?.note ?? '' });
    await expect(publish).rejects.toThrow(/does not follow the one published at 5\d\d/);
  });

  test('the end written anew: the first checkpoint over it does not agree', async () => {
    await addEntries(300);
    expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
    expect(await verdict()).toMatchObject({
      ok: false,
      broken: expect.stringMatching(
        /^The first \d+ entries are not those that the checkpoint was signed over/,
      ),
    });
    await whileRewritten(
      `DELETE FROM ledger_bodies WHERE seq > 400 AND tenant = '${t.tenant}';
       DELETE FROM ledger_entries WHERE seq > 400 AND tenant = '${t.tenant}';
       INSERT INTO ledger_entries SELECT * FROM kept_entries; INSERT INTO ledger_bodies SELECT * FROM kept_bodies;
       UPDATE ledger_heads h SET size = k.size, head = k.head FROM kept_heads k WHERE k.tenant = h.tenant`,
      async () => expect(await verdict()).toMatchObject({ ok: true }),
    );
  });
});

test('attack 52: two checkpoints of one size are equivocation: not published, and told by whoever has both', async () => {
  const [note = ''] = await place.read(t.tenant);
  const head = openCheckpoint(note, verifier);
  const forked = signer.sign(
    note
      .slice(0, note.indexOf('\n\n') + 1)
      .replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(32, 7).toString('base64')}\n`),
  );
  await expect(place.publish(t.tenant, { size: head?.size ?? 0, note: forked })).rejects.toThrow(CheckpointForkError); // prettier-ignore
  const { notes, ...key } = await witnessed();
  const held = await t.stores.ledger.verify(t.tenant, undefined, {}, { ...key, notes: [...notes, forked] });
  expect(held.broken).toMatch(/^There are two checkpoints at \d+ entries that say different things/);
  expect((await place.read(t.tenant))[0]).toBe(note);
});

describe('a backup', () => {
  let older: string;
  let newer: string;
  beforeAll(async () => {
    [older, newer] = [join(folder, 'older'), join(folder, 'newer')];
    await keep(witness);
    await backUp(db, older);
    await addEntries(2);
    await make();
    await keep(witness);
    await backUp(db, newer);
  });

  test('restored into an empty database is the ledger that the checkpoints published before were signed over', async () => {
    const restored = await openRestored(newer);
    const held = await restored.ledger.verify(t.tenant, undefined, {}, await witnessed());
    expect(held).toEqual(await verdict());
    expect(held).toMatchObject({ ok: true, broken: null });
    const [approval] = (await db.query<{ approval: ApprovalId }>('SELECT approval FROM approvals')).rows;
    const receipt = await restored.checkpoints.receipt(t.tenant, approval?.approval ?? ('' as ApprovalId));
    expect(checkReceipt(JSON.stringify(receipt), signer.verifierKey)).toMatchObject({ ok: true });
    await restored.close();
  });

  test('attack 51: that is older is a tail cut off, and whatever grows from it is published nowhere', async () => {
    const restored = await openRestored(older);
    const notes = await place.read(t.tenant);
    const cut = await restored.ledger.verify(t.tenant, undefined, {}, await witnessed());
    expect(cut).toMatchObject({
      ok: false,
      broken: expect.stringMatching(
        /^Entry #\d+ is missing: a checkpoint was signed over \d+ entries, so the end was cut off or an older copy restored\.$/,
      ),
    });
    for (const more of [1, 5]) {
      // the second time it is longer than what was published, and still no continuation of it
      for (let i = 0; i < more; i += 1)
        await restored.approvals.recordRefusal(t.tenant, {
          ...{
            subject: 'req',
            person: null,
            account: { platform: 'slack', workspace: 'T', account: `V${i}` },
          },
          ...{ verb: 'approve', reason: 'identity_unlinked' },
        });
      await restored.checkpoints.make(t.tenant, signer);
      // the witness has seen what came after, and signs neither what lacks it nor what denies it
      expect(await keepIn(restored.checkpoints, witness)).toEqual([
        expect.objectContaining({ code: 'witness_fork', tenant: t.tenant }),
        expect.objectContaining({ code: 'checkpoint_fork', tenant: t.tenant }),
      ]);
      expect(await place.read(t.tenant)).toEqual(notes);
    }
    await restored.close();
  });
});
