import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agents } from '../agents/index.ts';
import type { RunId } from '../core/ids.ts';
import type { RunView } from '../core/views.ts';
import { openWorld, type World } from '../test/worker-world.ts';

let world: World;
let first: RunView;
const ended = (view: RunView): boolean => view.finishedAtMs !== null;

/** One run that asked two people, was signed and paid. */
beforeAll(async () => {
  world = await openWorld();
  const run = await world.ask('CLM-0847');
  const asked = await world.untilAsked(run);
  await world.sign(asked.id, 'ada');
  await world.sign(asked.id, 'ben');
  first = await world.until(run, ended);
});
afterAll(() => world.close());

async function replay(of: RunId, from: string | null): Promise<RunView> {
  const { stores, tenant, people } = world;
  const { run } = await stores.runs.create(tenant, {
    agent: agents[0]!,
    input: await stores.runs.input(tenant, of),
    requester: people.robin,
    source: 'api',
    dedupeKey: null,
    environment: from === null ? 'production' : 'sandbox',
    rehearsal: true,
    origin: {},
    replay: { of, from },
  });
  return world.until(run, ended);
}

const keyOf = (holds: (key: string) => boolean): string => {
  const step = first.steps.find(({ key }) => holds(key));
  if (step === undefined) throw new Error('the first run has no such step');
  return step.key;
};

describe('a replay from a step', () => {
  test('takes what came before from the recording, plays the rest anew, and only records the action', async () => {
    const at = keyOf((key) => key.startsWith('ask-'));
    const number = first.steps.findIndex(({ key }) => key === at) + 1;
    const again = await replay(first.run, at);
    expect(again).toMatchObject({ status: 'done', environment: 'sandbox', approvals: [] });
    const taken = again.steps.filter(({ recorded }) => recorded);
    expect(taken.map(({ key }) => key)).toEqual(first.steps.slice(0, number - 1).map(({ key }) => key));
    expect(taken.every(({ costMicros, tokens, latencyMs }) => costMicros + tokens + latencyMs === 0)).toBe(
      true,
    );
    // The model was asked for what comes after the action only.
    const anew = again.steps.filter(({ kind, recorded }) => kind === 'model' && !recorded);
    const before = first.steps.slice(0, number).filter(({ kind }) => kind === 'model').length;
    expect(anew).toHaveLength(first.steps.filter(({ kind }) => kind === 'model').length - before);
    expect(again.costMicros).toBeLessThan(first.costMicros);
    expect(again.steps.find(({ key }) => key === at)?.label).toBe('sandbox: recorded, not run');
    expect(again.replay).toMatchObject({
      from: { number, name: 'settle_claim' },
      first: { run: first.run, status: 'done', proposals: ['Pay £6,180.00 on claim CLM-0847'] },
      again: { run: again.run, status: 'done', proposals: ['Pay £6,180.00 on claim CLM-0847'] },
    });
    expect(again.replay?.again.recommendation).toBe(again.replay?.first.recommendation);
  });

  test('from the first call of a tool, the model is asked once less, and every read is made again', async () => {
    const at = keyOf((key) => key.startsWith('tool-1-'));
    const again = await replay(first.run, at);
    const models = again.steps.filter(({ kind }) => kind === 'model');
    expect(models.map(({ recorded }) => recorded)).toEqual([true, ...models.slice(1).map(() => false)]);
    expect(again.steps.filter(({ kind, recorded }) => kind === 'tool' && recorded)).toEqual([]);
    expect(again).toMatchObject({ status: 'done', approvals: [] });
  });

  test('behind the action, its outcome is the recorded one; nothing is paid again', async () => {
    const at = keyOf((key) => key.startsWith('guard-out-'));
    const again = await replay(first.run, at);
    expect(again).toMatchObject({ status: 'done', approvals: [], costMicros: 0 });
    expect(again.replay?.again.proposals).toEqual(again.replay?.first.proposals);
    // No step of the recording is news for the ledger.
    const { lines } = await world.stores.ledger.verify(world.tenant, again.run);
    expect(lines.map(({ kind }) => kind)).toEqual(['run.started', 'run.finished']);
  });

  test('a step that is not in the record ends the run with a sentence', async () => {
    const again = await replay(first.run, 'model-99-forged');
    expect(again.status).toBe('failed');
    expect(again.summary).toMatch(/step to replay from is not in the record/);
  });
});

test('a replay from the start asks anew, and both records tell of it', async () => {
  const { stores, tenant, people } = world;
  const { run } = await stores.runs.create(tenant, {
    ...{ agent: agents[0]!, input: await stores.runs.input(tenant, first.run), requester: people.robin },
    ...{ source: 'api', dedupeKey: null, environment: 'production', rehearsal: true, origin: {} },
    replay: { of: first.run, from: null },
  });
  const view = await world.until(run, (v) => ended(v) || v.approvals.length > 0);
  expect(view.steps.every(({ recorded }) => !recorded)).toBe(true);
  expect(view.replay?.first.run).toBe(first.run);
  expect((await stores.runs.view(tenant, first.run))?.replays).toContain(run);
  const told = (await stores.ledger.verify(tenant, first.run)).lines.map(({ sentence }) => sentence);
  expect(told).toContain(`Robin Reyes replayed the run as ${run}.`);
});
