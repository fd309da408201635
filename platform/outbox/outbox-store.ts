import type { JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { parkRow, type OutboxFailure } from '../dead-letters/park-row.ts';
import { currentTraceparent } from '../telemetry.ts';

export const TOPICS = ['intake', 'signals', 'deliver', 'forward'] as const;
export type Topic = (typeof TOPICS)[number];

/** What a consumer is given: one row that is not done yet. */
export interface OutboxRow {
  readonly tenant: TenantId;
  readonly id: number;
  readonly topic: Topic;
  readonly key: string;
  readonly payload: JsonObject;
  readonly traceparent: string | null;
  /** Times that it was put on a queue, this one included. */
  readonly attempts: number;
}

export interface OutboxStore {
  /** The row behind a job, or null when it is done already (then the job has nothing to do). */
  claim(tenant: TenantId, id: number): Promise<OutboxRow | null>;
  /** Its effect is there: workflow started, copy at its version, signal accepted. Safe to repeat. */
  confirm(tenant: TenantId, id: number): Promise<void>;
  /**
   * It did not work: put on a queue again in `retryInMs` (by default longer with every attempt, five minutes at most). One that
   * has failed too often, or could never work, is parked as a dead letter instead.
   */
  fail(tenant: TenantId, id: number, failure: OutboxFailure): Promise<void>;
}

/** With the back-off below, about four minutes. */
export const FAILURES_AT_MOST = 8;

export interface NewOutboxRow {
  readonly topic: Topic;
  readonly key: string;
  readonly payload: JsonObject;
  /** Infinity: not before somebody makes it due. */
  readonly dueInMs?: number;
}

/** Writes rows with the state that they follow from, in the same transaction. */
export async function sendOut(tx: TenantTx, rows: readonly NewOutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.rows({
    name: 'send_out',
    text: `INSERT INTO outbox (tenant, topic, key, payload, due_at, traceparent)
      SELECT current_tenant(), topic, key, payload,
        CASE WHEN due_in = 'Infinity' THEN 'infinity' ELSE now() + due_in * interval '1 millisecond' END, $5
      FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::float8[]) AS r(topic, key, payload, due_in)`,
    values: [
      rows.map((r) => r.topic),
      rows.map((r) => r.key),
      rows.map((r) => JSON.stringify(r.payload)),
      rows.map((r) => r.dueInMs ?? 0),
      currentTraceparent(),
    ],
  });
}

/** A parked row, or a run's that is not admitted, is due at infinity: a job left behind on a queue has nothing to do. */
const CLAIM = `SELECT tenant, id, topic, key, payload, traceparent, attempts FROM outbox
  WHERE id = $1 AND done_at IS NULL AND due_at < 'infinity'`;

/** Nobody waits for the disk: a row whose confirmation is lost with a Postgres that dies comes again, which it may. */
const CONFIRM = `WITH how AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
  UPDATE outbox SET done_at = now() FROM how WHERE id = $1 AND done_at IS NULL`;

const FAIL = `UPDATE outbox SET enqueued_at = NULL, last_error = left($2, 500), failures = failures + $4,
  due_at = now() + coalesce($3::float8, least(300000, 500 * 2 ^ least(attempts, 12))) * interval '1 millisecond'
  WHERE id = $1 AND done_at IS NULL AND due_at < 'infinity'`;

/** `wake` tells the dispatcher that there is something to do. */
export function createOutboxStore(
  db: Database,
  wake: () => void,
  failuresAtMost = FAILURES_AT_MOST,
): OutboxStore {
  return {
    claim: (tenant, id) =>
      db.inTenant(tenant, async (tx) => {
        const [row] = await tx.commitWith<OutboxRow>({ name: 'outbox_claim', text: CLAIM, values: [id] });
        return row ?? null;
      }),
    confirm: (tenant, id) =>
      db.inTenant(tenant, async (tx) => {
        await tx.commitWith({
          name: 'outbox_confirm',
          text: CONFIRM,
          values: [id],
        });
      }),
    async fail(tenant, id, failure) {
      const { error, retryInMs, waits = false } = failure;
      await db.inTenant(tenant, async (tx) => {
        if (!waits && (await parkRow(tx, tenant, id, failure, failuresAtMost))) return;
        const values = [id, error, retryInMs ?? null, waits ? 0 : 1];
        await tx.commitWith({ name: 'outbox_fail', text: FAIL, values });
      });
      wake();
    },
  };
}
