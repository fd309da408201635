import type pg from 'pg';
import type { Stack } from '../../bin/stack/open-stack.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Approvals } from './approvals.ts';
import { createClicker } from './clicks.ts';
import { cpuMsEach, cpuSeconds } from './cpu.ts';
import type { Say } from './open.ts';
import { inParallel, median, percentile, rounded, sleep } from './statistics.ts';

export const AT_ONCE = 64;

export interface Size {
  readonly repetitions: number;
  /** One at a time, for the latency. */
  readonly singles: number;
  /** 64 at a time, for the rate. */
  readonly burst: number;
}

export const sizeOf = (quick: boolean): Size =>
  quick ? { repetitions: 1, singles: 10, burst: 64 } : { repetitions: 4, singles: 30, burst: 128 };

/** One side of the comparison: `go` signs the next pending one and resolves with the epoch ms at which its row was there. */
export interface Side {
  readonly name: string;
  go(): Promise<number>;
}

/** Waits for rows to appear, with one query for everything that is waited for. */
export function createWatch(
  pool: pg.Pool,
  sql: string,
): { seen(id: string): Promise<number>; close(): Promise<void> } {
  const waiting = new Map<string, (atMs: number) => void>();
  let closed = false;
  const look = async (): Promise<void> => {
    while (!closed) {
      if (waiting.size > 0) {
        const { rows } = await pool.query<{ id: string; atMs: number }>({
          ...{ name: 'watch', text: sql, values: [[...waiting.keys()]] },
        });
        for (const { id, atMs } of rows) {
          waiting.get(id)?.(Number(atMs));
          waiting.delete(id);
        }
      }
      // When it happened is what the row says; looking more often takes the processor from what is measured.
      await sleep(20);
    }
  };
  const looking = look();
  return {
    seen: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    async close() {
      closed = true;
      await looking;
    },
  };
}

const EXECUTED = `SELECT subject AS id, (extract(epoch FROM created_at) * 1000)::float8 AS "atMs" FROM ledger_entries
  WHERE kind IN ('action.executed', 'action.failed', 'action.unknown') AND subject = ANY($1)
    AND created_at > now() - interval '1 hour'`;

/** Clicks on real approvals of one signature, until the ledger says that the action was executed. */
export function openOurs(stack: Stack, approvals: Approvals, pending: ApprovalState[]) {
  const watch = createWatch(approvals.database, EXECUTED);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  const clicks: { approval: ApprovalState; atMs: number }[] = [];
  let again = 0;
  const side: Side = {
    name: 'countersign',
    async go() {
      const approval = pending.pop();
      if (!approval) throw new Error('Nothing is pending on our side.');
      const seen = watch.seen(approval.id);
      clicks.push({ approval, atMs: Date.now() });
      // "Not confirmed" is said to the person, who clicks again.
      while ((await clicker.click(approval, 'U08ADA')) !== 200) again += 1;
      return seen;
    },
  };
  return {
    side,
    clicks,
    again: () => again,
    async close() {
      await watch.close();
      clicker.close();
    },
  };
}

export interface Turn {
  readonly p50: number;
  readonly p95: number;
  readonly perSecond: number;
  /** Processor time of an action, by program, while 64 at a time were under way. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

export async function play(side: Side, { singles, burst }: Size): Promise<Turn> {
  const latencies: number[] = [];
  for (let n = 0; n < singles; n += 1) {
    const startedAt = Date.now();
    latencies.push((await side.go()) - startedAt);
  }
  const startedAt = Date.now();
  const before = cpuSeconds();
  let last = 0;
  await inParallel(Array.from({ length: burst }), AT_ONCE, async () => {
    last = Math.max(last, await side.go());
  });
  return {
    p50: median(latencies),
    p95: percentile(latencies, 0.95),
    perSecond: burst / ((last - startedAt) / 1000),
    cpuMs: cpuMsEach(before, cpuSeconds(), burst),
  };
}

/** Plays a turn and says what it came to. */
export async function playAloud(say: Say, side: Side, size: Size, n: number): Promise<Turn> {
  const turn = await play(side, size);
  const { p50, p95, perSecond, cpuMs } = turn;
  say(
    `  ${n === 0 ? 'warm-up' : `turn ${n}`}  ${side.name.padEnd(11)} ${rounded(perSecond)}/s, p50 ${rounded(p50)} ms, p95 ${rounded(p95)} ms`,
  );
  say(`    processor ms each: ${JSON.stringify(cpuMs)}`);
  return turn;
}

/** The medians of the turns of one side. */
export const summaryOf = (turns: readonly Turn[]) => ({
  perSecond: rounded(median(turns.map((turn) => turn.perSecond))),
  p50Ms: rounded(median(turns.map((turn) => turn.p50))),
  p95Ms: rounded(median(turns.map((turn) => turn.p95))),
  cpuMsEach: turns.at(-1)?.cpuMs,
});

/** How many actions the insurer knows; -1 when any was done twice. */
export async function actionsOnce(approvals: Approvals): Promise<number> {
  const sql = 'SELECT count(DISTINCT idempotency_key)::int AS n, count(*)::int AS every FROM actions';
  const { rows } = await approvals.insurer.query<{ n: number; every: number }>(sql);
  return rows[0] && rows[0].n === rows[0].every ? rows[0].n : -1;
}
