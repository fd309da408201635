import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../core/alerts/finding.ts';
import { firing } from '../core/incident/examples.ts';
import { incidentEventSubject } from '../core/incident/subject.ts';
import type { IncidentState } from '../core/incident/types.ts';
import { ForwardId, type IncidentId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { openAdmin } from '../platform/tenants.ts';
import { addOtherTenant, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { diesAt, type Deaths } from '../test/dies.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { letIncidentsBeApart } from '../test/incidents-apart.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';
import { startTestRun, type ExamplePerson } from '../test/test-stores.ts';

/** Incidents, in both chats over their real wires. */
let world: BotKit;
/** A form comes from a pressed button, or as the answer to what was typed: in Teams a dialog, and a message. */
type Chat = Hands & Typist & { readonly fillInAnswer: Typist['fillIn'] };
const both = (typist: Typist, hands: Hands): Chat => ({ ...typist, ...hands, fillInAnswer: typist.fillIn });
let chats: Readonly<Record<'Slack' | 'Teams', Chat>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = {
    Slack: both(inSlack(world), handsInSlack(world)),
    Teams: both(inTeams(world), handsInTeams(world)),
  };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'mara', 'ines');
});
afterAll(() => world?.close());

let n = 0;
async function opened(change: Partial<Finding> = {}): Promise<IncidentState> {
  n += 1;
  const { stores, tenant } = world.kit;
  await letIncidentsBeApart(world.kit);
  const fingerprint = `faithfulness/${n}`;
  const now = Date.now();
  const series = [0.93, null, 0.84, 0.81].map((value, i) => ({ atMs: now - (4 - i) * 3_600_000, value }));
  await stores.incidents.observe(tenant, [firing({ fingerprint, sinceMs: now, series, ...change })]);
  const found = (await stores.incidents.open(tenant)).find((one) => one.fingerprint === fingerprint);
  if (!found) throw new Error('no incident was opened');
  return found;
}

const read = async (id: IncidentId): Promise<IncidentState> => {
  const state = await world.kit.stores.incidents.get(world.kit.tenant, id);
  if (!state) throw new Error('no such incident');
  return state;
};

async function ledger(subject: string): Promise<string[]> {
  const superuser = await world.kit.as('superuser');
  const found = await superuser.query<{ kind: string }>(
    `SELECT kind FROM ledger_entries WHERE subject = $1 AND kind NOT LIKE 'card.%' ORDER BY seq`,
    [subject],
  );
  return found.rows.map(({ kind }) => kind);
}

/** Writes `@Countersign <words>` in the thread under the card; what the bot then told this person in private. */
async function mention(
  platform: 'slack' | 'teams',
  who: ExamplePerson,
  subject: string,
  words: string,
): Promise<string> {
  const root = (await copyAt(world, platform, { subject })).message;
  const user = `U08${who.toUpperCase()}`;
  const { entraObject } = TEAMS_PEOPLE[who];
  const { teams } = world;
  if (!teams) throw new Error('no Teams');
  const told = async (): Promise<string[]> =>
    platform === 'slack'
      ? (await world.state.slack.ephemerals(user)).map((one) => JSON.stringify(one))
      : (await teams.store.messages(teams.api.client.personalChat(entraObject)))
          .filter((m) => m.from.entraObject === null && m.text !== '')
          .map((m) => JSON.stringify(m));
  const before = (await told()).length;
  if (platform === 'slack') await world.slack.client.say(user, EXAMPLE.slack.channel, `@countersign ${words}`, root);
  else await teams.api.client.sendMessage(entraObject, `@Countersign ${words}`, { conversation: EXAMPLE.teams.channel, thread: root }); // prettier-ignore
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(25)) {
    const found = (await told())[before];
    if (found !== undefined) return found;
  }
  throw new Error('nothing was said');
}

test('one thread in each chat, with the figures, the picture in words, who is asked, and the acts', async () => {
  const superuser = await world.kit.as('superuser');
  await superuser.query(
    `INSERT INTO agent_events (tenant, event, agent, kind, key, detail) VALUES ($1, $2, 'fraud-review', 'change', $2, $3)`,
    [world.kit.tenant, `evt-${n}`, { what: 'version', from: '1.4.0', to: '1.5.0' }],
  );
  const { id: subject } = await opened();
  for (const chat of Object.values(chats)) {
    const card = await chat.card({ subject });
    for (const words of [
      'P0: fraud-review 1.5.0 says things its sources do not',
      'Open, nobody has acknowledged',
      'the mean of 38 sampled runs in 6 hours',
      '0.81',
      '0.85',
      'Acknowledge',
      'Pause the agent',
      subject,
    ])
      expect(card).toContain(words);
    expect(card).toMatch(/1\.4\.0.{1,160}1\.5\.0/);
    expect(card).toMatch(/Mara Lindqvist|U08MARA/);
    expect(card).not.toContain('Roll back');
  }
});

test('what PagerDuty did not take is told on the card and in the thread', async () => {
  const { stores, tenant, urls, encryptionKey } = world.kit;
  const admin = openAdmin({ appUrl: urls.appUrl, encryptionKey });
  const url = 'https://events.pagerduty.com/v2/enqueue';
  const target = await admin.setForward(tenant, { kind: 'pagerduty', url, secret: 'k'.repeat(32) });
  const { id: subject } = await opened();
  await admin.endForward(tenant, target);
  await Promise.all(Object.values(chats).map((one) => one.card({ subject })));
  const superuser = await world.kit.as('superuser');
  const set = 'UPDATE forward_targets SET ended_at = NULL, ended_why = NULL WHERE target = $1';
  await superuser.query(set, [target]);
  const { rows } = await superuser.query<{ forward: string }>(
    'SELECT forward FROM incident_forwards WHERE incident = $1',
    [subject],
  );
  const begun = await stores.forwards.begin(tenant, ForwardId.parse(rows[0]?.forward));
  if (begun === 'over' || 'waitMs' in begun) throw new Error('there is nothing to send');
  const refused = { taken: false, why: 'refused', code: '400', retryAfterMs: null, retryInMs: null } as const;
  await stores.forwards.untaken(tenant, begun, refused);
  await admin.endForward(tenant, target);
  await admin.close();
  for (const chat of Object.values(chats))
    for (const at of [subject, incidentEventSubject({ incident: subject, seq: 2 })])
      expect(await chat.card({ subject: at })).toContain(
        'PagerDuty did not take it: it refuses what it was sent (400)',
      );
});

test('many at once: one thread in each chat, the worst first, with a lever for each agent', async () => {
  const { stores, tenant } = world.kit;
  await letIncidentsBeApart(world.kit);
  const many = Array.from({ length: 12 }, (_, i) => {
    const about = { rule: 'error-rate', agent: `agent-${i}`, fingerprint: `error-rate/agent-${i}` };
    return firing({ ...about, unit: 'ratio', value: 0.1 + i / 20, threshold: 0.05, sinceMs: Date.now() });
  });
  await stores.incidents.observe(tenant, many);
  const all = (await stores.incidents.open(tenant)).filter(({ rule }) => rule === 'error-rate');
  expect(all).toHaveLength(1);
  const subject = all[0]?.id ?? '';
  for (const chat of Object.values(chats)) {
    const card = await chat.card({ subject });
    for (const words of ['P0: 12 agents: Share of runs that failed', 'Firing now: 12', 'And 7 more.'])
      expect(card).toContain(words);
    expect(card.indexOf('agent-11')).toBeLessThan(card.indexOf('agent-7'));
    expect(card).not.toContain('agent-6');
    expect(card.match(/Pause the agent/g)).toHaveLength(5);
  }
  expect(await chats.Slack.press('robin', { subject }, 'Acknowledge')).toMatch(/12 agents: .*Ledger #\d+/);
  for (const one of many) await stores.incidents.observe(tenant, [{ ...one, state: 'clear' }]);
  await stores.incidents.act(tenant, subject as IncidentId, { kind: 'resolve', by: world.kit.people.ada.id });
});

describe.each(['Slack', 'Teams'] as const)('an incident, in %s', (name) => {
  test('is acknowledged by button, and both chats say so', async () => {
    const chat = chats[name];
    const { id: subject } = await opened();
    // Both cards first, so that each thread has them under it in order.
    await Promise.all(Object.values(chats).map((one) => one.card({ subject })));
    expect(await chat.press('robin', { subject }, 'Acknowledge')).toMatch(
      /Acknowledged: fraud-review 1\.5\.0 .*Ledger #\d+/,
    );
    for (const other of Object.values(chats)) {
      expect(await other.card({ subject })).toContain('Acknowledged by Robin Reyes');
      expect(await other.card({ subject: incidentEventSubject({ incident: subject, seq: 2 }) })).toContain(
        'Acknowledged',
      );
    }
    expect(await chat.press('mara', { subject }, 'Resolve')).toContain('Resolved');
    expect(await chat.card({ subject })).toContain('Resolved by Mara Lindqvist');
    expect(await ledger(subject)).toEqual(['incident.opened', 'incident.acknowledged', 'incident.resolved']);
  });

  test('in its thread, by words: note, ack, silence, escalate, resolve', async () => {
    const chat = chats[name];
    const { id } = await opened();
    const say = (who: ExamplePerson, words: string) => mention(chat.platform, who, id, words);
    expect(await say('robin', 'note Prompt 12 dropped a line.')).toContain('Note');
    expect(await chat.card({ subject: id })).toContain('Prompt 12 dropped a line.');
    expect(await say('robin', 'ack')).toContain('Acknowledged');
    expect(await say('ines', 'silence for 2 hours')).toContain('Silenced');
    expect(await say('ines', 'escalate')).toMatch(/Nobody further up is on call/);
    expect(await say('ines', 'resolve')).toContain('Resolved');
    expect(await read(id)).toMatchObject({ status: 'resolved', resolved: { by: world.kit.people.ines.id } });
  });

  test('a note and a silence by form', async () => {
    const chat = chats[name];
    const { id: subject } = await opened();
    await chat.press('robin', { subject }, 'Add a note…');
    expect(await chat.fillIn('robin', { text: 'Rolled the prompt back.' })).toContain('Note');
    await chat.press('mara', { subject }, 'Silence…');
    expect(await chat.fillIn('mara', { until: 'when the cows come home' })).toMatch(/cannot be told/);
    await chat.press('mara', { subject }, 'Silence…');
    expect(await chat.fillIn('mara', { until: '30 days' })).toMatch(/a week at most/);
    await chat.press('mara', { subject }, 'Silence…');
    expect(await chat.fillIn('mara', { until: '2h' })).toContain('Silenced');
    expect((await read(subject)).silence?.by).toBe(world.kit.people.mara.id);
    expect(await chat.card({ subject })).toContain('Rolled the prompt back.');
  });

  test('attack: who may not is refused in private, in the ledger, and nothing moves', async () => {
    const chat = chats[name];
    const { id: subject } = await opened();
    const before = await read(subject);
    expect(await chat.press('ada', { subject }, 'Acknowledge')).toMatch(/roles do not allow/);
    expect(await chat.press('ben', { subject }, 'Resolve')).toMatch(/roles do not allow/);
    expect(await chat.type('robin', `silence ${subject} until 2h`)).toMatch(/roles do not allow/);
    expect(await mention(chat.platform, 'ada', subject, 'note I was here')).toMatch(/roles do not allow/);
    expect(await read(subject)).toEqual(before);
    const refused = await world.counts();
    expect(await chat.type('ada', `ack ${subject}`)).toMatch(/roles do not allow/);
    expect((await world.counts()).refused).toBe(refused.refused + 1);
  });

  test('attack: a Manager of another team, an id that never was, and words that are none', async () => {
    const chat = chats[name];
    const { id } = await opened({ agent: 'nobody-knows', fingerprint: `faithfulness/${name}` }).catch(
      async () => {
        const all = await world.kit.stores.incidents.open(world.kit.tenant);
        const found = all.find(({ agent }) => agent === 'nobody-knows');
        if (!found) throw new Error('no incident');
        return found;
      },
    );
    expect(await chat.type('mara', `ack ${id}`)).toMatch(/roles do not allow/);
    expect(await chat.type('ines', 'ack inc_01M86XXR40C8T1KX5MDQ7ZB2WN')).toMatch(/no such thing/);
    expect(await chat.type('ines', 'resolve inc_garbage')).toMatch(/no such thing/);
    expect((await read(id)).status).toBe('open');
  });

  test('stale: what is over says so, and a second person learns who has it', async () => {
    const chat = chats[name];
    const { id: subject } = await opened();
    await chat.press('robin', { subject }, 'Acknowledge');
    expect(await chat.type('mara', `ack ${subject}`)).toMatch(/Somebody else has acknowledged it already/);
    expect(await chat.type('robin', `ack ${subject}`)).toContain('It was so already');
    await chat.type('robin', `resolve ${subject}`);
    expect(await chat.type('mara', `silence ${subject} until 2h`)).toMatch(/The incident is over/);
  });

  test('without an id and outside of a thread it asks which', async () => {
    const chat = chats[name];
    const { id: subject } = await opened();
    const form = await chat.type('robin', 'ack');
    expect(form === '' ? 'opened' : form).toMatch(/opened|Type to find/);
    await chat.fillInAnswer('robin', { incident: subject });
    expect((await read(subject)).status).toBe('acknowledged');
  });

  test('levers: pause is the agent’s own switch; what failed runs again once, however often it is pressed', async () => {
    const chat = chats[name];
    const { stores, tenant } = world.kit;
    const { id: subject } = await opened();
    const run = await startTestRun(world.kit, 'CLM-0312');
    await stores.runs.close(tenant, run, { status: 'failed', summary: 'It broke.', output: null });
    await stores.incidents.act(tenant, subject, {
      kind: 'note',
      by: world.kit.people.robin.id,
      text: 'Look.',
    });
    const view = await stores.incidents.view(tenant, subject);
    expect(view?.failedRuns).toEqual([run]);
    expect(await chat.press('robin', { subject }, 'Replay the failed (1)')).toMatch(/Runs again: run_/);
    expect((await stores.incidents.view(tenant, subject))?.failedRuns).toEqual([]);
    expect(await chat.type('robin', `replay ${subject}`)).toMatch(/Nothing failed since it began/);
    await chat.press('robin', { subject }, 'Pause the agent');
    expect((await stores.switches.read(tenant)).paused.has('fraud-review')).toBe(true);
    await stores.switches.resume(tenant, 'fraud-review', world.kit.people.ines.id);
  });
});

test('attack: another company’s thread and id say nothing', async () => {
  const { id: subject } = await opened();
  const copy = await copyAt(world, 'slack', { subject });
  const other = await addOtherTenant(world.kit);
  const at = { platform: 'slack' as const, workspace: EXAMPLE.slack.team, conversations: [copy.conversation], messages: [copy.message ?? ''] }; // prettier-ignore
  expect(await world.kit.stores.incidents.about(world.kit.tenant, at)).toBe(subject);
  expect(await world.kit.stores.incidents.about(other, at)).toBeNull();
});

test('an alerts channel that was archived: Admins are told, and the channel for requests takes the thread', async () => {
  const superuser = await world.kit.as('superuser');
  const archived = 'C08ARCHIVED';
  await world.state.slack.putChannel({ id: archived, kind: 'channel', name: 'old-ops', imUser: null }, []);
  const set = (value: string) => superuser.query(`UPDATE chat_workspaces SET settings = settings || jsonb_build_object('alertsChannel', $2::text) WHERE workspace = $1`, [EXAMPLE.slack.team, value]); // prettier-ignore
  await set(archived);
  const { id: subject } = await opened();
  await set('');
  await expect
    .poll(
      async () =>
        (await world.kit.stores.copies.ofSubject(world.kit.tenant, subject))
          .filter(({ platform, person }) => platform === 'slack' && person === null)
          .map(({ conversation, status }) => [conversation, status]),
      { timeout: 90_000 },
    ) // prettier-ignore
    .toEqual([
      [archived, 'failed'],
      [EXAMPLE.slack.channel, 'posted'],
    ]);
  const told = await superuser.query<{ kind: string; trouble: string }>(
    `SELECT kind, trouble FROM chat_troubles WHERE conversation = $1`,
    [archived],
  );
  expect(told.rows).toMatchObject([{ kind: 'closed' }]);
  const trouble = told.rows[0]?.trouble ?? '';
  for (const chat of Object.values(chats))
    expect(await chat.card({ subject: trouble, of: 'ines' })).toMatch(/archived|closed/i);
  // What happens from then on is told where the thread hangs now, and once.
  await world.kit.stores.incidents.act(world.kit.tenant, subject, { kind: 'acknowledge', by: world.kit.people.robin.id }); // prettier-ignore
  const acked = incidentEventSubject({ incident: subject, seq: 2 });
  expect((await copyAt(world, 'slack', { subject: acked })).conversation).toBe(EXAMPLE.slack.channel);
});

/** In each chat's channel: how many messages with these words begin a thread, and under which the others hang. */
async function hanging(incident: string, words: string) {
  const root = (await copyAt(world, 'slack', { subject: incident })).message;
  const all = { oldest: '0', latest: '9999999999', inclusive: true, limit: 999, seenBy: null };
  const inSlackAt = (thread: string | null) =>
    world.state.slack.history({ channel: EXAMPLE.slack.channel, ...all, thread });
  const replies = (await inSlackAt(root)).filter(({ threadTs }) => threadTs !== null && threadTs !== undefined); // prettier-ignore
  const slack = [...(await inSlackAt(null)), ...replies].map((m) => ({ thread: m.threadTs, card: m.blocks }));
  const teams = (await world.teams?.store.messages(EXAMPLE.teams.channel)) ?? [];
  const at = (messages: readonly { thread: string | null; card: unknown }[]) => {
    const found = messages.filter(({ card }) => JSON.stringify(card).includes(words));
    const under = found.flatMap(({ thread }) => thread ?? []);
    return { roots: found.length - under.length, under };
  };
  return { slack: at(slack), teams: at(teams.filter(({ deleted }) => !deleted)) };
}

/** Whoever was killed is replaced: its lease runs out, and nobody's who lives; what it left is taken up. */
async function untilShown(deaths: readonly Deaths[], ...subjects: string[]): Promise<void> {
  const superuser = await world.kit.as('superuser');
  const behind = async (): Promise<number> => {
    const dead = deaths.flatMap((one) => one.taken().map(([, copy]) => copy));
    await superuser.query('UPDATE card_copies SET lease_until = now() WHERE copy = ANY($1)', [dead]);
    await world.hurry();
    const left = await superuser.query(
      `SELECT 1 FROM card_copies WHERE subject = ANY($1) AND shown_version < wanted_version`,
      [subjects],
    );
    return left.rows.length;
  };
  await expect.poll(behind, { timeout: 90_000, interval: 250 }).toBe(0);
}

describe('whoever is killed at a step of an incident is replaced: one thread, one entry, nothing twice', () => {
  test('the card was posted, and nobody remembered it', async () => {
    const { copies } = world.kit.stores;
    const remembering = diesAt(copies, 'markPosted', { when: 'before' });
    const showing = diesAt(copies, 'shown', { when: 'before', times: 3 });
    const { id } = await opened();
    await untilShown([remembering, showing], id);
    expect([remembering(), showing()]).toEqual([1, 3]);
    expect(await hanging(id, id)).toMatchObject({ slack: { roots: 1 }, teams: { roots: 1 } });
    const telling = diesAt(copies, 'shown', { when: 'after', times: 3 });
    await world.kit.stores.incidents.act(world.kit.tenant, id, {
      ...{ kind: 'note', by: world.kit.people.robin.id, text: 'Written once.' },
    });
    await untilShown([telling], id, incidentEventSubject({ incident: id, seq: 2 }));
    expect(telling()).toBe(3);
    const [slack, teams] = [await copyAt(world, 'slack', { subject: id }), await copyAt(world, 'teams', { subject: id })]; // prettier-ignore
    expect(await hanging(id, 'Written once.')).toEqual({
      slack: { roots: 1, under: [slack.message] },
      teams: { roots: 1, under: [teams.message] },
    });
    expect(await ledger(id)).toEqual(['incident.opened', 'incident.noted']);
  });

  test.each(['Slack', 'Teams'] as const)(
    'a button in %s: nothing, or once, and the clicker knows',
    async (name) => {
      const chat = chats[name];
      const { id: subject } = await opened();
      const { incidents } = world.kit.stores;
      const UNSURE = /not known whether|try again|click again|went wrong/i;
      for (const when of ['before', 'after'] as const) {
        const dying = diesAt(incidents, 'act', { when });
        expect(await chat.press('robin', { subject }, 'Acknowledge')).toMatch(UNSURE);
        expect(dying()).toBe(1);
        expect((await read(subject)).status).toBe(when === 'before' ? 'open' : 'acknowledged');
      }
      expect(await chat.type('robin', `ack ${subject}`)).toContain('It was so already');
      const ending = diesAt(incidents, 'act', { when: 'after' });
      expect(await chat.press('robin', { subject }, 'Resolve')).toMatch(UNSURE);
      expect(await chat.type('robin', `resolve ${subject}`)).toContain('It was so already');
      expect(ending()).toBe(1);
      expect(await ledger(subject)).toEqual([
        'incident.opened',
        'incident.acknowledged',
        'incident.resolved',
      ]);
    },
  );

  test.each(['Slack', 'Teams'] as const)(
    'a lever in %s, half done: what failed runs again once',
    async (name) => {
      const chat = chats[name];
      const { stores, tenant } = world.kit;
      const { id: subject } = await opened();
      const failed = await Promise.all(
        ['CLM-0312', 'CLM-0847'].map((claim) => startTestRun(world.kit, claim)),
      );
      for (const run of failed)
        await stores.runs.close(tenant, run, { status: 'failed', summary: 'It broke.', output: null });
      const dying = diesAt(stores.runs, 'create', { when: 'after' });
      await stores.incidents.act(tenant, subject, {
        kind: 'note',
        by: world.kit.people.robin.id,
        text: 'So.',
      });
      await chat.press('robin', { subject }, 'Replay the failed (2)');
      expect(dying()).toBe(1);
      expect(await chat.type('robin', `replay ${subject}`)).toMatch(/Runs again: run_/);
      const superuser = await world.kit.as('superuser');
      const again = await superuser.query('SELECT replay_of FROM runs WHERE replay_of = ANY($1)', [failed]);
      expect(again.rows).toHaveLength(2);
    },
  );
});

test('ten posts of one copy and ten observations are one thread, one message', async () => {
  const { id: subject, finding } = await opened();
  const { stores, tenant } = world.kit;
  const copy = await copyAt(world, 'slack', { subject });
  await Promise.all(Array.from({ length: 10 }, () => stores.incidents.observe(tenant, [finding])));
  const posted = (await world.state.slack.latest(copy.conversation, 'U08ROBIN', 200)).filter((m) =>
    JSON.stringify(m.blocks).includes(subject),
  );
  expect(posted).toHaveLength(1);
});
