import { z } from 'zod';
import type { Passage } from '../core/contract.ts';
import type { RunId, TenantId } from '../core/ids.ts';
import type { Stores } from '../platform/stores.ts';

/** As much of a stored message as says what a tool's answer may be cited from. */
const Answer = z.looseObject({
  sources: z.array(z.looseObject({ citation: z.string(), passage: z.string().optional() })).default([]),
});

/**
 * What a run's tools answered, in the words of these sources only; one that was read twice is as it was read last. Nothing
 * else of a conversation leaves its seal for a person to read.
 */
export async function readPassages(
  { runs }: Pick<Stores, 'runs'>,
  { tenant, run }: { readonly tenant: TenantId; readonly run: RunId },
  citations: readonly string[],
): Promise<Passage[]> {
  const latest = new Map<string, string>();
  for (const { role, content } of await runs.messages(tenant, run)) {
    const read = role === 'user' ? Answer.safeParse(content) : null;
    for (const { citation, passage } of read?.data?.sources ?? [])
      if (passage !== undefined && citations.includes(citation)) latest.set(citation, passage);
  }
  return [...latest].map(([citation, text]) => ({ citation, text }));
}
