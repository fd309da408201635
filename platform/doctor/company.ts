import type { TenantId } from '../../core/ids.ts';
import { lintPolicy } from '../../core/policy-lint.ts';
import { lintSentence } from '../../core/policy-lint-words.ts';
import type { Platform } from '../stores.ts';
import { ok, placeOf, wrong, type Finding } from './finding.ts';
import type { Places } from './places.ts';
import { FOUND, LINES } from './words.ts';

const PEOPLE = {
  slack: { what: LINES.slackPeople, columns: 'slack_team and slack_user' },
  teams: { what: LINES.teamsPeople, columns: 'entra_tenant and entra_object' },
} as const satisfies Record<Platform, { what: string; columns: string }>;

/** Who writes in a workspace where nobody is linked is told that their account is linked to no one. */
export async function examinePeople(
  places: Places,
  tenant: TenantId,
  platform: Platform,
  workspace: string,
): Promise<Finding> {
  const { what, columns } = PEOPLE[platform];
  const count = await places.linked(tenant, platform, workspace);
  return count > 0
    ? ok(what, FOUND.people(count, workspace))
    : wrong(what, FOUND.nobody(tenant, workspace), FOUND.importPeople(tenant, columns));
}

/** Where incidents go beside the chats, and what was not taken there. */
export async function examineForwarding(places: Places, tenant: TenantId): Promise<Finding[]> {
  const what = LINES.forwarding;
  const targets = await places.forwards(tenant);
  if (targets.length === 0) return [ok(what, FOUND.forwardsNowhere(tenant))];
  return targets.map(({ kind, url, endedWhy, waiting, dead, opens }) => {
    const target = `${tenant}: ${kind} at ${placeOf(url)}`;
    if (endedWhy !== null) return wrong(what, FOUND.forwardGone(target), FOUND.setForwardAnew(tenant));
    if (!opens) return wrong(what, FOUND.forwardUnsealed(target), FOUND.setForwardAnew(tenant));
    return dead > 0
      ? wrong(what, FOUND.forwardsNot(target, dead), FOUND.forwardAdvice)
      : ok(what, FOUND.forwards(target, waiting));
  });
}

/** Somebody who may change things, and a policy that these people can meet. */
export async function examineCompany(places: Places, tenant: TenantId): Promise<Finding[]> {
  const [people, policy] = [await places.everyone(tenant), await places.policy(tenant)];
  const admins = people.filter(({ roles }) => roles.includes('admin')).map(({ name }) => name);
  const admin =
    admins.length > 0
      ? ok(LINES.admin, FOUND.adminIs(admins))
      : wrong(LINES.admin, FOUND.noAdmin(tenant), FOUND.bootstrap(tenant));
  if (!policy) return [admin, wrong(LINES.policy, FOUND.noPolicy(tenant), FOUND.putPolicy(tenant))];
  const unmet = lintPolicy(policy, people).map((found) =>
    wrong(LINES.policy, FOUND.policyUnmet(found.rule, lintSentence(found)), FOUND.meetPolicy(tenant)),
  );
  return [
    admin,
    ...(unmet.length > 0 ? unmet : [ok(LINES.policy, FOUND.policyThere(policy.id, policy.version))]),
  ];
}
