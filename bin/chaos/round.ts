import { setTimeout as sleep } from 'node:timers/promises';
import { RunId } from '../../core/ids.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Stack } from '../stack/open-stack.ts';
import { dieBetween } from './between.ts';
import { openCards } from './cards.ts';
import type { Dice } from './dice.ts';
import { settle, type Case, type Findings } from './judge.ts';
import { everybody, newNotes, type Notes } from './people.ts';
import { closing, planFor } from './plans.ts';
import { killAndStart, type Victim } from './victims.ts';
import { watchCards } from './watch.ts';

/** clicking: while people decide. posting: while the cards are being posted. between: the bot, before it commits a click. */
export type Moment = 'clicking' | 'posting' | 'between';

export interface Attack {
  readonly victim: Victim;
  readonly moment: Moment;
  readonly loseData: boolean;
}

export interface RoundReport {
  readonly notes: Notes;
  readonly findings: Findings;
  /** The longest that any card was behind what had been decided, from the victim's return. */
  readonly cardMs: number;
  readonly downMs: number;
  /** What the chats' own limits add to the promise, when many cards are to be shown. */
  readonly allowedMs?: number;
}

const { tenant } = EXAMPLE;
const ASK_MS = 90_000;

/** Robin asks in Slack, and asks again when Slack says that the command failed. */
async function ask(stack: Stack, claim: string): Promise<Case> {
  const { control } = stack.workspace;
  for (const until = Date.now() + ASK_MS; Date.now() < until; await sleep(500)) {
    const heard = (await control.ephemerals('robin').catch(() => [])).length;
    const sent = await control
      .asPerson('robin')
      .slackCommand(`/countersign run fraud-review ${claim}`)
      .catch(() => null);
    const words =
      (sent?.ok ? sent.body : '') +
      JSON.stringify((await control.ephemerals('robin').catch(() => [])).slice(heard));
    const run = /run_[0-9A-HJKMNP-TV-Z]{26}/.exec(words)?.[0];
    if (run) return { run: RunId.parse(run), claim };
  }
  throw new Error(`Robin could not ask about ${claim}.`);
}

async function until<T>(what: string, look: () => Promise<T | null | false>, ms = ASK_MS): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(200)) {
    const found = await look().catch(() => null);
    if (found) return found;
  }
  throw new Error(`Waited ${ms / 1000} s in vain: ${what}.`);
}

async function pendingOf(stack: Stack, { run }: Case): Promise<ApprovalState | null> {
  const view = await stack.stores.runs.view(tenant, run);
  const pending = view?.approvals.find((a) => a.status === 'pending');
  return pending ? stack.stores.approvals.get(tenant, pending.id) : null;
}

/** The approval of a run, once its card can be signed in both chats. */
const asked = (stack: Stack, one: Case): Promise<ApprovalState> =>
  until(`the cards of ${one.claim}`, async () => {
    const { control } = stack.workspace;
    for (const chat of ['slack', 'teams'] as const)
      if ((await openCards(control, chat, one.claim)).length === 0) return null;
    return pendingOf(stack, one);
  });

/** Whatever is still open is signed, so that every round ends with outcomes. */
async function close(stack: Stack, cases: readonly Case[], notes: Notes, dice: Dice): Promise<void> {
  for (let tries = 0; tries < 4; tries += 1) {
    const open: Case[] = [];
    for (const one of cases)
      if (await until('the store', async () => ({ is: await pendingOf(stack, one) })).then((f) => f.is))
        open.push(one);
    if (open.length === 0) return;
    await everybody(
      stack.workspace.control,
      open.flatMap((c) => closing(c.claim, dice)),
      notes,
      dice,
    );
  }
}

/** People ask and decide while the victim dies and comes back. */
async function live(
  stack: Stack,
  { victim, moment, loseData }: Attack,
  cases: readonly Case[],
  dice: Dice,
  { downMs, recovered }: { readonly downMs: number; recovered(): void },
): Promise<Notes> {
  const { control } = stack.workspace;
  const notes = newNotes();
  const strike = () => killAndStart(stack, victim, { downMs, loseData }).then(recovered);
  if (moment === 'posting') {
    await until('the first card', async () =>
      (await Promise.all(cases.map((c) => pendingOf(stack, c)))).some(Boolean),
    );
    await sleep(dice.between(0, 400));
    await strike();
  }
  const states = await Promise.all(cases.map((c) => asked(stack, c)));
  if (moment === 'between') {
    await dieBetween(stack, cases[0]!, states[0]!, notes, downMs);
    recovered();
  }
  const tasks = states.flatMap((state, i) => planFor(state, cases[i]!.claim, dice));
  await Promise.all([
    everybody(control, tasks, notes, dice),
    ...(moment === 'clicking' ? [sleep(dice.between(0, 1500)).then(strike)] : []),
  ]);
  await close(stack, cases, notes, dice);
  return notes;
}

export async function playRound(
  stack: Stack,
  attack: Attack,
  claims: readonly string[],
  dice: Dice,
): Promise<RoundReport> {
  const downMs = Math.round(dice.between(500, 3000));
  const cases = await Promise.all(claims.map((claim) => ask(stack, claim)));
  const watch = watchCards(stack);
  try {
    const notes = await live(stack, attack, cases, dice, { downMs, recovered: watch.recovered });
    const findings = await settle(stack, cases, notes.acknowledged);
    return { notes, findings, cardMs: await watch.stop(), downMs };
  } finally {
    await watch.stop();
  }
}
