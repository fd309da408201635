import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../core/alerts/finding.ts';
import { ALERT_RULE_NAMES, ALERT_RULES, type AlertRuleName } from '../../core/alerts/thresholds.ts';
import { firing } from '../../core/incident/examples.ts';
import type { IncidentState } from '../../core/incident/types.ts';
import type { IncidentId, PersonId } from '../../core/ids.ts';
import { weeklyPlan } from '../../core/on-call/plan.ts';
import type { Place } from '../../core/on-call/types.ts';
import { diesAt } from '../../test/dies.ts';
import { plantRows, type PlantedEvent, type PlantedRun } from '../../test/plant-metrics.ts';
import { connectTemporal } from '../../platform/temporal.ts';
import { PATIENCE_MS } from '../../test/patience.ts';
import { openWorld, type World } from '../../test/worker-world.ts';
import { lookAtTenant } from './look-at-tenant.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ watch: { everySeconds: 60 } });
});
afterAll(() => world.close());

let planted = 0;
function ended(agent: string, status: PlantedRun['status'], agoMs: number): PlantedRun {
  planted += 1;
  const finishedAtMs = Date.now() - agoMs;
  return {
    ...{ run: `run_${String(planted).padStart(26, '0')}`, agent, status, version: '1.1.0', source: 'slack' },
    ...{ environment: 'production', createdAtMs: finishedAtMs - 5_000, admittedAtMs: finishedAtMs - 4_000 },
    ...{ finishedAtMs, workedMs: 2_000, rehearsal: false, calls: [], decision: null, scores: [] },
  };
}

async function plant(agent: string, status: PlantedRun['status'], count: number): Promise<void> {
  const runs = Array.from({ length: count }, (_, i) => ended(agent, status, (i + 1) * 10_000));
  await plantRows(await world.as('superuser'), world.tenant, { runs, events: [] });
}

const openAbout = async (agent: string): Promise<IncidentState[]> =>
  (await world.stores.incidents.open(world.tenant)).filter((one) => one.agent === agent);

async function untilOpen(agent: string): Promise<IncidentState> {
  const until = Date.now() + 2 * PATIENCE_MS;
  for (;;) {
    const [found] = await openAbout(agent);
    if (found) return found;
    if (Date.now() > until) throw new Error(`no incident about ${agent}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('the watch', () => {
  test('finds an agent that fails, by its schedule alone', async () => {
    await plant('refunds', 'failed', 30);
    const found = await untilOpen('refunds');
    expect(found).toMatchObject({ rule: 'error-rate', severity: 'p0', fingerprint: 'error-rate/refunds' });
    expect(found.finding.worstRuns.length).toBeGreaterThan(0);
  });

  test('opens nothing twice, nor anything about an agent that is well', async () => {
    await plant('payments', 'failed', 30);
    await plant('letters', 'done', 60);
    for (let i = 0; i < 3; i += 1) await lookAtTenant(world.stores, world.tenant);
    expect(await openAbout('payments')).toHaveLength(1);
    expect(await openAbout('letters')).toEqual([]);
  });

  test('does not wait for the minute when personal data got out', async () => {
    const told = {
      agent: 'letters',
      version: '1.1.0',
      run: null,
      kind: 'pii_leak',
      key: 'leak-1',
      detail: {},
    } as const;
    expect(await world.stores.events.record(world.tenant, told)).toBe(true);
    expect((await untilOpen('letters')).rule).toBe('pii-leak');
    const signals = await (
      await world.as('superuser')
    ).query(`SELECT payload FROM outbox WHERE topic = 'signals' AND payload->>'kind' = 'look-now'`);
    expect(signals.rows).toHaveLength(1);
    expect(await world.stores.events.record(world.tenant, told)).toBe(false);
  }, 240_000);
});

type P0 = { [Rule in AlertRuleName]: (typeof ALERT_RULES)[Rule]['severity'] extends 'p0' ? Rule : never }[AlertRuleName]; // prettier-ignore
interface Planted {
  readonly runs: readonly PlantedRun[];
  readonly events: readonly PlantedEvent[];
}
const MINUTE = 60_000;
const many = (count: number, one: (i: number) => PlantedRun): PlantedRun[] =>
  Array.from({ length: count }, (_, i) => one(i));
const callOf = (atMs: number, micros: number) => ({ calls: [{ atMs, micros }] });

/** What makes each condition true, all of it at one instant; nothing of it was there before. */
const FAULTS: Readonly<Record<P0, (agent: string, agoMs: number) => Planted>> = {
  'error-rate': (agent, agoMs) => ({ runs: many(20, () => ended(agent, 'failed', agoMs)), events: [] }),
  'cost-spike': (agent, agoMs) => {
    const spent = (backMs: number, micros: number) =>
      many(60, () => ({ ...ended(agent, 'done', backMs), ...callOf(Date.now() - backMs, micros) }));
    const days = Array.from({ length: 9 }, (_, i) => spent((i + 2) * 24 * 60 * MINUTE, 1_000)).flat();
    return { runs: [...days, ...spent(agoMs, 5_000)], events: [] };
  },
  faithfulness: (agent, agoMs) => ({
    runs: many(12, () => ({
      ...ended(agent, 'done', agoMs),
      scores: [{ metric: 'faithfulness', score: 0.6, atMs: Date.now() - agoMs }],
    })),
    events: [],
  }),
  'pii-leak': (agent, agoMs) => ({
    runs: [ended(agent, 'done', agoMs)],
    events: [{ agent, kind: 'pii_leak', atMs: Date.now() - agoMs, run: null }],
  }),
};

/** Hours that were counted before the rows of long ago were planted are counted again. */
async function recount(): Promise<void> {
  const superuser = await world.as('superuser');
  // The schedule's own look may be counting just now: what it has half counted must not be left.
  await superuser.query(
    'BEGIN; LOCK TABLE metric_rolled; DELETE FROM metric_hours; DELETE FROM metric_rolled; COMMIT',
  );
  while ((await world.stores.metrics.roll(world.tenant)) > 0);
}

/** One look of the watch at an instant that is past, with what it would tell. */
async function lookedAt(atMs: number): Promise<readonly Finding[]> {
  const { metrics, approvals, incidents, versions } = world.stores;
  let found: readonly Finding[] = [];
  const observe = async (_: unknown, findings: readonly Finding[]): Promise<void> => {
    found = findings;
  };
  const open = async () => [];
  const stores = { metrics: { ...metrics, nowMs: async () => atMs }, approvals, versions, incidents: { ...incidents, observe, open } }; // prettier-ignore
  await lookAtTenant(stores, world.tenant);
  return found;
}

/** The schedule looks each minute; what Temporal and one look may take on top of it. */
const LOOK_MS = 30_000;

test.each(ALERT_RULE_NAMES.filter((name): name is P0 => ALERT_RULES[name].severity === 'p0'))(
  '%s is found by the first look after its condition, so within 90 s of it',
  async (rule) => {
    const agent = `bound-${rule}`;
    // Just after a look, so that the next one is as far away as it can be.
    const agoMs = 10 * MINUTE;
    const conditionMs = Date.now() - agoMs;
    await plantRows(await world.as('superuser'), world.tenant, FAULTS[rule](agent, agoMs));
    await recount();
    const says = async (atMs: number) =>
      (await lookedAt(atMs)).find((one) => one.fingerprint === `${rule}/${agent}`)?.state;
    expect(await says(conditionMs - 1_000)).not.toBe('firing');
    const begun = performance.now();
    expect(await says(conditionMs + MINUTE)).toBe('firing');
    expect(performance.now() - begun).toBeLessThan(LOOK_MS);
  },
);

async function kinds(id: IncidentId): Promise<string[]> {
  const superuser = await world.as('superuser');
  const text = `SELECT kind FROM ledger_entries WHERE subject = $1 AND kind NOT LIKE 'card.%' ORDER BY seq`;
  return (await superuser.query<{ kind: string }>(text, [id])).rows.map(({ kind }) => kind);
}

/** Its own clocks are as they will be so many minutes later. */
const later = async (id: IncidentId, minutes: number): Promise<unknown> =>
  (await world.as('superuser')).query(
    `UPDATE incidents SET state = state || (SELECT jsonb_object_agg(k, CASE
        WHEN jsonb_typeof(v) = 'number' THEN to_jsonb(v::text::bigint - $2::bigint * 60000)
        WHEN k = 'asked' THEN v || jsonb_build_object('atMs', (v->>'atMs')::bigint - $2::bigint * 60000,
          'triedAtMs', (v->>'triedAtMs')::bigint - $2::bigint * 60000)
        ELSE v END) FROM jsonb_each(state) AS e(k, v) WHERE k IN ('openedAtMs','clearSinceMs','asked')) WHERE incident = $1`,
    [id, minutes],
  );

describe('whoever is killed at a step of an incident is replaced, and nothing happens twice', () => {
  const news = (id: IncidentId) =>
    world.stores.incidents.act(world.tenant, id, { kind: 'note', by: world.people.robin.id, text: 'So.' });
  const rungOf = async (id: IncidentId) => (await world.stores.incidents.get(world.tenant, id))?.asked.rung;

  const onCall = (place: Place, person: PersonId) => {
    const nowMs = Date.now();
    const plan = weeklyPlan([person], nowMs, { timeZone: 'UTC', nowMs });
    const asked = { place, team: 'claims', timeZone: 'UTC', plan, by: world.people.mara.id, replaces: null };
    return world.stores.onCall.set(world.tenant, asked);
  };

  test('as the finding is told, as the next is asked, as it ends, and as it comes back', async () => {
    const { stores, tenant, people } = world;
    for (const [place, person] of [
      ['first', people.ada],
      ['second', people.ben],
    ] as const)
      // prettier-ignore
      await onCall(place, person.id);
    await plant('drafts', 'failed', 30);
    // Of this look alone: the schedule looks with the same stores.
    const watched = { ...stores, incidents: { ...stores.incidents } };
    const finding = diesAt(watched.incidents, 'observe', { when: 'after' });
    await expect(lookAtTenant(watched, tenant)).rejects.toThrow('killed');
    await lookAtTenant(stores, tenant);
    expect([finding(), await openAbout('drafts')]).toMatchObject([1, [{ asked: { person: people.ada.id } }]]);

    // Of an agent that the watch does not know, so that its own looks say nothing of it meanwhile.
    const found = firing({ agent: 'nobody', fingerprint: 'faithfulness/nobody' });
    await stores.incidents.observe(tenant, [found]);
    const [opened] = await openAbout('nobody');
    if (!opened) throw new Error('nothing was opened');
    const { id } = opened;

    for (const [when, rung] of [
      ['before', 'second'],
      ['after', 'manager'],
    ] as const) {
      // prettier-ignore
      const tick = diesAt(stores.incidents, 'tick', { when });
      await later(id, 10);
      await news(id);
      await expect.poll(() => rungOf(id), { timeout: 90_000 }).toBe(rung);
      await expect.poll(tick).toBe(1);
    }
    await stores.incidents.observe(tenant, [{ ...found, state: 'clear' }]);
    const ending = diesAt(stores.incidents, 'tick', { when: 'after' });
    await later(id, 15);
    await news(id);
    const status = async () => (await stores.incidents.get(tenant, id))?.status;
    await expect.poll(status, { timeout: 90_000 }).toBe('resolved');
    await expect.poll(ending).toBe(1);

    const back = diesAt(stores.incidents, 'observe', { when: 'after' });
    await expect(stores.incidents.observe(tenant, [found])).rejects.toThrow('killed');
    await stores.incidents.observe(tenant, [found]);
    expect(back()).toBe(1);
    await later(id, 10);
    await news(id);
    await expect.poll(() => rungOf(id), { timeout: 90_000 }).toBe('second');
    const all = await kinds(id);
    const told = (await world.as('superuser')).query('SELECT kind FROM incident_events WHERE incident = $1 ORDER BY seq', [id]); // prettier-ignore
    expect((await told).rows.map(({ kind }) => `incident.${kind}`)).toEqual(all);
    expect(all.filter((kind) => kind !== 'incident.noted')).toEqual([
      ...['incident.opened', 'incident.escalated', 'incident.escalated'],
      ...['incident.cleared', 'incident.stayed-clear', 'incident.reopened', 'incident.escalated'],
    ]);
  }, 240_000);
});

test('the weekly schedule is for Sunday at three, and asks for each agent that is used when it fires', async () => {
  const { stores, tenant, people } = world;
  const versions = ['1.0.0', '1.1.0'];
  const place = { agent: 'fraud-review', environment: 'production', known: versions } as const;
  await stores.versions.set(tenant, { ...place, active: '1.1.0', next: null, percent: 0 });
  await plantRows(await world.as('superuser'), tenant, {
    runs: [ended('fraud-review', 'done', MINUTE)],
    events: [],
  });
  // What is asked for then ends at once: here it is about the asking.
  await stores.switches.stop(tenant, people.mara.id, 'The cases are played elsewhere');
  const client = connectTemporal(world.temporal);
  const schedule = client.schedule.getHandle('countersign-weekly-evals');
  const { info, policies, state } = await schedule.describe();
  expect(state.paused).toBe(false);
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3 * 24 * 60 * MINUTE });
  const next = info.nextActionTimes.slice(0, 3);
  expect(next.map((at) => [at.getUTCDay(), at.getUTCHours(), at.getUTCMinutes()])).toEqual(
    Array.from({ length: 3 }, () => [0, 3, 0]),
  );
  await schedule.trigger();
  const superuser = await world.as('superuser');
  const asked = async () =>
    (await superuser.query(`SELECT agent, agent_version, source, status, why FROM eval_runs`)).rows;
  await expect
    .poll(asked, { timeout: 90_000, interval: 200 })
    .toMatchObject([{ agent: 'fraud-review', agent_version: '1.1.0', source: 'schedule', status: 'failed' }]);
  await client.connection.close();
  await stores.switches.lift(tenant, people.mara.id);
}, 240_000);
