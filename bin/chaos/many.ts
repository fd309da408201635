import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ActionTool, Approvals } from '../../bench/world/approvals.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Platform } from '../../platform/stores.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { Seen } from './acts.ts';
import { ownDatabase } from './books.ts';
import { signable } from './cards.ts';
import type { Dice } from './dice.ts';
import { settle, type Case } from './judge.ts';
import { lanes, newNotes, type FindCards, type Notes, type Task } from './people.ts';
import { closing, planFor } from './plans.ts';
import type { Attack, RoundReport } from './round.ts';
import { raiseStorm } from './storm.ts';
import { killAndStart } from './victims.ts';
import { watchCards } from './watch.ts';

const { tenant } = EXAMPLE;
const TOOLS: readonly ActionTool[] = ['refer_to_siu', 'deny_claim'];
const OFF_SECONDS = 600;
/** Slack takes about one message a second in a channel, so that the last of many cards comes that much later. */
const A_CARD_MS = 1_000;

export interface ManyRound {
  readonly attack: Attack;
  readonly approvals: Approvals;
  readonly count: number;
  readonly faults: boolean;
}

/** Where the cards about a claim hang, by their copies, which an edit gives another subject: what people would scroll to. */
async function finder(stack: Stack, states: readonly ApprovalState[]) {
  const pool = new pg.Pool({ connectionString: ownDatabase(stack), max: 4, connectionTimeoutMillis: 3_000 });
  pool.on('error', () => {});
  const copies = new Map<string, string>();
  for (const state of states)
    for (const { platform, copy, person } of await stack.stores.copies.ofSubject(tenant, state.id))
      if (person === null) copies.set(`${platform} ${claimOf(state)}`, copy);
  const messageOf = async (chat: Platform, id: string): Promise<Seen | null> => {
    const { state } = stack.workspace;
    const slack = chat === 'slack' ? await state.slack.findMessage(id) : null;
    if (slack) return { chat: 'slack', message: slack };
    const teams = chat === 'teams' ? await state.teams.message(EXAMPLE.teams.channel, id) : null;
    return teams ? { chat: 'teams', message: teams } : null;
  };
  const find: FindCards = async (chat, claim) => {
    const { rows } = await pool.query<{ message: string | null; shown: number }>(
      'SELECT message, shown_version AS shown FROM card_copies WHERE copy = $1',
      [copies.get(`${chat} ${claim}`)],
    );
    const [row] = rows;
    if (!row?.message || row.shown === 0) return null;
    const seen = await messageOf(chat, row.message);
    return seen && signable(seen) ? [seen] : [];
  };
  return { find, close: () => pool.end() };
}

const claimOf = ({ action }: ApprovalState): string => String(action.args['claim']);

/** A request that Slack signed, but whose clock says ten minutes ago or ahead: it must be turned away at the door. */
async function sendSkewed(stack: Stack, find: FindCards, tasks: readonly Task[], dice: Dice, notes: Notes) {
  const task = dice.pick(tasks);
  const [seen] = (await find('slack', task.claim).catch(() => null)) ?? [];
  if (seen?.chat !== 'slack') return;
  const off = dice.pick([-OFF_SECONDS, OFF_SECONDS]);
  const timestampSeconds = Math.floor(Date.now() / 1000) + off;
  const { status } = await stack.workspace.control.asPerson(task.who).slackClick(seen.message.ts, 'approve', {
    onScreen: seen.message.blocks,
    tampering: { timestampSeconds },
  });
  if (status === 401) notes.skewed += 1;
  // Null: the bot was just dead.
  else if (status !== null) notes.skewAccepted.push(`a request ${off} s off was answered with ${status}`);
}

async function pendingOf(stack: Stack, cases: readonly Case[]): Promise<Case[]> {
  const open: Case[] = [];
  for (const one of cases) {
    const view = await stack.stores.runs.view(tenant, one.run);
    if (view?.approvals.some((a) => a.status === 'pending')) open.push(one);
  }
  return open;
}

/** Many requests at once, opened as an agent's run opens them; people decide on all of them in both chats meanwhile. */
export async function playMany(stack: Stack, round: ManyRound, dice: Dice): Promise<RoundReport> {
  const { attack, approvals, count, faults } = round;
  const downMs = Math.round(dice.between(500, 3000));
  const notes = newNotes();
  const storm = faults ? raiseStorm(stack, dice) : { stop: async () => {} };
  const watch = watchCards(stack);
  let over = false;
  try {
    const half = Math.ceil(count / 2);
    const states = [
      ...(await approvals.open(half, TOOLS[0]!)),
      ...(await approvals.open(count - half, TOOLS[1]!)),
    ];
    const cases = states.map((s): Case => ({ run: s.action.run, claim: claimOf(s), direct: true }));
    const { find, close } = await finder(stack, states);
    const tasks = states.flatMap((state) => planFor(state, claimOf(state), dice));
    const strike = async (): Promise<void> => {
      await sleep(attack.moment === 'posting' ? dice.between(0, 1_500) : dice.between(2_000, 15_000));
      await killAndStart(stack, attack.victim, { downMs, loseData: attack.loseData });
    };
    const skewing = (async () => {
      for (; faults && !over; await sleep(dice.between(500, 2_000)))
        await sendSkewed(stack, find, tasks, dice, notes).catch(() => {});
    })();
    await Promise.all([lanes(stack.workspace.control, tasks, notes, dice, find), strike()]);
    over = true;
    await Promise.all([storm.stop(), skewing]);
    watch.recovered();
    await closeAll(stack, cases, notes, dice, find);
    const findings = await settle(stack, cases, notes.acknowledged, A_CARD_MS * count);
    await close();
    return { notes, findings, cardMs: await watch.stop(), downMs, allowedMs: A_CARD_MS * count };
  } finally {
    over = true;
    await storm.stop();
    await watch.stop();
  }
}

async function closeAll(
  stack: Stack,
  cases: readonly Case[],
  notes: Notes,
  dice: Dice,
  find: FindCards,
): Promise<void> {
  for (let tries = 0; tries < 4; tries += 1) {
    const open = await pendingOf(stack, cases);
    if (open.length === 0) return;
    const tasks = open.flatMap(({ claim }) => closing(claim, dice));
    await lanes(stack.workspace.control, tasks, notes, dice, find);
  }
}
