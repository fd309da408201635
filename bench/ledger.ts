import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { agents } from '../agents/index.ts';
import type { Stack } from '../bin/stack/open-stack.ts';
import type { Gateway } from '../bot/chat.ts';
import { createGateway } from '../bot/gateway.ts';
import { Remembered } from '../bot/remembered.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { PersonId, RunId, TenantId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { openDatabase, type Database } from '../platform/database.ts';
import { append, appendStatement, type LedgerEntry } from '../platform/ledger/append.ts';
import { createNoteSigner } from '../platform/ledger/note.ts';
import { createLog } from '../platform/log.ts';
import { openStores, type OpenStores } from '../platform/open-store.ts';
import type { Pseudonym } from '../platform/personal/subject-keys.ts';
import { openAdmin } from '../platform/tenants.ts';
import { openBareAppends, type BareAppends } from './bare/appends.ts';
import { createApprovals, type Approvals } from './world/approvals.ts';
import { buttonOf } from './world/clicks.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
import { inParallel, median, percentile, rounded } from './world/statistics.ts';

const CLIENTS = 16;
const AIMS = { appendRatio: 0.8, verifySeconds: 30, receiptSeconds: 1, gatewayMs: 2 };

interface Size {
  readonly appends: number;
  readonly turns: number;
  readonly entries: number;
  readonly clicks: number;
}
const FULL: Size = { appends: 4_000, turns: 5, entries: 1_000_000, clicks: 400 };
const QUICK: Size = { appends: 800, turns: 1, entries: 40_000, clicks: 60 };

/** About as large as an entry about a decision is. */
const entryOf = (n: number): LedgerEntry => ({
  ...{ kind: 'approval.signed', subject: `apr_${String(n).padStart(26, '0')}`, run: null, actor: null },
  body: { verb: 'approve', via: 'slack', comment: null, actionDigest: 'a'.repeat(64), at: n },
});

/** The same with who decided and what they wrote, each sealed under a key of its own: ten people, ten claimants a tenant. */
const sealedEntryOf = (n: number): LedgerEntry => {
  const one = Math.floor(n / 64) % 10;
  const entry = entryOf(n);
  return {
    ...{ ...entry, run: `run_${String(n).padStart(26, '0')}` as RunId },
    ...{
      actor: `per_${String(one).padStart(26, '0')}` as PersonId,
      party: String(one).repeat(64) as Pseudonym,
    },
    body: {
      ...entry.body,
      by: { name: 'Ada Lovelace', roles: ['approver'] },
      comment: 'Both claims have one cause.',
    },
  };
};

const tenantOf = (n: number): TenantId => `bench-${n + 1}` as TenantId;

interface Appends {
  readonly ours: number;
  readonly bare: number;
  readonly ratio: number;
}

/** Appends a second over so many tenants, ours and bare in turns. */
async function compareAppends(
  say: Say,
  db: Database,
  bare: BareAppends,
  { appends, turns }: Size,
  tenants: number,
  entry: (n: number) => LedgerEntry = entryOf,
): Promise<Appends> {
  const numbers = Array.from({ length: appends }, (_, i) => i);
  const rates: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  const ways = {
    // As a decision does: the append and the commit in one trip.
    ours: (n: number) =>
      db.inTenant(tenantOf(n % tenants), async (tx) =>
        tx.commitWith(await appendStatement(tx, tenantOf(n % tenants), [entry(n)])),
      ),
    bare: (n: number) => bare.append(tenantOf(n % tenants)),
  };
  for (let turn = 0; turn <= turns; turn += 1)
    for (const way of turn % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
      const rate = appends / (await inParallel(numbers, CLIENTS, ways[way]));
      if (turn > 0) rates[way].push(rate);
    }
  const ratio = rounded(median(rates.ours.map((rate, turn) => rate / (rates.bare[turn] ?? NaN))));
  const found = { ours: rounded(median(rates.ours)), bare: rounded(median(rates.bare)), ratio };
  const sealed = entry === entryOf ? '' : ', personal data sealed';
  say(`  appends on ${tenants} tenants${sealed}: ours ${found.ours}/s, bare ${found.bare}/s, ratio ${ratio}`);
  return found;
}

const FILLED = 'bench-filled' as TenantId;
const BATCH = 1_000;
const NOTES = 20;

const signer = createNoteSigner(
  'countersign.bench',
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);

/** A long ledger through the one way in, with checkpoints on the way; then all of it recomputed. */
async function measureVerify(say: Say, stores: OpenStores, db: Database, { entries }: Size) {
  for (let n = 0; n < entries; n += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => entryOf(n + i));
    await db.inTenant(FILLED, (tx) => append(tx, FILLED, ...batch));
    if ((n + BATCH) % (entries / NOTES) === 0) await stores.checkpoints.make(FILLED, signer);
  }
  const notes = (await stores.checkpoints.list(FILLED)).map(({ note }) => note);
  say(`  ${entries} entries are written`);
  const startedAt = performance.now();
  const { verifierKey } = signer;
  const found = await stores.ledger.verify(FILLED, undefined, {}, { verifierKey, notes });
  const seconds = (performance.now() - startedAt) / 1000;
  say(`  verified in ${rounded(seconds)} s, ${found.checkpoints} checkpoints agree`);
  const right = found.ok && found.entries >= entries && found.checkpoints === NOTES;
  return { right, seconds: rounded(seconds), entries: found.entries, checkpoints: found.checkpoints };
}

/** A stranger's process from its start to its exit code, with the file and the key alone. */
async function measureReceipt(stack: Stack, state: ApprovalState) {
  await stack.stores.checkpoints.make(EXAMPLE.tenant, signer);
  const receipt = await stack.stores.checkpoints.receipt(EXAMPLE.tenant, state.id);
  const file = join(stack.home.dir, 'receipt.json');
  writeFileSync(file, JSON.stringify(receipt));
  const launch = resolve(import.meta.dirname, '../bin/launch.mjs');
  const seconds: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const startedAt = performance.now();
    await promisify(execFile)(process.execPath, [launch, 'verify', file, '--key', signer.verifierKey]);
    seconds.push((performance.now() - startedAt) / 1000);
  }
  return { seconds: rounded(median(seconds)), worst: rounded(Math.max(...seconds)) };
}

type Click = (state: ApprovalState) => Promise<unknown>;

function throughGateway({ stores }: Stack): Click {
  const { team, channel } = EXAMPLE.slack;
  const gateway: Gateway = createGateway({
    ...{ stores, agents, rehearsal: true, away: () => Promise.resolve([]), count: () => {} },
    log: createLog({ name: 'bench', level: 'error' }),
    keepInbox: async () => {},
    remembered: new Remembered(),
  });
  return async (state) => {
    const outcome = await gateway.decide({
      caller: { platform: 'slack', workspace: team, account: 'U08ADA', homeWorkspace: team },
      place: { conversation: channel, thread: null, kind: 'channel' },
      requestKey: `bench ${state.id}`,
      message: null,
      payload: buttonOf(state),
      choice: { verb: 'approve', comment: null },
    });
    if (outcome.kind !== 'text' || !outcome.done) throw new Error('A decision was not recorded.');
  };
}

/** The same transaction, by somebody whom nobody asks who they are, over connections that no policy of a row holds for. */
async function withoutRights(
  stack: Stack,
): Promise<{ readonly click: Click; readonly close: () => Promise<void> }> {
  const url = databaseUrl(stack, 'countersign');
  const log = createLog({ name: 'bench', level: 'error' });
  const stores = await openStores({
    ...{ appUrl: url, dispatcherUrl: url, encryptionKey: stack.keys.encryptionKey, log },
  });
  const everyone = await stores.people.everyone(EXAMPLE.tenant);
  const ada = everyone.find(({ email }) => email.startsWith('ada.'));
  if (!ada) throw new Error('Ada is not among the example people.');
  const click: Click = async ({ id, actionDigest }) => {
    const decided = await stores.approvals.transition(EXAMPLE.tenant, id, {
      ...{ kind: 'approve', by: ada.id, via: 'slack', comment: null, cardDigest: null, actionDigest },
    });
    if (!decided.ok) throw new Error('A decision was not recorded.');
  };
  return { click, close: () => stores.close() };
}

/** One click at a time, with and without: what it takes to ask who somebody is and what they may, and to see their rows only. */
async function measureGateway(say: Say, stack: Stack, approvals: Approvals, { clicks }: Size) {
  const without = await withoutRights(stack);
  const ways = { with: throughGateway(stack), without: without.click };
  const took = { with: [] as number[], without: [] as number[] };
  const warm = 40;
  try {
    const opened = await approvals.open((clicks + warm) * 2, 'deny_claim');
    for (const [i, state] of opened.entries()) {
      const way = i % 2 === 0 ? 'with' : 'without';
      const startedAt = performance.now();
      await ways[way](state);
      if (i >= warm * 2) took[way].push(performance.now() - startedAt);
    }
  } finally {
    await without.close();
  }
  const p50 = { with: rounded(median(took.with)), without: rounded(median(took.without)) };
  const overhead = rounded(median(took.with) - median(took.without));
  const p95 = {
    with: rounded(percentile(took.with, 0.95)),
    without: rounded(percentile(took.without, 0.95)),
  };
  say(`  a click with rights ${p50.with} ms, without ${p50.without} ms: ${overhead} ms more`);
  return { overheadMs: overhead, p50, p95 };
}

async function openTenants(stack: Stack): Promise<void> {
  const admin = openAdmin({ appUrl: stack.database.appUrl });
  for (const tenant of [...Array.from({ length: 64 }, (_, i) => tenantOf(i)), FILLED])
    await admin.createTenant({ tenant, name: tenant, workspaces: [] });
  await admin.close();
}

async function measureAll(say: Say, stack: Stack, size: Size) {
  const approvals = await createApprovals(stack);
  await approvals.prepare((size.clicks + 40) * 2 + 1);
  const gateway = await measureGateway(say, stack, approvals, size);
  const [asked] = await approvals.open(1, 'deny_claim');
  if (!asked) throw new Error('Nothing was asked.');
  const receipt = await measureReceipt(stack, asked);
  say(`  a receipt checked by a process of its own in ${receipt.seconds} s`);
  await openTenants(stack);
  const db = openDatabase(stack.database.appUrl, { max: CLIENTS }, stack.keys.encryptionKey);
  const bare = await openBareAppends(stack, CLIENTS);
  try {
    const one = await compareAppends(say, db, bare, size, 1);
    const many = await compareAppends(say, db, bare, size, 64);
    const sealed = await compareAppends(say, db, bare, size, 64, sealedEntryOf);
    const verified = await measureVerify(say, stack.stores, db, size);
    return { one, many, sealed, verified, receipt, gateway };
  } finally {
    await Promise.all([db.close(), bare.close(), approvals.close()]);
  }
}

/** What the ledger costs: to write, to check as a whole, to check one receipt; and what rights cost on a click. */
export async function measure(say: Say, quick: boolean) {
  const size = quick ? QUICK : FULL;
  const { one, many, sealed, verified, receipt, gateway } = await withBenchStack(say, (stack) =>
    measureAll(say, stack, size),
  );
  const { right, ...verify } = verified;
  return {
    ok: right,
    aim: AIMS,
    met: {
      ...{ appendsOne: one.ratio >= AIMS.appendRatio, appendsMany: many.ratio >= AIMS.appendRatio },
      verify: verify.seconds < AIMS.verifySeconds && !quick,
      receipt: receipt.seconds < AIMS.receiptSeconds,
      gateway: gateway.overheadMs < AIMS.gatewayMs,
    },
    appends: { clients: CLIENTS, oneTenant: one, tenants64: many, tenants64Sealed: sealed },
    ...{ verify, receipt, gateway },
  };
}
