import { JudgeError, verdictOf, verdictsOf } from '../metrics/verdict.ts';
import type { Ask } from './ask.ts';
import { put } from './put.ts';
import { TOOLS } from './tools.ts';

/** What is to be decided about each item, from the evidence. */
export interface Decision {
  readonly task: string;
  readonly evidence: string;
  readonly items: readonly string[];
  /** Two items whose verdicts are known: the first must get 1, the second 0. */
  readonly controls: readonly [sure: string, never: string];
}

/** Where a control stands among the items: not always at the end, and the same for the same items. */
const placeOf = (items: readonly string[], salt: number): number =>
  [...items.join('')].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 9973, salt) %
  (items.length + 1);

/**
 * One verdict an item. Among them stand two controls: text in the material that talks the judge into calling everything
 * good, or bad, makes it miss one of them, and then none of its verdicts is used.
 * @throws JudgeError `canary` when a control is missed, `wrong_count` when an item is left out
 */
export async function decide(ask: Ask, { task, evidence, items, controls }: Decision): Promise<(0 | 1)[]> {
  if (items.length === 0) return [];
  const [sure, never] = controls;
  const mixed = items.map((text) => ({ text, role: 'item' as 'item' | 'sure' | 'never' }));
  mixed.splice(placeOf(items, 7), 0, { text: sure, role: 'sure' });
  mixed.splice(placeOf(items, 3), 0, { text: never, role: 'never' });
  const shown = mixed.map(({ text }, i) => ({ item: i + 1, text }));
  const said = await put(ask, { tool: TOOLS.verdicts, task, material: { evidence, items: shown } });
  const byItem = new Map(said.verdicts.map(({ item, verdict }) => [item, verdict]));
  if (byItem.size !== mixed.length || said.verdicts.length !== mixed.length)
    throw new JudgeError('wrong_count', `${said.verdicts.length} verdicts on ${mixed.length} items`);
  const of = (role: 'item' | 'sure' | 'never') =>
    mixed.flatMap((one, i) => (one.role === role ? [verdictOf(byItem.get(i + 1))] : []));
  if (of('sure')[0] !== 1 || of('never')[0] !== 0)
    throw new JudgeError('canary', 'the judge missed an item whose verdict is known');
  return verdictsOf(of('item'), items.length);
}
