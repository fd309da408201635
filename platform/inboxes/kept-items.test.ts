import { describe, expect, test } from 'vitest';
import { opened } from '../../core/approval/examples.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import type { Statement, TenantTx } from '../database.ts';
import { createKeptItems, type ItemName } from './kept-items.ts';

const HARBOUR = 'harbour' as TenantId;
const OTHER = 'other' as TenantId;
const named = (id: string, version: number): ItemName => ({ id: id as ApprovalId, version });

/** A transaction that says what it was asked for and gives each approval at its version of now. */
function reading(versions: Readonly<Record<string, number>>, title = 'Pay') {
  const asked: string[][] = [];
  const rows = async ({ values }: Statement) => {
    const ids = values?.[0] as string[];
    asked.push(ids);
    return ids.map((id) => ({ id, version: versions[id], state: opened(), title, ask: '', agent: 'a' }));
  };
  return { asked, tx: { rows } as unknown as TenantTx };
}

describe('what a list says of approvals', () => {
  test('is read once a version, and anew when it rose', async () => {
    const kept = createKeptItems();
    const { asked, tx } = reading({ one: 1, two: 5 });
    await kept.read(tx, HARBOUR, [named('one', 1), named('two', 5)]);
    const again = await kept.read(tx, HARBOUR, [named('one', 1), named('two', 6)]);
    expect(asked).toEqual([['one', 'two'], ['two']]);
    expect([...again.keys()].sort()).toEqual(['one', 'two']);
  });

  test('of one company is never told to another', async () => {
    const kept = createKeptItems();
    await kept.read(reading({ one: 1 }, 'of Harbour').tx, HARBOUR, [named('one', 1)]);
    const { asked, tx } = reading({ one: 1 }, 'of another');
    const items = await kept.read(tx, OTHER, [named('one', 1)]);
    expect(asked).toEqual([['one']]);
    expect(items.get('one' as ApprovalId)?.title).toBe('of another');
  });

  test('is kept for so many, and what was read first leaves first', async () => {
    const kept = createKeptItems(2);
    const { asked, tx } = reading({ one: 1, two: 1, three: 1 });
    for (const id of ['one', 'two', 'three', 'three', 'one']) await kept.read(tx, HARBOUR, [named(id, 1)]);
    expect(asked).toEqual([['one'], ['two'], ['three'], ['one']]);
  });
});
