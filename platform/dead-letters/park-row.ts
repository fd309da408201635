import { RunId, type TenantId } from '../../core/ids.ts';
import type { DeadLetterView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { lockHead } from '../ledger/append.ts';
import { park } from './park.ts';

export interface OutboxFailure {
  readonly error: string;
  readonly retryInMs?: number;
  /** It had to wait for something that is away or busy: no fault of the row, so it does not count. */
  readonly waits?: boolean;
  /** Trying again is useless. */
  readonly useless?: Extract<DeadLetterView['cause'], 'unreadable' | 'kills-its-worker'>;
}

interface Row {
  readonly topic: Extract<DeadLetterView['kind'], 'intake' | 'signals' | 'deliver' | 'forward'>;
  readonly key: string;
  readonly failures: number;
  readonly run: RunId | null;
}

/** A row's key is a run, an approval or a copy; whichever it is, it belongs to a run. */
const ROW = `SELECT o.topic, o.key, o.failures, coalesce(
    (SELECT a.run FROM approvals a WHERE a.approval = split_part(coalesce(c.subject, o.key), '/', 1)),
    split_part(coalesce(c.subject, o.key), '/', 1)) AS run
  FROM outbox o LEFT JOIN card_copies c ON c.tenant = o.tenant AND c.copy = o.key
  WHERE o.id = $1 AND o.done_at IS NULL AND o.due_at < 'infinity'`;

const PARK = `UPDATE outbox SET due_at = 'infinity', enqueued_at = NULL, failures = $3, last_error = left($2, 500)
  WHERE id = $1 AND done_at IS NULL AND due_at < 'infinity' RETURNING id`;

/** A run that cannot be started must not hold a place for the hour in which places count. */
const GIVE_PLACE_BACK = `UPDATE runs SET working_since = NULL WHERE run = $1 AND status = 'queued'`;

/** What follows it for the same target must not wait for it for ever. */
const GIVE_UP_FORWARD = `UPDATE incident_forwards SET status = 'dead', settled_at = now(), why = 'broken -'
  WHERE forward = $1 AND status = 'waiting'`;

/** True when this failure was its last: the row stays, due never, and is on the list of dead letters. */
export async function parkRow(
  tx: TenantTx,
  tenant: TenantId,
  id: number,
  { error, useless }: OutboxFailure,
  failuresAtMost: number,
): Promise<boolean> {
  const seen = await tx.row<Row>({ text: ROW, values: [id] });
  if (seen === null) return false;
  const tries = seen.failures + 1;
  if (useless === undefined && tries < failuresAtMost) return false;
  await lockHead(tx, tenant);
  const parked = await tx.rows({ text: PARK, values: [id, error, tries] });
  if (parked.length === 0) return true;
  const { topic, key } = seen;
  const run = RunId.safeParse(seen.run).data ?? null;
  if (topic === 'intake') await tx.rows({ text: GIVE_PLACE_BACK, values: [run] });
  if (topic === 'forward') await tx.rows({ text: GIVE_UP_FORWARD, values: [key] });
  const cause: DeadLetterView['cause'] = useless ?? 'keeps-failing';
  await park(tx, tenant, {
    ...{ kind: topic, subject: key, run, outboxId: id, cause, tries },
    // What cannot be read is not quoted: it may hold anything.
    detail: useless === undefined ? error : '',
  });
  return true;
}
