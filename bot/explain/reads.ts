import { ApprovalId, RunId } from '../../core/ids.ts';
import type { RecordReadView } from '../../core/read.ts';
import type { Acting, Refused } from '../acting.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { refusal } from '../words.ts';

export interface ReadsFound {
  /** Null: of everything. */
  readonly of: RunId | ApprovalId | null;
  readonly rows: readonly RecordReadView[];
}

/** Who read a run or a request, or anything: as far as this person may see it. The same for a command and for the API. */
export async function readsFor(
  context: Acting,
  said: string | undefined,
  page: { readonly before?: number; readonly limit: number },
): Promise<ReadsFound | Refused> {
  const { stores, tenant, may } = context;
  const no = { refusal: refusal('not_permitted', { verb: 'see-reads' }), subject: said ?? tenant };
  if (said === undefined)
    return may('see-reads', {}) ? { of: null, rows: await stores.reads.list(tenant, page) } : no;
  const approval = ApprovalId.safeParse(said);
  const state = approval.success ? await stores.approvals.get(tenant, approval.data) : null;
  const run = RunId.safeParse(state?.action.run ?? said);
  const view = run.success ? await stores.runs.view(tenant, run.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  if (!mayOnRun(context, 'see-reads', view, await flaggedTo(context, [view]))) return no;
  const of = state?.id ?? view.run;
  return { of, rows: await stores.reads.list(tenant, { ...page, of }) };
}
