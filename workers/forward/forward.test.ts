import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Finding } from '../../core/alerts/finding.ts';
import { firing } from '../../core/incident/examples.ts';
import { incidentEventSubject } from '../../core/incident/subject.ts';
import { ForwardId, type IncidentId, type TargetId } from '../../core/ids.ts';
import { startFarEnds, type FarEnds } from '../../test/far-ends.ts';
import { letIncidentsBeApart } from '../../test/incidents-apart.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { createLog } from '../../platform/log.ts';
import type { Handled, OutboxRow } from '../../platform/outbox/index.ts';
import { openAdmin, type Admin } from '../../platform/tenants.ts';
import { isPublicAddress } from './addresses.ts';
import { createPost, NotAllowedError } from './egress.ts';
import { forwardRow, type Forwarding } from './index.ts';

const ROUTING_KEY = 'abcdef0123456789abcdef0123456789';
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let t: TestStores;
let far: FarEnds;
let admin: Admin;
let targets: Readonly<Record<'pagerduty' | 'webhook', TargetId>>;
let forwarding: Forwarding;

beforeAll(async () => {
  t = await openTestStores();
  far = await startFarEnds({ routingKey: ROUTING_KEY, signingSecret: SIGNING_SECRET });
  admin = openAdmin({ appUrl: t.urls.appUrl, encryptionKey: t.encryptionKey });
  const [pagerduty, webhook] = [
    await admin.setForward(t.tenant, { kind: 'pagerduty', url: far.pagerDutyUrl, secret: ROUTING_KEY }),
    await admin.setForward(t.tenant, { kind: 'webhook', url: far.webhookUrl, secret: SIGNING_SECRET }),
  ];
  targets = { pagerduty, webhook };
  forwarding = {
    stores: t.stores,
    post: createPost({ allowed: new Set([far.origin]), timeoutMs: 60_000 }),
    log: createLog({ level: 'silent' }),
    chance: () => 0,
  };
});
afterAll(async () => {
  await admin.close();
  await far.close();
  await t.close();
});

async function sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const superuser = await t.as('superuser');
  return (await superuser.query(text, values)).rows as Row[];
}
afterEach(() => sql(`UPDATE outbox SET done_at = now() WHERE topic = 'forward' AND done_at IS NULL`));

let n = 0;
async function opened(change: Partial<Finding> = {}): Promise<{ id: IncidentId; finding: Finding }> {
  n += 1;
  await letIncidentsBeApart(t);
  const finding = firing({
    ...{ fingerprint: `faithfulness/agent-${n}`, agent: `agent-${n}`, sinceMs: Date.now() },
    ...change,
  });
  await t.stores.incidents.observe(t.tenant, [finding]);
  const [row] = await sql<{ incident: IncidentId }>('SELECT incident FROM incidents WHERE fingerprint = $1', [
    finding.fingerprint,
  ]);
  if (!row) throw new Error('no incident was opened');
  return { id: row.incident, finding };
}

const ROWS = `SELECT o.tenant, o.id, o.topic, o.key, o.payload, o.traceparent, o.attempts FROM outbox o
  JOIN incident_forwards f ON f.forward = o.key WHERE o.topic = 'forward' AND o.done_at IS NULL
    AND f.incident = $1 AND ($2::text IS NULL OR f.target = $2) ORDER BY o.id`;

/** The rows of an incident that are not done, as a consumer gets them. */
const waiting = (id: IncidentId, kind?: keyof typeof targets): Promise<OutboxRow[]> =>
  sql<OutboxRow & { id: string }>(ROWS, [id, kind ? targets[kind] : null]).then((rows) =>
    rows.map((row) => ({ ...row, id: Number(row.id) })),
  );

async function handle(row: OutboxRow): Promise<Handled> {
  const handled = await forwardRow(forwarding, row);
  if (handled === 'done') await t.stores.outbox.confirm(t.tenant, row.id);
  return handled;
}

/** Every row once, in the order given; what had to wait comes again, as it does from the queue. */
async function drain(rows: readonly OutboxRow[]): Promise<void> {
  let left = [...rows];
  for (let round = 0; left.length > 0 && round < 10; round += 1) {
    const again: OutboxRow[] = [];
    for (const row of left) if ((await handle(row)) !== 'done') again.push(row);
    left = again;
  }
  expect(left).toEqual([]);
}

const act = (id: IncidentId, kind: 'acknowledge' | 'resolve') =>
  t.stores.incidents.act(t.tenant, id, { kind, by: t.people.ada.id });
const kindsOf = async (id: IncidentId): Promise<string[]> =>
  (
    await sql<{ kind: string }>('SELECT kind FROM incident_events WHERE incident = $1 ORDER BY seq', [id])
  ).map(({ kind }) => kind);
const alertsOf = (id: IncidentId) => far.alerts.filter(({ key }) => key === id);
const takenOf = (id: IncidentId) =>
  far.taken
    .map(({ body }) => JSON.parse(body) as { type: string; data: { incident: string; seq: number } })
    .filter(({ data }) => data.incident === id);

test('what happens to an incident is written with it, arrives in order however it is taken up, and is over there too', async () => {
  const { id } = await opened();
  await act(id, 'acknowledge');
  await t.stores.incidents.act(t.tenant, id, { kind: 'note', by: t.people.ada.id, text: 'Ada was here' });
  await act(id, 'resolve');
  const rows = await waiting(id);
  expect(rows).toHaveLength(3 + 4);
  await drain(rows.reverse());
  expect(alertsOf(id)).toEqual([{ key: id, status: 'resolved', triggers: 1 }]);
  expect(takenOf(id).map(({ type, data }) => [type, data.seq])).toEqual([
    ['incident.opened', 1],
    ['incident.acknowledged', 2],
    ['incident.noted', 3],
    ['incident.resolved', 4],
  ]);
  const out = far.came.map(({ body }) => body).join('\n');
  expect(out).not.toMatch(/Ada|per_/);
  expect(out).toContain('https://slack.com/app_redirect?channel=');
});

test('a process that dies before it could say so sends the same again, under the same id; two at once send it once', async () => {
  const { id } = await opened();
  const [row] = await waiting(id, 'webhook');
  if (!row) throw new Error('nothing to send');
  const from = far.came.length;
  const together = await Promise.all([handle(row), handle(row), handle(row)]);
  expect(together.filter((one) => one === 'done').length).toBeGreaterThan(0);
  expect(far.came.slice(from)).toHaveLength(1);

  const second = await opened();
  const [lost] = await waiting(second.id, 'webhook');
  if (!lost) throw new Error('nothing to send');
  // Sent, and dead before it was written down: what it held runs out.
  const begun = await t.stores.forwards.begin(t.tenant, ForwardId.parse(lost.key));
  if (begun === 'over' || 'waitMs' in begun) throw new Error('it was not its turn');
  expect(await handle(lost)).toMatchObject({ waits: true });
  await sql(`UPDATE incident_forwards SET held_until = now() WHERE forward = $1`, [lost.key]);
  far.answerNext({ status: 503 });
  const before = far.came.length;
  expect(await handle(lost)).toMatchObject({ waits: true, retryInMs: 5_000 });
  expect(await handle(lost)).toBe('done');
  const tries = far.came.slice(before);
  expect(tries).toHaveLength(2);
  expect(tries[1]).toEqual(tries[0]);
  expect(takenOf(second.id)).toHaveLength(1);
});

test('PagerDuty refuses: a dead letter, a sentence on the card and in the thread; sent again by a person it is well', async () => {
  const { id } = await opened();
  await sql(`UPDATE card_copies SET status = 'posted', message = 'm-' || copy WHERE subject = $1`, [id]);
  const [row] = await waiting(id, 'pagerduty');
  if (!row) throw new Error('nothing to send');
  far.answerNext({ status: 400 });
  expect(await handle(row)).toBe('done');
  const view = await t.stores.incidents.view(t.tenant, id);
  expect(view?.notForwarded).toEqual([
    { to: 'pagerduty', why: 'refused', code: '400', tries: 1, final: true },
  ]);
  expect(await kindsOf(id)).toEqual(['opened', 'not-forwarded']);
  const told = await sql('SELECT 1 FROM card_copies WHERE subject = $1', [
    incidentEventSubject({ incident: id, seq: 2 }),
  ]);
  expect(told).toHaveLength(2);
  const letters = await t.stores.deadLetters.open(t.tenant);
  const letter = letters.find(({ subject }) => subject === row.key);
  expect(letter).toMatchObject({ kind: 'forward', tries: 1, run: null });
  if (!letter) throw new Error('no letter');
  await t.stores.deadLetters.replay(t.tenant, letter.letter, t.people.ines.id);
  await drain(await waiting(id, 'pagerduty'));
  expect(alertsOf(id)).toMatchObject([{ status: 'triggered' }]);
  expect((await t.stores.incidents.view(t.tenant, id))?.notForwarded).toEqual([]);
  expect(await kindsOf(id)).toEqual(['opened', 'not-forwarded', 'forwarded']);
});

test('a target that is away is told of after three tries, not before; what follows waits behind, and comes in order', async () => {
  const { id } = await opened();
  await act(id, 'acknowledge');
  const rows = await waiting(id, 'pagerduty');
  const [first, second] = rows;
  if (!first || !second) throw new Error('nothing to send');
  far.answerNext({ status: 500 }, { status: 429, headers: { 'retry-after': '300' } }, { status: 502 });
  expect(await handle(first)).toMatchObject({ retryInMs: 5_000 });
  expect(await handle(second)).toMatchObject({ waits: true });
  expect(await handle(first)).toMatchObject({ retryInMs: 300_000 });
  expect((await t.stores.incidents.view(t.tenant, id))?.notForwarded).toEqual([]);
  expect(await handle(first)).toMatchObject({ retryInMs: 120_000 });
  expect((await t.stores.incidents.view(t.tenant, id))?.notForwarded).toMatchObject([
    { to: 'pagerduty', why: 'broken', tries: 3, final: false },
  ]);
  await drain([second, first]);
  expect(alertsOf(id)).toEqual([{ key: id, status: 'acknowledged', triggers: 1 }]);
  expect(await kindsOf(id)).toEqual(['opened', 'acknowledged', 'not-forwarded', 'forwarded']);
});

describe('attacks', () => {
  test('only https and the open internet are called, by name or by number; a redirect is not followed', async () => {
    const inside = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '192.168.0.1', '100.64.1.1', '0.0.0.0', '::1', '::ffff:10.0.0.1', 'fd00::1', 'fe80::1', '64:ff9b::a00:1', '2002:a00:1::']; // prettier-ignore
    expect(inside.filter(isPublicAddress)).toEqual([]);
    expect(['1.1.1.1', '2606:4700::1111'].filter(isPublicAddress)).toHaveLength(2);
    const post = createPost({ allowed: new Set(), timeoutMs: 2_000 });
    const message = { headers: {}, body: '{}' };
    for (const url of [
      far.webhookUrl,
      'http://example.com/',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/',
      'https://2130706433/',
      'https://user:pass@example.com/',
      'https://localhost/',
      'file:///etc/passwd',
      'no address',
    ])
      await expect(post(url, message)).rejects.toBeInstanceOf(NotAllowedError);
    const from = far.came.length;
    far.answerNext({ status: 302, headers: { location: 'http://169.254.169.254/' } });
    const named = createPost({ allowed: new Set([far.origin]) });
    expect(await named(far.webhookUrl, message)).toMatchObject({ status: 302 });
    expect(far.came).toHaveLength(from + 1);
  });

  test('one that never answers is left after its time', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const post = createPost({ allowed: new Set([origin]), timeoutMs: 100 });
    await expect(post(origin, { headers: {}, body: '{}' })).rejects.toMatchObject({ name: 'AbortError' });
    silent.closeAllConnections();
    silent.close();
  });

  test('a secret lies sealed, moves to no other row, and is in no ledger entry nor view', async () => {
    const rows = await sql<{ target: string; secret: Buffer }>('SELECT target, secret FROM forward_targets');
    const all = Buffer.concat(rows.map(({ secret }) => secret)).toString('latin1');
    expect(all).not.toContain(ROUTING_KEY);
    expect(all).not.toContain(SIGNING_SECRET);
    const said = JSON.stringify([
      await admin.forwards(t.tenant),
      await sql(`SELECT body FROM ledger_bodies`),
      await sql(`SELECT doc, links FROM incident_forwards`),
      await sql(`SELECT payload, last_error FROM outbox`),
    ]);
    expect(said).not.toContain(ROUTING_KEY);
    expect(said).not.toContain(SIGNING_SECRET.slice(6));
    const { id } = await opened();
    const [row] = await waiting(id, 'webhook');
    if (!row) throw new Error('nothing to send');
    const [before] = await sql<{ secret: Buffer }>('SELECT secret FROM forward_targets WHERE target = $1', [targets.webhook]); // prettier-ignore
    await sql('UPDATE forward_targets SET secret = (SELECT secret FROM forward_targets WHERE target = $2) WHERE target = $1', [targets.webhook, targets.pagerduty]); // prettier-ignore
    const from = far.came.length;
    expect(await handle(row)).toBe('done');
    expect(far.came).toHaveLength(from);
    expect((await t.stores.incidents.view(t.tenant, id))?.notForwarded).toMatchObject([
      { why: 'unreadable' },
    ]);
    await sql('UPDATE forward_targets SET secret = $2 WHERE target = $1', [targets.webhook, before?.secret]);
  });
});

test('a webhook that is gone gets nothing any more, and neither does one that an operator ended', async () => {
  const { id } = await opened();
  await act(id, 'acknowledge');
  const [first, second] = await waiting(id, 'webhook');
  if (!first || !second) throw new Error('nothing to send');
  far.answerNext({ status: 410 });
  const from = far.came.length;
  await drain([first, second]);
  expect(far.came).toHaveLength(from + 1);
  expect((await admin.forwards(t.tenant)).find(({ kind }) => kind === 'webhook')?.endedWhy).toBe('gone');
  expect(await admin.endForward(t.tenant, targets.pagerduty)).toBe(true);
  expect(await admin.endForward(t.tenant, targets.pagerduty)).toBe(false);
  const later = await opened();
  expect(await waiting(later.id)).toEqual([]);
});
