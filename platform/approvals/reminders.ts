import { welcome } from '../../core/approval/quorum.ts';
import { snoozedUntil } from '../../core/approval/timers.ts';
import { isAskedToAnswer, whyNotAnswerer } from '../../core/approval/who-may-answer.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { PersonId } from '../../core/ids.ts';
import { isQuestion } from '../../core/person-question.ts';
import type { TenantTx } from '../database.ts';
import { activePeople, delegationsAt } from './delegates.ts';

/**
 * Whose signature or answer is still wanted, by rights and policy of now, and who did not put it off. Who is away is left in
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
  const isWanted = (id: PersonId): boolean => {
    if (!isQuestion(state.action))
      return (
        id !== state.requester &&
        !state.signatures.some(({ person }) => person === id) &&
        welcome(state, knowing, id).ok
      );
    // Whoever put it off may be somebody who was not asked, and answers all the same.
    return only === undefined
      ? isAskedToAnswer(state, knowing, id)
      : whyNotAnswerer(state, knowing, id) === null;
  };
  const wanted = everyone
    .map(({ id }) => id)
    .filter((id) => snoozedUntil(state, id, context.nowMs) === null && isWanted(id));
  if (only !== undefined) return wanted.filter((id) => id === only);
  const away = await delegationsAt(tx, context.nowMs);
  return wanted.filter((id) => !away.some(({ from, to }) => from === id && wanted.includes(to)));
}
