import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownDatabase } from '../bin/chaos/books.ts';
import type { Stack } from '../bin/stack/open-stack.ts';
import { openThrowawayStack } from '../bin/stack/throwaway.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { CastId } from '../local/workspace/cast-types.ts';
import { openKilledIncident } from './kill-incident.ts';
import { PATIENT_CHATS } from './patience.ts';
import { openRaces, type RaceKit } from './race-kit.ts';

let stack: Stack;
let races: RaceKit;
beforeAll(async () => {
  stack = await openThrowawayStack({
    ...{ say: () => {}, durable: false, env: { ...process.env, ...PATIENT_CHATS } },
  });
  // What is raced here is people, not Slack's limits of messages a minute.
  stack.workspace.slack.rates.set(false);
  races = await openRaces(stack);
});
afterAll(async () => {
  await races?.close();
  await stack?.stop();
}, 240_000);

/** Over the chats' real wire; `platform/approvals/transition.test.ts` has a hundred of each kind. */
const RACES = 40;

/** Two pairs, so that two races run side by side and every word still belongs to one click. */
const PAIRS: readonly [CastId, CastId][] = [
  ['ada', 'ben'],
  ['sofia', 'mara'],
];

/** Plays `times` races, each pair its own half. */
async function race<T>(
  times: number,
  play: (n: number, one: CastId, two: CastId) => Promise<T>,
): Promise<T[]> {
  const lanes = PAIRS.map(async ([one, two], lane) => {
    const played: T[] = [];
    for (let n = lane; n < times; n += PAIRS.length) played.push(await play(n, one, two));
    return played;
  });
  return (await Promise.all(lanes)).flat();
}

const ran = (all: readonly ApprovalState[]) => Promise.all(all.map((s) => races.ran(s)));
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);
const ONCE = { booked: 1, ledger: 1 };
const NEVER = { booked: 0, ledger: 0 };

const SIGNED = /^Recorded\. Signed, 1 of 1: approved\. Ledger #\d+\.$/;
const FIRST = /^Recorded\. Signed, 1 of 2\. Ledger #\d+\.$/;
const SECOND = /^Recorded\. Signed, 2 of 2: approved\. Ledger #\d+\.$/;
const TOO_LATE =
  /^This request was already approved(, and the action is running| and executed)? \(.+\) on .+ Your click changed nothing\./;
const DECLINED = /Recorded\. Declined\. Ledger #\d+\./;
const WAS_DECLINED = /^This request was already declined \(.+\) on .+ Your click changed nothing\./;
const WAS_APPROVED =
  /This request was already approved(, and the action is running| and executed)? \(.+\) on .+ Your click changed nothing\./;

test('attack 5: one click delivered five times is one decision and one execution', async () => {
  const asked = await races.ask('refer');
  const from = await races.heardSoFar('ada');
  const deliver = races.slackRequest('ada', asked);
  expect(await Promise.all(times(5, 0).map(deliver))).toEqual(times(5, 200));
  const words = await races.heard('ada', from, 5);
  expect(words.filter((w) => SIGNED.test(w))).toHaveLength(1);
  expect(words.filter((w) => /Recorded\. This was recorded before; it counts once\./.test(w))).toHaveLength(
    4,
  );
  const [after] = await races.untilAll([asked], ['executed']);
  expect([after?.status, after?.signatures.length]).toEqual(['executed', 1]);
  expect(await races.ran(asked)).toEqual(ONCE);
});

test('attack 34: two people at one instant, over and over: one outcome, one execution, both told the truth', async () => {
  const played = await race(RACES, async (n, one, two) => {
    const asked = await races.ask(n % 4 < 2 ? 'refer' : 'settle');
    const words = await Promise.all([races.slackApprove(one, asked), races.teamsApprove(two, asked)]);
    return { asked, words, quorum: n % 4 < 2 ? 1 : 2 };
  });
  for (const { asked, words, quorum } of played) {
    const [winner, other] = quorum === 1 ? [SIGNED, TOO_LATE] : [SECOND, FIRST];
    expect(
      words.filter((w) => winner.test(w)),
      `${asked.id}: ${words.join(' | ')}`,
    ).toHaveLength(1);
    expect(
      words.filter((w) => other.test(w)),
      `${asked.id}: ${words.join(' | ')}`,
    ).toHaveLength(1);
  }
  const after = await races.untilAll(played.map((p) => p.asked), ['executed']); // prettier-ignore
  expect(after.map((s) => s.status)).toEqual(times(RACES, 'executed'));
  expect(after.map((s) => s.signatures.length)).toEqual(played.map((p) => p.quorum));
  expect(await ran(after)).toEqual(times(RACES, ONCE));
});

test('attack 33: approve against decline at one instant, over and over: exactly one outcome, the loser told so', async () => {
  const played = await race(RACES, async (n, one, two) => {
    const asked = await races.ask('refer');
    const [approve, decline] =
      n % 4 < 2 ? [races.slackApprove, races.teamsDecline] : [races.teamsApprove, races.slackDecline];
    const both = n % 8 < 4 ? [approve(one, asked), decline(two, asked)] : [decline(two, asked), approve(one, asked)].reverse(); // prettier-ignore
    const [approver, decliner] = (await Promise.all(both)) as [string, string];
    return { asked, approver, decliner };
  });
  const after = await races.untilAll(played.map((p) => p.asked), ['executed', 'declined']); // prettier-ignore
  for (const [i, { asked, approver, decliner }] of played.entries()) {
    const { status } = after[i]!;
    const said = `${asked.id} is ${status}: ${approver} | ${decliner}`;
    expect(['executed', 'declined'], said).toContain(status);
    expect(approver, said).toMatch(status === 'executed' ? SIGNED : WAS_DECLINED);
    expect(decliner, said).toMatch(status === 'executed' ? WAS_APPROVED : DECLINED);
  }
  expect(await ran(after)).toEqual(after.map((s) => (s.status === 'executed' ? ONCE : NEVER)));
  expect((await stack.stores.ledger.verify(EXAMPLE.tenant)).ok).toBe(true);
});

test('an incident survives kill -9 of bot and workers at its every step: one thread, one workflow, one entry each', async () => {
  const { bot, workers, workspace } = stack;
  const incident = await openKilledIncident(stack);
  const { until, rows } = incident;
  const both = () => Promise.all([bot.start(), workers.start()]);
  const copies = (where: string) => rows<{ message: string }>(`SELECT message FROM card_copies WHERE subject = $1 AND ${where}`); // prettier-ignore
  try {
    // Found and committed: no workflow, no card. Then a card is on its way, and nobody remembers it.
    await Promise.all([bot.kill(), workers.kill()]);
    const id = await incident.observe('firing');
    await bot.start();
    await until('a card on its way', async () => (await copies('posting_since IS NOT NULL OR message IS NOT NULL'))[0]); // prettier-ignore
    await bot.kill();
    await both();
    const shown = await until('both cards', async () => {
      const there = await copies('person IS NULL AND shown_version > 0 ORDER BY platform');
      return there.length === 2 && there;
    });
    const press = async (): Promise<string> => {
      const from = (await workspace.control.ephemerals('robin')).length;
      await workspace.control.asPerson('robin').slackClick(shown[0]?.message ?? '', 'Acknowledge').catch(() => null); // prettier-ignore
      return (await workspace.control.ephemerals('robin')).slice(from).map((m) => m.text).join(' '); // prettier-ignore
    };

    // A button, and the clock: both wait for the row, and both die there.
    const held = await incident.hold();
    const pressed = press();
    await held.untilSomebodyWaits();
    await Promise.all([bot.kill(), workers.kill()]);
    await held.release();
    expect(await pressed).not.toMatch(/Acknowledged/);
    expect((await incident.state()).status).toBe('open');
    await incident.later(10);
    await both();
    await until('the next one', async () => (await incident.state()).asked.rung === 'second');
    await press();
    await until('the click', async () => (await incident.state()).status === 'acknowledged');

    // Clear for long enough while nobody is there to say so.
    await workers.kill();
    await incident.observe('clear');
    await incident.later(15);
    await workers.start();
    await until('its end', async () => (await incident.state()).status === 'resolved');
    await until('the end of its clock', async () => (await incident.workflow()) === 'COMPLETED');
    await until('the cards', async () => (await copies('shown_version < wanted_version')).length === 0);

    const kinds = ['opened', 'escalated', 'acknowledged', 'cleared', 'stayed-clear'];
    const entries = `SELECT kind FROM ledger_entries WHERE subject = $1 AND kind LIKE 'incident.%' ORDER BY seq`;
    expect((await rows<{ kind: string }>(entries)).map(({ kind }) => kind)).toEqual(kinds.map((one) => `incident.${one}`)); // prettier-ignore
    expect(await incident.threads(), id).toEqual({ slack: 1, teams: 1 });
  } finally {
    await incident.close();
  }
});

test('a digest survives kill -9 of the bot while it is on its way to both chats: one post in each', async () => {
  const { bot, workspace, stores } = stack;
  const { tenant, slack, teams } = EXAMPLE;
  const db = new pg.Client({ connectionString: ownDatabase(stack) });
  await db.connect();
  const said = /Comes on Mondays at 08:00/;
  const posts = async (): Promise<number[]> => {
    const inSlack = await workspace.control.messages('slack');
    const inTeams = await workspace.control.messages('teams');
    return [
      inSlack.filter(({ blocks }) => said.test(JSON.stringify(blocks))).length,
      inTeams.filter(({ card, deleted }) => !deleted && said.test(JSON.stringify(card))).length,
    ];
  };
  const copies = async (where: string): Promise<number> =>
    (await db.query(`SELECT 1 FROM card_copies WHERE subject LIKE 'dig\\_%' AND (${where})`)).rows.length;
  try {
    await bot.kill();
    const mara = (await stores.people.everyone(tenant)).find(({ email }) => email.startsWith('mara.'));
    if (mara === undefined) throw new Error('Mara is gone');
    for (const [platform, workspaceId, conversation] of [
      ['slack', slack.team, slack.channel],
      ['teams', teams.tenant, teams.channel],
    ] as const)
      await stores.digests.subscribe(tenant, {
        ...{ person: mara.id, every: 'week', team: mara.team, platform, conversation },
        workspace: workspaceId,
      });
    // A week in which something happened, so that there are charts; and its Monday has come.
    await db.query(
      `UPDATE runs SET finished_at = date_trunc('week', now()) - interval '3 days' WHERE run = (SELECT min(run) FROM runs)`,
    );
    await db.query(`UPDATE digest_subscriptions SET created_at = now() - interval '30 days'`);
    await db.query(`UPDATE outbox SET due_at = now() WHERE done_at IS NULL AND key LIKE 'sub\\_%'`);
    const until = (what: () => Promise<boolean>): Promise<void> =>
      expect.poll(what, { timeout: 90_000, interval: 20 }).toBe(true);
    // Slack takes its time: the post comes about after the death of whoever sent it. What an incident still has to say is slow too.
    const { faults } = workspace.slack;
    faults.add({ on: 'chat.postMessage', kind: 'slow', delayMs: 1_500, times: 1_000 });
    const onItsWay = new Promise<void>((resolve, reject) => {
      const take = faults.take.bind(faults);
      const telling: typeof take = (...call) => {
        const fault = take(...call);
        if (fault) void copies('shown_version = 0').then((some) => some > 0 && resolve(), reject);
        return fault;
      };
      Object.assign(faults, { take: telling });
    });
    // It may die before it has said that it is ready.
    const started = bot.start().catch(() => {});
    await onItsWay;
    await bot.kill();
    await started;
    faults.clear();
    expect(await copies('shown_version = 0')).toBeGreaterThan(0);
    await bot.start();
    await until(async () => (await copies('shown_version > 0')) === 2);
    expect(await posts()).toEqual([1, 1]);
    expect((await stores.ledger.verify(tenant)).ok).toBe(true);
  } finally {
    await db.end();
  }
});
