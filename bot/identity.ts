import type { RefusalReason } from '../core/approval/types.ts';
import type { TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { Stores } from '../platform/stores.ts';
import type { Caller } from './chat.ts';

export type Who =
  | {
      readonly ok: true;
      readonly tenant: TenantId;
      readonly person: Person;
      /** False: groups of no directory give rights in this company, so that there are none to be read. */
      readonly mapped?: boolean;
    }
  | {
      readonly ok: false;
      /** Null: the workspace belongs to nobody, so there is no ledger to write into. */
      readonly tenant: TenantId | null;
      readonly reason: Extract<
        RefusalReason,
        'identity_unlinked' | 'identity_ambiguous' | 'guest_or_external' | 'wrong_tenant'
      >;
    };

/**
 * Exactly one person, or why not. The tenant comes from the workspace that the platform vouches for, never from
 * anything a card or a person says. Read afresh at every use: nobody keeps a right that was taken away.
 */
export async function whoIs(people: Stores['people'], caller: Caller): Promise<Who> {
  const { platform, workspace, account, homeWorkspace, language } = caller;
  const tenant = workspace === '' ? null : await people.tenantOf(platform, workspace);
  if (tenant === null) return { ok: false, tenant: null, reason: 'wrong_tenant' };
  const home = homeWorkspace ?? workspace;
  // In a shared channel people of other companies see the card too.
  if (home !== workspace && (await people.tenantOf(platform, home)) !== tenant)
    return { ok: false, tenant, reason: 'guest_or_external' };
  const at = { platform, workspace: home, account };
  const identify = () => people.identify(tenant, { ...at, ...(language ? { language } : {}) });
  const before = await identify();
  // Groups of a directory may have to be read first; mostly none give anything, and then nobody asks which are to be read.
  const rights = before.mapped ? await people.rights?.ofAccount(tenant, at) : undefined;
  const found = rights?.anew ? await identify() : before;
  const unread = rights?.away ?? [];
  if (!found.ok) return { ok: false, tenant, reason: found.reason };
  const person = unread.length === 0 ? found.person : { ...found.person, unread };
  return { ok: true, tenant, person, mapped: before.mapped };
}
