import type { ApprovalState } from '../../core/approval/types.ts';
import { overridesIn, type ScoreView } from '../../core/feedback.ts';
import type { FeedbackView } from '../../core/views.ts';
import type { RunId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import type { TenantTx } from '../database.ts';
import { namedPeople, nameless } from '../named-people.ts';

/** Requests of agents that a person changed or declined, as `a`; the live end of a lineage carries all of its edits. */
export const OVERRIDDEN = `a.status <> 'superseded' AND a.agent <> '${OWN.agent}'
  AND a.state -> 'action' ->> 'connector' <> '${OWN.connector}'
  AND (a.status = 'declined' OR jsonb_array_length(a.state -> 'edits') > 0)`;

const OVERRIDES = `SELECT a.state FROM approvals a WHERE a.run = $1 AND ${OVERRIDDEN} ORDER BY a.created_at, a.approval`;
const SCORES = `SELECT metric, score, reason, rehearsal FROM run_scores WHERE run = $1
  ORDER BY score IS NULL, array_position(ARRAY['faithfulness', 'judge'], metric), metric`;

/** What people overrode in a run, and how a judge scored it. */
export async function feedbackOn(tx: TenantTx, run: RunId): Promise<FeedbackView> {
  const rows = await tx.rows<{ state: ApprovalState }>({ text: OVERRIDES, values: [run] });
  const overrides = rows.flatMap(({ state }) => overridesIn(state));
  const people = await namedPeople(
    tx,
    overrides.map(({ person }) => person),
  );
  return {
    overrides: overrides.map((one) => ({ ...one, person: people.get(one.person) ?? nameless(one.person) })),
    scores: await tx.rows<ScoreView>({ text: SCORES, values: [run] }),
  };
}
