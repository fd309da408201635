import { whyNoWindow } from '../../core/delegation-window.ts';
import type { DelegationId, PersonId, TenantId } from '../../core/ids.ts';
import type { DelegationsView, DelegationView } from '../../core/views.ts';
import { intendForDelegate, intendNotice } from '../approvals/plan-copies.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, DB_NOW_MS, lockHead } from '../ledger/append.ts';
import { tellInboxesOf } from '../inboxes/tell-inboxes.ts';
import { nameless, namedPeople } from '../named-people.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { AskedWindow, DelegationMade, DelegationStore } from '../stores.ts';

interface Row {
  readonly id: DelegationId;
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number;
  readonly untilMs: number;
}

const ROWS = `SELECT delegation AS id, from_person AS "from", to_person AS "to",
    (extract(epoch FROM from_at) * 1000)::bigint AS "fromMs", (extract(epoch FROM until_at) * 1000)::bigint AS "untilMs"
  FROM delegations`;

/** Those that are, or will be; an hour of the database's clock is the same for all. */
const openRows = (tx: TenantTx): Promise<Row[]> =>
  tx.rows<Row>({
    name: 'open_delegations',
    text: `${ROWS} WHERE until_at > clock_timestamp() AND until_at > from_at ORDER BY from_at, delegation`,
  });

const OPEN_REQUESTS = `SELECT count(*)::int AS n FROM approvals WHERE status = 'pending' AND requester = $1`;

/**
 * The head's lock makes windows of a tenant follow each other, so that no two of them overlap unseen, and makes each of
 * them follow or precede the opening of an approval, so that none falls between.
 */
async function create(tx: TenantTx, tenant: TenantId, asked: AskedWindow): Promise<DelegationMade> {
  const nowMs = await lockHead(tx, tenant);
  const known = await openRows(tx);
  const { from, to, untilMs } = asked;
  const same = known.find((one) => one.from === from && one.to === to && one.untilMs === untilMs);
  if (same && (asked.fromMs === null ? same.fromMs <= nowMs : same.fromMs === asked.fromMs))
    return { ok: true, delegation: same.id };
  const fromMs = asked.fromMs ?? nowMs;
  const why = whyNoWindow({ from, to, fromMs, untilMs }, known, nowMs);
  if (why !== null) return { ok: false, why };
  const delegation = newId('dlg');
  await tx.rows({
    text: `INSERT INTO delegations (tenant, delegation, from_person, to_person, from_at, until_at, created_by)
      VALUES (current_tenant(), $1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), $2)`,
    values: [delegation, from, to, fromMs, untilMs],
  });
  const window = { to, from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
  await append(tx, tenant, {
    kind: 'delegation.made',
    subject: delegation,
    run: null,
    actor: from,
    body: window,
  });
  await intendNotice(tx, { subject: delegation, version: 1 }, to);
  const payload = { delegation };
  await sendOut(tx, [{ topic: 'deliver', key: delegation, payload, dueInMs: Math.max(0, fromMs - nowMs) }]);
  await tellInboxesOf(tx, delegation, [from, to]);
  return { ok: true, delegation };
}

const END = `UPDATE delegations SET until_at = clock_timestamp() WHERE delegation = $1 AND from_person = $2
  AND until_at > clock_timestamp() RETURNING to_person AS "to"`;

/** What the delegate was told says so. */
const TELL = `UPDATE card_copies SET wanted_version = 2, updated_at = now()
  WHERE subject = $1 AND status <> 'failed' RETURNING copy`;

async function end(tx: TenantTx, tenant: TenantId, id: DelegationId, by: PersonId): Promise<boolean> {
  await lockHead(tx, tenant);
  const ended = await tx.row<{ to: PersonId }>({ text: END, values: [id, by] });
  if (!ended) return false;
  const body = { to: ended.to };
  await append(tx, tenant, { kind: 'delegation.ended', subject: id, run: null, actor: by, body });
  const copies = await tx.rows<{ copy: string }>({ text: TELL, values: [id] });
  await sendOut(
    tx,
    copies.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
  await tellInboxesOf(tx, id, [by, ended.to]);
  return true;
}

async function toView(tx: TenantTx, rows: readonly Row[]): Promise<DelegationView[]> {
  if (rows.length === 0) return [];
  const now = await tx.row<{ now: number }>({ name: 'now', text: `SELECT ${DB_NOW_MS} AS now` });
  const people = await namedPeople(
    tx,
    rows.flatMap(({ from, to }) => [from, to]),
  );
  const named = (id: PersonId) => people.get(id) ?? nameless(id);
  const nowMs = now?.now ?? 0;
  return rows.map(({ id, from, to, fromMs, untilMs }) => {
    const state = untilMs <= nowMs || untilMs <= fromMs ? 'ended' : fromMs > nowMs ? 'planned' : 'in-force';
    return { id, from: named(from), to: named(to), fromMs, untilMs, state };
  });
}

/** A person's own windows, and those that name them, as far as they are not over. */
export async function ofPerson(tx: TenantTx, person: PersonId): Promise<DelegationsView> {
  const rows = (await openRows(tx)).filter(({ from, to }) => from === person || to === person);
  const views = await toView(tx, rows);
  const row = await tx.row<{ n: number }>({ name: 'own_open', text: OPEN_REQUESTS, values: [person] });
  return {
    person,
    mine: views.filter(({ from }) => from.id === person),
    forMe: views.filter(({ to }) => to.id === person),
    ownOpenRequests: row?.n ?? 0,
  };
}

/** Windows of absence: who is asked beside whom, from when, until when. The machine reads them; nobody gains a right. */
export function createDelegationStore(db: Database, wake: () => void): DelegationStore {
  const woken = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    wake();
    return done;
  };
  return {
    create: (tenant, asked) => woken(db.inTenant(tenant, (tx) => create(tx, tenant, asked))),
    end: (tenant, id, by) => woken(db.inTenant(tenant, (tx) => end(tx, tenant, id, by))),
    of: (tenant, person) => db.inTenant(tenant, (tx) => ofPerson(tx, person)),
    view: (tenant, id) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows<Row>({ text: `${ROWS} WHERE delegation = $1`, values: [id] });
        return (await toView(tx, rows))[0] ?? null;
      }),
    begin: (tenant, id) =>
      woken(
        db.inTenant(tenant, async (tx) => {
          const nowMs = await lockHead(tx, tenant);
          const row = await tx.row<Row>({ text: `${ROWS} WHERE delegation = $1`, values: [id] });
          if (row && row.fromMs <= nowMs && nowMs < row.untilMs) await intendForDelegate(tx, row, nowMs);
        }),
      ),
  };
}
