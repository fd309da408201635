import type { CheckpointPostId } from '../../core/ids.ts';
import { intend, type Place } from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { cosignedNote } from './cosigned-note.ts';

/** A channel of their own where a workspace has one, else where its requests are; `off`: nowhere. */
const CHANNELS = `SELECT platform, workspace, conversation, NULL AS person FROM (
    SELECT platform, workspace, coalesce(nullif(settings->>'checkpointsChannel', ''), settings->>'approvalsChannel', '') AS conversation
    FROM chat_workspaces) w WHERE conversation NOT IN ('', 'off') ORDER BY platform, workspace`;

/** From its second day on a ledger is told of: before that nothing of yesterday can be changed. */
const POST = `INSERT INTO checkpoint_posts (tenant, day, post, size)
  SELECT current_tenant(), (clock_timestamp() AT TIME ZONE 'UTC')::date, $1, c.size
  FROM (SELECT size FROM ledger_checkpoints ORDER BY size DESC LIMIT 1) c
  WHERE EXISTS (SELECT 1 FROM ledger_checkpoints o WHERE (o.made_at AT TIME ZONE 'UTC')::date < (clock_timestamp() AT TIME ZONE 'UTC')::date)
    AND NOT EXISTS (SELECT 1 FROM checkpoint_posts p WHERE p.size = c.size)
  ON CONFLICT DO NOTHING RETURNING post`;

/**
 * Tells the company's channels of the newest checkpoint, once a day: the row that makes it one and the copies that will show
 * it, in one transaction. False: today's was told before, there is nothing new, or it is to be told nowhere.
 */
export async function postDaily(tx: TenantTx): Promise<boolean> {
  const places = await tx.rows<Place>({ text: CHANNELS });
  if (places.length === 0) return false;
  const made = await tx.row<{ post: CheckpointPostId }>({ text: POST, values: [newId('chk')] });
  if (made === null) return false;
  await intend(tx, { subject: made.post, version: 1 }, places);
  return true;
}

/** As a card shows it. */
export interface CheckpointPost {
  readonly post: CheckpointPostId;
  readonly size: number;
  readonly note: string;
  readonly madeAtMs: number;
}

export const readPost = (tx: TenantTx, post: CheckpointPostId): Promise<CheckpointPost | null> =>
  tx.row<CheckpointPost>({
    text: `SELECT p.post, c.size, ${cosignedNote('c')} AS note, (extract(epoch FROM c.made_at) * 1000)::bigint AS "madeAtMs"
      FROM checkpoint_posts p JOIN ledger_checkpoints c USING (tenant, size) WHERE p.post = $1`,
    values: [post],
  });
