import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { startTestRun, testApproval } from '../../test/test-stores.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
});
afterAll(() => world.close());

const statusOf = async (run: string) =>
  (await world.kit.stores.runs.view(world.kit.tenant, run as never))?.status;

/** The ledger's kinds and actors of a run, oldest first. */
async function entriesOf(run: string): Promise<string[]> {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<{ kind: string; actor: string }>(
    `SELECT kind, header::jsonb ->> 'actor' AS actor FROM ledger_entries
     WHERE run = $1 AND kind NOT LIKE 'card.%' ORDER BY seq`,
    [run],
  );
  const names = new Map(Object.entries(world.kit.people).map(([name, { id }]) => [id as string, name]));
  return rows.map(({ kind, actor }) => `${kind} ${names.get(actor) ?? actor}`);
}

describe.each(['Slack', 'Teams'] as const)('cancel in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);

  test('ends the run and what it asked for, tells the workflow, and says who did it', async () => {
    const asked = await world.ask();
    const { run } = asked.action;
    const answer = await type('mara', `cancel ${run}`);
    expect(answer).toMatch(/Cancelled/);
    expect(answer).toContain(run);
    expect(await statusOf(run)).toBe('cancelled');
    expect(await world.approval(asked.id)).toMatchObject({
      status: 'cancelled',
      closed: { by: world.kit.people.mara.id },
    });
    expect(await entriesOf(run)).toEqual([
      'run.started robin',
      'approval.asked robin',
      'run.cancelled mara',
      'approval.cancelled mara',
    ]);
    const db = await world.kit.as('superuser');
    const { rows } = await db.query(`SELECT payload FROM outbox WHERE topic = 'signals' AND key = $1`, [run]);
    expect(rows).toEqual([{ payload: { kind: 'run-cancelled', run } }]);
  });

  test('one that was approved and has not begun does not run any more', async () => {
    const asked = await world.ask({ effect: 'reversible' });
    const { stores, tenant, people } = world.kit;
    const signed = await stores.approvals.transition(tenant, asked.id, {
      ...{ kind: 'approve', by: people.ada.id, via: 'slack', comment: null, cardDigest: null },
      actionDigest: asked.actionDigest,
    });
    expect(signed).toMatchObject({ ok: true, state: { status: 'approved' } });
    await type('ines', `cancel ${asked.action.run}`);
    const begun = {
      kind: 'execute-begin',
      actionDigest: asked.actionDigest,
      preconditionsHold: true,
    } as const;
    expect(await stores.approvals.transition(tenant, asked.id, begun)).toMatchObject({ ok: false });
    expect((await world.approval(asked.id)).status).toBe('cancelled');
  });

  test('again, it changes nothing and says the same; an end of its own is told', async () => {
    const run = await startTestRun(world.kit);
    await type('robin', `cancel ${run}`);
    expect(await type('robin', `cancel ${run}`)).toMatch(/Cancelled/);
    expect(await entriesOf(run)).toEqual(['run.started robin', 'run.cancelled robin']);
    const over = await startTestRun(world.kit);
    const end = { status: 'done', summary: 'Paid.', output: null } as const;
    await world.kit.stores.runs.close(world.kit.tenant, over, end);
    expect(await type('robin', `cancel ${over}`)).toMatch(/ended already \(Done\)/);
    expect(await entriesOf(over)).toEqual(['run.started robin', 'run.finished countersign', 'refused robin']);
  });

  test('is refused to whom the roles table does not allow it, with a ledger entry', async () => {
    const run = await startTestRun(world.kit);
    expect(await type('ada', `cancel ${run}`)).toMatch(/Your roles do not allow that \(cancel\)/);
    expect(await statusOf(run)).toBe('queued');
    expect(await entriesOf(run)).toEqual(['run.started robin', 'refused ada']);
    expect(await type('robin', 'cancel run_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).toMatch(/no such thing/);
    expect(await type('robin', 'cancle')).toMatch(/Did you mean \\?"cancel/);
    expect(await type('robin', 'help cancel')).toMatch(/Ends a run/);
  });

  test('without a run it asks for one', async () => {
    const run = await startTestRun(world.kit);
    const opened = await type('robin', 'cancel');
    if (chat === 'Teams') expect(opened).toMatch(/run_…/);
    await chats[chat].fillIn('robin', { run });
    expect(await statusOf(run)).toBe('cancelled');
  });
});

test('a run that was called off can ask for nothing more', async () => {
  const { stores, tenant, people } = world.kit;
  const run = await startTestRun(world.kit);
  await stores.runs.cancel(tenant, run, people.mara.id);
  expect(await stores.approvals.open(tenant, testApproval(run, people.robin.id))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/while this is cancelled/),
  });
});
