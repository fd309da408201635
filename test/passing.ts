import type { ApprovalId } from '../core/ids.ts';
import type { TestStores } from './test-stores.ts';

/** Lets hours go by for one approval, as if it had been asked for, and everything about it done, that much earlier. */
export async function letPass({ as }: TestStores, approval: ApprovalId, hours: number): Promise<void> {
  const superuser = await as('superuser');
  const { rows } = await superuser.query<{ state: Record<string, unknown> }>(
    'SELECT state FROM approvals WHERE approval = $1',
    [approval],
  );
  const earlier = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((one) => earlier(one));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, earlier(one, name)]));
    return /(?:At|until|since)Ms$/i.test(key) && typeof value === 'number'
      ? value - hours * 3_600_000
      : value;
  };
  await superuser.query(
    `UPDATE approvals SET state = $2, created_at = created_at - $3 * interval '1 hour' WHERE approval = $1`,
    [approval, JSON.stringify(earlier(rows[0]?.state)), hours],
  );
}
