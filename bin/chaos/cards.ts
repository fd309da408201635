import type { ApprovalId } from '../../core/ids.ts';
import { readSlackAction, readTeamsData, type Press } from '../../cards/payload.ts';
import type { Control } from '../../local/workspace/control.ts';
import { elementsOf } from '../../local/workspace/slack-api/elements-of.ts';
import { actionsOf } from '../../local/workspace/teams-cards.ts';
import type { Seen } from './acts.ts';

const approvalIn = (presses: readonly (Press | null)[]): ApprovalId | null =>
  presses.flatMap((p) => (p?.kind === 'approval' && p.verb === 'approve' ? [p.payload.approval] : []))[0] ??
  null;

/** The approval that pressing Approve on this card would sign; null when it cannot be signed (any more). */
export function signable(seen: Seen): ApprovalId | null {
  if (seen.chat === 'slack') {
    const buttons = elementsOf(seen.message.blocks).map(({ element }) =>
      readSlackAction({ action_id: String(element['action_id']), value: String(element['value']) }),
    );
    return approvalIn(buttons);
  }
  const { card } = seen.message;
  return card ? approvalIn(actionsOf(card).map((a) => readTeamsData(a['data']))) : null;
}

/** Everything in a chat's channel that is not deleted, newest last. */
export async function everyMessage(control: Control, chat: 'slack' | 'teams'): Promise<Seen[]> {
  if (chat === 'slack') return (await control.messages('slack')).map((message) => ({ chat, message }));
  return (await control.messages('teams')).filter((m) => !m.deleted).map((message) => ({ chat, message }));
}

/** Cards about a claim that can be signed, as a person looking at the channel finds them. */
export async function openCards(control: Control, chat: 'slack' | 'teams', claim: string): Promise<Seen[]> {
  const all = await everyMessage(control, chat);
  return all.filter((seen) => JSON.stringify(seen.message).includes(claim) && signable(seen) !== null);
}
