import type { RunId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';

/** A run that was not asked for in a chat has nowhere to be told. */
const INTEND = `INSERT INTO card_copies (tenant, copy, subject, platform, workspace, conversation, wanted_version)
  SELECT current_tenant(), $2, run, origin->>'platform', origin->>'workspace', origin->>'conversation', 1 FROM runs
  WHERE run = $1 AND origin->>'platform' IN ('slack', 'teams') AND origin->>'workspace' <> ''
    AND origin->>'conversation' <> ''
  ON CONFLICT DO NOTHING RETURNING copy`;

/** The result is told where it was asked for: a copy of the run's card, delivered like any other. */
export async function intendResult(tx: TenantTx, run: RunId): Promise<void> {
  const made = await tx.rows<{ copy: string }>({ text: INTEND, values: [run, newId('cpy')] });
  await sendOut(
    tx,
    made.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
}
