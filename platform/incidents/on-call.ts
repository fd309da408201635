import type { PersonId } from '../../core/ids.ts';
import { LADDER, type Ladder, type Rung } from '../../core/incident/types.ts';
import type { TenantTx } from '../database.ts';

/** Who is on call at an instant, in the transaction's tenant: first, second, and the manager above them. */
export type WhoIsOnCall = (tx: TenantTx, atMs: number) => Promise<Ladder>;

const SOMEBODY = `SELECT person FROM people WHERE active AND roles && ARRAY['manager','admin']
  ORDER BY NOT roles @> ARRAY['manager'], created_at, person LIMIT 1`;

/** Where no rotation says otherwise: a Manager, else an Admin, so that somebody is asked at all. */
export const withoutRotation: WhoIsOnCall = async (tx) => {
  const row = await tx.row<{ person: PersonId }>({ text: SOMEBODY });
  return row ? { manager: row.person } : {};
};

/** Whoever left since the rotation was made is passed over, and named as gone. */
export async function present(tx: TenantTx, ladder: Ladder): Promise<Ladder> {
  const named = LADDER.flatMap((rung) => ladder[rung] ?? []);
  const rows = await tx.rows<{ person: PersonId }>({
    name: 'still_here',
    text: 'SELECT person FROM people WHERE active AND person = ANY($1)',
    values: [named],
  });
  const here = new Set(rows.map(({ person }) => person));
  const standing: Partial<Record<Rung, PersonId>> = {};
  const gone: Partial<Record<Rung, readonly PersonId[]>> = { ...ladder.gone };
  for (const rung of LADDER) {
    const person = ladder[rung];
    if (person === undefined) continue;
    if (here.has(person)) standing[rung] = person;
    else gone[rung] = [...(gone[rung] ?? []), person];
  }
  return { ...standing, ...(Object.keys(gone).length === 0 ? {} : { gone }) };
}
