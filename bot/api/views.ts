import { z } from 'zod';
import type { ApprovalView, RunView, WaitingItem } from '../../core/views.ts';

/** What the API answers with, as schemas that its OpenAPI document is made from. Money is in millionths of a US dollar. */
export const NONE = z.strictObject({});

const at = (ms: number): string => new Date(ms).toISOString();
const atOrNull = (ms: number | null): string | null => (ms === null ? null : at(ms));
const Time = z.iso.datetime();
const Who = z.object({ person: z.string(), name: z.string() });

const RUN_STATUSES = ['queued', 'running', 'waiting', 'done', 'refused', 'failed', 'cancelled'] as const;

export const RunOut = z
  .object({
    run: z.string(),
    agent: z.string(),
    agent_version: z.string(),
    status: z.enum(RUN_STATUSES),
    environment: z.enum(['production', 'sandbox']),
    about: z.string().describe('What it is about, in few words.'),
    requester: Who,
    summary: z.string().nullable().describe('What it came to, in words; null until it is over.'),
    rehearsal: z.boolean().describe('Played by the rehearsal model.'),
    cost_usd_micros: z.int(),
    tokens: z.int(),
    created_at: Time,
    finished_at: Time.nullable(),
    approvals: z.array(
      z.object({
        approval: z.string(),
        status: z.string(),
        tool: z.string(),
        signed: z.int(),
        needed: z.int(),
      }),
    ),
  })
  .meta({ id: 'Run' });

export const runOut = (view: RunView): z.input<typeof RunOut> => ({
  ...{ run: view.run, agent: view.agent, agent_version: view.agentVersion, status: view.status },
  ...{ environment: view.environment, about: view.inputLabel, summary: view.summary },
  requester: { person: view.requester.id, name: view.requester.name },
  ...{ rehearsal: view.rehearsal, cost_usd_micros: view.costMicros, tokens: view.tokens },
  ...{ created_at: at(view.createdAtMs), finished_at: atOrNull(view.finishedAtMs) },
  approvals: view.approvals.map(({ id, status, tool, signed, needed }) => ({
    ...{ approval: id, status, tool, signed, needed },
  })),
});

const StepOut = z.object({
  kind: z.enum(['guard', 'model', 'tool', 'approval']),
  name: z.string(),
  label: z.string(),
  ok: z.boolean(),
  model: z.string().nullable(),
  tokens: z.int(),
  cost_usd_micros: z.int(),
  latency_ms: z.int(),
});

export const TraceOut = RunOut.extend({ steps: z.array(StepOut) }).meta({ id: 'Trace' });

export const traceOut = (view: RunView): z.input<typeof TraceOut> => ({
  ...runOut(view),
  steps: view.steps.map(({ kind, name, label, ok, model, tokens, costMicros, latencyMs }) => ({
    ...{ kind, name, label, ok, model, tokens, cost_usd_micros: costMicros, latency_ms: latencyMs },
  })),
});

const Amount = z.object({ currency: z.string(), micros: z.int() });

const ASKED = {
  approval: z.string(),
  version: z.int(),
  action_digest: z.string().describe('SHA-256 of exactly what would run.'),
  title: z.string(),
  agent: z.string(),
  amount: Amount.nullable(),
  signed: z.int(),
  needed: z.int(),
};

export const WaitingOut = z
  .object({ ...ASKED, decide_by: Time, risk: z.enum(['low', 'high']) })
  .meta({ id: 'WaitingApproval' });

export const waitingOut = (item: WaitingItem): z.input<typeof WaitingOut> => ({
  ...{ approval: item.id, version: item.version, action_digest: item.actionDigest, title: item.title },
  ...{ agent: item.agent, amount: item.amount, signed: item.signed, needed: item.needed },
  ...{ decide_by: at(item.decideByMs), risk: item.risk },
});

export const ApprovalOut = z
  .object({
    ...ASKED,
    run: z.string(),
    status: z.string(),
    requester: Who,
    connector: z.string(),
    tool: z.string(),
    args: z.record(z.string(), z.unknown()),
    ask: z.string(),
    confidence: z.number(),
    unsure: z.string(),
    signals: z.array(
      z.object({ name: z.string(), weight: z.number(), text: z.string(), citation: z.string() }),
    ),
    signatures: z.array(
      z.object({ person: z.string(), name: z.string(), at: Time, comment: z.string().nullable() }),
    ),
    created_at: Time,
    decided_at: Time.nullable(),
    executed: z.object({ summary: z.string().nullable(), finished_at: Time.nullable() }).nullable(),
    ledger: z.object({ first: z.int(), last: z.int() }),
  })
  .meta({
    id: 'Approval',
    description: 'To be read. It is signed by a person, in Slack or Teams, never here.',
  });

export function approvalOut({
  state,
  evidence,
  agent,
  people,
  ledger,
}: ApprovalView): z.input<typeof ApprovalOut> {
  const nameOf = (id: ApprovalView['state']['requester']): string => people.get(id)?.name ?? id;
  const { action, execution, progress } = state;
  const { ask, confidence, unsure, signals } = evidence.assessment;
  const signatures = state.signatures.map(({ person, atMs, comment }) => ({
    ...{ person, name: nameOf(person), at: at(atMs), comment },
  }));
  return {
    ...{ approval: state.id, version: state.version, action_digest: state.actionDigest, run: action.run },
    ...{ title: evidence.title, agent, amount: state.amount, status: state.status },
    ...{ signed: progress?.signed ?? state.signatures.length, needed: progress?.needed ?? 0 },
    requester: { person: state.requester, name: nameOf(state.requester) },
    ...{ connector: action.connector, tool: action.tool, args: action.args },
    ...{ ask, confidence, unsure, signals: [...signals], signatures },
    ...{ created_at: at(state.createdAtMs), decided_at: atOrNull(state.decidedAtMs) },
    executed: execution && { summary: execution.summary, finished_at: atOrNull(execution.finishedAtMs) },
    ledger: { first: ledger.first, last: ledger.last },
  };
}

/** A receipt is what “countersign verify” reads, byte for byte; the guide says what is in it. */
export const ReceiptOut = z.looseObject({ v: z.int(), kind: z.string() }).meta({ id: 'Receipt' });
