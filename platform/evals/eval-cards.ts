import { z } from 'zod';
import type { EvalCardView } from '../../core/evals/evaluation.ts';
import type { CopyId, EvalId, PersonId } from '../../core/ids.ts';
import { directs, intend } from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { AskedEval } from '../stores/evals.ts';

const Asked = z.object({
  platform: z.enum(['slack', 'teams']),
  workspace: z.string().min(1),
  conversation: z.string().min(1),
  thread: z.string().nullable(),
});

/** One card where it was asked for, under that thread; who asked where nothing can be posted has it in their own chat. */
export async function intendEvalCard(
  tx: TenantTx,
  id: EvalId,
  { origin, requester }: Pick<AskedEval, 'origin'> & { readonly requester: PersonId },
): Promise<void> {
  const asked = Asked.safeParse(origin);
  const shown = { subject: id, version: 1 };
  if (!asked.success) return void (await intend(tx, shown, (await directs(tx, [requester])).slice(0, 1)));
  const { thread, ...place } = asked.data;
  await intend(tx, shown, [{ ...place, person: null, ...(thread === null ? {} : { thread }) }]);
}

/** A card that is being brought up to date shows what is newest then; edits are seconds apart, since chats count them. */
const WANT = `UPDATE card_copies SET wanted_version = wanted_version + 1, updated_at = now()
  WHERE subject = $1 AND status <> 'failed'
    AND ($2 OR (shown_version = wanted_version AND updated_at < now() - interval '2 seconds')) RETURNING copy`;

/** Has its card show the newest; the last word always. */
export async function touchEvalCard(tx: TenantTx, id: EvalId, last: boolean): Promise<void> {
  const wanted = await tx.rows<{ copy: CopyId }>({ text: WANT, values: [id, last] });
  await sendOut(
    tx,
    wanted.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
}

const CARD = `SELECT e.eval, e.agent, e.agent_version AS "agentVersion", e.model, e.rehearsal, e.status, e.cases, e.mean,
    (SELECT coalesce(sum(r.cost_micros), 0)::bigint FROM eval_results r WHERE r.eval = e.eval) AS "costMicros",
    e.why, e.comparison, coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.case_id, 'kind', r.kind, 'mark', r.mark,
        'failed', r.failure IS NOT NULL, 'short', (SELECT coalesce(jsonb_agg(g->>'grader'), '[]') FROM jsonb_array_elements(r.grades) g
          WHERE (g->>'mark')::float8 < 1)) ORDER BY r.mark, r.case_id)
      FROM eval_results r WHERE r.eval = e.eval), '[]') AS marked
  FROM eval_runs e WHERE e.eval = $1`;

/** What its card is made of; no words of a model are in it. */
export const evalCardView = (tx: TenantTx, id: EvalId): Promise<EvalCardView | null> =>
  tx.row<EvalCardView>({ text: CARD, values: [id] });
