import type { SignInAsked } from '../../platform/stores.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Routes } from '../api/http.ts';
import type { SignInEdges } from './edges.ts';
import { signInRoutes } from './routes.ts';
import type { SignInLinks } from './sign-in.ts';

/** Nothing to sign in with: every link is null, and there are no pages. */
export const NO_SIGN_IN: SignInLinks = {
  toLink: () => Promise.resolve(null),
  toStepUp: () => Promise.resolve(null),
  toFirstPasskey: () => Promise.resolve(null),
};

/** Links that begin a sign-in, and the pages behind them. */
export function createSignIn(edges: SignInEdges): { readonly links: SignInLinks; readonly routes: Routes } {
  async function linkFor(tenant: TenantId, asked: SignInAsked): Promise<string> {
    const token = await edges.signIns.ask(tenant, asked);
    return `${edges.publicUrl()}/link/start?t=${token}`;
  }
  return {
    routes: signInRoutes(edges),
    links: {
      async toLink(tenant, account, person) {
        const language = person?.language ?? (await edges.stores.people.languageOf(tenant));
        const { platform, workspace, account: name } = account;
        const asked = { purpose: { kind: 'link' }, account: { platform, workspace, account: name } } as const;
        return linkFor(tenant, { ...asked, person: person?.id ?? null, language });
      },
      async toFirstPasskey(tenant, { person, account: { platform, workspace, account } }) {
        if ((await edges.identity.entraTenants(tenant)).length === 0) return null;
        const language = person.language ?? (await edges.stores.people.languageOf(tenant));
        return linkFor(tenant, {
          purpose: { kind: 'passkey' },
          account: { platform, workspace, account },
          ...{ person: person.id, language },
        });
      },
      async toStepUp(tenant, { person, account, approval, actionDigest }) {
        const language = person.language ?? (await edges.stores.people.languageOf(tenant));
        const { platform, workspace, account: name } = account;
        return linkFor(tenant, {
          purpose: { kind: 'step-up', approval, actionDigest },
          account: { platform, workspace, account: name },
          ...{ person: person.id, language },
        });
      },
    },
  };
}
