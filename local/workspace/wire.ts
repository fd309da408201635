import type { CastMember, CastId } from './cast-types.ts';
import type { SlackMessage, SlackView } from './state/slack-types.ts';
import type { TeamsMessage } from './teams-api/store.ts';

/** What the page and its server say to each other. */
export interface LedgerLine {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly sentence: string;
}

export interface Snapshot {
  readonly me: CastId;
  readonly cast: readonly CastMember[];
  readonly rehearsal: boolean;
  readonly slack: {
    readonly bot: string;
    readonly channel: { readonly id: string; readonly name: string };
    readonly direct: string;
    readonly messages: readonly SlackMessage[];
    /** Open modals, the topmost last. */
    readonly views: readonly SlackView[];
    /** The app's own tab as it was published last. */
    readonly home: SlackView | null;
  };
  readonly teams: {
    readonly channel: { readonly id: string; readonly name: string };
    readonly personal: string;
    readonly messages: readonly TeamsMessage[];
  };
  readonly ledger: readonly LedgerLine[];
}

/** Sent over the live stream after the first `snapshot`. */
export type LiveChange =
  | { readonly kind: 'slack-message'; readonly message: SlackMessage }
  | { readonly kind: 'slack-gone'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'slack-view'; readonly view: SlackView }
  | { readonly kind: 'teams-message'; readonly message: TeamsMessage }
  | { readonly kind: 'ledger'; readonly lines: readonly LedgerLine[] };

export const EXPERIMENTS = [
  'stranger',
  'requester',
  'five-clicks',
  'both-at-once',
  'forged-signature',
  'forged-button',
  'hostile-edit',
] as const;
export type ExperimentId = (typeof EXPERIMENTS)[number];

/** What was really done, and what really came back. */
export interface ExperimentReport {
  readonly did: string;
  readonly answers: readonly { readonly who: string; readonly answer: string }[];
  readonly now: string;
}
