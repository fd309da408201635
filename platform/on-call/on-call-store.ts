import { canonicalJson, type Json, type JsonObject } from '../../core/canonical-json.ts';
import type { OverrideId, PersonId, RotationId, TenantId } from '../../core/ids.ts';
import { readShifts, whyNoOrder, whyNoOverride } from '../../core/on-call/plan.ts';
import type { Plan } from '../../core/on-call/types.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import type {
  OnCallSet,
  OnCallStore,
  SettingOverride,
  SettingRotation,
  WhyNotSet,
} from '../stores/on-call.ts';
import { openOverrides, openRotations, peopleOf, runningOverride, thoseHere, viewOnCall } from './read.ts';

const no = (why: WhyNotSet): OnCallSet => ({ ok: false, why });
const OK: OnCallSet = { ok: true };

const same = (a: unknown, b: unknown): boolean => canonicalJson(a as Json) === canonicalJson(b as Json);

const whyNoPlan = (plan: Plan): WhyNotSet | null => {
  if (plan.kind === 'weekly') return whyNoOrder(plan.order);
  const read = readShifts(plan.shifts);
  return 'why' in read ? read.why : null;
};

const END = `UPDATE on_call_rotations SET ended_at = clock_timestamp() WHERE rotation = $1 AND ended_at IS NULL
  RETURNING place, team`;

const INSERT = `INSERT INTO on_call_rotations (tenant, rotation, place, team, time_zone, plan, created_by)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6)`;

/** The ledger keeps ids and the rule; shifts of a calendar by how many they are. */
const ruleOf = (plan: Plan): JsonObject =>
  plan.kind === 'weekly'
    ? { rule: 'weekly', startsOn: plan.startsOn, time: plan.time, order: [...plan.order] }
    : { rule: 'shifts', shifts: plan.shifts.length };

/** The head's lock makes changes of a tenant follow each other: what is replaced is what was seen. */
async function set(tx: TenantTx, tenant: TenantId, asked: SettingRotation): Promise<OnCallSet> {
  const { place, team, timeZone, plan, by, replaces } = asked;
  const why = whyNoPlan(plan);
  if (why !== null) return no(why);
  await lockHead(tx, tenant);
  const there = (await openRotations(tx)).find((one) => one.place === place);
  if (there && same([there.team, there.timeZone, there.plan], [team, timeZone, plan])) return OK;
  if ((there?.id ?? null) !== replaces) return no('oncall-stale');
  const people = new Set(peopleOf({ plan }));
  if ((await thoseHere(tx, [...people])).size < people.size) return no('oncall-left');
  if (there) await tx.rows({ text: END, values: [there.id] });
  const id = newId('rot');
  await tx.rows({ text: INSERT, values: [id, place, team, timeZone, JSON.stringify(plan), by] });
  const body = { place, team, timeZone, ...ruleOf(plan), ...(there ? { replaces: there.id } : {}) };
  await append(tx, tenant, { kind: 'oncall.set', subject: id, run: null, actor: by, body });
  return OK;
}

const INSERT_OVERRIDE = `INSERT INTO on_call_overrides (tenant, override, rotation, person, from_at, until_at, created_by)
  VALUES (current_tenant(), $1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), $6)`;

async function override(tx: TenantTx, tenant: TenantId, asked: SettingOverride): Promise<OnCallSet> {
  const nowMs = await lockHead(tx, tenant);
  const { rotation, person, untilMs, by } = asked;
  const fromMs = asked.fromMs ?? nowMs;
  const why = whyNoOverride({ fromMs, untilMs }, nowMs);
  if (why !== null) return no(why);
  if (!(await openRotations(tx)).some(({ id }) => id === rotation)) return no('oncall-stale');
  if (!(await thoseHere(tx, [person])).has(person)) return no('oncall-left');
  const newest = (await openOverrides(tx, [{ id: rotation }], nowMs)).at(-1);
  if (newest?.person === person && newest.untilMs === untilMs)
    if (asked.fromMs === null ? newest.fromMs <= nowMs : newest.fromMs === fromMs) return OK;
  const id = newId('ovr');
  await tx.rows({ text: INSERT_OVERRIDE, values: [id, rotation, person, fromMs, untilMs, by] });
  const window = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
  const body = { override: id, person, ...window };
  await append(tx, tenant, { kind: 'oncall.overridden', subject: rotation, run: null, actor: by, body });
  return OK;
}

const END_OVERRIDE = `UPDATE on_call_overrides SET ended_at = clock_timestamp() WHERE override = $1`;

async function endOverride(tx: TenantTx, tenant: TenantId, id: OverrideId, by: PersonId): Promise<boolean> {
  await lockHead(tx, tenant);
  const found = await runningOverride(tx, id);
  if (found === null) return false;
  await tx.rows({ text: END_OVERRIDE, values: [id] });
  const { rotation: subject, person } = found;
  const body = { override: id, person };
  await append(tx, tenant, { kind: 'oncall.override-ended', subject, run: null, actor: by, body });
  return true;
}

async function end(tx: TenantTx, tenant: TenantId, id: RotationId, by: PersonId): Promise<boolean> {
  await lockHead(tx, tenant);
  const ended = await tx.row<{ place: string; team: string }>({ text: END, values: [id] });
  if (ended === null) return false;
  await append(tx, tenant, { kind: 'oncall.ended', subject: id, run: null, actor: by, body: { ...ended } });
  return true;
}

/** The only writer of rotations and overrides; each change with its ledger entry in one transaction. */
export const createOnCallStore = (db: Database): OnCallStore => ({
  view: (tenant) => db.inTenant(tenant, viewOnCall),
  set: (tenant, asked) => db.inTenant(tenant, (tx) => set(tx, tenant, asked)),
  override: (tenant, asked) => db.inTenant(tenant, (tx) => override(tx, tenant, asked)),
  endOverride: (tenant, id, by) => db.inTenant(tenant, (tx) => endOverride(tx, tenant, id, by)),
  end: (tenant, id, by) => db.inTenant(tenant, (tx) => end(tx, tenant, id, by)),
});
