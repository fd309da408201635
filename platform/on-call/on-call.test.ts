import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firing } from '../../core/incident/examples.ts';
import type { PersonId, RotationId, TenantId } from '../../core/ids.ts';
import { weeklyPlan } from '../../core/on-call/plan.ts';
import type { Place, Plan } from '../../core/on-call/types.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import { openAdmin } from '../tenants.ts';
import type { OnCallSet } from '../stores.ts';
import { whoIsOnCall } from './read.ts';

let t: TestStores;
let db: Database;
const OTHER = 'other-insurer' as TenantId;
const HOUR = 3_600_000;

beforeAll(async () => {
  t = await openTestStores();
  db = openDatabase(t.urls.appUrl);
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
  await admin.close();
});
afterAll(async () => {
  await db.close();
  await t.close();
});

const store = () => t.stores.onCall;
const view = () => store().view(t.tenant);
const at = async (place: Place) => (await view()).rotations.find(({ rotation }) => rotation.place === place);
const ladder = (atMs = Date.now()) => db.inTenant(t.tenant, (tx) => whoIsOnCall(tx, atMs));

async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const superuser = await t.as('superuser');
  return (await superuser.query(text, values)).rows as Row[];
}
const active = (person: PersonId, is: boolean) =>
  rows('UPDATE people SET active = $2 WHERE person = $1', [person, is]);

const plan = (...order: PersonId[]): Plan =>
  weeklyPlan(order, Date.now() - HOUR, { timeZone: 'Europe/London', nowMs: Date.now() });

const setUp = async (
  place: Place,
  order: readonly PersonId[],
  replaces?: RotationId | null,
): Promise<OnCallSet> =>
  store().set(t.tenant, {
    ...{ place, team: 'claims', timeZone: 'Europe/London', plan: plan(...order), by: t.people.mara.id },
    replaces: replaces === undefined ? ((await at(place))?.rotation.id ?? null) : replaces,
  });

const entries = async (): Promise<string[]> =>
  (
    await rows<{ kind: string }>(`SELECT kind FROM ledger_entries WHERE kind LIKE 'oncall.%' ORDER BY seq`)
  ).map(({ kind }) => kind);

beforeEach(async () => {
  for (const { rotation } of (await view()).rotations)
    await store().end(t.tenant, rotation.id, t.people.mara.id);
});

test('without a rotation a Manager is asked, and the card has none', async () => {
  expect(await ladder()).toEqual({ manager: t.people.mara.id });
  expect(await view()).toMatchObject({ rotations: [], manager: t.people.mara.id });
});

test('two rotations are first and second, under the manager of the first; an incident asks them', async () => {
  const { ada, ben, robin, mara } = t.people;
  expect(await setUp('first', [ada.id, ben.id])).toEqual({ ok: true });
  expect(await setUp('second', [robin.id])).toEqual({ ok: true });
  expect(await ladder()).toEqual({ first: ada.id, second: robin.id, manager: mara.id });
  expect(await ladder(Date.now() + 7 * 24 * HOUR)).toMatchObject({ first: ben.id, second: robin.id });
  await t.stores.incidents.observe(t.tenant, [firing({ fingerprint: 'faithfulness/on-call' })]);
  const [incident] = await t.stores.incidents.open(t.tenant);
  expect(incident?.asked).toMatchObject({ rung: 'first', person: ada.id });
});

test('a manager who is asked already, or left, is nobody above: another Manager or Admin is', async () => {
  const { ada, mara, ines } = t.people;
  await setUp('first', [mara.id]);
  expect(await ladder()).toEqual({ first: mara.id, manager: ines.id });
  await setUp('first', [ada.id]);
  await active(mara.id, false);
  try {
    const { manager } = await ladder();
    expect(manager).not.toBe(mara.id);
    const admins = await rows<{ person: PersonId }>(`SELECT person FROM people WHERE 'admin' = ANY(roles)`);
    expect(admins.map(({ person }) => person)).toContain(manager);
  } finally {
    await active(mara.id, true);
  }
});

test('who left is passed over, and the view says whom; a gap asks nobody there', async () => {
  const { ada, ben } = t.people;
  await setUp('first', [ada.id, ben.id]);
  await active(ada.id, false);
  try {
    expect((await at('first'))?.now).toMatchObject({ person: ben.id, passedOver: [ada.id] });
    expect((await view()).people.get(ada.id)?.name).toBe('Ada Okafor');
    expect(await setUp('first', [ben.id, ada.id])).toEqual({ ok: false, why: 'oncall-left' });
  } finally {
    await active(ada.id, true);
  }
  const gap: Plan = {
    kind: 'shifts',
    shifts: [{ person: ada.id, fromMs: Date.now() + HOUR, untilMs: Date.now() + 2 * HOUR }],
  };
  const replaces = (await at('first'))?.rotation.id ?? null;
  const asked = { place: 'first', team: 'claims', timeZone: 'UTC', plan: gap, by: ben.id, replaces } as const;
  expect(await store().set(t.tenant, asked)).toEqual({ ok: true });
  expect((await at('first'))?.now).toMatchObject({ person: null, next: ada.id });
  expect(await ladder()).not.toHaveProperty('first');
});

describe('changes', () => {
  test('the same again is one change; what somebody else replaced meanwhile is not replaced unseen', async () => {
    const { ada, ben, mara } = t.people;
    const before = (await entries()).length;
    const asked = {
      ...{ place: 'first' as const, team: 'claims', timeZone: 'Europe/London', plan: plan(ada.id) },
      ...{ by: mara.id, replaces: null },
    };
    expect(await store().set(t.tenant, asked)).toEqual({ ok: true });
    expect(await store().set(t.tenant, asked)).toEqual({ ok: true });
    expect((await entries()).slice(before)).toEqual(['oncall.set']);
    expect(await setUp('first', [ben.id], null)).toEqual({ ok: false, why: 'oncall-stale' });
    expect((await at('first'))?.now.person).toBe(ada.id);
  });

  test('of two at the same time one wins, and the other is told', async () => {
    const { ada, ben } = t.people;
    const both = await Promise.all([setUp('second', [ada.id], null), setUp('second', [ben.id], null)]);
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  });

  test('an override counts, once, ends, and ends with its rotation', async () => {
    const { ada, ben, robin, mara } = t.people;
    await setUp('first', [ada.id, ben.id]);
    const rotation = (await at('first'))!.rotation.id;
    const asked = { rotation, person: robin.id, fromMs: null, untilMs: Date.now() + HOUR, by: mara.id };
    const before = (await entries()).length;
    expect(await store().override(t.tenant, asked)).toEqual({ ok: true });
    expect(await store().override(t.tenant, asked)).toEqual({ ok: true });
    expect(await ladder()).toMatchObject({ first: robin.id });
    const [one] = (await at('first'))!.overrides;
    expect(await store().endOverride(t.tenant, one!.id, mara.id)).toBe(true);
    expect(await store().endOverride(t.tenant, one!.id, mara.id)).toBe(false);
    expect(await ladder()).toMatchObject({ first: ada.id });
    expect(await store().override(t.tenant, { ...asked, untilMs: Date.now() - 1 })).toEqual({ ok: false, why: 'time-passed' }); // prettier-ignore
    expect(await store().override(t.tenant, asked)).toEqual({ ok: true });
    expect(await store().end(t.tenant, rotation, mara.id)).toBe(true);
    expect(await store().end(t.tenant, rotation, mara.id)).toBe(false);
    expect(await store().override(t.tenant, asked)).toEqual({ ok: false, why: 'oncall-stale' });
    expect(await ladder()).toEqual({ manager: mara.id });
    const kinds = ['oncall.overridden', 'oncall.override-ended', 'oncall.overridden', 'oncall.ended'];
    expect((await entries()).slice(before)).toEqual(kinds);
  });

  test('attack: another tenant sees none of it, and ends, overrides or replaces none of it', async () => {
    const { ada, mara } = t.people;
    await setUp('first', [ada.id]);
    const id = (await at('first'))!.rotation.id;
    expect(await store().view(OTHER)).toMatchObject({ rotations: [], manager: null });
    expect(await store().end(OTHER, id, mara.id)).toBe(false);
    const asked = { rotation: id, person: ada.id, fromMs: null, untilMs: Date.now() + HOUR, by: mara.id };
    expect(await store().override(OTHER, asked)).toEqual({ ok: false, why: 'oncall-stale' });
    const theirs = { place: 'first' as const, team: 'x', timeZone: 'UTC', plan: plan(ada.id), by: mara.id };
    expect(await store().set(OTHER, { ...theirs, replaces: null })).toEqual({
      ok: false,
      why: 'oncall-left',
    });
    expect((await at('first'))?.now.person).toBe(ada.id);
  });
});
