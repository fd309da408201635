import type { SignedIn } from '../../core/identity/claims.ts';
import { groupName, type RoleMapping } from '../../core/identity/role-mapping.ts';
import type { Refusal } from '../../core/views.ts';
import { readAccount } from '../../platform/identity/entra-groups.ts';
import { DirectoryAwayError } from '../../platform/identity/graph.ts';
import type { Membership, SignInFound } from '../../platform/stores.ts';
import { refusal } from '../words.ts';
import { deadlineMs } from '../deadline.ts';
import type { SignInEdges } from './edges.ts';
import type { SignInSaid } from './sign-in.ts';
import { pagesIn } from './words.ts';

/** A person waits for a page, not for a click: twice as long. */
const pageMs = (): number => deadlineMs() * 2;

type Groups = Pick<Membership, 'groups' | 'standing'>;

const namedIn = (who: SignedIn, { source, group }: RoleMapping): boolean => {
  if (source === 'entra') return who.groups?.some((id) => id.toLowerCase() === group) ?? false;
  return source === 'app-role' && (who.roles?.includes(group) ?? false);
};

/** Does the token say all that mappings ask about. Groups that are not in it are too many for it, or were never asked for. */
const tells = (who: SignedIn, mappings: readonly RoleMapping[]): boolean =>
  mappings.every(({ source }) => (source === 'entra' ? who.groups : who.roles) !== null);

/** Completed by Graph where the token does not say: who is a guest, an address that is vouched for, groups beyond the token's room. */
async function complete(
  { entra, clientId }: SignInEdges,
  who: SignedIn,
  mappings: readonly RoleMapping[],
): Promise<{ who: SignedIn; groups: Groups | null }> {
  const graph = entra.graph(who.tid, pageMs());
  const known = who.standing !== null && who.addresses.length > 0;
  const user = known ? null : await graph.user(who.oid);
  const whole: SignedIn = known
    ? who
    : {
        ...who,
        standing: who.standing === 'guest' ? 'guest' : user?.standing === 'member' ? 'member' : 'guest',
        addresses: [...new Set([...who.addresses, ...addressOf(user?.userPrincipalName)])],
      };
  if (mappings.length === 0) return { who: whole, groups: null };
  if (!tells(who, mappings))
    return { who: whole, groups: await readAccount(graph, who.oid, clientId, mappings) };
  const groups = mappings.filter((one) => namedIn(who, one)).map(groupName);
  return { who: whole, groups: { groups: [...new Set(groups)], standing: 'member' } };
}

const addressOf = (principal: string | null | undefined): string[] =>
  principal?.includes('@') ? [principal.toLowerCase()] : [];

/** Links the chat account, and takes what the directory said of groups; nothing at all where that could not be learnt. */
export async function completeLink(
  edges: SignInEdges,
  signIn: SignInFound,
  signedIn: SignedIn,
): Promise<SignInSaid | Refusal> {
  const { identity } = edges;
  const { tenant, language } = signIn;
  const refuse = (why: string): Refusal => refusal('sign_in_refused', { why });
  // Nobody of another tenant is looked up with our token for it.
  if (!(await identity.entraTenants(tenant)).includes(signedIn.tid)) return refuse('sign-in-other-tenant');
  const mappings = (await identity.mappings(tenant)).filter(({ source }) => source !== 'slack');
  try {
    const readAtMs = Date.now();
    const { who, groups } = await complete(edges, signedIn, mappings);
    const linked = await identity.link(signIn, who);
    if (!linked.ok) return refuse(linked.why);
    if (groups !== null)
      await identity.remember(tenant, { person: linked.person, directory: 'entra', ...groups, readAtMs });
    const say = pagesIn(language);
    return { done: true, text: (linked.already ? say.linkedBefore : say.linked)(linked.name) };
  } catch (error) {
    if (!(error instanceof DirectoryAwayError)) throw error;
    edges.log.warn({ why: error.message }, 'a sign-in could not be completed');
    return refusal('directory_away', { directory: 'entra' });
  }
}
