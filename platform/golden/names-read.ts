import { z } from 'zod';
import type { RunId, TenantId } from '../../core/ids.ts';
import { namesOf } from '../../core/personal-data.ts';
import type { TenantTx } from '../database.ts';
import type { Payloads } from '../payloads.ts';

const RESULTS = `SELECT m.ref, p.sealed FROM run_messages m JOIN payloads p USING (tenant, ref)
  WHERE m.run = $1 AND m.role = 'user' ORDER BY m.seq`;

/** What came back from a tool is JSON; everything else in a conversation says no names by itself. */
const Result = z.object({
  content: z.array(z.object({ type: z.string(), content: z.string().optional() }).loose()),
});

function recordsIn(content: unknown): unknown[] {
  const texts = Result.safeParse(content).data?.content.flatMap(({ type, content: text }) =>
    type === 'tool_result' && text !== undefined ? [text] : [],
  );
  return (texts ?? []).flatMap((text) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return [];
    }
  });
}

/** The names of people that a run read in records: of its claim's holder, of whoever is linked to it. */
export async function namesRead(
  tx: TenantTx,
  payloads: Payloads,
  { tenant, run }: { readonly tenant: TenantId; readonly run: RunId },
): Promise<readonly string[]> {
  const rows = await tx.rows<{ ref: string; sealed: Buffer }>({ text: RESULTS, values: [run] });
  const records = rows.flatMap((row) => recordsIn(payloads.open(tenant, row)));
  return [...new Set(records.flatMap(namesOf))];
}
