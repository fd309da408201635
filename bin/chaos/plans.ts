import type { ApprovalState } from '../../core/approval/types.ts';
import { Money } from '../../core/money.ts';
import type { CastId } from '../../local/workspace/cast-types.ts';
import type { Choice } from './acts.ts';
import type { Dice } from './dice.ts';
import type { Task } from './people.ts';

const SIGNERS: readonly CastId[] = ['ada', 'ben', 'sofia'];
const CHATS = ['slack', 'teams'] as const;

/** A new reason, and a pound less where there is money in it. */
function edited(state: ApprovalState): Choice {
  const { args } = state.action;
  const money = Money.safeParse(args['amount']);
  const less = money.success && money.data.micros > 2_000_000 ? (money.data.micros - 1_000_000) / 1e6 : null;
  return {
    verb: 'edit',
    fields: {
      'field.argument.reason': 'Put in other words while machines died.',
      ...(less === null ? {} : { 'field.argument.amount': less.toFixed(2) }),
    },
  };
}

const DECLINE: Choice = { verb: 'decline', fields: { 'field.reason': 'The papers do not convince me.' } };
const APPROVE: Choice = { verb: 'approve' };

/** What three people mean to do about one approval: agree, quarrel, edit it under each other's hands, or decline. */
export function planFor(state: ApprovalState, claim: string, dice: Dice): Task[] {
  const [one, two, three] = dice.shuffled(SIGNERS) as [CastId, CastId, CastId];
  const task = (who: CastId, choice: Choice): Task => ({ who, chat: dice.pick(CHATS), claim, choice });
  const plans = [
    () => [task(one, APPROVE), task(two, APPROVE)],
    () => [task(one, APPROVE), task(two, APPROVE), task(three, APPROVE)],
    () => [task(one, APPROVE), task(two, DECLINE), task(three, APPROVE)],
    () => [task(one, APPROVE), task(two, edited(state)), task(three, APPROVE)],
    () => [task(one, DECLINE), task(two, DECLINE)],
  ];
  return dice.pick(plans)();
}

/** Whoever has not signed yet signs, so that nothing is left open. */
export const closing = (claim: string, dice: Dice): Task[] =>
  dice.shuffled(SIGNERS).map((who) => ({ who, chat: dice.pick(CHATS), claim, choice: APPROVE }));
