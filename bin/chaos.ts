import { parseArgs } from 'node:util';
import { EXAMPLE } from '../local/example/example.ts';
import { openClaims } from './chaos/books.ts';
import { createDice, type Dice } from './chaos/dice.ts';
import { holds, PROMISE_MS, type Findings } from './chaos/judge.ts';
import { playRound, type Attack, type RoundReport } from './chaos/round.ts';
import { VICTIMS, type Victim } from './chaos/victims.ts';
import type { Stack } from './stack/open-stack.ts';
import { withThrowawayStack } from './stack/throwaway.ts';

const RUNS_A_ROUND = 3;
const ROUND_MS = 8 * 60_000;

const attack = (victim: Victim, moment: Attack['moment'], loseData = false): Attack => ({
  victim,
  moment,
  loseData,
});

/** Every victim in turn; a victim that comes again dies at another moment. */
const ATTACKS: readonly Attack[] = [
  attack('bot', 'between'),
  attack('workers', 'clicking'),
  attack('redis', 'clicking'),
  attack('temporal', 'clicking'),
  attack('postgres', 'clicking'),
  attack('bot', 'clicking'),
  attack('workers', 'posting'),
  attack('redis', 'clicking', true),
  attack('temporal', 'posting'),
  attack('postgres', 'posting'),
  attack('bot', 'posting'),
  attack('workers', 'clicking'),
  attack('redis', 'posting', true),
];

interface Counted {
  acknowledged: number;
  clickedAgain: number;
  lost: number;
  twice: number;
  unsigned: number;
  wrongCards: number;
  stuck: number;
  broken: number;
  /** Rounds in which a card was right only after the promised minute. */
  late: number;
  slowestCardMs: number;
}

const sentencesOf = (f: Findings): string[] => [
  ...f.lost,
  ...f.twice,
  ...f.unsigned,
  ...f.wrongCards,
  ...f.stuck,
];

function count(sum: Counted, { notes, findings, cardMs }: RoundReport): void {
  sum.acknowledged += notes.acknowledged.length;
  sum.clickedAgain += notes.clickedAgain;
  for (const kind of ['lost', 'twice', 'unsigned', 'wrongCards', 'stuck'] as const)
    sum[kind] += findings[kind].length;
  if (cardMs > PROMISE_MS) sum.late += 1;
  sum.slowestCardMs = Math.max(sum.slowestCardMs, cardMs);
}

/** A round that hangs must not hang the command. */
function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The round took longer than ${ms / 1000} s.`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function playRounds(
  stack: Stack,
  rounds: number,
  attacks: readonly Attack[],
  dice: Dice,
): Promise<Counted> {
  const sum: Counted = {
    acknowledged: 0,
    clickedAgain: 0,
    lost: 0,
    twice: 0,
    unsigned: 0,
    wrongCards: 0,
    stuck: 0,
    broken: 0,
    late: 0,
    slowestCardMs: 0,
  };
  const used = new Set<string>();
  for (let n = 0; n < rounds; n += 1) {
    const what = attacks[n % attacks.length]!;
    const name = `round ${n + 1}/${rounds}, ${what.victim} ${what.moment}${what.loseData ? ', its data lost too' : ''}`;
    try {
      const open = (await openClaims(stack)).filter((claim) => !used.has(claim));
      const claims = dice.shuffled(open).slice(0, RUNS_A_ROUND);
      if (claims.length < RUNS_A_ROUND) throw new Error('The insurer has no open claims left.');
      for (const claim of claims) used.add(claim);
      const report = await within(playRound(stack, what, claims, dice), ROUND_MS);
      count(sum, report);
      const { notes, findings, cardMs, downMs } = report;
      console.log(
        `${holds(findings) && cardMs <= PROMISE_MS ? '✓' : '✗'} ${name}: away ${(downMs / 1000).toFixed(1)} s, ${notes.acknowledged.length} acknowledged, ` +
          `${notes.refused.length} refused, ${notes.clickedAgain} clicked again, no card behind for more than ${(cardMs / 1000).toFixed(1)} s`,
      );
      for (const sentence of sentencesOf(findings)) console.log(`     ${sentence}`);
    } catch (error) {
      sum.broken += 1;
      console.log(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return sum;
}

function readOptions(args: string[]): { rounds: number; attacks: readonly Attack[]; seed: number } {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '10' },
      only: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds wants a whole number of at least 1.');
  const only = values.only === 'worker' ? 'workers' : values.only;
  const attacks = ATTACKS.filter((a) => only === undefined || a.victim === only);
  if (attacks.length === 0) throw new Error(`--only wants one of ${VICTIMS.join(', ')}.`);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!Number.isInteger(seed)) throw new Error('--seed wants a whole number.');
  return { rounds, attacks, seed };
}

/**
 * `countersign chaos [--rounds N] [--only VICTIM] [--seed S]`: a world of its own, in which people decide in both chats
 * while processes die. Exit code 0 only if nothing was lost, nothing ran twice and every card tells the truth.
 */
export async function run(args: string[]): Promise<number> {
  const { rounds, attacks, seed } = readOptions(args);
  console.log(`Building a world of its own for ${rounds} rounds (seed ${seed}) ...`);
  const env = { ...process.env };
  for (const yours of ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS']) delete env[yours];
  return withThrowawayStack({ say: () => {}, durable: true, env }, async (stack) => {
    const sum = await playRounds(stack, rounds, attacks, createDice(seed));
    const ledger = await stack.stores.ledger.verify(EXAMPLE.tenant);
    if (!ledger.ok) console.log(`✗ ${ledger.broken ?? 'The ledger does not verify.'}`);
    const { lost, twice, unsigned, wrongCards, stuck, broken, late } = sum;
    const ok = ledger.ok && lost + twice + unsigned + wrongCards + stuck + broken + late === 0;
    console.log(
      JSON.stringify({
        chaos: ok ? 'held' : 'failed',
        rounds,
        seed,
        ...sum,
        ledgerEntries: ledger.entries,
        ledgerOk: ledger.ok,
      }),
    );
    return ok ? 0 : 1;
  });
}
