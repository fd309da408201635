import type { Entra } from '../../platform/identity/entra.ts';
import type { Log } from '../../platform/log.ts';
import type { IdentityStore, SignInStore, Stores } from '../../platform/stores.ts';
import type { Count } from '../api/metrics.ts';
import type { OnFirstPasskey, OnStepUp } from './sign-in.ts';

/** What a sign-in stands on. */
export interface SignInEdges {
  readonly stores: Pick<Stores, 'approvals' | 'seen' | 'people'>;
  readonly signIns: SignInStore;
  readonly identity: IdentityStore;
  readonly entra: Entra;
  readonly clientId: string;
  /** Where the directory's own pages are: what a form of ours may end at. */
  readonly directoryOrigin: string;
  /** Where passkeys work: a sign-in before the first one ends there. */
  readonly siteOrigin: string;
  /** Without a slash at its end. Known once the bot listens. */
  readonly publicUrl: () => string;
  readonly onStepUp: OnStepUp;
  readonly onFirstPasskey: OnFirstPasskey;
  readonly log: Log;
  readonly count: Count;
}
