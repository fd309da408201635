import type { Stack } from '../bin/stack/open-stack.ts';
import { createApprovals } from './world/approvals.ts';
import { createClicker, startFarEnd } from './world/clicks.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { cpuMsEach, cpuSeconds } from './world/cpu.ts';
import { createBot, memoryOf } from './world/programs.ts';
import { percentile, rounded, sleep } from './world/statistics.ts';

const AIM = { p99Ms: 100 } as const;
const PER_SECOND = 50;
/** A process that was just started runs code that was never run: told apart from what comes after. */
const WARMING_SECONDS = 10;
/** What people do in chat; every fifth request is a click that signs. */
const COMMANDS = ['inbox', 'runs', 'help', 'whoami'] as const;

interface Answer {
  readonly what: string;
  readonly ms: number;
  readonly status: number;
  readonly warming: boolean;
}

function summary(answers: readonly Answer[]) {
  const times = answers.map(({ ms }) => ms);
  return {
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    worstMs: rounded(Math.max(...times)),
  };
}

async function play(stack: Stack, say: Say, seconds: number) {
  const warming = WARMING_SECONDS * PER_SECOND;
  const count = PER_SECOND * seconds + warming;
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  // One person asks as often as twenty do: past 120 a minute the answer would be that it is too fast, which costs nothing.
  const env = { ...stack.env, COUNTERSIGN_RATES: 'person=100000,tenant=100000' };
  const bot = createBot({ ...stack, env }, farEnd.apiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  try {
    await approvals.prepare(Math.ceil(count / 5));
    const asked = await approvals.open(Math.ceil(count / 5), 'refer_to_siu');
    // Their cards are not sent, as in `home.ts`; what a click changes of them is.
    await approvals.database.query(`UPDATE outbox SET done_at = now() WHERE done_at IS NULL`);
    await bot.start();
    for (const command of COMMANDS) await clicker.command(command, 'U08ADA');
    const answers: Answer[] = [];
    const under: Promise<unknown>[] = [];
    const startedAt = performance.now();
    let before = cpuSeconds();
    // Open loop: the next request comes when it is due, whether the last was answered or not.
    for (let n = 0; n < count; n += 1) {
      if (n === warming) before = cpuSeconds();
      const dueAt = startedAt + (n * 1000) / PER_SECOND;
      await sleep(Math.max(0, dueAt - performance.now()));
      const state = n % 5 === 0 ? asked[n / 5] : undefined;
      const what = state ? 'click' : (COMMANDS[n % COMMANDS.length] ?? 'help');
      const sent = state ? clicker.click(state, 'U08ADA') : clicker.command(what, 'U08ADA');
      const note = (status: number) =>
        answers.push({ what, status, ms: performance.now() - dueAt, warming: n < warming });
      under.push(sent.then(note));
    }
    await Promise.all(under);
    const cpuMs = cpuMsEach(before, cpuSeconds(), count - warming);
    const warm = answers.filter((one) => !one.warming);
    const all = summary(warm);
    return {
      ok: answers.length === count && answers.every(({ status }) => status === 200),
      aim: AIM,
      met: all.p99Ms <= AIM.p99Ms,
      requests: warm.length,
      perSecond: PER_SECOND,
      ...all,
      byKind: Object.fromEntries(
        ['click', ...COMMANDS].map((kind) => [kind, summary(warm.filter(({ what }) => what === kind))]),
      ),
      firstSeconds: { seconds: WARMING_SECONDS, ...summary(answers.filter((one) => one.warming)) },
      notAcknowledged: answers.filter(({ status }) => status !== 200).length,
      cpuMsEach: cpuMs,
      botMb: memoryOf(bot.pid()),
    };
  } finally {
    clicker.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/**
 * Chat requests at 50 a second, one bot process: how long each waits for its acknowledgement, from when it was due; the first
 * seconds of the process by themselves.
 */
export async function measure(say: Say, quick: boolean) {
  const seconds = quick ? 4 : 30;
  say(
    `${PER_SECOND} chat requests a second for ${WARMING_SECONDS} and ${seconds} s: commands, and a signature every fifth.`,
  );
  return withBenchStack(say, (stack) => play(stack, say, seconds));
}
