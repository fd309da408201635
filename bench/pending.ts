import { Connection } from '@temporalio/client';
import type { Stack } from '../bin/stack/open-stack.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { createApprovals, type Approvals } from './world/approvals.ts';
import { createClicker, startFarEnd, type Signer } from './world/clicks.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { createBot, memoryOf } from './world/programs.ts';
import { inParallel, percentile, rounded, until } from './world/statistics.ts';

const AT_ONCE = 64;

const STATE = `SELECT (SELECT count(*)::int FROM approvals WHERE status = 'pending') AS pending,
  (SELECT count(*)::int FROM approvals WHERE status = 'executed') AS executed,
  (SELECT count(*)::int FROM approvals) AS every,
  (SELECT count(*)::int FROM outbox WHERE topic = 'signals' AND done_at IS NULL) AS signals,
  (SELECT count(*)::int FROM ledger_entries WHERE kind = 'approval.signed') AS signed`;
type State = Record<'pending' | 'executed' | 'every' | 'signals' | 'signed', number>;

const stateOf = async ({ database }: Approvals): Promise<State> =>
  (await database.query<State>(STATE)).rows[0]!;

async function openWorkflows(stack: Stack): Promise<number> {
  const connection = await Connection.connect({ address: stack.engines.temporal.url });
  try {
    const { count } = await connection.workflowService.countWorkflowExecutions({
      namespace: 'default',
      query: `WorkflowType = 'approval' AND ExecutionStatus = 'Running'`,
    });
    return Number(count);
  } finally {
    await connection.close();
  }
}

/** Every action once, under the approval's own key. */
async function acted(approvals: Approvals, ids: readonly string[]): Promise<boolean> {
  const sql = 'SELECT count(*)::int AS n FROM actions WHERE idempotency_key = ANY($1)';
  const { rows } = await approvals.insurer.query<{ n: number }>(sql, [ids]);
  return rows[0]?.n === ids.length;
}

async function play(stack: Stack, say: Say, count: number) {
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const bot = createBot(stack, farEnd.apiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  const memory = () => ({ bot: memoryOf(bot.pid()), workers: memoryOf(stack.workers.pid()) });
  try {
    await approvals.prepare(count);
    await Promise.all([bot.start(), stack.workers.start()]);
    const idle = memory();
    const single = await approvals.open(Math.ceil(count / 2), 'refer_to_siu');
    const double = await approvals.open(Math.floor(count / 2), 'deny_claim');
    await until(
      'every approval to have its workflow',
      1_800,
      async () => (await stateOf(approvals)).signals === 0,
    );
    const workflows = await openWorkflows(stack);
    const pending = { ...(await stateOf(approvals)), workflows, memory: memory() };
    say(`  ${pending.pending} pending, ${workflows} workflows wait; now every one is clicked`);

    const asked = [...single, ...double];
    const clicks: { state: (typeof asked)[number]; signer: Signer }[] = [
      ...asked.map((state) => ({ state, signer: 'U08ADA' as const })),
      ...double.map((state) => ({ state, signer: 'U08BEN' as const })),
    ];
    const answers: number[] = [];
    const unanswered: typeof clicks = [];
    const startedAt = Date.now();
    const seconds = await inParallel(clicks, AT_ONCE, async (click) => {
      const sentAt = Date.now();
      const status = await clicker.click(click.state, click.signer);
      answers.push(Date.now() - sentAt);
      if (status !== 200) unanswered.push(click);
    });
    say(`  ${clicks.length} clicks in ${rounded(seconds)} s; waiting for the actions`);
    // "Not confirmed" is said to the person, who clicks again: that is what the button is for.
    for (const { state, signer } of unanswered) await clicker.click(state, signer);
    await until('every action to be executed', 1_800, async () => {
      const { executed, signals } = await stateOf(approvals);
      return executed === count && signals === 0;
    });
    const allExecutedAfter = (Date.now() - startedAt) / 1000;
    await until('every workflow to end', 60, async () => (await openWorkflows(stack)) === 0);
    const end = await stateOf(approvals);
    const verified = await stack.stores.ledger.verify(EXAMPLE.tenant);
    const once = await acted(approvals, asked.map((state) => state.id)); // prettier-ignore
    return {
      ok:
        pending.pending === count &&
        workflows === count &&
        end.executed === count &&
        end.every === count &&
        end.signed === clicks.length &&
        once &&
        verified.ok,
      pendingAtOnce: pending.pending,
      workflowsAtOnce: workflows,
      executed: end.executed,
      lost: count - end.executed,
      clicks: clicks.length,
      clicksPerSecond: rounded(clicks.length / seconds),
      clickAnsweredMs: {
        p50: percentile(answers, 0.5),
        p95: percentile(answers, 0.95),
        worst: Math.max(...answers),
      },
      askedToClickAgain: unanswered.length,
      allExecutedAfterSeconds: rounded(allExecutedAfter),
      memoryMb: { idle, pending: pending.memory, end: memory() },
      ledgerVerified: verified.ok,
    };
  } finally {
    clicker.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/** Many approvals pending at once, each with its workflow, all decided by signed clicks, none lost, each action once. */
export async function measure(say: Say, quick: boolean) {
  const count = quick ? 200 : 5_000;
  say(`${count} approvals pending at once, half of them for two signatures, all decided by clicks.`);
  return withBenchStack(say, (stack) => play(stack, say, count));
}
