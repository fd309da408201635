import { digestOf } from '../core/canonical-json.ts';
import type { PersonId, TenantId } from '../core/ids.ts';
import type { Database, TenantTx } from './database.ts';
import { newId } from './ids.ts';
import { append } from './ledger/append.ts';
import { parsePeople, PeopleRefusedError, type ImportedPerson } from './people-csv.ts';

export { PeopleRefusedError } from './people-csv.ts';

export interface ImportReport {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
}

type Known = ReadonlyMap<string, PersonId>;

async function peopleByEmail(tx: TenantTx): Promise<Map<string, PersonId>> {
  const rows = await tx.rows<{ email: string; person: PersonId }>({
    text: 'SELECT email, person FROM people',
  });
  return new Map(rows.map((r) => [r.email, r.person]));
}

const UPSERT = `INSERT INTO people (tenant, person, email, name, roles, team, manager, time_zone, language)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant, person) DO UPDATE SET name = excluded.name, roles = excluded.roles, team = excluded.team,
    manager = excluded.manager, time_zone = excluded.time_zone,
    language = coalesce(excluded.language, people.language), active = true
  WHERE (people.name, people.roles, people.team, people.manager, people.time_zone, people.language, people.active)
    IS DISTINCT FROM (excluded.name, excluded.roles, excluded.team, excluded.manager, excluded.time_zone,
      coalesce(excluded.language, people.language), true)
  RETURNING person`;

const LINK = `INSERT INTO chat_identities (tenant, platform, workspace, account, person)
  VALUES (current_tenant(), $1, $2, $3, $4)
  ON CONFLICT (tenant, platform, workspace, account) DO UPDATE
    SET kind = CASE chat_identities.kind WHEN 'deactivated' THEN 'member' ELSE chat_identities.kind END
  RETURNING person`;

/** An account that is somebody else's already is not taken away by a file. */
async function link(tx: TenantTx, one: ImportedPerson, person: PersonId, problems: string[]): Promise<void> {
  const accounts = [
    ['slack', one.slack, 'Slack'],
    ['teams', one.teams, 'Entra'],
  ] as const;
  for (const [platform, account, label] of accounts) {
    if (!account) continue;
    const values = [platform, account.workspace, account.account, person];
    const held = await tx.row<{ person: PersonId }>({ text: LINK, values });
    if (held?.person !== person)
      problems.push(`Line ${one.line} has a ${label} account that is linked to somebody else already.`);
  }
}

function managersOf(people: readonly ImportedPerson[], known: Known, problems: string[]): void {
  for (const { line, manager } of people)
    if (manager !== null && !known.has(manager))
      problems.push(`Line ${line} names the manager "${manager}", who is neither in the file nor here.`);
}

const countAdmins = async (tx: TenantTx): Promise<number> =>
  (await tx.rows({ text: `SELECT person FROM people WHERE active AND 'admin' = ANY(roles)` })).length;

/**
 * Imports people and their chat accounts; who is here already (by email) is brought up to date. All lines or none.
 * @throws PeopleRefusedError with everything that is wrong, at once
 */
export async function importPeople(db: Database, tenant: TenantId, csv: string): Promise<ImportReport> {
  const people = parsePeople(csv);
  return db.inTenant(tenant, async (tx) => {
    const before = await peopleByEmail(tx);
    const known = new Map(before);
    for (const { email } of people) if (!known.has(email)) known.set(email, newId('per'));
    const problems: string[] = [];
    const admins = await countAdmins(tx);
    managersOf(people, known, problems);
    let written = 0;
    for (const one of people) {
      const person = known.get(one.email) as PersonId;
      const manager = one.manager === null ? null : (known.get(one.manager) ?? null);
      const values = [person, one.email, one.name, one.roles, one.team, manager, one.timeZone, one.language];
      written += (await tx.rows({ text: UPSERT, values })).length;
      await link(tx, one, person, problems);
    }
    // A file gives everybody in it the roles that it says, and so can take the last Admin's away unnoticed.
    if (admins > 0 && (await countAdmins(tx)) === 0)
      problems.push(
        `Nobody would be an Admin any more: the file takes that role from the only one. Give it to somebody ("admin", or e.g. "admin;approver").`,
      );
    if (problems.length > 0) throw new PeopleRefusedError(problems);
    const added = people.filter((p) => !before.has(p.email)).length;
    const digest = digestOf(csv.normalize('NFC'));
    if (written > 0)
      await append(tx, tenant, {
        kind: 'people.imported',
        subject: tenant,
        run: null,
        actor: null,
        body: { people: people.length, added, changed: written - added, digest },
      });
    return { added, changed: written - added, same: people.length - written };
  });
}
