import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { actionDigest } from '../../core/action.ts';
import type { ApprovalEdgeActivities, ApprovalRef } from '../../core/activities.ts';
import type { ApprovalEvent, ApprovalState, ApprovalStatus } from '../../core/approval/types.ts';
import { canonicalJson, digestOf, type JsonObject } from '../../core/canonical-json.ts';
import { isOwn } from '../../core/own-actions.ts';
import { RollBackRequest } from '../../core/versions.ts';
import type { AllowedTools, GrantedTool, ToolAnswer } from '../../connectors/client.ts';
import { approvalOf } from './approval-activities.ts';
import { runOf, type Edges } from './edges.ts';
import { tellRest } from './rest.ts';
import { inSpan } from './span.ts';

type ExecuteEdges = Pick<Edges, 'stores' | 'connectors' | 'agents' | 'nowMs'>;

/** What an action tool answers, and what its look-up answers about an earlier call. */
const Done = z.object({ summary: z.string().min(1), reference: z.string().nullable().default(null) });
const Found = z.object({
  data: z.object({
    found: z.boolean(),
    summary: z.string().default('Found by its correlation id.'),
    reference: z.string().nullable().default(null),
  }),
});

const MAX_SUMMARY = 400;
const again = (why: string): ApplicationFailure =>
  ApplicationFailure.create({ message: why, type: 'ActionNotRunYet' });

/**
 * Runs the signed action (approvals.md, promise 3). The intent is in the ledger before the call; a repeat finds
 * `executing` and either uses the same key again, looks up what happened, or leaves it `unknown` to a person.
 */
export function createExecuteActivities(edges: ExecuteEdges) {
  return {
    async executeAction(ref) {
      const state = await approvalOf(edges, ref);
      if (state.status === 'approved' && isOwn(state.action)) return carryOut(edges, ref, state);
      if (state.status === 'approved') return begin(edges, ref, state);
      if (state.status === 'executing') return resume(edges, ref, state);
      return { status: state.status };
    },
  } satisfies ApprovalEdgeActivities;
}

/** What Countersign does itself is done and recorded in one transaction of our own Postgres: there is no call to make. */
async function carryOut(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  state: ApprovalState,
): Promise<{ status: ApprovalStatus }> {
  return end(edges, ref, {
    kind: 'execute-begin',
    actionDigest: actionDigest(state.action),
    preconditionsHold: isPlayable(edges, state),
  });
}

/** Nobody is rolled back to a version that these workers could not play. */
function isPlayable(edges: ExecuteEdges, { action: { tool, args } }: ApprovalState): boolean {
  if (tool !== 'roll_back_version') return true;
  const to = RollBackRequest.safeParse(args).data;
  return to !== undefined && edges.agents(to.agent, to.to_version) !== null;
}

interface Target {
  readonly allowed: AllowedTools;
  /** Null when the tool is not there, not granted or not this agent's any more. */
  readonly tool: GrantedTool | null;
  readonly sandbox: boolean;
}

/** @throws to be tried again when the connector is away: nothing is begun until its schema was seen. */
async function targetOf(edges: ExecuteEdges, state: ApprovalState): Promise<Target> {
  const { tenant, run, connector, tool } = state.action;
  const row = await runOf(edges, { tenant, run });
  const contract = edges.agents(row.agent, row.agentVersion)?.contract;
  const mine = contract?.tools[connector]?.includes(tool) ?? false;
  const allowed: AllowedTools = mine ? { [connector]: [tool] } : {};
  const sandbox = row.environment === 'sandbox' || contract?.environment === 'sandbox';
  try {
    const [found] = await edges.connectors.tools(tenant, allowed, true);
    return { allowed, tool: found ?? null, sandbox };
  } catch {
    throw again('the connector could not be reached');
  }
}

/** The tool must still be what people were shown: same schema, same effect, arguments that it takes. */
const holds = (state: ApprovalState, { tool, sandbox }: Target): boolean =>
  !sandbox &&
  tool !== null &&
  tool.schemaHash === state.action.toolSchemaHash &&
  tool.grant.effect === state.effect &&
  tool.check(state.action.args) === null &&
  sameAmount(state, tool);

/** Policy was chosen by the recorded amount; after an edit it must still be what the arguments say. */
const sameAmount = (state: ApprovalState, { grant }: GrantedTool): boolean =>
  !grant.amountOf || canonicalJson(grant.amountOf(state.action.args)) === canonicalJson(state.amount);

async function begin(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  state: ApprovalState,
): Promise<{ status: ApprovalStatus }> {
  const target = await targetOf(edges, state);
  const begun = await edges.stores.approvals.transition(ref.tenant, ref.approval, {
    kind: 'execute-begin',
    actionDigest: actionDigest(state.action),
    preconditionsHold: holds(state, target),
  });
  if (!begun.ok) return { status: (await approvalOf(edges, ref)).status };
  return call(edges, ref, begun.state, target);
}

/** A call may have been made whose end nobody wrote down. */
async function resume(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  state: ApprovalState,
): Promise<{ status: ApprovalStatus }> {
  const target = await targetOf(edges, state);
  const tooLate =
    edges.nowMs() - (state.execution?.startedAtMs ?? 0) > state.policy.requirement.executeWithinMs;
  if (tooLate || !holds(state, target))
    return end(edges, ref, {
      kind: 'execute-unknown',
      summary: 'The call was begun, and its end is not known.',
    });
  const { grant } = target.tool!;
  if (!grant.idempotent) return lookUp(edges, ref, state, grant.lookup ?? null);
  const retried = await edges.stores.approvals.transition(ref.tenant, ref.approval, {
    kind: 'execute-retry',
  });
  if (!retried.ok && retried.reason === 'not_borne_out')
    return end(edges, ref, {
      kind: 'execute-unknown',
      summary:
        'The call was begun. The ledger does not say what would be called now, so it was not made again.',
    });
  if (!retried.ok) return { status: (await approvalOf(edges, ref)).status };
  return call(edges, ref, retried.state, target);
}

async function call(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  state: ApprovalState,
  target: Target,
): Promise<{ status: ApprovalStatus }> {
  const { connector, tool, args } = state.action;
  const startedAtMs = edges.nowMs();
  const reply = await inSpan(
    `execute_action ${tool}`,
    { 'gen_ai.tool.name': tool, 'countersign.approval': state.id, 'countersign.run': state.action.run },
    () =>
      edges.connectors.call({
        tenant: ref.tenant,
        allowed: target.allowed,
        connector,
        tool,
        args,
        meta: { idempotencyKey: state.id, correlationId: state.id },
      }),
    (r) => (r.ok ? {} : { 'error.type': r.kind }),
  );
  const inDoubt = !reply.ok && reply.kind === 'in-doubt';
  const retry = target.tool!.grant.idempotent && !reply.ok && (inDoubt || reply.kind === 'away');
  await record(edges, state, reply, startedAtMs, retry);
  await tellRestOf(edges, state, reply, startedAtMs);
  if (retry) throw again('the system did not answer; the same key is used again');
  if (inDoubt) return lookUp(edges, ref, state, target.tool!.grant.lookup ?? null);
  return end(edges, ref, outcomeOf(reply));
}

/** In the name of whose action it was. */
async function tellRestOf(
  edges: ExecuteEdges,
  { action }: ApprovalState,
  reply: ToolAnswer,
  atMs: number,
): Promise<void> {
  if (reply.ok || reply.opened !== true) return;
  const { tenant, run, connector, agentVersion: version } = action;
  const { agent } = await runOf(edges, { tenant, run });
  await tellRest(edges, { tenant, agent, version, run, connector, atMs }, reply);
}

function outcomeOf(reply: ToolAnswer): ApprovalEvent {
  if (!reply.ok)
    return { kind: 'execute-failed', summary: `Nothing was done: ${reply.reason}`.slice(0, MAX_SUMMARY) };
  const done = Done.safeParse(reply.structured);
  return {
    kind: 'execute-done',
    summary: done.success
      ? done.data.summary.slice(0, MAX_SUMMARY)
      : 'The system confirmed it without a summary.',
    reference: done.success ? done.data.reference : null,
  };
}

/** Never a blind retry: what cannot be found out is for a person to decide. */
async function lookUp(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  state: ApprovalState,
  lookup: string | null,
): Promise<{ status: ApprovalStatus }> {
  const doubt: ApprovalEvent = {
    kind: 'execute-unknown',
    summary: 'The call was made, and whether it took effect is not known.',
  };
  if (!lookup) return end(edges, ref, doubt);
  const { connector } = state.action;
  const startedAtMs = edges.nowMs();
  const reply = await edges.connectors.call({
    tenant: ref.tenant,
    allowed: { [connector]: [lookup] },
    connector,
    tool: lookup,
    args: { correlation_id: state.id },
    meta: { correlationId: state.id },
  });
  await tellRestOf(edges, state, reply, startedAtMs);
  if (!reply.ok && (reply.kind === 'away' || reply.kind === 'in-doubt'))
    throw again('the look-up did not answer');
  const found = reply.ok ? Found.safeParse(reply.structured) : null;
  if (!found?.success) return end(edges, ref, doubt);
  const { found: happened, summary, reference } = found.data.data;
  // "Not found" may mean "not yet": the call may still be on its way, so it is a doubt as well.
  return end(edges, ref, happened ? { kind: 'execute-done', summary, reference } : doubt);
}

async function end(
  edges: ExecuteEdges,
  ref: ApprovalRef,
  event: ApprovalEvent,
): Promise<{ status: ApprovalStatus }> {
  const ended = await edges.stores.approvals.transition(ref.tenant, ref.approval, event);
  return { status: ended.ok ? ended.state.status : (await approvalOf(edges, ref)).status };
}

async function record(
  edges: ExecuteEdges,
  state: ApprovalState,
  reply: ToolAnswer,
  startedAtMs: number,
  retry: boolean,
): Promise<void> {
  const { tenant, run, connector, tool, toolSchemaHash, args } = state.action;
  const detail: JsonObject = {
    connector,
    approval: state.id,
    actionDigest: state.actionDigest,
    argsDigest: digestOf(args),
    schemaHash: toolSchemaHash,
    outcome: reply.ok ? 'done' : reply.kind,
  };
  await edges.stores.runs.recordStep(tenant, run, {
    key: retry ? `execute-${state.id}-${randomUUID()}` : `execute-${state.id}`,
    parent: null,
    kind: 'tool',
    name: tool,
    label: reply.ok ? 'ran, as signed' : reply.kind,
    ok: reply.ok,
    latencyMs: reply.latencyMs,
    startedAtMs,
    detail,
  });
}
