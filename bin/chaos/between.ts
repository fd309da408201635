import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ApprovalState } from '../../core/approval/types.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Stack } from '../stack/open-stack.ts';
import { act } from './acts.ts';
import { ownDatabase } from './books.ts';
import { openCards } from './cards.ts';
import type { Case } from './judge.ts';
import type { Notes } from './people.ts';

const WAITING = `SELECT count(*)::int AS n FROM pg_stat_activity
  WHERE datname = 'countersign' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()`;

async function untilWaiting(client: pg.Client): Promise<void> {
  for (const until = Date.now() + 5_000; Date.now() < until; await sleep(5)) {
    const { rows } = await client.query<{ n: number }>(WAITING);
    if (rows[0]?.n) return;
  }
  throw new Error('The bot never waited for the approval’s lock.');
}

/**
 * Attack 59: the click is verified and the bot's transaction waits for the approval's row, which somebody holds; the bot
 * dies there, and the lock is let go. The clicker must not have been told "recorded", nothing may be half done, and the
 * second click works. @throws Error with a sentence when one of these does not hold
 */
export async function dieBetween(
  stack: Stack,
  { claim }: Case,
  state: ApprovalState,
  notes: Notes,
  downMs: number,
): Promise<void> {
  const { control } = stack.workspace;
  const holder = new pg.Client({ connectionString: ownDatabase(stack) });
  const watcher = new pg.Client({ connectionString: ownDatabase(stack) });
  await Promise.all([holder.connect(), watcher.connect()]);
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM approvals WHERE approval = $1 FOR UPDATE', [state.id]);
    const seen = (await openCards(control, 'slack', claim))[0];
    if (!seen) throw new Error(`No card about ${claim} can be signed in Slack.`);
    const click = act(control, 'ada', seen, { verb: 'approve' });
    await untilWaiting(watcher);
    await stack.bot.kill();
    await holder.query('ROLLBACK');
    const told = await click;
    if (told.kind !== 'again')
      throw new Error(`Ada was told "${told.text}" by a bot that died before the commit.`);
    notes.clickedAgain += 1;
    await sleep(downMs);
    const after = await stack.stores.approvals.get(EXAMPLE.tenant, state.id);
    if (after?.version !== state.version)
      throw new Error(`${state.id} changed although nothing was committed.`);
    await stack.bot.start();
    const second = await act(control, 'ada', seen, { verb: 'approve' });
    if (second.kind !== 'recorded') throw new Error(`Ada’s second click came to "${second.text}".`);
    const signed = await stack.stores.approvals.get(EXAMPLE.tenant, state.id);
    if (signed?.signatures.length !== 1)
      throw new Error(`${state.id} holds ${signed?.signatures.length} signatures.`);
    notes.acknowledged.push({
      who: 'ada',
      chat: 'slack',
      claim,
      choice: { verb: 'approve' },
      approval: state.id,
      seq: second.seq,
    });
  } finally {
    await Promise.allSettled([holder.end(), watcher.end()]);
  }
}
