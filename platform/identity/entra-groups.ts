import { groupName, type RoleMapping } from '../../core/identity/role-mapping.ts';
import type { Membership } from '../stores.ts';
import type { Entra } from './entra.ts';
import type { DirectorySource } from './fresh-rights.ts';
import type { Graph } from './graph.ts';

type Read = Pick<Membership, 'groups' | 'standing'>;

/** One account, of now: groups by id through other groups too, app roles of ours, and whether they are a member at all. */
export async function readAccount(
  graph: Graph,
  oid: string,
  clientId: string,
  mappings: readonly RoleMapping[],
): Promise<Read> {
  const wanted = (source: RoleMapping['source']): string[] => [
    ...new Set(mappings.filter((one) => one.source === source).map(({ group }) => group)),
  ];
  const [groups, roles] = [wanted('entra'), wanted('app-role')];
  const user = await graph.user(oid);
  if (user === null) return { groups: [], standing: 'deactivated' };
  if (user.standing !== 'member') return { groups: [], standing: user.standing };
  const [memberOf, appRoles] = await Promise.all([
    groups.length === 0 ? [] : graph.memberOf(oid, groups),
    roles.length === 0 ? [] : graph.appRoles(oid, clientId),
  ]);
  const named = (source: RoleMapping['source'], keys: readonly string[], of: readonly string[]) =>
    keys.filter((key) => of.includes(key)).map((group) => groupName({ source, group }));
  return {
    groups: [...named('entra', memberOf, groups), ...named('app-role', appRoles, roles)],
    standing: 'member',
  };
}

/** Entra, through Graph. Somebody with two accounts there is a member only if both are. `clickMs`: how long a click may wait for it. */
export function createEntraGroups(entra: Entra, clientId: string, clickMs: () => number): DirectorySource {
  return {
    async read(_tenant, accounts, mappings) {
      const readAtMs = Date.now();
      const all = await Promise.all(
        accounts.map(({ workspace, account }) =>
          readAccount(entra.graph(workspace.toLowerCase(), clickMs()), account, clientId, mappings),
        ),
      );
      const out = all.find(({ standing }) => standing !== 'member');
      if (out) return { groups: [], standing: out.standing, readAtMs };
      return { groups: [...new Set(all.flatMap(({ groups }) => groups))], standing: 'member', readAtMs };
    },
  };
}
