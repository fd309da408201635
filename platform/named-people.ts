import type { PersonId } from '../core/ids.ts';
import type { NamedPerson } from '../core/views.ts';
import type { TenantTx } from './database.ts';

/** What a card may show of people: name, team and how each chat mentions them. */
export async function namedPeople(
  tx: TenantTx,
  ids: readonly PersonId[],
): Promise<ReadonlyMap<PersonId, NamedPerson>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.rows<NamedPerson>({
    name: 'named_people',
    text: `SELECT p.person AS id, p.name, p.team,
        min(i.account) FILTER (WHERE i.platform = 'slack') AS "slackUser",
        min(i.account) FILTER (WHERE i.platform = 'teams') AS "entraObject"
      FROM people p LEFT JOIN chat_identities i ON i.tenant = p.tenant AND i.person = p.person AND i.kind = 'member'
      WHERE p.person = ANY($1) GROUP BY p.person, p.name, p.team`,
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map((r) => [r.id, r]));
}

/** Somebody whose row is gone is still somebody. */
export const nameless = (id: PersonId): NamedPerson => ({
  id,
  name: 'Somebody',
  team: '',
  slackUser: null,
  entraObject: null,
});
