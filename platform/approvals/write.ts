import { questionSubject } from '../../core/approval/card-subjects.ts';
import { deadlines } from '../../core/approval/timers.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { Statement, TenantTx } from '../database.ts';
import type { TenantId } from '../../core/ids.ts';
import { APPEND, entryColumns, type LedgerEntry } from '../ledger/append.ts';
import { currentTraceparent } from '../telemetry.ts';
import { ANY_INBOX } from '../inboxes/tell-inboxes.ts';
import { involvedIn } from './read.ts';

/** When the senior group is asked, which is what a card calls "decide by". */
const decideByMs = (state: ApprovalState, nowMs: number): number => deadlines(state, nowMs).escalatesAtMs;

/** `ledger` is named in each part that locks rows, so that the head is locked before any of them. */
const RECORD = `WITH ledger AS MATERIALIZED (SELECT ${APPEND} AS first),
  written AS (
    UPDATE approvals SET status = $12, version = $13, state = $14, involved = $15,
      last_seq = (SELECT first FROM ledger) + $16, decide_by = to_timestamp($17::float8 / 1000) WHERE approval = $11),
  copies AS (
    UPDATE card_copies SET wanted_version = $13, updated_at = now()
    WHERE (SELECT first FROM ledger) > 0 AND subject = ANY($20::text[]) AND status <> 'failed' RETURNING copy, next_attempt_at),
  sent AS (
    INSERT INTO outbox (tenant, topic, key, payload, due_at, traceparent)
    SELECT current_tenant(), 'deliver', copy, jsonb_build_object('copy', copy), greatest(now(), next_attempt_at), $18
    FROM copies
    UNION ALL SELECT current_tenant(), 'deliver', $11, jsonb_build_object('concerns', $11::text), now(), $18
    WHERE EXISTS (${ANY_INBOX})
    UNION ALL SELECT current_tenant(), 'signals', $11,
      jsonb_build_object('kind', 'approval-changed', 'approval', $11::text, 'version', $13::int), now(), $18 WHERE $19)
  SELECT first FROM ledger`;

export interface Change {
  readonly tenant: TenantId;
  readonly state: ApprovalState;
  /** Written now, in order; those of this approval come first. */
  readonly entries: readonly LedgerEntry[];
  /** From the first number that the statement gives out to this approval's last entry. */
  readonly lastSeqOffset: number;
  readonly nowMs: number;
  /** Questions and notices of it whose own cards look different now. */
  readonly asides?: readonly string[];
  /** True when no card looks different: then none is edited. */
  readonly quiet?: boolean;
  /** False when the approval's workflow did it itself, and goes on with what it is answered. */
  readonly tellWorkflow: boolean;
}

/** One statement for all that an accepted event writes: ledger, state, what every copy should show, the outbox. */
export const recordChange = async (
  tx: TenantTx,
  { tenant, state, entries, lastSeqOffset, nowMs, asides = [], quiet = false, tellWorkflow }: Change,
): Promise<Statement> => ({
  name: 'record_change',
  text: RECORD,
  values: [
    ...(await entryColumns(tx, tenant, entries)),
    state.id,
    state.status,
    state.version,
    JSON.stringify(state),
    involvedIn(state),
    lastSeqOffset,
    decideByMs(state, nowMs),
    currentTraceparent(),
    tellWorkflow,
    quiet ? [] : [state.id, ...asides.map((question) => questionSubject({ approval: state.id, question }))],
  ],
});

export interface NewApprovalRow {
  readonly state: ApprovalState;
  readonly evidence: Evidence;
  readonly agent: string;
  readonly callId: string;
  readonly seq: number;
  /** The last of its entries so far; missing: the first is. */
  readonly lastSeq?: number;
  readonly nowMs: number;
}

/** A new approval's row; its ledger entry and copies are written beside it. */
export async function insertApproval(tx: TenantTx, row: NewApprovalRow): Promise<void> {
  const { state, evidence, agent, callId, seq, lastSeq = seq, nowMs } = row;
  await tx.rows({
    text: `INSERT INTO approvals (tenant, approval, run, call_id, root, status, version, state, evidence, requester, agent,
        tool, effect, involved, currency, amount_micros, first_seq, last_seq, created_at, decide_by)
      VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        to_timestamp($18::float8 / 1000), to_timestamp($19::float8 / 1000))`,
    values: [
      state.id,
      state.action.run,
      callId,
      state.root,
      state.status,
      state.version,
      JSON.stringify(state),
      JSON.stringify(evidence),
      state.requester,
      agent,
      state.action.tool,
      state.effect,
      involvedIn(state),
      state.amount?.currency ?? null,
      state.amount?.micros ?? null,
      seq,
      lastSeq,
      nowMs,
      decideByMs(state, nowMs),
    ],
  });
}
