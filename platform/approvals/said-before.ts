import type { ApprovalState } from '../../core/approval/types.ts';
import type { RunId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { actorOf, kindOfPersonal } from './entries.ts';
import type { AskedEvent } from './asked-event.ts';

/** Entries about this approval, or about what an edit of its lineage replaced: questions and delegations outlive that. */
const ENTRIES = `SELECT e.seq, e.kind, e.subject, e.header::jsonb ->> 'actor' AS actor, b.body
  FROM ledger_entries e LEFT JOIN ledger_bodies b USING (tenant, seq)
  WHERE e.run = $1 AND e.kind = ANY($2) AND e.subject IN
    (SELECT approval FROM approvals WHERE run = $1 AND state ->> 'root' = $3)
  ORDER BY e.seq DESC`;

interface Entry {
  readonly seq: number;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly body: string | null;
}

/** What tells two doings of one kind by one person apart. */
const TELLING = ['questionId', 'to', 'untilMs'] as const;

function fieldsOf({ body }: Entry): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body ?? '{}') ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    // A body that was erased says nothing; its entry still stands.
    return {};
  }
}

/** Is it the entry of this very doing, whoever did it? A signature counts for one approval, the rest for its lineage. */
function isOfEvent(entry: Entry, event: AskedEvent, state: ApprovalState): boolean {
  const body = fieldsOf(entry);
  // Whoever edits signs the successor by it: no entry of its own says so.
  if (entry.kind === 'approval.edited' && event.kind !== 'edit') return body['successor'] === state.id;
  const told = event as unknown as Readonly<Record<string, unknown>>;
  const telling = TELLING.filter((field) => field in told);
  if (telling.length === 0) return entry.subject === state.id;
  return telling.every((field) => body[field] === told[field]);
}

/**
 * The ledger's number of what a repetition repeats: the person's own entry, else that of whoever did it; `otherwise`
 * where nobody did (a clock that has nothing to do).
 */
export async function entryOfBefore(
  tx: TenantTx,
  { state, run }: { readonly state: ApprovalState; readonly run: RunId },
  event: AskedEvent,
  otherwise: number,
): Promise<number> {
  const kind = kindOfPersonal(event);
  if (kind === null) return otherwise;
  const kinds = event.kind === 'approve' ? [kind, 'approval.edited'] : [kind];
  const entries = await tx.rows<Entry>({ text: ENTRIES, values: [run, kinds, state.root] });
  const same = entries.filter((entry) => isOfEvent(entry, event, state));
  return (same.find(({ actor }) => actor === actorOf(event)) ?? same[0])?.seq ?? otherwise;
}
