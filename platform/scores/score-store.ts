import type { RunId } from '../../core/ids.ts';
import type { Database } from '../database.ts';
import type { Payloads } from '../payloads.ts';
import type { ScoreStore } from '../stores/scores.ts';

const INSERT = `INSERT INTO run_scores (tenant, run, metric, score, reason, judge, rehearsal)
  SELECT current_tenant(), $1, x.metric, x.score, x.reason, $3, $4
  FROM jsonb_to_recordset($2) AS x (metric text, score float8, reason text) ON CONFLICT DO NOTHING`;

const refOf = (run: RunId, key: string): string => `${run}/judge/${key}`;

/** Scores of live runs in Postgres. */
export const createScoreStore = (db: Database, payloads: Payloads): ScoreStore => ({
  has: (tenant, run) =>
    db.inTenant(tenant, async (tx) => {
      const one = { text: 'SELECT run FROM run_scores WHERE run = $1 LIMIT 1', values: [run] };
      return (await tx.row(one)) !== null;
    }),
  save: (tenant, run, scores, { judge, rehearsal }) =>
    db.inTenant(tenant, async (tx) => {
      await tx.rows({ text: INSERT, values: [run, JSON.stringify(scores), judge, rehearsal] });
    }),
  keepReply: (tenant, run, key, reply) =>
    db.inTenant(tenant, (tx) => payloads.put(tx, tenant, refOf(run, key), reply)),
  reply: (tenant, run, key) =>
    db.inTenant(tenant, async (tx) => {
      const ref = refOf(run, key);
      const row = await tx.row<{ ref: string; sealed: Buffer }>({
        text: 'SELECT ref, sealed FROM payloads WHERE ref = $1',
        values: [ref],
      });
      return row === null ? null : payloads.open(tenant, row);
    }),
});
