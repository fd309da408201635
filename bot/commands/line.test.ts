import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../local/example/example.ts';
import type { RunId } from '../../core/ids.ts';
import { lineSubject } from '../../core/intake/line-card.ts';
import { openAdmin, type Admin } from '../../platform/tenants.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { TEAMS_PEOPLE } from '../../test/teams-kit.ts';
import { TEST_AGENT, type ExamplePerson } from '../../test/test-stores.ts';

/** A bot with its dispatcher and no workers: what is admitted stays at work until the test ends it. */
let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
let admin: Admin;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
  admin = openAdmin({ appUrl: world.kit.urls.appUrl });
});
afterAll(async () => {
  await admin.close();
  await world.close();
});

let db: Promise<pg.Client> | undefined;
const sql = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await (await (db ??= world.kit.as('superuser'))).query(text, values)).rows as Row[];

beforeEach(async () => {
  await sql(`DELETE FROM agent_settings`);
  await sql(`UPDATE runs SET status = 'done', admitted_at = coalesce(admitted_at, now()), left_at = NULL`);
  await admin.setLimits(world.kit.tenant, { working: 1, waiting: 1_000, personWaiting: 1_000 });
});

/** A run that nobody hears of, as another would have started it. */
async function startQuietly(who: ExamplePerson = 'sofia'): Promise<RunId> {
  const { stores, tenant, people } = world.kit;
  const { run } = await stores.runs.create(tenant, {
    agent: TEST_AGENT,
    ...{ input: { claim: 'CLM-0812' }, requester: people[who], source: 'api', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
  });
  return run;
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`did not come: ${what}`);
}

/** The only place is taken. */
async function fill(): Promise<RunId> {
  const run = await startQuietly();
  await until('a run at work', async () => (await world.kit.stores.intake.line(world.kit.tenant)).size === 0);
  return run;
}
const end = (run: RunId) =>
  world.kit.stores.runs.close(world.kit.tenant, run, { status: 'done', summary: 'Done.', output: null });

/** As if six runs had each held a place for so long, of late. */
const measured = (seconds: number) =>
  sql(
    `UPDATE runs SET left_at = now(), worked_ms = $1 WHERE run IN (SELECT run FROM runs WHERE status = 'done' ORDER BY run DESC LIMIT 6)`,
    [seconds * 1_000],
  );

/** What the chat shows now in the card about a run's place in line. */
async function cardOf(run: RunId, says: RegExp): Promise<string> {
  return until(`a card that says ${String(says)}`, async () => {
    const [copy] = await world.kit.stores.copies.ofSubject(world.kit.tenant, lineSubject(run));
    if (!copy?.message || copy.shownVersion < copy.wantedVersion) return null;
    const shown =
      copy.platform === 'slack'
        ? JSON.stringify(await world.state.slack.findMessage(copy.message))
        : JSON.stringify(await world.teams?.store.message(copy.conversation, copy.message));
    return says.test(shown) ? shown : null;
  });
}

/** Types, and waits for the answer: in Teams it comes into the same chat as cards do, in any order. */
async function says(
  chat: 'Slack' | 'Teams',
  who: ExamplePerson,
  words: string,
  what: RegExp,
): Promise<string> {
  if (chat === 'Slack' || world.teams === null) {
    const said = await chats[chat].type(who, words);
    expect(said).toMatch(what);
    return said;
  }
  const { api, store } = world.teams;
  const { entraObject } = TEAMS_PEOPLE[who];
  const conversation = api.client.personalChat(entraObject);
  const before = (await store.messages(conversation)).length;
  await api.client.sendMessage(entraObject, words, { conversation });
  return until(`in Teams: ${String(what)}`, async () => {
    const news = (await store.messages(conversation)).slice(before + 1);
    return news.map(({ text, card }) => `${text} ${JSON.stringify(card)}`).find((one) => what.test(one));
  });
}

/** The run that it started, whatever was said. */
async function started(chat: 'Slack' | 'Teams', who: ExamplePerson, words: string): Promise<RunId> {
  const before = new Set((await sql<{ run: string }>('SELECT run FROM runs')).map(({ run }) => run));
  await says(chat, who, words, /Waiting: position|Wartet: Platz|Started/);
  const after = await sql<{ run: RunId }>('SELECT run FROM runs ORDER BY run');
  const made = after.find(({ run }) => !before.has(run));
  if (!made) throw new Error('no run was started');
  return made.run;
}

/** The form that Slack shows somebody. */
async function shownTo(who: ExamplePerson): Promise<string> {
  const view = (await world.state.slack.openViews(`U08${who.toUpperCase()}`)).at(-1);
  return JSON.stringify(view?.content ?? null);
}

describe.each(['Slack', 'Teams'] as const)('in %s', (chat) => {
  test('run: where nothing is before it, it says Started, as ever', async () => {
    await says(chat, 'robin', 'run fraud-review CLM-0847', /Started/);
  });

  test('run: where it waits, it says so with its position; the card becomes Started when it begins', async () => {
    const first = await fill();
    for (let i = 0; i < 6; i++) await end(await startQuietly());
    const run = await started(chat, 'robin', 'run fraud-review CLM-0847');
    await cardOf(run, /Waiting: position 1, cannot say yet how long/);
    await measured(360);
    await sql(`UPDATE card_copies SET updated_at = now() - interval '10 minutes' WHERE subject = $1`, [
      lineSubject(run),
    ]);
    await cardOf(run, /Waiting: position 1, about [67] min/);
    await end(first);
    const shown = await cardOf(run, /Started/);
    expect(shown).not.toMatch(/Waiting: position/);
    expect((await world.kit.stores.ledger.verify(world.kit.tenant)).ok).toBe(true);
  });

  test('a form asks for the priority, offers high to those who may give it, and keeps to what is chosen', async () => {
    const newest = () =>
      sql<{ run: string; priority: string }>(
        'SELECT run, priority FROM runs ORDER BY created_at DESC LIMIT 1',
      );
    const form = await chats[chat].type('robin', 'run fraud-review');
    const offered = chat === 'Teams' ? form : await shownTo('robin');
    expect(offered).toContain('Priority');
    expect(offered).toContain('"Low"');
    expect(offered).not.toContain('"High"');
    await chats[chat].fillIn('robin', { claim: 'CLM-0847', 'run.priority': 'low' });
    expect(await newest()).toMatchObject([{ priority: 'low' }]);
    const managers = await chats[chat].type('mara', 'run fraud-review --priority high');
    expect(chat === 'Teams' ? managers : await shownTo('mara')).toContain('"High"');
    await chats[chat].fillIn('mara', { claim: 'CLM-0847' });
    expect(await newest()).toMatchObject([{ priority: 'high' }]);
    await says(chat, 'mara', 'help run', /--priority low.*orders your own runs/);
  });

  test('attack: a form that was tampered with gives nobody a high priority', async () => {
    const before = await sql('SELECT run FROM runs');
    const robin = { platform: 'slack', workspace: EXAMPLE.slack.team, account: 'U08ROBIN' } as const;
    const inTheirTeams = { workspace: EXAMPLE.teams.tenant, account: TEAMS_PEOPLE.robin.entraObject };
    const caller = chat === 'Slack' ? robin : ({ platform: 'teams', ...inTheirTeams } as const);
    const outcome = await world.bot.gateway.command({
      caller: { ...caller, homeWorkspace: null },
      place: { conversation: EXAMPLE.slack.channel, thread: null, kind: 'channel' },
      ...{ requestKey: `forged in ${chat}`, verb: 'run', words: 'fraud-review' },
      fields: { claim: 'CLM-0847', 'run.priority': 'high' },
    });
    expect(JSON.stringify(outcome)).toMatch(/Your roles do not allow that \(run --priority high\)/);
    expect(await sql('SELECT run FROM runs')).toHaveLength(before.length);
  });

  test('a run that waits and is cancelled: the card says so', async () => {
    await fill();
    const run = await started(chat, 'mara', 'run fraud-review CLM-0847');
    await cardOf(run, /Waiting: position/);
    await world.kit.stores.runs.cancel(world.kit.tenant, run, world.kit.people.mara.id);
    await cardOf(run, /Cancelled/);
  });

  test('run --priority: high for a Manager or Admin, low for anyone, refused with a sentence otherwise', async () => {
    await fill();
    const priorityOf = async (run: RunId) =>
      (await sql<{ priority: string }>('SELECT priority FROM runs WHERE run = $1', [run]))[0]?.priority;
    const normal = await started(chat, 'mara', 'run fraud-review CLM-0847');
    const high = await started(chat, 'mara', 'run fraud-review CLM-0847 --priority high');
    const low = await started(chat, 'robin', 'run --priority low fraud-review CLM-0847');
    expect([await priorityOf(normal), await priorityOf(high), await priorityOf(low)]).toEqual([
      'normal',
      'high',
      'low',
    ]);
    const line = await world.kit.stores.intake.line(world.kit.tenant);
    expect(line.get(high)?.position).toBeLessThan(line.get(normal)?.position ?? 0);
    const before = await world.counts();
    await says(
      chat,
      'robin',
      'run fraud-review CLM-0847 —priority high',
      /Your roles do not allow that \(run --priority high\)/,
    );
    await says(
      chat,
      'robin',
      'run fraud-review CLM-0847 --priority urgent',
      /a priority is high, normal or low/,
    );
    expect(await world.counts()).toMatchObject({ runs: before.runs, refused: before.refused + 2 });
  });

  test('a full line refuses with the code and when to try again, and takes nothing; others are taken', async () => {
    await fill();
    await admin.setLimits(world.kit.tenant, { personWaiting: 2 });
    await startQuietly('robin');
    await startQuietly('robin');
    const refused = await says(
      chat,
      'robin',
      'run fraud-review CLM-0847',
      /Try again when one of them has begun/,
    );
    expect(refused).toMatch(
      /You have 2 runs waiting, which is the most, so this one was not taken \(line_full\)/,
    );
    await measured(240);
    await says(chat, 'robin', 'run fraud-review CLM-0847', /Try again in about [45] min/);
    await says(chat, 'mara', 'run fraud-review CLM-0847', /Waiting: position/);
    await admin.setLimits(world.kit.tenant, { waiting: 3 });
    await says(chat, 'mara', 'run fraud-review CLM-0847', /Your company has 3 runs waiting/);
    expect((await world.kit.stores.intake.line(world.kit.tenant)).size).toBe(3);
  });

  test('runs shows places in line, agents how busy they are', async () => {
    await fill();
    await started(chat, 'robin', 'run fraud-review CLM-0847');
    await says(chat, 'robin', 'runs', /Waiting: position 1/);
    await says(chat, 'robin', 'agents', /1 at work, 1 in line, 1 at most/);
  });

  test('while its agent is paused a waiting run says so, and gets no invented position', async () => {
    const { stores, tenant, people } = world.kit;
    await fill();
    await started(chat, 'robin', 'run fraud-review CLM-0847');
    await stores.switches.pause(tenant, 'fraud-review', people.mara.id);
    await says(chat, 'robin', 'runs', /Waiting: its agent is paused/);
    await stores.switches.resume(tenant, 'fraud-review', people.mara.id);
  });
});

test('in German: the place in line, the full line, the priority', async () => {
  const { tenant } = world.kit;
  await sql(`UPDATE people SET language = 'de' WHERE name LIKE 'Robin%'`);
  await fill();
  for (const chat of ['Slack', 'Teams'] as const) {
    await admin.setLimits(tenant, { personWaiting: 1_000 });
    await says(
      chat,
      'robin',
      'run fraud-review CLM-0847',
      /Wartet: Platz \d, wie lange, lässt sich noch nicht sagen/,
    );
    await says(chat, 'robin', 'run fraud-review CLM-0847 --priority high', /Rollen erlauben/);
    await says(chat, 'robin', 'agents', /1 in Arbeit, \d in der Reihe, höchstens 1/);
    await admin.setLimits(tenant, { personWaiting: 1 });
    await says(chat, 'robin', 'run fraud-review CLM-0847', /Von Ihnen wart\w+ schon 1 .*line_full/);
  }
  await sql(`UPDATE people SET language = NULL WHERE name LIKE 'Robin%'`);
});

test('asked for at the top of Slack’s channel, the card hangs there', async () => {
  await fill();
  const run = await started('Slack', 'robin', 'run fraud-review CLM-0847');
  await cardOf(run, /Waiting/);
  const [copy] = await world.kit.stores.copies.ofSubject(world.kit.tenant, lineSubject(run));
  expect(copy).toMatchObject({ conversation: EXAMPLE.slack.channel, person: null });
});
