import type { Stack } from '../bin/stack/open-stack.ts';
import { createApprovals } from './world/approvals.ts';
import { createClicker, startFarEnd } from './world/clicks.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { createBot, memoryOf } from './world/programs.ts';
import { percentile, rounded, sleep } from './world/statistics.ts';

const AIM = { p99Ms: 100 } as const;
const PER_SECOND = 50;
/** What people do in chat; every fifth request is a click that signs. */
const COMMANDS = ['inbox', 'runs', 'help', 'whoami'] as const;

async function play(stack: Stack, say: Say, seconds: number) {
  const count = PER_SECOND * seconds;
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const bot = createBot(stack, farEnd.apiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  try {
    await approvals.prepare(Math.ceil(count / 5));
    const asked = await approvals.open(Math.ceil(count / 5), 'refer_to_siu');
    // Their cards are not sent, as in `home.ts`; what a click changes of them is.
    await approvals.database.query(`UPDATE outbox SET done_at = now() WHERE done_at IS NULL`);
    await bot.start();
    for (const command of COMMANDS) await clicker.command(command, 'U08ADA');
    const answers: { what: string; ms: number; status: number }[] = [];
    const under: Promise<void>[] = [];
    const startedAt = performance.now();
    // Open loop: the next request comes when it is due, whether the last was answered or not.
    for (let n = 0; n < count; n += 1) {
      const dueAt = startedAt + (n * 1000) / PER_SECOND;
      await sleep(Math.max(0, dueAt - performance.now()));
      const state = n % 5 === 0 ? asked[n / 5] : undefined;
      const what = state ? 'click' : (COMMANDS[n % COMMANDS.length] ?? 'help');
      const sent = state ? clicker.click(state, 'U08ADA') : clicker.command(what, 'U08ADA');
      under.push(sent.then((status) => void answers.push({ what, status, ms: performance.now() - dueAt })));
    }
    await Promise.all(under);
    const times = (of: string | null) => answers.filter(({ what }) => !of || what === of).map(({ ms }) => ms);
    const summary = (of: string | null) => ({
      p50Ms: rounded(percentile(times(of), 0.5)),
      p99Ms: rounded(percentile(times(of), 0.99)),
      worstMs: rounded(Math.max(...times(of))),
    });
    const all = summary(null);
    return {
      ok: answers.length === count && answers.every(({ status }) => status === 200),
      aim: AIM,
      met: all.p99Ms <= AIM.p99Ms,
      requests: count,
      perSecond: PER_SECOND,
      ...all,
      byKind: Object.fromEntries(['click', ...COMMANDS].map((what) => [what, summary(what)])),
      notAcknowledged: answers.filter(({ status }) => status !== 200).length,
      botMb: memoryOf(bot.pid()),
    };
  } finally {
    clicker.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/** Chat requests at 50 a second, one bot process: how long each waits for its acknowledgement, from when it was due. */
export async function measure(say: Say, quick: boolean) {
  const seconds = quick ? 4 : 30;
  say(`${PER_SECOND} chat requests a second for ${seconds} s: commands, and a signature every fifth.`);
  return withBenchStack(say, (stack) => play(stack, say, seconds));
}
