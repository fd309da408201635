import type { Directory } from '../../core/identity/directory.ts';
import type { RoleMapping } from '../../core/identity/role-mapping.ts';
import type { ApprovalId, PersonId } from '../../core/ids.ts';
import type { Database, Statement } from '../database.ts';
import type { DueReading, IdentityStore } from '../stores.ts';
import { entraTenants, linkAccount } from './link-account.ts';

const MAPPINGS = `SELECT source, group_key AS "group", role, team, approval FROM role_mappings
  WHERE ended_at IS NULL ORDER BY source, group_key, role, team`;

/** Whose directory is theirs to be read: one is where a mapping in force names a group of it. */
const dueOf = (whom: string, rest = ''): string => `WITH mapped AS (
    SELECT CASE source WHEN 'slack' THEN 'slack' ELSE 'entra' END AS directory, max(created_at) AS since
    FROM role_mappings WHERE ended_at IS NULL GROUP BY 1)
  SELECT i.person, m.directory, jsonb_agg(jsonb_build_object('workspace', i.workspace, 'account', i.account)) AS accounts,
    bool_or(cardinality(d.groups) > 0) AS gave
  FROM mapped m
    JOIN chat_identities i ON i.platform = CASE m.directory WHEN 'slack' THEN 'slack' ELSE 'teams' END
    LEFT JOIN directory_memberships d ON d.person = i.person AND d.directory = m.directory
  WHERE ${whom}
    AND (d.read_at IS NULL OR d.read_at < now() - make_interval(secs => $1) OR d.read_at < m.since)
  GROUP BY i.person, m.directory ${rest}`;

const LIVE = `status IN ('pending','approved','executing')`;

const OF_APPROVAL = dueOf(
  `i.person = ANY((SELECT involved FROM approvals WHERE approval = $2 AND ${LIVE})::text[])`,
);
const OF_PEOPLE = dueOf('i.person = ANY($2)');
const OF_ACCOUNT = dueOf(`i.person = (SELECT a.person FROM chat_identities a
    WHERE a.platform = $2 AND a.workspace = $3 AND a.account = $4)`);
const OF_ALL = dueOf('true', 'ORDER BY min(d.read_at) NULLS FIRST, i.person LIMIT $2');

const REMEMBER = `INSERT INTO directory_memberships (tenant, person, directory, groups, standing, read_at)
  VALUES (current_tenant(), $1, $2, $3, $4, to_timestamp($5::float8 / 1000))
  ON CONFLICT (tenant, person, directory) DO UPDATE
  SET groups = excluded.groups, standing = excluded.standing, read_at = excluded.read_at
  WHERE directory_memberships.read_at < excluded.read_at`;

export function createIdentityStore(db: Database): IdentityStore {
  const due = (
    tenant: Parameters<IdentityStore['due']>[0],
    statement: Statement,
    maxAgeMs: number,
    values: unknown[],
  ) =>
    db.inTenant(tenant, (tx) =>
      tx.commitWith<DueReading>({ ...statement, values: [maxAgeMs / 1000, ...values] }),
    );
  return {
    entraTenants: (tenant) => db.inTenant(tenant, entraTenants),
    link: (signIn, who) => db.inTenant(signIn.tenant, (tx) => linkAccount(tx, signIn, who)),
    isTheirs: (tenant, person, { tid, oid }) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<object>({
          text: `SELECT 1 FROM chat_identities i JOIN people p USING (tenant, person) WHERE i.platform = 'teams'
            AND lower(i.workspace) = $2 AND lower(i.account) = $3 AND i.kind = 'member' AND p.active AND i.person = $1`,
          values: [person, tid, oid],
        });
        return row !== null;
      }),
    mappings: (tenant) =>
      db.inTenant(tenant, (tx) => tx.rows<RoleMapping & { approval: ApprovalId }>({ text: MAPPINGS })),
    due: (tenant, people, maxAgeMs) =>
      due(tenant, { name: 'due_of_people', text: OF_PEOPLE }, maxAgeMs, [people]),
    dueOfAccount: (tenant, { platform, workspace, account }, maxAgeMs) =>
      due(tenant, { name: 'due_of_account', text: OF_ACCOUNT }, maxAgeMs, [platform, workspace, account]),
    dueOfAll: (tenant, maxAgeMs, limit) => due(tenant, { text: OF_ALL }, maxAgeMs, [limit]),
    dueOfApproval: (tenant, approval, maxAgeMs) =>
      due(tenant, { name: 'due_of_approval', text: OF_APPROVAL }, maxAgeMs, [approval]),
    signersWaiting: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows<{ person: PersonId }>({
          text: `SELECT DISTINCT unnest(involved) AS person FROM approvals
            WHERE ${LIVE} AND jsonb_array_length(state -> 'signatures') > 0`,
        });
        return rows.map(({ person }) => person);
      }),
    remember: (tenant, { person, directory, groups, standing, readAtMs }) =>
      db.inTenant(tenant, async (tx) => {
        const values: [PersonId, Directory, readonly string[], string, number] = [
          person,
          directory,
          groups,
          standing,
          readAtMs,
        ];
        await tx.commitWith({ text: REMEMBER, values });
      }),
  };
}
