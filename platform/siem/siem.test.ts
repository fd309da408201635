import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import type { SiemEntry } from '../../core/siem/ocsf.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { createPool, openDatabase, type Database } from '../database.ts';
import { append } from '../ledger/append.ts';
import { createLog } from '../log.ts';
import { createSiemStore, type SiemStore } from './siem-store.ts';
import { openSink, type Sink } from './sinks.ts';
import { newProgress, tellDue } from './stream.ts';

let t: TestStores;
let db: Database;
let router: pg.Pool;
let siem: SiemStore;
let size: number;
const folder = mkdtempSync(join(tmpdir(), 'countersign-siem-'));
const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
const log = createLog({ level: 'silent' });
const none = { token: null, ca: null };

const add = (n: number): Promise<number> =>
  db.inTenant(t.tenant, (tx) =>
    append(
      tx,
      t.tenant,
      ...Array.from({ length: n }, (_, i) => ({
        ...{ kind: 'refused', subject: `apr_${i}`, run: null, actor: t.people.ada.id },
        body: { verb: 'approve', reason: 'expired', detail: {} },
      })),
    ),
  );
const sizeNow = async () => (await siem.sizes()).find(({ tenant }) => tenant === t.tenant)?.size ?? 0;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

beforeAll(async () => {
  t = await openTestStores();
  db = openDatabase(t.urls.appUrl, { max: 4 }, t.encryptionKey);
  router = createPool(t.urls.dispatcherUrl, { max: 1 });
  siem = createSiemStore(db, router);
  await add(1_100);
  size = await sizeNow();
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...made, ...subject],
    {
      stdio: 'ignore',
    },
  );
});
afterAll(async () => {
  await db.close();
  await router.end();
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a file gets every entry as OCSF, in order, and what comes later is added', async () => {
  const path = join(folder, 'ocsf.jsonl');
  const told = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence);
  const options = { siem, sink: openSink(`file:${path}`, none), log };
  const progress = newProgress();
  await tellDue(options, progress);
  expect(told()).toEqual(upTo(size));
  await add(3);
  size = await sizeNow();
  await tellDue(options, progress);
  expect(told()).toEqual(upTo(size));
  expect(readFileSync(path, 'utf8')).not.toMatch(new RegExp(`${t.people.ada.name}|${t.people.ada.email}`));
});

test('killed between delivery and cursor: the batch is told again, none is left out, and a second process waits for the lease', async () => {
  const told: number[] = [];
  const take = async (entries: readonly SiemEntry[]): Promise<void> => {
    told.push(...entries.map(({ header }) => header.seq));
  };
  const sink: Sink = { name: 'killed', send: take };
  const dying: SiemStore = { ...siem, moveTo: () => Promise.reject(new Error('killed')) };
  const first = newProgress();
  await tellDue({ siem: dying, sink, log }, first, 1_000);
  expect(told).toEqual(upTo(500));
  // Backed off: nothing is tried again at once; and another process leaves it alone while the lease stands.
  await tellDue({ siem, sink, log }, first, 2_000);
  await tellDue({ siem, sink, log }, newProgress());
  expect(told).toEqual(upTo(500));
  const superuser = await t.as('superuser');
  await superuser.query(`UPDATE siem_cursors SET lease_until = now() WHERE sink = 'killed'`);
  await tellDue({ siem, sink, log }, newProgress());
  expect(told).toEqual([...upTo(500), ...upTo(size)]);
});

/** The messages in a stream of octet-counted frames; the last may be cut. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.subarray(at, space).toString());
    const end = space + 1 + length;
    if (space < 0 || end > bytes.length) break;
    messages.push(bytes.subarray(space + 1, end).toString('utf8'));
    at = end;
  }
  return messages;
}

test('syslog over TLS: a server that drops the connection half-way gets the batch again, in whole frames, with no gap', async () => {
  const taken: Buffer[][] = [];
  const server: Server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    const mine: Buffer[] = [];
    const drops = taken.push(mine) === 2;
    socket.on('data', (chunk: Buffer) => {
      mine.push(chunk);
      if (drops) socket.destroy();
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const options = {
      siem,
      sink: openSink(`syslog+tls://localhost:${port}`, { token: null, ca: cert }),
      log,
    };
    const progress = newProgress();
    await tellDue(options, progress, 0);
    expect(taken).toHaveLength(2);
    await tellDue(options, progress, 1_000_000);
    const seqs = taken.map((chunks) =>
      messagesIn(Buffer.concat(chunks)).map((message) => Number(/ seq="(\d+)"/.exec(message)?.[1])),
    );
    expect(seqs[1]?.length).toBeLessThan(500);
    expect([seqs[0], ...seqs.slice(2)].flat()).toEqual(upTo(size));
    expect(messagesIn(Buffer.concat(taken[0] ?? []))[0]).toMatch(/^<1\d\d>1 \d{4}-.* \uFEFF\{.*\}$/);
  } finally {
    server.close();
  }
});

test('a server that is not there is no delivery, and an address without TLS is none', async () => {
  const sink = openSink('syslog+tls://localhost:1', { token: null, ca: cert });
  await expect(sink.send([])).rejects.toThrow();
  expect(() => openSink('http://siem.example/in', none)).toThrow(/a SIEM is/);
});
