import type { TroubleId } from './ids.ts';

/**
 * What is wrong with a place that cards go to. cut_off: the whole workspace took our access away. silent: it does not take
 * what we send. closed: this conversation takes nothing from us any more. unreachable: this person cannot be written to.
 * refused: it took everything but this card.
 */
export type TroubleKind = 'cut_off' | 'silent' | 'closed' | 'unreachable' | 'refused';

/** One trouble as its card tells it: to Admins, once, and in the same message that it is over. */
export interface TroubleView {
  readonly id: TroubleId;
  readonly version: number;
  readonly platform: 'slack' | 'teams';
  readonly kind: TroubleKind;
  /** The chat's own code, e.g. `is_archived`. */
  readonly why: string;
  readonly workspace: string;
  /** Empty when it is the whole workspace. */
  readonly conversation: string;
  /** Whom it is about, when it is a person. */
  readonly person: string | null;
  readonly sinceMs: number;
  readonly overMs: number | null;
}
