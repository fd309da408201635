import { welcome } from '../../core/approval/quorum.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { PersonId } from '../../core/ids.ts';
import type { Delegation, Person } from '../../core/people.ts';
import type { TenantTx } from '../database.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';

const IN_FORCE = `SELECT from_person AS "from", to_person AS "to", created_by AS "createdBy",
    (extract(epoch FROM from_at) * 1000)::bigint AS "fromMs", (extract(epoch FROM until_at) * 1000)::bigint AS "untilMs",
    (extract(epoch FROM created_at) * 1000)::bigint AS "createdAtMs"
  FROM delegations WHERE from_at <= to_timestamp($1::float8 / 1000) AND until_at > to_timestamp($1::float8 / 1000)`;

/** Windows of absence that hold at an instant. */
export const delegationsAt = (tx: TenantTx, nowMs: number): Promise<Delegation[]> =>
  tx.rows<Delegation>({ text: IN_FORCE, values: [nowMs] });

export const activePeople = (tx: TenantTx): Promise<Person[]> =>
  tx.rows<Person>({ text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active` });

/**
 * Who is asked beside somebody who is away. Both must be able to sign this very request by rights of now, so that a
 * window never widens them; and the requester sends nobody.
 */
export function delegatesFor(
  state: ApprovalState,
  context: ApprovalContext,
  windows: readonly Delegation[],
): PersonId[] {
  if (state.status !== 'pending') return [];
  const knowing = { ...context, delegations: [...context.delegations, ...windows] };
  const signed = new Set(state.signatures.map(({ person }) => person));
  const may = (id: PersonId): boolean =>
    id !== state.requester && !signed.has(id) && welcome(state, knowing, id).ok;
  return [...new Set(windows.filter(({ from, to }) => may(from) && may(to)).map(({ to }) => to))];
}
