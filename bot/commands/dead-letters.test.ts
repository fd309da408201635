import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LetterId, RunId } from '../../core/ids.ts';
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

/** As if the workers had given the row up. */
async function deadIntake(): Promise<{ run: RunId; id: number; letter: LetterId }> {
  const { stores, tenant } = world.kit;
  const run = await startTestRun(world.kit);
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<{ id: string }>(
    `UPDATE outbox SET due_at = now() + interval '1 hour' WHERE topic = 'intake' AND key = $1 RETURNING id`,
    [run],
  );
  const id = Number(rows[0]?.id);
  for (let i = 0; i < 8; i += 1) await stores.outbox.fail(tenant, id, { error: 'the namespace is gone' });
  return { run, id, letter: await letterOf(run) };
}

async function letterOf(subject: string): Promise<LetterId> {
  const letters = await world.kit.stores.deadLetters.open(world.kit.tenant);
  const found = letters.find((letter) => letter.subject === subject);
  if (found === undefined) throw new Error(`no letter about ${subject}`);
  return found.letter;
}

async function handedOver(summary = 'The agent did not finish.'): Promise<{ run: RunId; letter: LetterId }> {
  const run = await startTestRun(world.kit);
  await world.kit.stores.runs.close(world.kit.tenant, run, { status: 'refused', summary, output: null });
  return { run, letter: await letterOf(run) };
}

const row = async (id: number) => {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<{ parked: boolean; done: boolean }>(
    `SELECT due_at = 'infinity' AS parked, done_at IS NOT NULL AS done FROM outbox WHERE id = $1`,
    [id],
  );
  return rows[0];
};

const told = async (subject: RunId): Promise<string[]> =>
  (await world.kit.stores.ledger.verify(world.kit.tenant, subject)).lines
    .filter(({ kind }) => kind.startsWith('dead-letter.'))
    .map(({ sentence }) => sentence);

describe.each(['Slack', 'Teams'] as const)('dead letters in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);

  test('one list: what, why in words, since when, how often tried; a row and a run alike', async () => {
    const job = await deadIntake();
    const over = await handedOver('The agent could not tell whose roof it is.');
    const listed = await type('mara', 'dead-letters');
    expect(listed).toMatch(/A run could not be started: fraud-review on CLM-0847/);
    expect(listed).toMatch(/It failed every time/);
    expect(listed).toContain('the namespace is gone');
    expect(listed).toContain('tried 8 times');
    expect(listed).toContain('whose roof it is');
    for (const { letter } of [job, over]) expect(listed).toContain(`replay ${letter}`);
    await type('mara', `dead-letters discard ${job.letter} drill`);
    await type('mara', `dead-letters discard ${over.letter} drill`);
  });

  test('replay: the same row is due again, once; who was second is told', async () => {
    const { run, id, letter } = await deadIntake();
    expect(await row(id)).toEqual({ parked: true, done: false });
    expect(await type('robin', `dead-letters replay ${letter}`)).toMatch(/It is tried again now\. Ledger #/);
    expect((await row(id))?.parked).toBe(false);
    expect(await type('mara', `dead-letters replay ${letter}`)).toMatch(/tried again already/);
    expect(await told(run)).toEqual([
      'Given up after 8 tries (intake, keeps-failing); it waits for somebody to replay or discard it.',
      'Robin Reyes had a dead letter (intake) tried again.',
    ]);
  });

  test('discard asks why, keeps the row and ends the run that never began', async () => {
    const { run, letter } = await deadIntake();
    await type('mara', `dead-letters discard ${letter}`);
    await chats[chat].fillIn('mara', { reason: 'The claim was withdrawn' });
    const { stores, tenant } = world.kit;
    expect(await stores.deadLetters.get(tenant, letter)).toMatchObject({ status: 'discarded' });
    expect(await stores.deadLetters.open(tenant)).not.toContainEqual(expect.objectContaining({ letter }));
    expect((await stores.runs.view(tenant, run))?.status).toBe('cancelled');
    expect((await told(run)).at(-1)).toBe(
      'Mara Lindqvist discarded a dead letter (intake): The claim was withdrawn',
    );
    expect(await type('mara', `dead-letters replay ${letter}`)).toMatch(/discarded already/);
  });

  test('a run that was handed over runs again as another; pressed twice, it is one run', async () => {
    const { run, letter } = await handedOver();
    const said = await type('robin', `dead-letters replay ${letter}`);
    const replays = (await world.kit.stores.runs.view(world.kit.tenant, run))?.replays ?? [];
    expect(replays).toHaveLength(1);
    expect(said).toContain(replays[0]);
    await type('mara', `dead-letters replay ${letter}`);
    expect((await world.kit.stores.runs.view(world.kit.tenant, run))?.replays).toEqual(replays);
    expect(await world.kit.stores.deadLetters.get(world.kit.tenant, letter)).toMatchObject({
      status: 'replayed',
    });
  });

  test('"replay" of the run takes its letter off the list as well', async () => {
    const { run, letter } = await handedOver();
    await type('robin', `replay ${run}`);
    expect(await world.kit.stores.deadLetters.get(world.kit.tenant, letter)).toMatchObject({
      status: 'replayed',
    });
  });

  test('by role: not for an approver; of another team, neither seen nor handled', async () => {
    const { letter } = await handedOver();
    const before = await world.counts();
    expect(await type('ada', 'dead-letters')).toMatch(/Your roles do not allow that/);
    expect(await type('ada', `dead-letters discard ${letter} x`)).toMatch(/Your roles do not allow that/);
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET team = 'motor' WHERE email LIKE 'mara.%'`);
    expect(await type('mara', 'dead-letters')).not.toContain(letter);
    expect(await type('mara', `dead-letters discard ${letter} x`)).toMatch(/Your roles do not allow that/);
    await db.query(`UPDATE people SET team = 'claims' WHERE email LIKE 'mara.%'`);
    expect((await world.counts()).refused).toBe(before.refused + 3);
    expect(await world.kit.stores.deadLetters.get(world.kit.tenant, letter)).toMatchObject({
      status: 'open',
    });
    await type('ines', `dead-letters discard ${letter} drill`);
  });

  test('attack: an id that never was, a forged one, a verb that is none', async () => {
    expect(await type('robin', 'dead-letters replay ded_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).toMatch(
      /no such thing/,
    );
    expect(await type('robin', `dead-letters replay ' OR 1=1`)).toMatch(/no such thing/);
    expect(await type('robin', 'dead-letters delete everything')).toMatch(/cannot be understood/);
  });
});

test('another tenant sees none of it, and can handle none of it', async () => {
  const other = await addOtherTenant(world.kit);
  const { letter } = await handedOver();
  const { stores, tenant } = world.kit;
  const [olga] = await stores.people.everyone(other);
  expect(await stores.deadLetters.open(other)).toEqual([]);
  expect(await stores.deadLetters.get(other, letter)).toBeNull();
  expect(await stores.deadLetters.replay(other, letter, olga!.id)).toMatchObject({ changed: false });
  expect(await stores.deadLetters.discard(other, letter, olga!.id, 'x')).toMatchObject({ changed: false });
  expect(await stores.deadLetters.get(tenant, letter)).toMatchObject({ status: 'open' });
});
