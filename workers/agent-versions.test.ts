import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentVersions } from '../agents/index.ts';
import { findAgent, goldenSets, loadAgents } from '../bin/load-agents.ts';
import type { GoldenCase } from '../core/evals/golden-case.ts';
import { chooseVersion, versionsOf } from '../core/versions.ts';
import { plantedVersions, WORSE } from '../local/planted/versions.ts';
import { openWorld, patientAgents, type World } from '../test/worker-world.ts';

/** Versions side by side on the real workers: each run is played by the one it was recorded with. */
let world: World;
/** What the running code has; a deploy may take one away. */
let loaded = patientAgents([...loadAgents(), ...plantedVersions()]);
beforeAll(async () => {
  world = await openWorld({ agents: (name, version) => findAgent(loaded)(name, version) });
});
afterAll(() => world?.close());

const known = [...versionsOf(agentVersions, 'fraud-review').map(({ version }) => version), WORSE];
const place = { agent: 'fraud-review', environment: 'production', known } as const;

async function start(version: string, claim: string) {
  const { stores, tenant, people } = world;
  const agent = loaded.find(({ contract }) => contract.version === version)?.contract;
  if (agent === undefined) throw new Error('no such version');
  const { run } = await stores.runs.create(tenant, {
    ...{ agent, input: { claim }, requester: people.robin, source: 'api', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
  });
  return run;
}

test('two versions in flight each keep theirs, through a deploy and a roll back that is signed and carried out', async () => {
  const { stores, tenant, people } = world;
  await stores.versions.set(tenant, { ...place, active: '1.0.0', next: null, percent: 0 });
  await stores.versions.set(tenant, { ...place, active: '1.1.0', next: null, percent: 0 });
  const runs = [await start('1.0.0', 'CLM-0847'), await start('1.1.0', 'CLM-0812')];
  const asked = [await world.untilAsked(runs[0]!), await world.untilAsked(runs[1]!)];
  expect(asked.map(({ action }) => action.agentVersion)).toEqual(['1.0.0', '1.1.0']);

  const opened = await stores.approvals.openOwn(tenant, {
    ...{ tool: 'roll_back_version', input: null, title: 'Roll back', why: 'Worse', labels: {} },
    args: {
      ...{ agent: 'fraud-review', environment: 'production', team: 'claims', from_version: '1.1.0' },
      ...{ share: 100, to_version: '1.0.0', revision: (await stores.versions.read(tenant, place))!.revision },
    },
    ...{ requester: people.robin, source: 'slack', dedupeKey: 'roll back' },
  });
  if (!opened.ok) throw new Error(opened.reason);
  await world.sign(opened.approval, 'mara');
  await world.until(opened.run, (view) => view.status === 'done');
  expect(await stores.versions.read(tenant, place)).toMatchObject({ active: '1.0.0' });

  await world.restart();
  for (const who of ['ada', 'ben'] as const) await world.sign(asked[0]!.id, who);
  await world.sign(asked[1]!.id, 'ada');
  for (const [i, run] of runs.entries()) {
    const view = await world.until(run, (one) => one.finishedAtMs !== null);
    expect(view).toMatchObject({ status: 'done', agentVersion: ['1.0.0', '1.1.0'][i] });
    expect(view.approvals).toMatchObject([{ status: 'executed' }]);
  }
});

test('a version that the code has no more ends its runs with a sentence, and nobody is rolled back to it', async () => {
  const { stores, tenant, people } = world;
  const all = loaded;
  await stores.versions.set(tenant, { ...place, active: '1.0.0', next: null, percent: 0 });
  await stores.versions.set(tenant, { ...place, active: '1.1.0', next: null, percent: 0 });
  const { revision } = (await stores.versions.read(tenant, place))!;
  const opened = await stores.approvals.openOwn(tenant, {
    ...{ tool: 'roll_back_version', input: null, title: 'Roll back', why: 'Worse', labels: {} },
    args: {
      ...{ agent: 'fraud-review', environment: 'production', team: 'claims', from_version: '1.1.0' },
      ...{ share: 100, to_version: '1.0.0', revision },
    },
    ...{ requester: people.robin, source: 'slack', dedupeKey: 'roll back to what is gone' },
  });
  if (!opened.ok) throw new Error(opened.reason);
  const run = await start('1.0.0', 'CLM-0312');
  loaded = all.filter(({ contract }) => contract.version !== '1.0.0');
  try {
    const later = await start('1.1.0', 'CLM-0312');
    await world.sign(opened.approval, 'mara');
    await world.until(opened.run, (view) => view.status === 'done');
    expect((await stores.approvals.get(tenant, opened.approval))?.status).toBe('lapsed');
    expect(await stores.versions.read(tenant, place)).toMatchObject({ active: '1.1.0' });
    expect((await world.until(later, (view) => view.status !== 'queued')).agentVersion).toBe('1.1.0');
    const fresh = { ...all.find(({ contract }) => contract.version === '1.0.0')!.contract };
    const { run: gone } = await stores.runs.create(tenant, {
      ...{ agent: fresh, input: { claim: 'CLM-0847' }, requester: people.robin, source: 'api' },
      ...{ dedupeKey: null, environment: 'production', rehearsal: true, origin: {} },
    });
    const view = await world.until(gone, (one) => one.finishedAtMs !== null);
    expect(view.status).toBe('failed');
    expect(view.summary).toMatch(/belongs to fraud-review 1\.0\.0, which is no longer installed/);
  } finally {
    loaded = all;
  }
  expect((await stores.runs.get(tenant, run))?.agentVersion).toBe('1.0.0');
});

test('the planted worse version plays where it is set, never before, and is read from its own prompt', async () => {
  const { stores, tenant } = world;
  const planted = loaded.find(({ contract }) => contract.version === WORSE);
  expect(planted?.prompt).not.toContain('a like claim on the same policy');
  expect(agentVersions.map(({ version }) => version)).not.toContain(WORSE);
  await stores.versions.set(tenant, { ...place, active: WORSE, next: null, percent: 0 });
  const state = (await stores.versions.read(tenant, place))!;
  expect(chooseVersion(state, { tenant, agent: 'fraud-review', key: 'any' })).toBe(WORSE);
  const run = await start(WORSE, 'CLM-0312');
  const view = await world.until(run, (one) => one.finishedAtMs !== null || one.approvals.length > 0);
  expect(view.agentVersion).toBe(WORSE);
  expect(view.steps.some(({ kind }) => kind === 'model')).toBe(true);
});

test('an evaluation is begun by its row, goes on after every worker is gone, and marks each case once', async () => {
  const { stores, tenant, people } = world;
  const all = loaded;
  // the tests above have settled these two for good
  const isOpen = ({ input }: GoldenCase): boolean =>
    !['CLM-0847', 'CLM-0812'].includes(String(input['claim']));
  loaded = all.map((agent) => ({ ...agent, cases: agent.cases?.filter(isOpen).slice(0, 6) ?? [] }));
  const set = goldenSets(loaded, true)('fraud-review', '1.1.0');
  if (set === null) throw new Error('no golden cases');
  const { sound, ...known } = set;
  expect(sound).toBe(true);
  const wanted = {
    ...{ ...known, agent: 'fraud-review', agentVersion: '1.1.0', rehearsal: true, source: 'chat' as const },
    ...{ requester: people.ines.id, origin: {}, requestKey: 'evaluate' },
  };
  const asked = await stores.evals.ask(tenant, wanted);
  if (!('eval' in asked)) throw new Error('nothing was begun');
  const id = asked.eval;
  expect(await stores.evals.ask(tenant, wanted)).toEqual({ eval: id });
  expect(await stores.evals.ask(tenant, { ...wanted, requestKey: 'another' })).toEqual({ running: id });
  const until = async (holds: (marked: number, status: string) => boolean): Promise<void> => {
    for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
      const view = await stores.evals.view(tenant, id);
      if (view && holds(view.marked, view.status)) return;
    }
    throw new Error(`the evaluation is ${JSON.stringify(await stores.evals.view(tenant, id))}`);
  };
  await until((marked) => marked > 0);
  await world.restart();
  await until((_, status) => status === 'done');
  expect(await stores.evals.view(tenant, id)).toMatchObject({ marked: 6, mean: 1 });
  const db = await world.as('superuser');
  const runs = await db.query(`SELECT count(*)::int AS n FROM runs WHERE dedupe_key LIKE 'eval %'`);
  expect(runs.rows).toEqual([{ n: 6 }]);
  loaded = all;
});
