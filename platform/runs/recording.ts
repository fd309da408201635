import type { RunId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import type { Payloads } from '../payloads.ts';

interface Recording {
  readonly of: RunId;
  readonly seqs: readonly number[];
  readonly steps: readonly string[];
}

const MESSAGES = `SELECT m.seq, m.role, m.ref, p.sealed FROM run_messages m JOIN payloads p USING (tenant, ref)
  WHERE m.run = $1 AND m.seq = ANY($2) ORDER BY m.seq`;

/** What the recording holds was paid for once, so it costs nothing and takes no time here. */
const STEPS = `INSERT INTO run_steps (tenant, run, key, parent, kind, name, label, ok, model, detail, started_at)
  SELECT tenant, $1, key, parent, kind, name, label, ok, model, detail || '{"recorded":true}', started_at
  FROM run_steps WHERE run = $2 AND key = ANY($3) ORDER BY started_at, seq
  ON CONFLICT DO NOTHING`;

const PUT_MESSAGE = `INSERT INTO run_messages (tenant, run, seq, role, ref) VALUES (current_tenant(), $1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/** Copies the beginning of one run into another. Each text is sealed anew: a seal is bound to its place. */
export async function takeRecording(
  tx: TenantTx,
  payloads: Payloads,
  tenant: TenantId,
  run: RunId,
  { of, seqs, steps }: Recording,
): Promise<void> {
  const rows = await tx.rows<{ seq: number; role: string; ref: string; sealed: Buffer }>({
    text: MESSAGES,
    values: [of, seqs],
  });
  for (const { seq, role, ...payload } of rows) {
    const ref = `${run}/message/${seq}`;
    await payloads.put(tx, tenant, ref, payloads.open(tenant, payload));
    await tx.rows({ text: PUT_MESSAGE, values: [run, seq, role, ref] });
  }
  await tx.rows({ text: STEPS, values: [run, of, steps] });
}
