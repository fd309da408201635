import type pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { createApprovals, type Approvals } from './world/approvals.ts';
import { createClicker, startFarEnd } from './world/clicks.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { createBot } from './world/programs.ts';
import { percentile, rounded, sleep, until } from './world/statistics.ts';

const AIM = { p95Ms: 1000 } as const;
const COPIES = 5;
/** So slow that no chat's rate limit has a part in it. */
const EVERY_MS = 3_000;

/** Channels and direct messages, so that a card has five copies and more. */
const BOTH_ROUTES = `INSERT INTO policies (tenant, version, doc)
  SELECT tenant, version + 1, jsonb_set(replace(doc::text, '"channel"', '"both"')::jsonb, '{version}', to_jsonb(version + 1))
  FROM policies`;

const COPIES_OF = `SELECT count(*)::int AS every, count(*) FILTER (WHERE status = 'posted')::int AS posted,
  count(*) FILTER (WHERE shown_version > $2)::int AS edited FROM card_copies WHERE subject = $1`;
type Copies = Record<'every' | 'posted' | 'edited', number>;

async function copiesOf(database: pg.Pool, { id, version }: ApprovalState): Promise<Copies> {
  const { rows } = await database.query<Copies>({ name: 'copies', text: COPIES_OF, values: [id, version] });
  return rows[0] ?? { every: 0, posted: 0, edited: 0 };
}

async function untilEdited({ database }: Approvals, state: ApprovalState): Promise<Copies> {
  for (;;) {
    const copies = await copiesOf(database, state);
    if (copies.edited === copies.every) return copies;
    await sleep(5);
  }
}

async function play(stack: Stack, say: Say, count: number) {
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const bot = createBot(stack, farEnd.apiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  try {
    await approvals.database.query(BOTH_ROUTES);
    await approvals.prepare(count);
    await Promise.all([bot.start(), stack.workers.start()]);
    const took: number[] = [];
    let fewest = Infinity;
    for (let n = 0; n < count; n += 1) {
      const [state] = await approvals.open(1, 'refer_to_siu');
      if (!state) throw new Error('Nothing was opened.');
      await until('every copy to be posted', 60, async () => {
        const { every, posted } = await copiesOf(approvals.database, state);
        return posted === every;
      });
      await sleep(EVERY_MS);
      const clickedAt = performance.now();
      const status = await clicker.click(state, 'U08ADA');
      if (status !== 200) throw new Error(`A click was answered with ${status}.`);
      fewest = Math.min(fewest, (await untilEdited(approvals, state)).every);
      took.push(performance.now() - clickedAt);
    }
    const p95Ms = rounded(percentile(took, 0.95));
    return {
      ok: took.length === count && fewest >= COPIES,
      aim: AIM,
      met: p95Ms <= AIM.p95Ms,
      decisions: count,
      copies: fewest,
      p50Ms: rounded(percentile(took, 0.5)),
      p95Ms,
      worstMs: rounded(Math.max(...took)),
    };
  } finally {
    clicker.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/** From a click to every copy of its card edited, in both chats, channels and direct messages. */
export async function measure(say: Say, quick: boolean) {
  const count = quick ? 5 : 60;
  say(`${count} decisions, one every ${EVERY_MS / 1000} s; each card has ${COPIES} copies or more.`);
  return withBenchStack(say, (stack) => play(stack, say, count));
}
