import { inboxCard, noInboxCard } from '../cards/inbox-card.ts';
import type { CopyId, PersonId, TenantId } from '../core/ids.ts';
import { authorise } from '../core/roles.ts';
import type { InboxPlace, Stores } from '../platform/stores.ts';
import type { LoadCard, Reconciled } from './reconcile.ts';

/** Shows the inbox where its owner looks at it, and keeps it true there from now on. */
export type KeepInbox = (tenant: TenantId, place: InboxPlace) => Promise<void>;

/** Makes one copy show its newest version now; what does not work now is done by its outbox row. */
export type ShowCopy = (tenant: TenantId, copy: CopyId) => Promise<Reconciled>;

/** Who opens their inbox waits for it: it is shown by the process that they asked, not by way of a queue. */
export const createKeepInbox =
  ({ inboxes }: Pick<Stores, 'inboxes'>, show: ShowCopy): KeepInbox =>
  async (tenant, place) => {
    await show(tenant, await inboxes.open(tenant, place));
  };

/** A person's inbox, as their roles of now let them have one: the sentence that says so, where they do not. */
export async function loadInbox(
  stores: Stores,
  tenant: TenantId,
  id: PersonId,
  { platform, workspace, page }: Parameters<LoadCard>[2],
): ReturnType<LoadCard> {
  const accounts = await stores.people.accountsOf(tenant, id);
  const account = accounts.find((one) => one.platform === platform && one.workspace === workspace);
  const found = account === undefined ? null : await stores.people.identify(tenant, account);
  // Gone, or no member any more: nothing of the company is shown to them.
  if (!found?.ok || found.person.id !== id) return { card: noInboxCard({ id }), version: null, thread: null };
  const { person } = found;
  const on = {
    tenant,
    team: person.team,
    owner: id,
    assigned: true,
    class: 'restricted',
    environment: 'production',
  } as const;
  const card = authorise(person, 'inbox', on, tenant).ok
    ? inboxCard(await stores.approvals.inbox(tenant, person), person.language, page ?? 1)
    : noInboxCard(person);
  return { card, version: null, thread: null };
}
