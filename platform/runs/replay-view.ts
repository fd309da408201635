import { z } from 'zod';
import type { RunId, TenantId } from '../../core/ids.ts';
import type { ReplayView, RunOutline, RunView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import type { Payloads } from '../payloads.ts';

export interface ReplayColumns {
  readonly replayOf: RunId | null;
  readonly replayFrom: string | null;
}

interface Row {
  readonly run: RunId;
  readonly agentVersion: string;
  readonly status: RunView['status'];
  readonly costMicros: number;
  readonly assessmentRef: string | null;
}

interface StepRow {
  readonly key: string;
  readonly name: string;
  readonly recorded: boolean;
}

const RUN = `SELECT run, agent_version AS "agentVersion", status, cost_micros AS "costMicros",
  assessment_ref AS "assessmentRef" FROM runs WHERE run = $1`;
const STEPS = `SELECT key, name, coalesce((detail->>'recorded')::boolean, false) AS recorded
  FROM run_steps WHERE run = $1 ORDER BY started_at, seq`;
/** An edit's successor stands for what it replaced. */
const ASKED = `SELECT call_id AS "callId", evidence->>'title' AS title FROM approvals
  WHERE run = $1 AND status <> 'superseded' ORDER BY created_at, approval`;
const RECORDED = `SELECT ref, sealed FROM payloads WHERE ref > $1 || '/proposal/' AND ref < $1 || '/proposal0'
  ORDER BY created_at, ref`;

const Assessed = z.object({ recommendation: z.string(), score: z.number().nullable() });

interface Asked {
  /** Turn and call, as in the key of the step that asked. */
  readonly callId: string;
  readonly title: string;
}

interface Parts {
  readonly tx: TenantTx;
  readonly payloads: Payloads;
  readonly tenant: TenantId;
}

/** What a run asked people for, then what the sandbox only recorded. */
async function askedBy({ tx, payloads, tenant }: Parts, run: RunId): Promise<Asked[]> {
  const asked = await tx.rows<Asked>({ text: ASKED, values: [run] });
  const recorded = await tx.rows<{ ref: string; sealed: Buffer }>({ text: RECORDED, values: [run] });
  return [
    ...asked,
    ...recorded.map((one) => ({
      callId: one.ref.slice(`${run}/proposal/`.length),
      title: String(payloads.open(tenant, one)),
    })),
  ];
}

interface Played {
  readonly row: Row;
  readonly steps: readonly StepRow[];
  readonly asked: readonly Asked[];
  readonly assessment: unknown;
}

async function played(parts: Parts, run: RunId): Promise<Played | null> {
  const { tx, payloads, tenant } = parts;
  const row = await tx.row<Row>({ text: RUN, values: [run] });
  if (!row) return null;
  const { assessmentRef } = row;
  return {
    row,
    steps: await tx.rows<StepRow>({ text: STEPS, values: [run] }),
    asked: await askedBy(parts, run),
    assessment: assessmentRef === null ? null : await payloads.get(tx, tenant, assessmentRef),
  };
}

function outlineOf({ row, steps, assessment }: Played, asked: readonly Asked[]): RunOutline {
  const { run, agentVersion, status, costMicros } = row;
  const assessed = Assessed.safeParse(assessment).data;
  return {
    run,
    agentVersion,
    status,
    costMicros,
    steps: steps.map(({ name }) => name),
    recommendation: assessed?.recommendation ?? null,
    score: assessed?.score ?? null,
    proposals: asked.map(({ title }) => title),
  };
}

/** A run beside the one that it repeats; null when it repeats none. */
export async function viewReplay(
  parts: Parts,
  run: RunId,
  { replayOf, replayFrom }: ReplayColumns,
): Promise<ReplayView | null> {
  if (replayOf === null) return null;
  const [first, again] = [await played(parts, replayOf), await played(parts, run)];
  if (first === null || again === null) return null;
  // What was asked for before the two part is a proposal of both.
  const taken = new Set(again.steps.flatMap(({ key, recorded }) => (recorded ? [key] : [])));
  const shared = first.asked.filter(({ callId }) => taken.has(`ask-${callId}`));
  const at = first.steps.findIndex(({ key }) => key === replayFrom);
  return {
    from: at < 0 ? null : { number: at + 1, name: first.steps[at]?.name ?? '' },
    first: outlineOf(first, first.asked),
    again: outlineOf(again, [...shared, ...again.asked]),
  };
}
