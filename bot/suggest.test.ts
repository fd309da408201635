import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/canonical-json.ts';
import type { RunId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { choicesOf } from '../local/workspace/teams-cards.ts';
import { chatsWait } from './deadline.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { CHATS_WAIT_MS } from '../test/patience.ts';
import { addOtherTenant, FORM, nowSeconds, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';
import { startTestRun, type ExamplePerson } from '../test/test-stores.ts';

/** Lists that are filled while somebody types, over both real wires: signed `block_suggestion`, signed `application/search`. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Chat>>;

interface Found {
  readonly ok: boolean;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}
interface Chat extends Typist {
  /** Types into that list of the form opened last for this person. */
  find(who: ExamplePerson, field: string, typed: string): Promise<Found>;
  /** The form opened last, as the chat has it. */
  form(who: ExamplePerson): Promise<string>;
  /** Asks for a list without a form, as somebody who forges the request could. */
  ask(account: string, source: string, typed?: string): Promise<Found>;
  accountOf(who: ExamplePerson): string;
}

const userOf = (who: ExamplePerson): string => `U08${who.toUpperCase()}`;

function suggestionBody(
  user: string,
  source: string,
  typed: string,
  team: string = EXAMPLE.slack.team,
): string {
  const payload = {
    ...{ type: 'block_suggestion', team: { id: team }, user: { id: user, team_id: team } },
    ...{ container: { type: 'view', view_id: 'V1' }, block_id: 'field.run', value: typed },
    action_id: `suggest:${source}`,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

const optionsIn = (body: string): Found['options'] =>
  (JSON.parse(body) as { options: { text: { text: string }; value: string }[] }).options.map((one) => ({
    value: one.value,
    label: one.text.text,
  }));

function chatInSlack(): Chat {
  const newest = async (who: ExamplePerson) => {
    const view = (await world.state.slack.openViews(userOf(who))).at(-1);
    if (view === undefined) throw new Error('Slack shows no form');
    return view;
  };
  return {
    ...inSlack(world),
    accountOf: userOf,
    form: async (who) => JSON.stringify((await newest(who)).content),
    async find(who, field, typed) {
      const { ok, delivery } = await world.slack.client.suggest(
        userOf(who),
        (await newest(who)).id,
        `field.${field}`,
        typed,
      );
      return { ok, options: ok ? optionsIn(delivery?.body ?? '') : [] };
    },
    async ask(account, source, typed = '') {
      const { status, body } = await world.post(suggestionBody(account, source, typed), { type: FORM });
      return { ok: status === 200, options: status === 200 ? optionsIn(body) : [] };
    },
  };
}

function chatInTeams(): Chat {
  const { api, store } = world.teams!;
  const idOf = (who: ExamplePerson): string => TEAMS_PEOPLE[who].entraObject;
  const newest = async (who: ExamplePerson) => {
    const chat = api.client.personalChat(idOf(who));
    const form = (await store.messages(chat)).filter((m) => m.from.entraObject === null).at(-1);
    if (!form?.card) throw new Error('Teams shows no form');
    return { at: { conversation: chat, message: form.id }, card: form.card };
  };
  const search = async (account: string, at: { conversation: string; message: string }, what: object) => {
    const query = { ...at, ...(what as { dataset: string; queryText: string }) };
    const { ok, choices } = choicesOf(await api.client.search(account, query));
    return { ok, options: choices.map(({ title: label, value }) => ({ label, value })) };
  };
  return {
    ...inTeams(world),
    accountOf: idOf,
    form: async (who) => JSON.stringify((await newest(who)).card),
    async find(who, field, queryText) {
      const { at, card } = await newest(who);
      const input = (card['body'] as JsonObject[]).find((one) => one['id'] === `field.${field}`);
      const query = input?.['choices.data'] as { dataset?: string } | undefined;
      return search(idOf(who), at, { dataset: query?.dataset ?? 'no list', queryText });
    },
    ask: (account, dataset, queryText = '') =>
      search(account, { conversation: world.teams!.channel, message: '1' }, { dataset, queryText }),
  };
}

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: chatInSlack(), Teams: chatInTeams() };
});
afterAll(() => world?.close());

/** How a run is told from the next in a list. */
const told = (status: string, run: RunId, since = '\\d+ min ago'): unknown =>
  expect.stringMatching(new RegExp(`^CLM-0847 · fraud-review · ${status} · ${since} · …${run.slice(-4)}$`));

const valuesOf = ({ options }: Found): string[] => options.map(({ value }) => value);

async function overRun(): Promise<RunId> {
  const run = await startTestRun(world.kit);
  await world.kit.stores.runs.close(world.kit.tenant, run, {
    status: 'done',
    summary: 'Paid.',
    output: null,
  });
  return run;
}

describe.each(['Slack', 'Teams'] as const)('in %s', (name) => {
  const type: Typist['type'] = (who, words) => chats[name].type(who, words);

  test('the newest runs come before a letter is typed, each told from the next; what is chosen is traced', async () => {
    const [older, newer] = [await overRun(), await startTestRun(world.kit)];
    await type('robin', 'trace');
    expect(await chats[name].form('robin')).toContain(
      'Not in the list? Write “trace run_…” as a command instead.',
    );
    const { options } = await chats[name].find('robin', 'run', '');
    expect(options.slice(0, 2)).toEqual([
      { value: newer, label: told('Queued', newer) },
      { value: older, label: told('Done', older) },
    ]);
    expect(await chats[name].fillIn('robin', { run: older })).toContain(older);
  });

  test('typing finds by id, by what it is about and by agent, and takes every letter for itself', async () => {
    const run = await overRun();
    await type('robin', 'trace');
    const find = (typed: string) => chats[name].find('robin', 'run', typed);
    expect(valuesOf(await find(run))).toEqual([run]);
    expect(valuesOf(await find(` ${run.slice(-6).toLowerCase()} `))).toEqual([run]);
    expect(valuesOf(await find('clm-0847'))).toContain(run);
    expect(valuesOf(await find('fraud'))).toContain(run);
    for (const typed of ['CLM-9999', '%', 'CLM_0847', `'; --`, '\\'])
      expect(await find(typed)).toEqual({ ok: true, options: [] });
  });

  test('cancel offers what can be cancelled, and rate what is over', async () => {
    const [over, open] = [await overRun(), await startTestRun(world.kit)];
    await type('robin', 'cancel');
    const toCancel = valuesOf(await chats[name].find('robin', 'run', ''));
    expect([toCancel.includes(open), toCancel.includes(over)]).toEqual([true, false]);
    await chats[name].fillIn('robin', { run: open });
    expect((await world.kit.stores.runs.view(world.kit.tenant, open))?.status).toBe('cancelled');
    await type('robin', 'rate');
    expect(valuesOf(await chats[name].find('robin', 'run', ''))).toContain(over);
    await type('robin', 'replay');
    expect(valuesOf(await chats[name].find('robin', 'run', over))).toEqual([over]);
  });

  test('agents: who may run them; to pause those that run, to resume those that are paused', async () => {
    await type('robin', 'run');
    const { options } = await chats[name].find('robin', 'agent', 'frau');
    expect(options).toEqual([{ value: 'fraud-review', label: expect.stringMatching(/^fraud-review · \S/) }]);
    await type('robin', 'pause');
    expect(valuesOf(await chats[name].find('robin', 'agent', ''))).toContain('fraud-review');
    await chats[name].fillIn('robin', { agent: 'fraud-review' });
    expect(valuesOf(await chats[name].ask(chats[name].accountOf('robin'), 'pause.agent'))).not.toContain(
      'fraud-review',
    );
    await type('mara', 'resume');
    expect((await chats[name].find('mara', 'agent', '')).options[0]?.label).toMatch(
      /^fraud-review · paused · /,
    );
    await chats[name].fillIn('mara', { agent: 'fraud-review' });
    expect((await world.kit.stores.switches.read(world.kit.tenant)).paused.size).toBe(0);
  });

  test('verify offers an approver what was flagged to them, by its own id', async () => {
    const state = await world.ask();
    await type('ada', 'verify');
    const found = await chats[name].find('ada', 'id', state.id);
    expect(valuesOf(found)).toEqual([state.id]);
    expect(found.options[0]?.label).toMatch(/^CLM-0847 · \S+ · .* · …/);
    expect(await chats[name].fillIn('ada', { id: state.id })).toContain(state.id);
  });

  test('in German, for who reads German', async () => {
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET language = 'de' WHERE name LIKE 'Robin%'`);
    try {
      const run = await overRun();
      await type('robin', 'trace');
      expect(await chats[name].form('robin')).toContain(
        'Nicht in der Liste? Schreiben Sie stattdessen „trace run_…“ als Befehl.',
      );
      const { options } = await chats[name].find('robin', 'run', run);
      expect(options).toEqual([{ value: run, label: told('Fertig', run, 'vor \\d+ min') }]);
    } finally {
      await db.query(`UPDATE people SET language = NULL WHERE name LIKE 'Robin%'`);
    }
  });

  test('where there is nothing to choose, the field takes what is typed', async () => {
    await type('mara', 'resume');
    const form = await chats[name].form('mara');
    expect(form).not.toMatch(/external_select|choices\.data/);
    expect(form).toMatch(/plain_text_input|Input\.Text/);
  });

  describe('attacks', () => {
    test('a stranger, a guest and one who left are offered nothing', async () => {
      await overRun();
      const { accountOf, ask } = chats[name];
      const stranger = name === 'Slack' ? EXAMPLE.stranger.slackUser : EXAMPLE.stranger.entraObject;
      expect((await ask(accountOf('robin'), 'trace.run')).options.length).toBeGreaterThan(0);
      expect(await ask(stranger, 'trace.run')).toEqual({ ok: true, options: [] });
      const db = await world.kit.as('superuser');
      for (const kind of ['guest', 'external', 'bot', 'deactivated']) {
        await db.query(`UPDATE chat_identities SET kind = $1 WHERE person = $2`, [
          kind,
          world.kit.people.robin.id,
        ]);
        expect(await ask(accountOf('robin'), 'trace.run'), kind).toEqual({ ok: true, options: [] });
        expect(await ask(accountOf('robin'), 'run.agent'), kind).toEqual({ ok: true, options: [] });
      }
      await db.query(`UPDATE chat_identities SET kind = 'member' WHERE person = $1`, [
        world.kit.people.robin.id,
      ]);
    });

    test('nothing is offered that the person may not use the verb on', async () => {
      const run = await overRun();
      const { accountOf, ask } = chats[name];
      // An approver reads the trace of what was flagged to them, and of nothing else; replays are not theirs at all.
      expect(valuesOf(await ask(accountOf('ben'), 'trace.run', run))).toEqual([]);
      expect(valuesOf(await ask(accountOf('ben'), 'verify.id', run))).toEqual([]);
      expect(await ask(accountOf('ben'), 'replay.run')).toEqual({ ok: true, options: [] });
      expect(await ask(accountOf('ben'), 'pause.agent')).toEqual({ ok: true, options: [] });
      expect(valuesOf(await ask(accountOf('robin'), 'trace.run', run))).toEqual([run]);
    });

    test('a source that is none of ours has nothing', async () => {
      const { accountOf, ask } = chats[name];
      for (const source of [
        'trace.agent',
        'whoami.run',
        'constructor.name',
        'trace.constructor',
        'x',
        '',
        '../people',
      ])
        expect((await ask(accountOf('ines'), source)).options, source).toEqual([]);
    });

    test('what was not offered is refused when it is handed in, with a ledger entry', async () => {
      const run = await overRun();
      const before = await world.counts();
      if (name === 'Slack') {
        await type('robin', 'trace');
        const view = (await world.state.slack.openViews('U08ROBIN')).at(-1)!;
        // The form is Ben's, as a client that was tampered with would send it.
        const forged = { ...view, user: 'U08BEN', id: `${view.id}BEN` };
        await world.state.slack.putView(forged);
        const { delivery } = await world.slack.client.submit(
          'U08BEN',
          forged.id,
          { 'field.run': run },
          { forged: true },
        );
        expect(delivery?.body).toMatch(/Your roles do not allow that \(trace\)/);
      } else {
        await type('ben', 'trace');
        expect(await chats.Teams.fillIn('ben', { run })).toMatch(/Your roles do not allow that \(trace\)/);
      }
      expect((await world.counts()).refused).toBe(before.refused + 1);
    });
  });
});

describe('another company', () => {
  test('is never offered ours, whatever its people type', async () => {
    const run = await overRun();
    const tenant = await addOtherTenant(world.kit);
    const ask = async (source: string, typed: string) => {
      const answer = await world.post(suggestionBody('U08ADA', source, typed, 'T08OTHER'), { type: FORM });
      return optionsIn(answer.body);
    };
    expect(await world.kit.stores.runs.list(tenant, { limit: 10, about: run })).toEqual([]);
    for (const typed of ['', run, 'CLM']) {
      expect(await ask('trace.run', typed)).toEqual([]);
      expect(await ask('verify.id', typed)).toEqual([]);
    }
    // Ada of our company asks in a workspace that is not hers.
    const body = suggestionBody('U08ADA', 'trace.run', '').replace(EXAMPLE.slack.team, 'T08NOBODY');
    expect(optionsIn((await world.post(body, { type: FORM })).body)).toEqual([]);
  });
});

describe('at the door', () => {
  test('an unsigned, wrongly signed or old request is 401', async () => {
    const body = suggestionBody('U08ROBIN', 'trace.run', '');
    const refusals = [{ signature: '' }, { secret: 'somebody else’s' }, { timestamp: nowSeconds() - 3_600 }];
    for (const how of refusals) expect((await world.post(body, { type: FORM, ...how })).status).toBe(401);
    await chats.Slack.type('robin', 'trace');
    const view = (await world.state.slack.openViews('U08ROBIN')).at(-1)!;
    const forged = await world.slack.client.suggest('U08ROBIN', view.id, 'field.run', '', {
      secret: 'guessed',
    });
    expect([forged.ok, forged.delivery?.status]).toEqual([false, 401]);
  });

  test('in Teams: without a token, with another’s, or sent again, nothing is found', async () => {
    const { client } = world.teams!.api;
    const { entraObject } = TEAMS_PEOPLE.robin;
    const activity = await client.activity(
      entraObject,
      { conversation: world.teams!.channel },
      {
        type: 'invoke',
        name: 'application/search',
        id: 'f:once',
        value: { queryText: '', dataset: 'trace.run' },
      },
    );
    expect((await client.post(activity, { authorization: null })).status).toBe(401);
    expect((await client.post(activity, { authorization: 'Bearer x.y.z' })).status).toBe(401);
    expect(choicesOf(await client.post(activity)).ok).toBe(true);
    expect((await client.post(activity)).status).toBe(403);
    const junk = { ...activity, id: 'f:junk', value: { dataset: 7 } };
    expect((await client.post(junk)).status).toBe(400);
  });

  test('changes nothing and writes nothing, however often it is asked', async () => {
    const before = await world.counts();
    for (let i = 0; i < 5; i++) await chats.Slack.ask('U08ROBIN', 'trace.run', 'C');
    await chats.Teams.ask(TEAMS_PEOPLE.robin.entraObject, 'trace.run', 'C');
    await chats.Slack.ask(EXAMPLE.stranger.slackUser, 'trace.run', 'C');
    expect(await world.counts()).toEqual(before);
  });

  test('what is not known in time is not told as nothing: the list cannot be loaded, and forms stay as they are', async () => {
    const db = await world.kit.as('superuser');
    await chats.Slack.type('robin', 'trace');
    await db.query('BEGIN');
    await db.query('LOCK TABLE runs IN ACCESS EXCLUSIVE MODE');
    chatsWait(1_000);
    try {
      expect((await chats.Slack.ask('U08ROBIN', 'trace.run')).ok).toBe(false);
      expect((await chats.Teams.ask(TEAMS_PEOPLE.robin.entraObject, 'trace.run')).ok).toBe(false);
    } finally {
      chatsWait(CHATS_WAIT_MS);
      await db.query('ROLLBACK');
    }
    await sleep(50);
    expect((await chats.Slack.find('robin', 'run', '')).ok).toBe(true);
  });
});
