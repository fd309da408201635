import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IncidentState } from '../../core/incident/types.ts';
import { plantRows, type PlantedRun } from '../../test/plant-metrics.ts';
import { openWorld, type World } from '../../test/worker-world.ts';
import { lookAtTenant } from './look-at-tenant.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ watch: true });
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

async function untilOpen(agent: string, withinMs: number): Promise<IncidentState> {
  const until = Date.now() + withinMs;
  for (;;) {
    const [found] = await openAbout(agent);
    if (found) return found;
    if (Date.now() > until) throw new Error(`no incident about ${agent} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('the watch', () => {
  test('finds an agent that fails within 90 s of the condition, by its schedule alone', async () => {
    await plant('refunds', 'failed', 30);
    const found = await untilOpen('refunds', 90_000);
    expect(found).toMatchObject({ rule: 'error-rate', severity: 'p0', fingerprint: 'error-rate/refunds' });
    expect(found.finding.worstRuns.length).toBeGreaterThan(0);
  }, 120_000);

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
    expect((await untilOpen('letters', 60_000)).rule).toBe('pii-leak');
    const signals = await (
      await world.as('superuser')
    ).query(`SELECT payload FROM outbox WHERE topic = 'signals' AND payload->>'kind' = 'look-now'`);
    expect(signals.rows).toHaveLength(1);
    expect(await world.stores.events.record(world.tenant, told)).toBe(false);
  }, 90_000);
});
