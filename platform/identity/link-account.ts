import type { SignedIn } from '../../core/identity/claims.ts';
import type { PersonId } from '../../core/ids.ts';
import type { AccountKind } from '../../core/people.ts';
import type { TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { ChatAccount, Linked, SignInFound, WhyNoLink } from '../stores.ts';

interface Holder {
  readonly person: PersonId;
  readonly kind: AccountKind;
}

const HOLDER =
  'SELECT person, kind FROM chat_identities WHERE platform = $1 AND workspace = $2 AND account = $3';

const holderOf = (tx: TenantTx, { platform, workspace, account }: ChatAccount): Promise<Holder | null> =>
  tx.row<Holder>({ text: HOLDER, values: [platform, workspace, account] });

const entraAccount = ({ tid, oid }: Pick<SignedIn, 'tid' | 'oid'>): ChatAccount => ({
  ...{ platform: 'teams', workspace: tid, account: oid },
});

const refuse = (why: WhyNoLink): Linked => ({ ok: false, why });

interface Found {
  readonly person: PersonId;
  readonly name: string;
  readonly active: boolean;
}

/** By an address that its domain's owner vouches for; null: more than one, or nobody. */
async function byAddress(tx: TenantTx, addresses: readonly string[]): Promise<Found | 'several' | null> {
  const rows = await tx.rows<Found>({
    text: 'SELECT person, name, active FROM people WHERE email = ANY($1) LIMIT 2',
    values: [addresses],
  });
  return rows.length > 1 ? 'several' : (rows[0] ?? null);
}

const byId = (tx: TenantTx, person: PersonId): Promise<Found | null> =>
  tx.row<Found>({ text: 'SELECT person, name, active FROM people WHERE person = $1', values: [person] });

const OTHER_ACCOUNT = `SELECT 1 FROM chat_identities
  WHERE person = $1 AND platform = 'teams' AND workspace = $2 AND account <> $3 LIMIT 1`;

/** The one person that the sign-in is of, or why it is nobody's here. */
async function whose(tx: TenantTx, who: SignedIn): Promise<{ found: Found; holder: Holder | null } | Linked> {
  const holder = await holderOf(tx, entraAccount(who));
  const addressed = await byAddress(tx, who.addresses);
  if (addressed === 'several') return refuse('sign-in-taken');
  if (holder) {
    // The account is theirs; an address that is somebody else's meanwhile makes it unclear whose.
    if (addressed !== null && addressed.person !== holder.person) return refuse('sign-in-taken');
    const found = await byId(tx, holder.person);
    return found === null ? refuse('sign-in-nobody') : { found, holder };
  }
  if (addressed === null) return refuse(who.addresses.length === 0 ? 'sign-in-unverified' : 'sign-in-nobody');
  const values = [addressed.person, who.tid, who.oid];
  const other = await tx.row<object>({ text: OTHER_ACCOUNT, values });
  return other ? refuse('sign-in-other-account') : { found: addressed, holder };
}

const TENANTS = `SELECT workspace FROM chat_workspaces WHERE platform = 'teams' ORDER BY workspace`;

export const entraTenants = async (tx: TenantTx): Promise<string[]> =>
  (await tx.rows<{ workspace: string }>({ text: TENANTS })).map(({ workspace }) => workspace.toLowerCase());

const INSERT = `INSERT INTO chat_identities (tenant, platform, workspace, account, person)
  VALUES (current_tenant(), $1, $2, $3, $4)`;

/**
 * Links what asked and what was signed in with to one person. Nobody's account is taken away, no second account of the
 * directory is added to a person, and no guest is let in. What is refused changes nothing.
 */
export async function linkAccount(tx: TenantTx, signIn: SignInFound, who: SignedIn): Promise<Linked> {
  const { tenant, account } = signIn;
  // Two at once for the same person or account follow each other.
  await lockHead(tx, tenant);
  if (!(await entraTenants(tx)).includes(who.tid)) return refuse('sign-in-other-tenant');
  if (who.standing !== 'member') return refuse('sign-in-guest');
  const entra = entraAccount(who);
  const isEntra = account.platform === 'teams';
  if (isEntra && (account.workspace.toLowerCase() !== who.tid || account.account.toLowerCase() !== who.oid))
    return refuse('sign-in-somebody-else');
  const owner = await whose(tx, who);
  if (!('found' in owner)) return owner;
  const { found, holder } = owner;
  const asking = isEntra ? holder : await holderOf(tx, account);
  if (!found.active || [holder, asking].some((held) => held !== null && held.kind !== 'member'))
    return refuse('sign-in-guest');
  if (asking !== null && asking.person !== found.person) return refuse('sign-in-taken');
  if (signIn.person !== null && signIn.person !== found.person) return refuse('sign-in-somebody-else');
  const added = [...(holder ? [] : [entra]), ...(asking || isEntra ? [] : [account])];
  for (const { platform, workspace, account: name } of added)
    await tx.rows({ text: INSERT, values: [platform, workspace, name, found.person] });
  const { person, name } = found;
  for (const one of added)
    await append(tx, tenant, {
      ...{ kind: 'identity.linked', subject: person, run: null, actor: person },
      body: { person, platform: one.platform, via: 'entra', account: { ...one } },
    });
  return { ok: true, person, name, already: added.length === 0 };
}
