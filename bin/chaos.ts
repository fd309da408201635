import { parseArgs } from 'node:util';
import { createApprovals } from '../bench/world/approvals.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { openClaims } from './chaos/books.ts';
import { createDice, type Dice } from './chaos/dice.ts';
import { holds, PROMISE_MS, type Findings } from './chaos/judge.ts';
import { playMany } from './chaos/many.ts';
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
  duplicates: number;
  /** Requests with a clock far off: turned away, and not. */
  skewed: number;
  skewAccepted: number;
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
  ...f.duplicates,
  ...f.stuck,
];

function count(sum: Counted, { notes, findings, cardMs, allowedMs = 0 }: RoundReport): void {
  sum.acknowledged += notes.acknowledged.length;
  sum.clickedAgain += notes.clickedAgain;
  for (const kind of ['lost', 'twice', 'unsigned', 'wrongCards', 'duplicates', 'stuck'] as const)
    sum[kind] += findings[kind].length;
  sum.skewed += notes.skewed;
  sum.skewAccepted += notes.skewAccepted.length;
  if (cardMs > PROMISE_MS + allowedMs) sum.late += 1;
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

type PlayRound = (what: Attack) => Promise<RoundReport>;

async function playRounds({ rounds, attacks }: Options, play: PlayRound): Promise<Counted> {
  const sum: Counted = {
    ...{ acknowledged: 0, clickedAgain: 0, lost: 0, twice: 0, unsigned: 0, wrongCards: 0, duplicates: 0 },
    ...{ skewed: 0, skewAccepted: 0, stuck: 0, broken: 0, late: 0, slowestCardMs: 0 },
  };
  for (let n = 0; n < rounds; n += 1) {
    const what = attacks[n % attacks.length]!;
    const name = `round ${n + 1}/${rounds}, ${what.victim} ${what.moment}${what.loseData ? ', its data lost too' : ''}`;
    try {
      const report = await within(play(what), ROUND_MS);
      count(sum, report);
      const { notes, findings, cardMs, downMs, allowedMs = 0 } = report;
      console.log(
        `${holds(findings) && cardMs <= PROMISE_MS + allowedMs ? '✓' : '✗'} ${name}: away ${(downMs / 1000).toFixed(1)} s, ${notes.acknowledged.length} acknowledged, ` +
          `${notes.refused.length} refused, ${notes.clickedAgain} clicked again, no card behind for more than ${(cardMs / 1000).toFixed(1)} s`,
      );
      for (const sentence of [...sentencesOf(findings), ...notes.skewAccepted])
        console.log(`     ${sentence}`);
    } catch (error) {
      sum.broken += 1;
      console.log(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return sum;
}

/** A few requests of real runs of the agent. */
function byAgent(stack: Stack, dice: Dice): PlayRound {
  const used = new Set<string>();
  return async (what) => {
    const open = (await openClaims(stack)).filter((claim) => !used.has(claim));
    const claims = dice.shuffled(open).slice(0, RUNS_A_ROUND);
    if (claims.length < RUNS_A_ROUND) throw new Error('The insurer has no open claims left.');
    for (const claim of claims) used.add(claim);
    return playRound(stack, what, claims, dice);
  };
}

/** Many at once, opened as the agent's runs open them. The chats' limits are the storm's to set. */
async function many(stack: Stack, { rounds, approvals, faults }: Options, dice: Dice) {
  const opener = await createApprovals(stack);
  const each = Math.ceil(approvals / rounds);
  await opener.prepare(each * rounds);
  await Promise.all([stack.bot.start(), stack.workers.start()]);
  await stack.workspace.introduce();
  stack.workspace.slack.rates.set(false);
  let left = approvals;
  const play: PlayRound = (attack) => {
    const count = Math.min(each, left);
    left -= count;
    return playMany(stack, { attack, approvals: opener, count, faults }, dice);
  };
  return { play, close: opener.close };
}

interface Options {
  readonly rounds: number;
  readonly attacks: readonly Attack[];
  readonly seed: number;
  /** How many requests in all; 0: a few in each round, by the agent. */
  readonly approvals: number;
  readonly faults: boolean;
}

const wholeNumber = (name: string, given: string, least: number): number => {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} wants a whole number of at least ${least}.`);
  return value;
};

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '10' },
      only: { type: 'string' },
      seed: { type: 'string' },
      approvals: { type: 'string' },
      faults: { type: 'boolean', default: false },
    },
  });
  const rounds = wholeNumber('rounds', values.rounds, 1);
  const only = values.only === 'worker' ? 'workers' : values.only;
  const attacks = ATTACKS.filter((a) => only === undefined || a.victim === only);
  if (attacks.length === 0) throw new Error(`--only wants one of ${VICTIMS.join(', ')}.`);
  const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 0);
  const { faults } = values;
  const usual = faults ? rounds * 10 : 0;
  const approvals =
    values.approvals === undefined ? usual : wholeNumber('approvals', values.approvals, rounds);
  return { rounds, attacks, seed, approvals, faults };
}

/** Every count that must be nought. */
const isHeld = (sum: Counted): boolean =>
  [
    ...[sum.lost, sum.twice, sum.unsigned, sum.wrongCards, sum.duplicates],
    ...[sum.skewAccepted, sum.stuck, sum.broken, sum.late],
  ].every((n) => n === 0);

/**
 * `countersign chaos [--rounds N] [--only VICTIM] [--seed S] [--approvals N] [--faults]`: a world of its own, in which
 * people decide in both chats while processes die and, with `--faults`, both chats misbehave. Exit code 0 only if nothing
 * was lost, nothing ran twice, no request has two live cards and every card tells the truth.
 */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  const { rounds, seed, approvals, faults } = options;
  console.log(`Building a world of its own for ${rounds} rounds (seed ${seed}) ...`);
  const env = { ...process.env };
  for (const yours of ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS']) delete env[yours];
  return withThrowawayStack({ say: () => {}, durable: true, idle: approvals > 0, env }, async (stack) => {
    const dice = createDice(seed);
    const { play, close } =
      approvals > 0
        ? await many(stack, options, dice)
        : { play: byAgent(stack, dice), close: async () => {} };
    const sum = await playRounds(options, play).finally(close);
    const ledger = await stack.stores.ledger.verify(EXAMPLE.tenant);
    if (!ledger.ok) console.log(`✗ ${ledger.broken ?? 'The ledger does not verify.'}`);
    const ok = ledger.ok && isHeld(sum);
    console.log(
      JSON.stringify({
        chaos: ok ? 'held' : 'failed',
        ...{ rounds, seed, approvals, faults },
        ...sum,
        ledgerEntries: ledger.entries,
        ledgerOk: ledger.ok,
      }),
    );
    return ok ? 0 : 1;
  });
}
