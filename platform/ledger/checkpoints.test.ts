import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, CheckpointPostId, TenantId } from '../../core/ids.ts';
import { provesConsistency, provesInclusion } from '../../core/merkle/proof.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { addOtherTenant } from '../../test/bot-kit.ts';
import { backUp, restore } from '../../test/copy-database.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { freshDatabase } from '../../test/engines.ts';
import { createLog } from '../log.ts';
import { migrate } from '../migrate.ts';
import { openAdmin } from '../tenants.ts';
import { openStores } from '../open-store.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';
import { CheckpointForkError, type CheckpointPlace } from './checkpoint-place.ts';
import { keepDue } from './keep-checkpoints.ts';
import { createNoteSigner, openCheckpoint, readHead, readVerifier } from './note.ts';
import { checkProof, toBase64, type ProofJson } from './proofs.ts';
import { checkReceipt } from './receipt.ts';

const pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = createNoteSigner('countersign.test', pem());
const verifier = readVerifier(signer.verifierKey);
const log = createLog({ level: 'silent' });

/** What a page of the guides tells to type, all of it, as it stands there. */
const stepsOf = (page: string): string =>
  [
    ...readFileSync(join(import.meta.dirname, `../../docs/guides/${page}.md`), 'utf8').matchAll(
      /^```sh\n([\s\S]*?)^```$/gm,
    ),
  ]
    .map(([, block = '']) => block)
    .join('\n');

let t: TestStores;
let db: Client;
let folder: string;
let place: CheckpointPlace;
beforeAll(async () => {
  t = await openTestStores();
  db = await t.as('superuser');
  folder = mkdtempSync(join(tmpdir(), 'countersign-checkpoints-'));
  place = openCheckpointFolder(folder);
});
afterAll(async () => {
  await t?.close();
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
const keep = () => keepDue({ checkpoints: t.stores.checkpoints, signer, places: [place], log });

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
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([]);
    await db.query(`UPDATE ledger_checkpoints SET made_at = now() - interval '31 seconds'`);
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([t.tenant]);
    const away: CheckpointPlace = { ...place, publish: () => Promise.reject(new Error('away')) };
    const other = openCheckpointFolder(join(folder, 'other'));
    await keepDue({ checkpoints: t.stores.checkpoints, signer, places: [away, other], log });
    // the other has all of them, and waits for nobody
    expect(await other.read(t.tenant)).toHaveLength(4);
    expect(await t.stores.checkpoints.due({ unpublished: true })).toEqual([t.tenant]);
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
    const steps = stepsOf('check-a-receipt');
    const byHand = async (receipt: string, key = signer.verifierKey): Promise<string> => {
      const dir = mkdtempSync(join(tmpdir(), 'countersign-stranger-'));
      writeFileSync(join(dir, 'receipt.json'), receipt);
      writeFileSync(join(dir, 'key.txt'), `${key}\n`);
      const found = await promisify(execFile)('bash', ['-c', steps], { cwd: dir }).finally(() =>
        rmSync(dir, { recursive: true }),
      );
      return found.stdout;
    };
    const said = await byHand(text);
    expect(said).toContain('Signature Verified Successfully');
    const checked = checkReceipt(text, signer.verifierKey);
    expect(said).toContain(`all of it is about one action: ${checked.ok ? checked.actionDigest : ''}`);
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
      [text, createNoteSigner('countersign.test', pem()).verifierKey],
    ] as const;
    for (const [receipt, key] of wrong) await expect(byHand(receipt, key)).rejects.toThrow();
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

  test('of a request that is not there is none, also where another company has it', async () => {
    const ghost = 'apr_00000000000000000000000000' as ApprovalId;
    expect(await t.stores.checkpoints.receipt(t.tenant, ghost)).toBe('none');
    expect(await t.stores.checkpoints.receipt('other' as TenantId, approval)).toBe('none');
  });
});

/** What was backed up, in an empty database of its own. */
async function openRestored(from: string) {
  const { superuserUrl, database } = freshDatabase();
  const urls = await prepareDatabase({ superuserUrl, database });
  await migrate({ migratorUrl: urls.migratorUrl });
  await restore(superuserUrl.replace(/\/postgres$/, `/${database}`), from);
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
    await keep();
    await backUp(db, older);
    await addEntries(2);
    await make();
    await keep();
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
    const errors: unknown[] = [];
    const destination = { write: (line: string) => void errors.push(JSON.parse(line)) };
    const keepThere = () =>
      keepDue({
        checkpoints: restored.checkpoints,
        signer,
        places: [place],
        log: createLog({ destination }),
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
      await keepThere();
      expect(errors.splice(0)).toEqual([
        expect.objectContaining({ code: 'checkpoint_fork', tenant: t.tenant }),
      ]);
      expect(await place.read(t.tenant)).toEqual(notes);
    }
    await restored.close();
  });
});
