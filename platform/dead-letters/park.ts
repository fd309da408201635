import type { PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { DeadLetterView, RunView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append } from '../ledger/append.ts';

export interface Parked {
  readonly kind: DeadLetterView['kind'];
  /** The run, approval or copy that it is about. */
  readonly subject: string;
  readonly run: RunId | null;
  readonly outboxId: number | null;
  readonly cause: DeadLetterView['cause'];
  readonly detail: string;
  readonly tries: number;
}

const DETAIL_AT_MOST = 300;

const PARK = `INSERT INTO dead_letters (tenant, letter, kind, subject, run, outbox_id, cause, detail, tries)
  SELECT current_tenant(), $1, $2, $3, (SELECT r.run FROM runs r WHERE r.run = $4), $5, $6, $7, $8
  ON CONFLICT DO NOTHING RETURNING letter`;

/**
 * Puts what could not be processed on the list, in the transaction in which it was given up, with its ledger entry. One that
 * is on the list already is not put there twice.
 */
export async function park(tx: TenantTx, tenant: TenantId, parked: Parked): Promise<void> {
  const { kind, subject, run, outboxId, cause, tries } = parked;
  const detail = (parked.detail.split('\n')[0] ?? '').slice(0, DETAIL_AT_MOST);
  const made = await tx.rows<{ letter: string }>({
    text: PARK,
    values: [newId('ded'), kind, subject, run, outboxId, cause, detail, tries],
  });
  const [letter] = made;
  if (letter === undefined) return;
  await append(tx, tenant, {
    kind: 'dead-letter.parked',
    subject,
    run,
    actor: null,
    body: { letter: letter.letter, about: kind, cause, tries },
  });
}

/** A run that a person has to look at: the agent could not do it, or it broke. What it said is on the run. */
export async function parkRun(
  tx: TenantTx,
  tenant: TenantId,
  run: RunId,
  status: RunView['status'],
): Promise<void> {
  if (status !== 'refused' && status !== 'failed') return;
  const cause = status === 'refused' ? 'handed-over' : 'run-failed';
  await park(tx, tenant, { kind: 'run', subject: run, run, outboxId: null, cause, detail: '', tries: 1 });
}

const REPLAYED = `UPDATE dead_letters SET status = 'replayed', handled_by = $2, handled_at = now(), replay_run = $3
  WHERE kind = 'run' AND subject = $1 AND status = 'open' RETURNING letter`;

/** A run that was handed over is no dead letter any more once it runs again; the caller holds the head's lock. */
export async function settleByReplay(
  tx: TenantTx,
  tenant: TenantId,
  replayed: { readonly run: RunId; readonly as: RunId; readonly by: PersonId },
): Promise<void> {
  const { run, as, by } = replayed;
  const [letter] = await tx.rows<{ letter: string }>({ text: REPLAYED, values: [run, by, as] });
  if (letter === undefined) return;
  await append(tx, tenant, {
    kind: 'dead-letter.replayed',
    subject: run,
    run,
    actor: by,
    body: { letter: letter.letter, about: 'run', replayRun: as },
  });
}
