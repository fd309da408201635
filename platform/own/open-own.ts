import type { RefusalReason } from '../../core/approval/types.ts';
import type { ApprovalId, RunId, TenantId } from '../../core/ids.ts';
import { OWN, OWN_TOOLS, ownSchema } from '../../core/own-actions.ts';
import type { Person } from '../../core/people.ts';
import { authorise } from '../../core/roles.ts';
import type { Detail } from '../../core/detail.ts';
import { askWithin, orRefused, Refused } from '../approvals/open.ts';
import type { ApprovalEdges } from '../approvals/transition.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { lockHead } from '../ledger/append.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { NewApproval, OwnRequest } from '../stores.ts';
import { currentTraceparent } from '../telemetry.ts';
import { OWN_EFFECTS } from './effects.ts';

export type OwnOpened =
  | { readonly ok: true; readonly approval: ApprovalId; readonly run: RunId }
  | { readonly ok: false; readonly reason: RefusalReason; readonly detail: Detail };

const BEFORE = `SELECT a.approval, a.run FROM runs r JOIN approvals a ON a.tenant = r.tenant AND a.run = r.run
  WHERE r.dedupe_key = $1 AND a.root = a.approval`;

/**
 * The run that an approval hangs on. No agent plays it: it waits as long as its approval does, so that `runs`, `cancel` and
 * `verify` know it like any other (docs/decisions/own-actions.md). Restricted: an Operator does not call it off.
 */
const INSERT_RUN = `INSERT INTO runs (tenant, run, agent, agent_version, agent_class, status, environment, requester, team,
    source, dedupe_key, input_label, input_ref, origin, rehearsal, traceparent, budget_micros, started_at)
  VALUES (current_tenant(), $1, $2, $3, 'restricted', 'waiting', 'production', $4, $5, $6, $7, $8, $9, '{}', false, $10, 0,
    now())`;

async function insertOwnRun(tx: TenantTx, run: RunId, n: OwnRequest): Promise<void> {
  const { requester, source, dedupeKey, tool } = n;
  const values = [run, OWN.agent, OWN.version, requester.id, requester.team, source, dedupeKey, tool];
  await tx.rows({ text: INSERT_RUN, values: [...values, `${run}/input`, currentTraceparent()] });
}

/** Rights are read now, whatever the door in front of this said. */
async function mayAsk(
  tx: TenantTx,
  tenant: TenantId,
  { requester, tool, args }: OwnRequest,
): Promise<boolean> {
  const person = await tx.row<Person>({
    text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.person = $1`,
    values: [requester.id],
  });
  const { verb, teamOf } = OWN_TOOLS[tool];
  const on = {
    tenant,
    team: teamOf(args),
    owner: requester.id,
    assigned: false,
    class: 'restricted',
    environment: 'production',
  } as const;
  return person !== null && authorise(person, verb, on, tenant).ok;
}

const toApproval = (run: RunId, { tool, args, title, why, requester, labels }: OwnRequest): NewApproval => ({
  run,
  callId: tool,
  agent: OWN.agent,
  agentVersion: OWN.version,
  connector: OWN.connector,
  tool,
  toolSchemaHash: ownSchema(tool),
  args,
  effect: 'reversible',
  amount: null,
  lowConfidence: false,
  requester: requester.id,
  evidence: {
    title,
    assessment: {
      ...{ score: null, baseRate: null, signals: [], confidence: 1, unsure: '' },
      ...{ recommendation: tool, ask: why },
    },
    sources: [],
    argumentLabels: labels,
    connectorLabel: 'Countersign',
    rehearsal: false,
  },
});

async function opened(
  edges: ApprovalEdges,
  tx: TenantTx,
  tenant: TenantId,
  n: OwnRequest,
): Promise<OwnOpened> {
  const nowMs = await lockHead(tx, tenant);
  const before = await tx.row<{ approval: ApprovalId; run: RunId }>({ text: BEFORE, values: [n.dedupeKey] });
  if (before) return { ok: true, ...before };
  if (!(await mayAsk(tx, tenant, n))) throw new Refused('not_permitted', { verb: OWN_TOOLS[n.tool].verb });
  if (!OWN_TOOLS[n.tool].args.safeParse(n.args).success)
    throw new Refused('arguments_refused', { why: `${n.tool}` });
  const checked = await OWN_EFFECTS[n.tool](tx, { tenant, nowMs, args: n.args, input: n.input });
  if (!checked.ok) throw new Refused(checked.reason, checked.detail);
  const run = newId('run');
  await edges.payloads.put(tx, tenant, `${run}/input`, n.input);
  await insertOwnRun(tx, run, n);
  return { ok: true, run, approval: await askWithin(edges, tx, { tenant, nowMs }, toApproval(run, n)) };
}

/**
 * Asks people to sign a change of Countersign itself, in a person's name. The same request again finds the first. What
 * could not be done, or by nobody be signed, is refused before anybody is asked; then nothing was written.
 */
export async function openOwn(edges: ApprovalEdges, tenant: TenantId, n: OwnRequest): Promise<OwnOpened> {
  return orRefused(edges, tenant, (tx) => opened(edges, tx, tenant, n));
}
