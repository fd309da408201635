import { forwardedEvent, isForwarded } from '../../core/forward/event.ts';
import type { ForwardKind } from '../../core/forward/kinds.ts';
import type { IncidentHappening, IncidentState } from '../../core/incident/types.ts';
import type { ForwardId, TargetId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';

const TARGETS = `SELECT target, kind FROM forward_targets WHERE ended_at IS NULL ORDER BY target`;

const INTEND = `INSERT INTO incident_forwards (tenant, forward, target, incident, seq, doc)
  SELECT current_tenant(), forward, target, $3, $4, $5 FROM unnest($1::text[], $2::text[]) AS f(forward, target)
  RETURNING forward`;

/** What happened, for each target that has a word for it: written with the change itself, so that none is lost and none made up. */
export async function intendForwards(
  tx: TenantTx,
  state: IncidentState,
  { seq, atMs, happening }: { seq: number; atMs: number; happening: IncidentHappening },
): Promise<void> {
  const all = await tx.rows<{ target: TargetId; kind: ForwardKind }>({
    name: 'forward_targets',
    text: TARGETS,
  });
  const targets = all.filter(({ kind }) => isForwarded(kind, happening.what));
  if (targets.length === 0) return;
  const doc = JSON.stringify(forwardedEvent(state, happening, { seq, atMs }));
  const ids = targets.map(() => newId('fwd'));
  const made = await tx.rows<{ forward: ForwardId }>({
    text: INTEND,
    values: [ids, targets.map(({ target }) => target), state.id, seq, doc],
  });
  await sendOut(
    tx,
    made.map(({ forward }) => ({ topic: 'forward', key: forward, payload: { forward } })),
  );
}
