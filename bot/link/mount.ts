import type { Directory } from '../../core/identity/directory.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Config } from '../../platform/config.ts';
import { createEntraGroups } from '../../platform/identity/entra-groups.ts';
import { createEntra } from '../../platform/identity/entra.ts';
import { createFreshRights, type DirectorySource } from '../../platform/identity/fresh-rights.ts';
import type { Log } from '../../platform/log.ts';
import type { FreshRights, Site, Stores } from '../../platform/stores.ts';
import type { Routes } from '../api/http.ts';
import type { Count } from '../api/metrics.ts';
import { deadlineMs } from '../deadline.ts';
import { refusal } from '../words.ts';
import { createSignIn, NO_SIGN_IN } from './create-sign-in.ts';
import type { OnFirstPasskey, OnStepUp, SignInLinks } from './sign-in.ts';

export interface IdentityOptions {
  readonly config: Config;
  readonly stores: Stores;
  readonly log: Log;
  readonly count: Count;
  /** Where browsers reach the bot; known once it listens. */
  readonly publicUrl: () => string;
  /** What a fresh sign-in is for; missing: nothing asks for one. */
  readonly onStepUp?: OnStepUp;
  readonly onFirstPasskey: OnFirstPasskey;
  readonly site: Pick<Site, 'origin'>;
}

export interface MountedIdentity {
  readonly links: SignInLinks;
  readonly routes: Routes;
  readonly rights: FreshRights;
  /** Slack's groups are read through its own client, which is there later than this. */
  addSlack(groups: DirectorySource | null): void;
}

const unasked: OnStepUp = ({ language }) =>
  Promise.resolve({
    done: false,
    text: refusalSentence(refusal('sign_in_refused', { why: 'sign-in-unknown' }), { language }),
  });

/** Sign-in with Entra and the directories that give rights, as far as this installation has them. */
export function mountIdentity(options: IdentityOptions): MountedIdentity {
  const { config, stores, log, count, publicUrl, onStepUp = unasked, onFirstPasskey } = options;
  const sources: Partial<Record<Directory, DirectorySource>> = {};
  const rights = createFreshRights({ store: stores.identity, sources, log });
  const addSlack = (groups: DirectorySource | null): void => {
    if (groups !== null) sources.slack = groups;
  };
  if (config.entra === null) return { links: NO_SIGN_IN, routes: {}, rights, addSlack };
  const { issuer, clientId, clientSecret } = config.entra;
  const entra = createEntra({ issuer, clientId, clientSecret, graphUrl: config.graphUrl });
  sources.entra = createEntraGroups(entra, clientId, () => deadlineMs() * 0.6);
  const { signIns, identity } = stores;
  const signIn = createSignIn({
    ...{ stores, signIns, identity, entra, clientId, publicUrl, onStepUp, onFirstPasskey, log, count },
    ...{ directoryOrigin: new URL(issuer).origin, siteOrigin: options.site.origin },
  });
  return { ...signIn, rights, addSlack };
}
