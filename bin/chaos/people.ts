import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalId } from '../../core/ids.ts';
import type { CastId } from '../../local/workspace/cast-types.ts';
import type { Control } from '../../local/workspace/control.ts';
import { act, type Choice, type Seen, type Told } from './acts.ts';
import { openCards, signable } from './cards.ts';
import type { Dice } from './dice.ts';

/** What somebody means to do, from either chat, on the card about a claim. */
export interface Task {
  readonly who: CastId;
  readonly chat: 'slack' | 'teams';
  readonly claim: string;
  readonly choice: Choice;
}

/** A decision that Countersign said it recorded: from here on it must never be lost. */
export interface Acknowledged extends Task {
  readonly approval: ApprovalId;
  readonly seq: number;
}

export interface Notes {
  readonly acknowledged: Acknowledged[];
  /** Words of refusals, for the curious. */
  readonly refused: string[];
  clickedAgain: number;
  /** Requests with a clock far off that were turned away, and what became of those that were not. */
  skewed: number;
  readonly skewAccepted: string[];
}

export const newNotes = (): Notes => ({
  ...{ acknowledged: [], refused: [], clickedAgain: 0 },
  ...{ skewed: 0, skewAccepted: [] },
});

/** The cards about a claim that can be signed; null: none is there yet. */
export type FindCards = (chat: Task['chat'], claim: string) => Promise<Seen[] | null>;

const PATIENCE_MS = 75_000;

/**
 * One person until they are told where they stand: recorded, refused, or the card can be signed no more. Not confirmed,
 * unreachable and silent all mean: click again, as people do.
 */
export async function persist(
  control: Control,
  task: Task,
  notes: Notes,
  dice: Dice,
  find: FindCards = (chat, claim) => openCards(control, chat, claim),
): Promise<Told | null> {
  const { who, chat, claim, choice } = task;
  let last: Told | null = null;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(dice.between(200, 900))) {
    const open = await find(chat, claim).catch(() => null);
    if (open === null) continue;
    if (open.length === 0) return last;
    const seen = dice.pick(open);
    const approval = signable(seen);
    if (approval === null) continue;
    last = await act(control, who, seen, choice);
    if (last.kind === 'recorded') {
      notes.acknowledged.push({ ...task, approval, seq: last.seq });
      return last;
    }
    if (last.kind === 'again') notes.clickedAgain += 1;
    else {
      notes.refused.push(`${who} on ${claim}: ${last.text}`);
      // The screen was behind: the card that took this one's place is on its way.
      if (!/look at the new(est)? card/i.test(last.text)) return last;
    }
  }
  return last;
}

/** Everybody at once; each person does one thing after another, as people do. */
export async function everybody(
  control: Control,
  tasks: readonly Task[],
  notes: Notes,
  dice: Dice,
): Promise<void> {
  const people = new Set(tasks.map((t) => t.who));
  await Promise.all(
    [...people].map(async (who) => {
      for (const task of tasks.filter((t) => t.who === who)) await persist(control, task, notes, dice);
    }),
  );
}

/** The same, each person with both chats open: one thing after another in each. */
export async function lanes(
  control: Control,
  tasks: readonly Task[],
  notes: Notes,
  dice: Dice,
  find: FindCards,
): Promise<void> {
  const keyOf = ({ who, chat }: Task): string => `${who} ${chat}`;
  await Promise.all(
    [...new Set(tasks.map(keyOf))].map(async (lane) => {
      for (const task of tasks.filter((t) => keyOf(t) === lane))
        await persist(control, task, notes, dice, find);
    }),
  );
}
