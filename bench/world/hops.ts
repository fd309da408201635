import { Client, Connection } from '@temporalio/client';
import type { Stack } from '../../bin/stack/open-stack.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Approvals } from './approvals.ts';
import { median, rounded } from './statistics.ts';

/** What a click passes on its way, in order; each is the time since the one before it, in ms. */
export const HOPS = [
  'click to recorded (HTTP, signature, gateway, commit)',
  'recorded to queued (wake, dispatcher)',
  'queued to signalled (BullMQ, claim, Temporal)',
  'signalled to scheduled (workflow task, state read)',
  'scheduled to started (activity dispatch)',
  'started to intended (tool schema, intent in the ledger)',
  'intended to done at the insurer (MCP over stdio)',
  'done to executed (ledger)',
] as const;
export type Hops = readonly number[];

const MARKS = `SELECT
    (SELECT extract(epoch FROM min(created_at)) * 1000 FROM ledger_entries WHERE subject = $1 AND kind = 'approval.signed')::float8 AS signed,
    (SELECT extract(epoch FROM enqueued_at) * 1000 FROM outbox WHERE key = $1 AND topic = 'signals' AND (payload->>'version')::int = $2)::float8 AS queued,
    (SELECT extract(epoch FROM created_at) * 1000 FROM ledger_entries WHERE subject = $1 AND kind = 'action.intended')::float8 AS intended,
    (SELECT extract(epoch FROM created_at) * 1000 FROM ledger_entries WHERE subject = $1 AND kind = 'action.executed')::float8 AS executed`;

interface Timestamp {
  seconds?: unknown;
  nanos?: number | null;
}
const msOf = (at: Timestamp | null | undefined): number =>
  Number(at?.seconds ?? 0) * 1000 + (at?.nanos ?? 0) / 1e6;

/** Where the time went for these clicks, from the ledger, the outbox, the insurer and Temporal's own history. */
export async function readHops(
  stack: Stack,
  approvals: Approvals,
  clicks: readonly { approval: ApprovalState; atMs: number }[],
): Promise<Hops[]> {
  const connection = await Connection.connect({ address: stack.engines.temporal.url });
  const client = new Client({ connection });
  const found: Hops[] = [];
  try {
    for (const { approval, atMs } of clicks) {
      const { rows } = await approvals.database.query<
        Record<'signed' | 'queued' | 'intended' | 'executed', number>
      >(MARKS, [approval.id, approval.version + 1]);
      const { rows: done } = await approvals.insurer.query<{ at: number }>(
        'SELECT (extract(epoch FROM done_at) * 1000)::float8 AS at FROM actions WHERE idempotency_key = $1',
        [approval.id],
      );
      const { events = [] } = await client.workflow.getHandle(approval.id).fetchHistory();
      const last = (
        name:
          | 'workflowExecutionSignaledEventAttributes'
          | 'activityTaskScheduledEventAttributes'
          | 'activityTaskStartedEventAttributes',
      ) =>
        (events ?? [])
          .filter((event) => event[name] && msOf(event.eventTime) >= atMs)
          .map((event) => msOf(event.eventTime))[0];
      const marks = rows[0];
      const times = [
        ...[atMs, marks?.signed, marks?.queued, last('workflowExecutionSignaledEventAttributes')],
        ...[last('activityTaskScheduledEventAttributes'), last('activityTaskStartedEventAttributes')],
        ...[marks?.intended, done[0]?.at, marks?.executed],
      ];
      if (times.every((time): time is number => typeof time === 'number'))
        found.push(times.slice(1).map((time, n) => time - times[n]!));
    }
  } finally {
    await connection.close();
  }
  return found;
}

/** The median of each hop. */
export const averageHops = (all: readonly Hops[]): Record<string, number> =>
  Object.fromEntries(HOPS.map((name, n) => [name, rounded(median(all.map((hops) => hops[n]!)))]));
