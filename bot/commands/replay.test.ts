import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../core/ids.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { addOtherTenant, startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { startTestRun } from '../../test/test-stores.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
});
afterAll(() => world.close());

/** A run of Robin's that is over, with three steps. */
async function overRun(): Promise<RunId> {
  const { stores, tenant } = world.kit;
  const run = await startTestRun(world.kit);
  const step = { parent: null, label: 'it', ok: true, latencyMs: 5, startedAtMs: 1 } as const;
  await stores.runs.recordStep(tenant, run, { ...step, key: 'guard-in', kind: 'guard', name: 'guard in' });
  await stores.runs.recordStep(tenant, run, { ...step, key: 'model-1-a', kind: 'model', name: 'reason' });
  await stores.runs.recordStep(tenant, run, { ...step, key: 'tool-1-b', kind: 'tool', name: 'get_claim' });
  await stores.runs.close(tenant, run, { status: 'done', summary: 'Paid.', output: null });
  return run;
}

const replaysOf = async (run: RunId): Promise<readonly RunId[]> =>
  (await world.kit.stores.runs.view(world.kit.tenant, run))?.replays ?? [];

const newest = async (run: RunId) => {
  const id = (await replaysOf(run)).at(-1);
  return id === undefined ? null : world.kit.stores.runs.view(world.kit.tenant, id);
};

describe.each(['Slack', 'Teams'] as const)('replay in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);

  test('from the start: a new run with the same input, linked, in the name of whoever asked', async () => {
    const run = await overRun();
    const answer = await type('mara', `replay ${run}`);
    expect(answer).toContain(`Replay of ${run}`);
    const again = await newest(run);
    expect(again).toMatchObject({
      inputLabel: 'CLM-0847',
      environment: 'production',
      requester: { id: world.kit.people.mara.id },
      replay: { from: null, first: { run } },
    });
    expect(await world.kit.stores.runs.input(world.kit.tenant, again!.run)).toEqual({ claim: 'CLM-0847' });
    const db = await world.kit.as('superuser');
    const { rows } = await db.query(`SELECT key FROM outbox WHERE topic = 'intake' AND key = $1`, [
      again!.run,
    ]);
    expect(rows).toEqual([{ key: again!.run }]);
    expect(await type('mara', `trace ${run}`)).toContain(`Replayed as ${again!.run}`);
  });

  test('from a step: in the sandbox, by number as the trace has it', async () => {
    const run = await overRun();
    expect(await type('robin', `replay ${run} from 3`)).toMatch(/sandbox/);
    expect(await newest(run)).toMatchObject({
      environment: 'sandbox',
      replay: { from: { number: 3, name: 'get_claim' } },
    });
    expect(await type('robin', `replay ${run} from 9`)).toMatch(/no step .*9/);
    expect(await replaysOf(run)).toHaveLength(1);
  });

  test('asks for what was not said: the run, or the step out of those of this run', async () => {
    const run = await overRun();
    await type('robin', 'replay');
    await chats[chat].fillIn('robin', { run, step: '2' });
    expect(await newest(run)).toMatchObject({ environment: 'sandbox', replay: { from: { number: 2 } } });
    await type('robin', `replay ${run} from`);
    await chats[chat].fillIn('robin', { step: 'start' });
    expect(await replaysOf(run)).toHaveLength(2);
    expect(await newest(run)).toMatchObject({ environment: 'production', replay: { from: null } });
  });

  test('a run that goes on is not replayed from the start; unknown ones are unknown', async () => {
    const run = await startTestRun(world.kit);
    expect(await type('robin', `replay ${run}`)).toMatch(/not over yet/);
    expect(await type('robin', 'replay run_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).toMatch(/no such thing/);
    expect(await type('robin', `replay ${run}; DROP TABLE runs`)).toMatch(/cannot be understood/);
    expect(await replaysOf(run)).toEqual([]);
  });

  test('an approver may not, nor a manager of another team; each refusal is in the ledger', async () => {
    const run = await overRun();
    const before = await world.counts();
    expect(await type('ada', `replay ${run}`)).toMatch(/Your roles do not allow that \(replay\)/);
    expect(await type('ada', `replay ${run} from 2`)).toMatch(/Your roles do not allow that \(replay\)/);
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET team = 'motor' WHERE email LIKE 'mara.%'`);
    expect(await type('mara', `replay ${run}`)).toMatch(/Your roles do not allow that/);
    await db.query(`UPDATE people SET team = 'claims' WHERE email LIKE 'mara.%'`);
    expect(await world.counts()).toMatchObject({ runs: before.runs, refused: before.refused + 3 });
  });

  test('an AI Engineer replays in the sandbox, and nothing in production', async () => {
    const run = await overRun();
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET roles = '{engineer}' WHERE email LIKE 'ben.%'`);
    expect(await type('ben', `replay ${run}`)).toMatch(/Your roles do not allow that/);
    expect(await type('ben', `replay ${run} from 2`)).toMatch(/sandbox/);
    await db.query(`UPDATE people SET roles = '{approver}' WHERE email LIKE 'ben.%'`);
    expect(await replaysOf(run)).toHaveLength(1);
  });

  test('a paused agent replays nothing', async () => {
    const run = await overRun();
    const { stores, tenant, people } = world.kit;
    await stores.switches.pause(tenant, 'fraud-review', people.ines.id);
    expect(await type('robin', `replay ${run}`)).toMatch(/paused/);
    await stores.switches.resume(tenant, 'fraud-review', people.ines.id);
    expect(await replaysOf(run)).toEqual([]);
  });
});

test("another tenant's run cannot be replayed, nor named as the first of one", async () => {
  const other = await addOtherTenant(world.kit);
  const run = await overRun();
  const { stores } = world.kit;
  const [olga] = await stores.people.everyone(other);
  const forged = stores.runs.create(other, {
    ...{ agent: { name: 'x', version: '1', class: 'standard', budget: { costMicros: 1 } } as never },
    ...{ input: {}, requester: olga!, source: 'api', dedupeKey: null, environment: 'sandbox' },
    ...{ rehearsal: true, origin: {}, replay: { of: run, from: 'guard-in' } },
  });
  await expect(forged).rejects.toThrow();
  expect(await replaysOf(run)).toEqual([]);
});
