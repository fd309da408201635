import type { ForwardLink } from '../../core/forward/bodies.ts';
import type { ForwardedEvent } from '../../core/forward/event.ts';
import type { ForwardKind } from '../../core/forward/kinds.ts';
import { TOLD_AFTER_TRIES } from '../../core/forward/tries.ts';
import type { ForwardId, IncidentId, TargetId, TenantId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import type { TenantTx } from '../database.ts';
import { park } from '../dead-letters/park.ts';
import { moveIn, type IncidentEdges } from '../incidents/move.ts';
import type { Sealer } from '../seal.ts';
import type { Begun, ForwardStore, Sending } from '../stores.ts';
import { linksOf } from './links.ts';
import { openSecret } from './targets.ts';

/** Longer than a try may take, so that nobody overtakes one that is under way. */
const HELD_MS = 30_000;
/** What comes first is nudged on when it is done; this is for when the nudge was missed. */
const BEHIND_MS = { fresh: 2_000, failing: 60_000 } as const;

interface Row {
  readonly status: 'waiting' | 'sent' | 'dead' | 'dropped';
  readonly incident: IncidentId;
  readonly target: TargetId;
  readonly kind: ForwardKind;
  readonly url: string;
  readonly secret: Uint8Array;
  readonly isEnded: boolean;
  readonly doc: ForwardedEvent;
  readonly links: ForwardLink[] | null;
  readonly language: Language;
  readonly tries: number;
  readonly heldForMs: number;
  /** Failures of what has to come before it; null: nothing has. */
  readonly before: number | null;
}

const BEGIN = `SELECT f.status, f.incident, f.target, t.kind, t.url, t.secret, t.ended_at IS NOT NULL AS "isEnded", f.doc, f.links,
    (SELECT language FROM tenants) AS language, f.tries,
    greatest(0, extract(epoch FROM f.held_until - clock_timestamp()) * 1000)::float8 AS "heldForMs",
    (SELECT max(e.tries) FROM incident_forwards e WHERE e.incident = f.incident AND e.target = f.target AND e.seq < f.seq
      AND e.status = 'waiting') AS before
  FROM incident_forwards f JOIN forward_targets t USING (tenant, target) WHERE f.forward = $1 FOR UPDATE OF f`;

const HOLD = `UPDATE incident_forwards SET links = coalesce(links, $2::jsonb), held_until = now() + ${HELD_MS} * interval '1 millisecond'
  WHERE forward = $1`;

const DROP = `UPDATE incident_forwards SET status = 'dropped', settled_at = now() WHERE forward = $1 AND status = 'waiting'`;

/** `told`: whoever looks after the incident was told that it had not arrived. */
const TAKEN = `UPDATE incident_forwards f SET status = 'sent', settled_at = now(), held_until = NULL
  FROM incident_forwards b WHERE b.tenant = f.tenant AND b.forward = f.forward AND f.forward = $1 AND f.status = 'waiting'
  RETURNING b.tries >= ${TOLD_AFTER_TRIES} OR b.settled_at IS NOT NULL AS told`;

const UNTAKEN = `UPDATE incident_forwards SET tries = $2, why = $3, held_until = NULL, status = $4,
    settled_at = CASE WHEN $4 = 'dead' THEN now() ELSE settled_at END
  WHERE forward = $1 AND status = 'waiting' RETURNING forward`;

const NEXT = `UPDATE outbox SET due_at = now() WHERE topic = 'forward' AND done_at IS NULL AND enqueued_at IS NULL
    AND due_at > now() AND due_at < 'infinity' AND key = (
      SELECT n.forward FROM incident_forwards n JOIN incident_forwards f USING (tenant, incident, target)
      WHERE f.forward = $1 AND n.seq > f.seq AND n.status = 'waiting' ORDER BY n.seq LIMIT 1)`;

const END = `UPDATE forward_targets SET ended_at = now(), ended_why = 'gone'
  WHERE ended_at IS NULL AND target = (SELECT target FROM incident_forwards WHERE forward = $1)`;

async function begin(tx: TenantTx, tenant: TenantId, sealer: Sealer, forward: ForwardId): Promise<Begun> {
  const row = await tx.row<Row>({ text: BEGIN, values: [forward] });
  if (row === null || row.status !== 'waiting') return 'over';
  if (row.isEnded) {
    await tx.rows({ text: DROP, values: [forward] });
    await tx.rows({ text: NEXT, values: [forward] });
    return 'over';
  }
  if (row.before !== null) return { waitMs: row.before === 0 ? BEHIND_MS.fresh : BEHIND_MS.failing };
  if (row.heldForMs > 0) return { waitMs: Math.ceil(row.heldForMs) };
  const links = row.links ?? (await linksOf(tx, row.incident));
  await tx.rows({ text: HOLD, values: [forward, JSON.stringify(links)] });
  const { incident, kind, url, doc: event, language, tries } = row;
  const secret = openSecret(sealer, tenant, row);
  return { forward, incident, kind, url, secret, event, links, language, tries };
}

async function taken(edges: IncidentEdges, tx: TenantTx, tenant: TenantId, sent: Sending): Promise<void> {
  const row = await tx.row<{ told: boolean }>({ text: TAKEN, values: [sent.forward] });
  await tx.rows({ text: NEXT, values: [sent.forward] });
  if (row?.told)
    await moveIn(edges, tx, tenant, sent.incident, { kind: 'forwarding', to: sent.kind, untaken: null });
}

type Failed = Parameters<ForwardStore['untaken']>[2];

/** The incident first, then the ledger's head, then the rest. */
async function untaken(
  edges: IncidentEdges,
  tx: TenantTx,
  tenant: TenantId,
  sending: Sending,
  { why, code, retryInMs }: Failed,
): Promise<void> {
  const { forward, incident, kind } = sending;
  const tries = sending.tries + 1;
  const final = retryInMs === null;
  if (final || tries === TOLD_AFTER_TRIES) {
    const by = { why, code, tries, final };
    await moveIn(edges, tx, tenant, incident, { kind: 'forwarding', to: kind, untaken: by });
  }
  const values = [forward, tries, `${why} ${code}`, final ? 'dead' : 'waiting'];
  const changed = await tx.rows({ text: UNTAKEN, values });
  if (!final || changed.length === 0) return;
  if (why === 'gone') await tx.rows({ text: END, values: [forward] });
  const detail = `${kind}: ${why} (${code}), ${incident}`;
  await park(tx, tenant, {
    ...{
      kind: 'forward',
      subject: forward,
      run: null,
      outboxId: null,
      cause: 'keeps-failing',
      detail,
      tries,
    },
  });
  await tx.rows({ text: NEXT, values: [forward] });
}

/** What goes to other systems: one thing that happened at a time, in order for each incident and target. */
export function createForwardStore(edges: IncidentEdges, sealer: Sealer): ForwardStore {
  const { db, wake } = edges;
  return {
    begin: (tenant, forward) => db.inTenant(tenant, (tx) => begin(tx, tenant, sealer, forward)),
    async taken(tenant, sending) {
      await db.inTenant(tenant, (tx) => taken(edges, tx, tenant, sending));
      wake();
    },
    async untaken(tenant, sending, failed) {
      await db.inTenant(tenant, (tx) => untaken(edges, tx, tenant, sending, failed));
      wake();
    },
  };
}
