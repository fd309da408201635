import type { ApprovalId, RunId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import type { AboutPlace, MessagesAt } from '../stores.ts';

interface Row {
  readonly subject: string;
  readonly run: RunId | null;
}

/** The message itself first, then what hangs in its thread, newest first; a question's card is about its approval. */
const CARDS = `SELECT split_part(c.subject, '/', 1) AS subject, a.run
  FROM card_copies c LEFT JOIN approvals a ON a.approval = split_part(c.subject, '/', 1)
  WHERE c.platform = $1 AND c.workspace = $2 AND c.conversation = ANY($3) AND c.subject ~ '^(apr|run)_'
    AND (c.message = ANY($4) OR c.thread = ANY($4))
  ORDER BY coalesce(array_position($4, c.message), 99), c.updated_at DESC LIMIT 1`;

const RUNS = `SELECT run FROM runs WHERE origin ->> 'conversation' = ANY($3) AND origin ->> 'thread' = ANY($4)
    AND origin ->> 'platform' = $1 AND origin ->> 'workspace' = $2
  ORDER BY created_at DESC LIMIT 1`;

const isRun = (subject: string): subject is RunId => subject.startsWith('run_');
const isApproval = (subject: string): subject is ApprovalId => subject.startsWith('apr_');

/** What these messages, or the threads under them, are about; null when it is nothing of ours. */
export async function aboutMessages(tx: TenantTx, at: MessagesAt): Promise<AboutPlace | null> {
  const values = [at.platform, at.workspace, at.conversations, at.messages];
  const card = await tx.row<Row>({ text: CARDS, values });
  if (card && isRun(card.subject)) return { run: card.subject, approval: null };
  if (card?.run && isApproval(card.subject)) return { run: card.run, approval: card.subject };
  const asked = await tx.row<{ run: RunId }>({ text: RUNS, values });
  return asked ? { run: asked.run, approval: null } : null;
}
