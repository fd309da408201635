import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentVersions } from '../agents/index.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { findAgent, goldenSets, loadAgents } from '../bin/load-agents.ts';
import { firing } from '../core/incident/examples.ts';
import { ApprovalId, EvalId, RunId, type IncidentId } from '../core/ids.ts';
import { versionsOf } from '../core/versions.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { addOtherTenant, FORM, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { elementsOf } from '../local/workspace/slack-api/elements-of.ts';
import { actionsOf, press, saidBy } from '../local/workspace/teams-cards.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import { tickEval } from '../workers/evals/tick-eval.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';

/** Versions of an agent side by side: shown, started by their split, and rolled back with a signature, in both chats. */
/** A few cases are enough to see them counted. */
const CASES = 3;
const loaded = loadAgents().map((agent) => ({ ...agent, cases: agent.cases?.slice(0, CASES) ?? [] }));
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands & Pick<Typist, 'type'> & { hand: Typist['fillIn'] }>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true, golden: goldenSets(loaded, true) });
  const slack = inSlack(world);
  const teams = inTeams(world);
  chats = {
    Slack: { ...handsInSlack(world), type: slack.type, hand: slack.fillIn },
    Teams: { ...handsInTeams(world), type: teams.type, hand: teams.fillIn },
  };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());

const known = versionsOf(agentVersions, 'fraud-review').map(({ version }) => version);
const place = { agent: 'fraud-review', environment: 'production', known } as const;

/** Also what the code of this bot does not have: as if a deploy had taken it away. */
const set = (active: string, next: string | null = null, percent = 0) =>
  world.kit.stores.versions.set(world.kit.tenant, {
    ...{ ...place, known: [...known, '0.9.0'], active, next, percent },
  });
const now = () => world.kit.stores.versions.read(world.kit.tenant, place);

/** As the worker does when everybody signed. */
async function carryOut(id: ApprovalId): Promise<ApprovalState> {
  const { actionDigest } = await world.approval(id);
  const done = await world.kit.stores.approvals.transition(world.kit.tenant, id, {
    ...{ kind: 'execute-begin', actionDigest, preconditionsHold: true },
  });
  if (!done.ok) throw new Error(done.reason);
  return done.state;
}

const askedIn = (said: string): ApprovalId => {
  const found = /apr_[0-9A-Z]{26}/.exec(said)?.[0];
  if (found === undefined) throw new Error(`nothing was asked: ${said}`);
  return ApprovalId.parse(found);
};

async function versionOfNewest(): Promise<string | undefined> {
  const [view] = await world.kit.stores.runs.list(world.kit.tenant, { limit: 1, about: 'fraud-review' });
  return view && (await world.kit.stores.runs.get(world.kit.tenant, RunId.parse(view.run)))?.agentVersion;
}

/** As the workflow does each second. */
const tick = (id: EvalId) =>
  tickEval({ stores: world.kit.stores, agents: findAgent(loaded) }, world.kit.tenant, id);

/** Plays what an evaluation has begun, as workers would: a right answer, or one that is wrong about everything. */
async function play(id: EvalId, most: number, right: boolean): Promise<void> {
  const { stores, tenant } = world.kit;
  const cases = loaded.find(({ contract }) => contract.version === '1.1.0')?.cases ?? [];
  const begun = await stores.evals.caseRuns(
    tenant,
    id,
    cases.map((golden) => golden.id),
  );
  for (const { caseId, run } of begun.filter(({ over }) => !over).slice(0, most)) {
    const expect = cases.find((golden) => golden.id === caseId)?.expect;
    if (expect === undefined) throw new Error(`no case ${caseId}`);
    await stores.runs.saveAssessment(tenant, run, {
      ...{
        score: right ? (expect.score?.[0] ?? null) : 0.99,
        baseRate: null,
        confidence: 0.8,
        unsure: '',
        ask: 'asks',
      },
      recommendation: right ? expect.recommendations[0] : 'nonsense',
      signals: expect.signals.map(({ citation, sign }) => ({
        ...{ name: 'a-signal', text: 'Something', citation },
        weight: right ? { raises: 0.1, lowers: -0.1, neither: 0 }[sign] : 0,
      })),
    });
    for (const [i, tool] of (right ? expect.actions.slice(0, 1) : []).entries())
      await stores.runs.recordStep(tenant, run, {
        ...{ key: `a${i}`, parent: null, kind: 'approval', name: tool, label: '', ok: true, latencyMs: 1 },
        ...{ startedAtMs: Date.now(), costMicros: 1_000 },
      });
    await stores.runs.close(tenant, run, { status: 'done', summary: 'Said.', output: {} });
  }
}

async function evalIdIn(said: string): Promise<EvalId> {
  const found = /evl_[0-9A-Z]{26}/.exec(said)?.[0];
  if (found === undefined) throw new Error(`nothing was begun: ${said}`);
  return EvalId.parse(found);
}

describe.each(['Slack', 'Teams'] as const)('in %s', (name) => {
  beforeEach(async () => {
    await set('1.0.0');
    await set('1.1.0');
  });

  test('agents: the version in force, a share on trial, and what roll back returns to', async () => {
    const chat = chats[name];
    expect(await chat.type('ben', 'agents')).toMatch(/fraud-review 1\.1\.0.*roll back returns to 1\.0\.0/);
    await set('1.0.0', '1.1.0', 5);
    expect(await chat.type('ben', 'agents')).toMatch(/fraud-review 1\.0\.0.*5% of new runs on 1\.1\.0/);
  });

  test('run: by the version in force, which the run keeps', async () => {
    const chat = chats[name];
    await chat.type('robin', 'run fraud-review CLM-0847');
    expect(await versionOfNewest()).toBe('1.1.0');
    await set('1.0.0');
    await chat.type('robin', 'run fraud-review CLM-0847');
    expect(await versionOfNewest()).toBe('1.0.0');
  });

  test('run: a version that is gone from the code starts nothing, and says so', async () => {
    const chat = chats[name];
    await set('0.9.0');
    const before = await world.counts();
    for (const words of ['run fraud-review CLM-0847', 'run fraud-review'])
      expect(await chat.type('robin', words)).toMatch(
        /Version 0\.9\.0 of fraud-review is not installed here any more, so nothing was started/,
      );
    expect(await world.counts()).toEqual({
      ...before,
      ledger: before.ledger + 2,
      refused: before.refused + 2,
    });
    expect(await chat.type('ben', 'agents')).toMatch(
      /0\.9\.0 is not installed any more: nothing starts with it/,
    );
  });

  test('rollback: asked by an Operator, signed by another who may, carried out once, shown everywhere', async () => {
    const chat = chats[name];
    const said = await chat.type('robin', 'rollback fraud-review It pays what it should refer');
    expect(said).toMatch(/Asked: Roll fraud-review back from 1\.1\.0 to 1\.0\.0/);
    const id = askedIn(said);
    const card = await chat.card({ subject: id });
    for (const words of [
      ...['Robin Reyes', 'It pays what it should refer', '100% of new runs are played by 1.1.0 now'],
      ...['all played by 1.0.0', 'keep their version'],
    ])
      expect(card).toContain(words);
    expect(card).not.toContain('Edit…');
    expect(await chat.press('robin', { subject: id }, 'Approve')).toMatch(/asked for this yourself/);
    expect(await chat.press('ada', { subject: id }, 'Approve')).toMatch(
      /does not ask you|roles do not allow/,
    );
    expect((await now())?.active).toBe('1.1.0');
    expect(await chat.press('mara', { subject: id }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    await carryOut(id);
    expect(await now()).toMatchObject({ active: '1.0.0', next: null });
    expect(await chat.card({ subject: id })).toContain('New runs of fraud-review are played by 1.0.0 again.');
    expect(await chat.type('ben', 'agents')).toMatch(/fraud-review 1\.0\.0/);
  });

  test('rollback: by its form; of a share it ends that', async () => {
    const chat = chats[name];
    await set('1.0.0', '1.1.0', 5);
    await chat.type('ines', 'rollback');
    const said = await chat.hand('ines', { agent: 'fraud-review', why: 'The trial is worse' });
    expect(said).toMatch(/Roll fraud-review back from 1\.1\.0 to 1\.0\.0/);
    const card = await chat.card({ subject: askedIn(said) });
    for (const words of ['The trial is worse', '5% of new runs are played by 1.1.0 now'])
      expect(card).toContain(words);
  });

  test('attack: who may not, what is not there and what is stale is refused, in the ledger, and moves nothing', async () => {
    const chat = chats[name];
    expect(await chat.type('ada', 'rollback fraud-review')).toMatch(/roles do not allow/);
    expect(await chat.type('robin', 'rollback fruad-review')).toMatch(/Did you mean .*fraud-review/);
    const id = askedIn(await chat.type('robin', 'rollback fraud-review'));
    expect(await chat.press('mara', { subject: id }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    await set('1.0.0');
    await set('1.1.0');
    await expect(carryOut(id)).rejects.toThrow('preconditions_failed');
    expect((await world.approval(id)).status).toBe('lapsed');
    expect((await now())?.active).toBe('1.1.0');
    await set('0.9.0');
    await set('1.1.0');
    expect(await chat.type('robin', 'rollback fraud-review')).toMatch(
      /0\.9\.0 of fraud-review is not installed here any more/,
    );
    expect((await now())?.active).toBe('1.1.0');
  });

  test('eval: one card where it was asked for counts the cases and says what came of it, for who may alone', async () => {
    const chat = chats[name];
    const { stores, tenant } = world.kit;
    for (const who of ['robin', 'mara', 'ada'] as const)
      expect(await chat.type(who, 'eval fraud-review')).toMatch(
        /do not allow|may not|not permitted|not allowed/i,
      );
    expect(await chat.type('ines', 'eval fraud-review 9.9.9')).toMatch(
      /no version .{1,4}9\.9\.9.*1\.0\.0, 1\.1\.0/,
    );
    const said = await chat.type('ines', 'eval fraud-review');
    expect(said).toMatch(/Evaluating fraud-review 1\.1\.0 on 3 golden cases.*says nothing about a real one/);
    const id = await evalIdIn(said);
    expect(await chat.type('ines', 'eval fraud-review 1.1.0')).toMatch(/goes on already/);
    expect(await chat.card({ subject: id })).toMatch(/0 of 3 cases done/);

    expect(await tick(id)).toMatchObject({ over: false });
    await play(id, 1, true);
    const db = await world.kit.as('superuser');
    const aWhileAgo = `UPDATE card_copies SET updated_at = now() - interval '5 seconds' WHERE subject = $1`;
    // A card that is just being brought up to date is left for the next second.
    const nextSecond = async (): Promise<string> => {
      await db.query(aWhileAgo, [id]);
      await tick(id);
      return chat.card({ subject: id });
    };
    await expect.poll(nextSecond).toMatch(/1 of 3 cases done/);
    await play(id, CASES, true);
    expect(await tick(id)).toMatchObject({ over: true });
    const card = await chat.card({ subject: id });
    for (const words of [
      ...[/Mean mark 1\.00: at or above 0\.92/, /All 3 cases have full marks/],
      ...[/Not measured with a real model/, /rehearsal\/claude/, /US\$0\.003/],
    ])
      expect(card).toMatch(words);
    expect(await stores.copies.ofSubject(tenant, id)).toHaveLength(1);
    expect(await stores.evals.view(tenant, id)).toMatchObject({ status: 'done', source: 'chat', mean: 1 });
    const kept = await db.query(
      `SELECT kind FROM ledger_entries WHERE subject = $1 AND kind LIKE 'eval.%' ORDER BY seq`,
      [id],
    );
    expect(kept.rows).toEqual([{ kind: 'eval.started' }, { kind: 'eval.finished' }]);
    const runs = await db.query(
      `SELECT DISTINCT environment, source, priority, agent_version FROM runs WHERE dedupe_key LIKE $1`,
      [`eval ${id} %`],
    );
    expect(runs.rows).toEqual([
      { environment: 'sandbox', source: 'eval', priority: 'low', agent_version: '1.1.0' },
    ]);
  });

  test('ready: seven points, each with what it was made from; what was only rehearsed is missing', async () => {
    const chat = chats[name];
    expect(await chat.type('robin', 'ready fraud-review')).toMatch(/roles do not allow/);
    expect(await chat.type('ines', 'ready fraud-review 9.9.9')).toMatch(/no version .{1,4}9\.9\.9/);
    const said = await chat.type('ines', 'ready fraud-review 1.1.0');
    for (const words of [
      ...[/Ready for production\? fraud-review 1\.1\.0/, /Not ready for production: \d not ok, \d missing/],
      ...[/at least 50 golden cases passing.{1,80}missing: not measured with a real model/s],
      ...[/red-team pass.{1,80}missing: there are no red-team runs yet/s, /measured never/],
    ])
      expect(said).toMatch(words);
  });

  test('eval: a worse one says so with its worst cases; a pause of the agent gives it up with the reason', async () => {
    const chat = chats[name];
    const worse = await evalIdIn(await chat.type('ines', 'eval fraud-review 1.1.0'));
    await tick(worse);
    await play(worse, CASES, false);
    await tick(worse);
    const card = await chat.card({ subject: worse });
    expect(card).toMatch(/below 0\.92/);
    expect(card).toMatch(/Worst cases.*short in .*recommendation/s);
    expect(card).toMatch(/only 3 cases in common, too few to compare/);

    const paused = await evalIdIn(await chat.type('ines', 'eval fraud-review 1.0.0'));
    await tick(paused);
    await chat.type('ines', 'pause fraud-review');
    expect(await tick(paused)).toMatchObject({ over: true });
    expect(await chat.card({ subject: paused })).toMatch(/Given up.*agent is paused/s);
    await chat.type('ines', 'resume fraud-review');
  });
});

/** One that is about this agent, in both chats already, and its hand of the clock. */
async function incident(): Promise<{ id: IncidentId; clears: () => Promise<void> }> {
  const { stores, tenant } = world.kit;
  const found = firing({ version: '1.1.0', sinceMs: Date.now(), fingerprint: `faithfulness/${Date.now()}` });
  await stores.incidents.observe(tenant, [found]);
  const one = (await stores.incidents.open(tenant)).find(({ fingerprint }) => fingerprint === found.fingerprint); // prettier-ignore
  if (one === undefined) throw new Error('nothing was opened');
  await Promise.all(Object.values(chats).map((chat) => chat.card({ subject: one.id })));
  const clears = async (): Promise<void> => {
    await stores.incidents.observe(tenant, [{ ...found, state: 'clear', value: 0.95 }]);
    const db = await world.kit.as('superuser');
    await db.query(
      `UPDATE incidents SET state = jsonb_set(state, '{clearSinceMs}', to_jsonb((state->>'clearSinceMs')::bigint - 900000)) WHERE incident = $1`,
      [one.id],
    );
    await stores.incidents.tick(tenant, one.id);
  };
  return { id: one.id, clears };
}

/** Presses a button as it was on the screen before, however the card has changed since. */
async function heldButton(name: 'Slack' | 'Teams', subject: string, label: string) {
  const copy = await copyAt(world, name === 'Slack' ? 'slack' : 'teams', { subject });
  const message = copy.message ?? '';
  if (name === 'Slack') {
    const onScreen = ((await world.state.slack.findMessage(message))?.blocks ?? []) as JsonObject[];
    const found = elementsOf(onScreen).find(({ element }) => JSON.stringify(element).includes(label));
    const action = String(found?.element['action_id'] ?? '');
    return async (): Promise<string> => {
      const told = (await world.state.slack.ephemerals('U08ROBIN')).length;
      await world.slack.client.click('U08ROBIN', message, action, { onScreen });
      await expect.poll(async () => (await world.state.slack.ephemerals('U08ROBIN')).length, { timeout: 90_000 }).toBeGreaterThan(told); // prettier-ignore
      return (await world.state.slack.ephemerals('U08ROBIN'))[told]?.text ?? '';
    };
  }
  const { teams } = world;
  const card = (await teams?.store.message(copy.conversation, message))?.card;
  const action = actionsOf(card ?? {}).find((one) => one['title'] === label);
  if (!teams || action === undefined) throw new Error(`Teams shows no button ${label}`);
  const { verb, data } = press(action, {});
  const at = { conversation: copy.conversation, message, verb, data };
  return async (): Promise<string> =>
    saidBy((await teams.api.client.clickExecute(TEAMS_PEOPLE.robin.entraObject, at)).body)?.text ?? '';
}

describe.each(['Slack', 'Teams'] as const)('the levers of an incident, by real clicks in %s', (name) => {
  beforeEach(async () => {
    await set('1.0.0');
    await set('1.1.0');
  });
  const ROLL_BACK = 'Roll back → 1.0.0';

  test('roll back: declined it changes nothing; signed by another it is done once, and the thread ends itself', async () => {
    const chat = chats[name];
    const { stores, tenant } = world.kit;
    const { id: subject, clears } = await incident();
    const asked = await chat.press('robin', { subject }, ROLL_BACK);
    expect(asked).toMatch(/Asked: Roll fraud-review back from 1\.1\.0 to 1\.0\.0/);
    const first = askedIn(asked);
    expect(await chat.card({ subject: first })).toContain(
      `P0: fraud-review 1.1.0 says things its sources do not (${subject})`,
    );
    await chat.press('mara', { subject: first }, 'Decline…');
    expect(await chat.fillIn('mara', { reason: 'The prompt is mended already.' })).toBeTypeOf('string');
    expect((await world.approval(first)).status).toBe('declined');
    expect((await now())?.active).toBe('1.1.0');
    expect((await stores.incidents.get(tenant, subject))?.status).toBe('open');

    const second = askedIn(await chat.press('robin', { subject }, ROLL_BACK));
    expect(second).not.toBe(first);
    expect(await chat.press('robin', { subject: second }, 'Approve')).toMatch(/asked for this yourself/);
    expect((await now())?.active).toBe('1.1.0');
    expect(await chat.press('mara', { subject: second }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    await carryOut(second);
    await expect(carryOut(second)).rejects.toThrow();
    expect(await now()).toMatchObject({ active: '1.0.0', next: null });
    await clears();
    expect(await stores.incidents.get(tenant, subject)).toMatchObject({
      ...{ status: 'resolved', resolved: { by: null } },
    });
    for (const other of Object.values(chats))
      expect(await other.card({ subject })).toContain('Over: it stayed clear');
  });

  test('attack: who may not, a card of before, and another company are refused in private, and nothing moves', async () => {
    const chat = chats[name];
    const { stores, tenant } = world.kit;
    const { id: subject, clears } = await incident();
    const before = await world.counts();
    for (const label of [ROLL_BACK, 'Pause the agent', 'Acknowledge'])
      expect(await chat.press('ada', { subject }, label), label).toMatch(/roles do not allow/);
    expect(await world.counts()).toMatchObject({
      ...{ approvals: before.approvals, runs: before.runs, refused: before.refused + 3 },
    });
    expect((await stores.switches.read(tenant)).paused.size).toBe(0);

    const [acks, rolls] = [await heldButton(name, subject, 'Acknowledge'), await heldButton(name, subject, ROLL_BACK)]; // prettier-ignore
    await clears();
    await set('1.0.0');
    // One step back from here would be forward again.
    expect(await acks()).toMatch(/The incident is over/);
    expect(await rolls()).toMatch(/The versions were changed meanwhile/);
    expect((await world.counts()).approvals).toBe(before.approvals);
    expect((await stores.incidents.get(tenant, subject))?.status).toBe('resolved');
  });
});

test('attack: the button of an incident, pressed in another company’s workspace, finds nothing there', async () => {
  const { id: subject } = await incident();
  await addOtherTenant(world.kit);
  const before = await world.kit.stores.incidents.get(world.kit.tenant, subject);
  const copy = await copyAt(world, 'slack', { subject });
  const blocks = ((await world.state.slack.findMessage(copy.message ?? ''))?.blocks ?? []) as JsonObject[];
  const counts = await world.counts();
  for (const { element } of elementsOf(blocks).filter(({ element: e }) => e['type'] === 'button')) {
    const action = { ...element, block_id: 'b', action_ts: '1' };
    const place = { channel: { id: copy.conversation, name: 'x' }, container: { type: 'message', message_ts: copy.message, channel_id: copy.conversation } }; // prettier-ignore
    const who = { team: { id: 'T08OTHER', domain: 'other' }, user: { id: 'U08ADA', team_id: 'T08OTHER' }, api_app_id: EXAMPLE.slack.appId }; // prettier-ignore
    const payload = { type: 'block_actions', trigger_id: `t-${Math.random()}`, ...place, ...who, actions: [action] }; // prettier-ignore
    await world.post(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), { type: FORM });
  }
  expect(await world.kit.stores.incidents.get(world.kit.tenant, subject)).toEqual(before);
  expect(await world.counts()).toMatchObject({ approvals: counts.approvals, runs: counts.runs });
  expect((await world.kit.stores.switches.read(world.kit.tenant)).paused.size).toBe(0);
});

test('both say it in German', async () => {
  await set('1.0.0');
  await set('1.0.0', '1.1.0', 5);
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE people SET language = 'de' WHERE name LIKE 'Robin%'`);
  for (const chat of Object.values(chats)) {
    expect(await chat.type('robin', 'agents')).toMatch(/5.% der neuen Läufe mit 1\.1\.0/);
    expect(await chat.type('robin', 'rollback fraud-review')).toMatch(
      /fraud-review von 1\.1\.0 auf 1\.0\.0 zurücksetzen/,
    );
  }
});
