import { welcome } from '../../core/approval/quorum.ts';
import { snoozedUntil } from '../../core/approval/timers.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { PersonId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { activePeople, delegationsAt } from './delegates.ts';

/**
 * Whose signature is still wanted, by rights and policy of now, and who did not put it off. Who is away is left in
 * peace when the delegate is reminded in their place. With `only`, nobody else.
 */
export async function toRemind(
  tx: TenantTx,
  state: ApprovalState,
  context: ApprovalContext,
  only?: PersonId,
): Promise<PersonId[]> {
  const everyone = await activePeople(tx);
  const knowing = { ...context, people: new Map(everyone.map((p) => [p.id, p])) };
  const wanted = everyone
    .map(({ id }) => id)
    .filter((id) => id !== state.requester && !state.signatures.some(({ person }) => person === id))
    .filter((id) => snoozedUntil(state, id, context.nowMs) === null && welcome(state, knowing, id).ok);
  if (only !== undefined) return wanted.filter((id) => id === only);
  const away = await delegationsAt(tx, context.nowMs);
  return wanted.filter((id) => !away.some(({ from, to }) => from === id && wanted.includes(to)));
}
