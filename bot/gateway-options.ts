import type { AgentContract } from '../core/contract.ts';
import type { GoldenSet } from '../core/evals/evaluation.ts';
import type { Log } from '../platform/log.ts';
import type { Site, Stores } from '../platform/stores.ts';
import type { Away } from './api/engines.ts';
import type { Count } from './api/metrics.ts';
import type { KeepInbox } from './inboxes.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SignInLinks } from './link/sign-in.ts';
import type { Remembered } from './remembered.ts';

/** What is known of the golden cases of a version; null where there is none in the code. */
export type GoldenSets = (agent: string, version: string) => GoldenSet | null;

/** What the door in stands on. */
export interface GatewayOptions {
  readonly stores: Stores;
  /** Every version of every agent that the code has. */
  readonly agents: readonly AgentContract[];
  /** Missing: nothing can be evaluated from chat. */
  readonly golden?: GoldenSets;
  /** Runs are played by the rehearsal model, and say so. */
  readonly rehearsal: boolean;
  readonly away: () => Promise<Away>;
  readonly log: Log;
  readonly count: Count;
  readonly remembered: Remembered;
  /** Shows a person's inbox where they look at it, and keeps it true there. */
  readonly keepInbox: KeepInbox;
  /** Missing: there is nothing to sign in with. */
  readonly links?: SignInLinks;
  /** Where the pages are on which people sign with a proof; missing: there are none. */
  readonly site?: Site | null;
  /** Somebody can sign in afresh here. */
  readonly signsIn?: boolean;
  /** Missing: nothing is asked too often. */
  readonly limit?: RateLimit;
  readonly deadlineMs?: number;
}
