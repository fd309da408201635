import { advance } from '../../core/approval/advance.ts';
import type { ApprovalEvent, Transitioned } from '../../core/approval/types.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import { isOwn, isOwnTool, ownSchema } from '../../core/own-actions.ts';
import { statusWords } from '../../core/sentences.ts';
import { entriesFor } from '../approvals/entries.ts';
import type { Locked } from '../approvals/read.ts';
import type { TenantTx } from '../database.ts';
import { lockHead, type LedgerEntry } from '../ledger/append.ts';
import type { Payloads } from '../payloads.ts';
import type { OwnChecked } from './effect.ts';
import { OWN_EFFECTS } from './effects.ts';

type Begin = Extract<ApprovalEvent, { kind: 'execute-begin' }>;

export interface CarriedOut {
  readonly result: Transitioned;
  /** Null: those of the result itself. */
  readonly entries: readonly LedgerEntry[] | null;
}

async function check(
  tx: TenantTx,
  payloads: Payloads,
  tenant: TenantId,
  { state, context }: Locked,
): Promise<OwnChecked> {
  const { tool, run, args, toolSchemaHash } = state.action;
  if (!isOwnTool(tool) || ownSchema(tool) !== toolSchemaHash)
    return { ok: false, reason: 'preconditions_failed', detail: {} };
  const input = await payloads.get(tx, tenant, `${run}/input`);
  return OWN_EFFECTS[tool](tx, { tenant, nowMs: context.nowMs, args, input });
}

/**
 * Does one of our own actions: machine, effect and machine again in the transaction that holds its approval's lock, so
 * that it is done and recorded once, or not at all. Answers with the refusal where it may not begin.
 */
export async function carryOut(
  tx: TenantTx,
  payloads: Payloads,
  tenant: TenantId,
  locked: Locked,
  event: Begin,
): Promise<CarriedOut> {
  await lockHead(tx, tenant);
  const checked = await check(tx, payloads, tenant, locked);
  const preconditionsHold = event.preconditionsHold && checked.ok;
  const begun = advance(locked.state, { ...event, preconditionsHold }, locked.context);
  if (!begun.ok) return { result: begun, entries: null };
  if (!checked.ok) throw new Error('an action began whose preconditions do not hold');
  const { summary, reference, entries } = await checked.apply(begun.state);
  const end: ApprovalEvent = { kind: 'execute-done', summary, reference };
  const result = advance(begun.state, end, locked.context);
  if (!result.ok) throw new Error('an action was done whose end is refused');
  return {
    result,
    entries: [
      ...entriesFor({ locked, event }, begun, null),
      ...entries,
      ...entriesFor({ locked: { ...locked, state: begun.state }, event: end }, result, null),
    ],
  };
}

const END_RUN = `UPDATE runs SET status = $2, summary = $3, finished_at = now() WHERE run = $1 AND status = 'waiting'`;

/** The run of one of our own actions ends with its approval, since no workflow plays it. */
export async function endOwnRun(
  tx: TenantTx,
  tenant: TenantId,
  run: RunId,
  result: Transitioned,
): Promise<void> {
  const after = result.ok ? result.state : (result.moved ?? null);
  if (after === null || !isOwn(after.action)) return;
  if (['pending', 'approved', 'executing'].includes(after.status)) return;
  await lockHead(tx, tenant);
  const summary = after.execution?.summary ?? statusWords(after);
  const status = after.status === 'cancelled' ? 'cancelled' : 'done';
  await tx.rows({ text: END_RUN, values: [run, status, summary] });
}
