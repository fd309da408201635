import type { JsonObject } from '../core/canonical-json.ts';
import type { TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { AccountKind, Person } from '../core/people.ts';
import type pg from 'pg';
import type { Database } from './database.ts';
import type { ChatAccount, Identified, PeopleStore, Platform } from './stores.ts';

/** For how long rights count what a directory said. It is asked anew well before (`identity/fresh-rights.ts`). */
const RIGHTS_COUNT = "interval '60 seconds'";
/** Plans (who is asked, whether a policy can be met) rest on what was last known; every signature is judged by the above. */
const PLANS_COUNT = "interval '1 day'";

/** What groups of a directory give to people p, by the mappings in force and what was read of them within `age`. */
const given = (age: string, team: 'NULL' | 'NOT NULL'): string => `FROM role_mappings m
    JOIN directory_memberships d ON d.tenant = m.tenant AND d.person = p.person AND d.standing = 'member'
      AND m.source || ':' || m.group_key = ANY(d.groups) AND d.read_at > now() - ${age}
    WHERE m.tenant = p.tenant AND m.ended_at IS NULL AND m.team IS ${team}`;

/**
 * `people` columns as a Person, for use in any SELECT over people p: roles are those that were imported and those that
 * groups give. Whom a directory last called a guest or deactivated is not active, however long ago that was, as long as it is
 * asked at all: a group of it is mapped.
 */
const personColumns = (age: string): string => `p.person AS id, p.name, p.email, p.service,
  p.roles || ARRAY(SELECT DISTINCT m.role ${given(age, 'NULL')} AND m.role <> ALL(p.roles)) AS roles,
  (SELECT jsonb_agg(DISTINCT jsonb_build_object('role', m.role, 'team', m.team)) ${given(age, 'NOT NULL')}) AS placed,
  p.team, p.manager, p.time_zone AS "timeZone",
  p.active AND NOT EXISTS (SELECT FROM directory_memberships d
    WHERE d.tenant = p.tenant AND d.person = p.person AND d.standing <> 'member' AND EXISTS (SELECT FROM role_mappings m
      WHERE m.tenant = p.tenant AND m.ended_at IS NULL AND (m.source = 'slack') = (d.directory = 'slack'))) AS active,
  coalesce(p.language, (SELECT t.language FROM tenants t WHERE t.tenant = p.tenant)) AS language`;

/** For whatever a right depends on. */
export const PERSON_COLUMNS = personColumns(RIGHTS_COUNT);
/** For whatever is planned, and judged again when somebody acts on it. */
export const PLANNED_PERSON_COLUMNS = personColumns(PLANS_COUNT);

async function findTenant(router: pg.Pool, platform: Platform, workspace: string): Promise<TenantId | null> {
  const { rows } = await router.query<{ tenant: TenantId }>({
    name: 'tenant_of',
    text: 'SELECT tenant FROM chat_workspaces WHERE platform = $1 AND workspace = $2 LIMIT 2',
    values: [platform, workspace],
  });
  return rows.length === 1 ? (rows[0]?.tenant ?? null) : null;
}

function judge(found: readonly { person: Person; kind: AccountKind; mapped: boolean }[]): Identified {
  const [first, ...others] = found;
  // Of an account that is nobody's no directory is asked.
  if (!first) return { ok: false, reason: 'identity_unlinked', mapped: false };
  const { person, kind, mapped } = first;
  if (others.some((o) => o.person.id !== person.id))
    return { ok: false, reason: 'identity_ambiguous', mapped };
  // Someone who left is no member any more, whatever the chat platform still says.
  if (found.some((f) => f.kind !== 'member' || !f.person.active))
    return { ok: false, reason: 'guest_or_external', mapped };
  return { ok: true, person, kind, mapped };
}

/** What the chat says now stands for what it said before; neither outdoes what the company said of the person. */
const IDENTIFY = `SELECT i.kind, ${PERSON_COLUMNS}, p.language IS NULL AS "byChat", i.language AS "chatLanguage",
    EXISTS (SELECT FROM role_mappings WHERE ended_at IS NULL) AS mapped
  FROM chat_identities i JOIN people p USING (tenant, person)
  WHERE i.platform = $1 AND i.workspace = $2 AND i.account = $3`;

type IdentifiedRow = Person & {
  readonly kind: AccountKind;
  readonly byChat: boolean;
  readonly chatLanguage: Language | null;
  readonly mapped: boolean;
};

/** What the company speaks, and what a chat says that somebody reads. */
const languages = (db: Database): Pick<PeopleStore, 'languageOf' | 'rememberLanguage'> => ({
  languageOf: (tenant) =>
    db.inTenant(tenant, async (tx) => {
      const row = await tx.row<{ language: Language }>({
        name: 'language_of',
        text: 'SELECT language FROM tenants',
      });
      return row?.language ?? 'en';
    }),
  rememberLanguage: (tenant, { platform, workspace, account }, language) =>
    db.inTenant(tenant, async (tx) => {
      await tx.commitWith({
        text: `UPDATE chat_identities SET language = $4 WHERE platform = $1 AND workspace = $2 AND account = $3
          AND language IS DISTINCT FROM $4`,
        values: [platform, workspace, account, language],
      });
    }),
});

/** People and their chat accounts. `router` is the dispatcher's pool: routing a workspace is one of two named crossings. */
export function createPeopleStore(db: Database, router: pg.Pool): PeopleStore {
  return {
    tenantOf: (platform, workspace) => findTenant(router, platform, workspace),
    identify: (tenant, { platform, workspace, account, language: said }) =>
      db.inTenant(tenant, async (tx) => {
        const values = [platform, workspace, account];
        const rows = await tx.commitWith<IdentifiedRow>({ name: 'identify', text: IDENTIFY, values });
        return judge(
          rows.map(({ kind, mapped, byChat, chatLanguage, ...person }) => {
            const language = (byChat ? (said ?? chatLanguage) : null) ?? person.language;
            return { kind, mapped, person: { ...person, ...(language ? { language } : {}) } };
          }),
        );
      }),
    person: (tenant, id) =>
      db.inTenant(tenant, (tx) =>
        tx.row<Person>({
          name: 'person',
          text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.person = $1`,
          values: [id],
        }),
      ),
    everyone: (tenant) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<Person>({
          name: 'everyone',
          text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active ORDER BY p.name`,
        }),
      ),
    accountsOf: (tenant, person) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<ChatAccount & { kind: AccountKind }>({
          name: 'accounts_of',
          text: 'SELECT platform, workspace, account, kind FROM chat_identities WHERE person = $1 ORDER BY platform, account',
          values: [person],
        }),
      ),
    ...languages(db),
    workspaceSettings: (tenant, platform) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<{ workspace: string; settings: JsonObject }>({
          text: 'SELECT workspace, settings FROM chat_workspaces WHERE platform = $1 ORDER BY workspace',
          values: [platform],
        }),
      ),
    rememberConversation: (tenant, c) =>
      db.inTenant(tenant, async (tx) => {
        await tx.commitWith({
          text: `INSERT INTO conversations (tenant, platform, workspace, conversation, kind, person, service_url)
            VALUES (current_tenant(), $1, $2, $3, $4, $5, $6)
            ON CONFLICT (tenant, platform, workspace, conversation) DO UPDATE
            SET kind = excluded.kind, person = coalesce(excluded.person, conversations.person),
                service_url = coalesce(excluded.service_url, conversations.service_url)`,
          values: [c.platform, c.workspace, c.conversation, c.kind, c.person, c.serviceUrl],
        });
      }),
  };
}
