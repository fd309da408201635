import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import {
  FAILURE_MODEL_REFUSED_US,
  type ModelTurn,
  type RunEdgeActivities,
  type RunRef,
} from '../../core/activities.ts';
import { digestOf, sha256Text, type JsonObject } from '../../core/canonical-json.ts';
import type { AgentContract, ModelTier } from '../../core/contract.ts';
import type { GrantedTool } from '../../connectors/client.ts';
import type { ModelReply, ModelRequest } from '../models/models.ts';
import { MODEL_OF_TIER, priceOf } from '../models/prices.ts';
import { holdToBudget, reserve } from './budget.ts';
import {
  answerSeq,
  appendResult,
  appendText,
  correctionSeq,
  readConversation,
  sourcesOf,
  toMessages,
  toolUses,
  type Conversation,
  type StoredAnswer,
} from './conversation.ts';
import { agentOf, finalFailure, runOf, type Agent, type Edges } from './edges.ts';
import { notWhileStopped } from './held.ts';
import { planTurn } from './plan.ts';
import { questionsSoFar } from './questions.ts';
import { inSpan } from './span.ts';
import { offeredTools, systemPrompt } from './system-prompt.ts';

type Good = ModelReply & { ok: true };

const STEP_NAME: Readonly<Record<ModelTier, string>> = {
  classification: 'classify',
  reasoning: 'reason',
  synthesis: 'answer',
};

/** The model's side of a run. One answer a turn, kept before anything follows from it. */
export function createModelActivities(edges: Edges) {
  return {
    async callModel({ turn, ...ref }) {
      const before = await readConversation(edges.stores, ref);
      const known = before.answer(turn);
      if (known) return settle(edges, { ...ref, turn }, known);

      await notWhileStopped(edges, ref.tenant);
      const row = await runOf(edges, ref);
      const agent = agentOf(edges, row);
      const tools = await toolsOf(edges, ref, agent.contract);
      const { reply, step } = await ask(edges, { ...ref, turn }, agent, tools, before);
      const content = await decide(edges, ref, agent.contract, tools, before, reply, step);
      await edges.stores.runs.appendMessage(ref.tenant, ref.run, {
        seq: answerSeq(turn),
        role: 'assistant',
        content,
      });
      // Another attempt may have been first: what is stored counts, not what we hold.
      const stored = (await readConversation(edges.stores, ref)).answer(turn);
      if (!stored) throw new Error('the answer was not stored');
      return settle(edges, { ...ref, turn }, stored);
    },
  } satisfies Pick<RunEdgeActivities, 'callModel'>;
}

async function toolsOf(edges: Edges, ref: RunRef, contract: AgentContract): Promise<readonly GrantedTool[]> {
  const tools = await edges.connectors.tools(ref.tenant, contract.tools).catch(() => {
    throw ApplicationFailure.create({ message: 'a connector could not be reached', type: 'ConnectorAway' });
  });
  for (const { connector, name, schemaHash } of tools)
    await edges.stores.events.sawSchema(ref.tenant, {
      agent: contract.name,
      connector,
      tool: name,
      schemaHash,
    });
  return tools;
}

/** Puts right what follows from a stored answer at once; every write finds its place taken on a repeat. */
async function settle(edges: Edges, at: RunRef & { turn: number }, answer: StoredAnswer): Promise<ModelTurn> {
  if (answer.assessment !== null)
    await edges.stores.runs.saveAssessment(at.tenant, at.run, answer.assessment);
  const uses = toolUses(answer);
  for (const [index, use] of uses.entries()) {
    const reply = answer.replies[use.id];
    if (reply) await appendResult(edges.stores, { ...at, index, callId: use.id }, reply);
  }
  if (answer.correction !== null && uses.length === 0)
    await appendText(edges.stores, at, correctionSeq(at.turn), answer.correction);
  return answer.turn;
}

async function decide(
  edges: Edges,
  ref: RunRef,
  contract: AgentContract,
  tools: readonly GrantedTool[],
  before: Conversation,
  reply: Good,
  step: string,
): Promise<StoredAnswer> {
  const assessed = (await edges.stores.runs.assessment(ref.tenant, ref.run)) ?? null;
  const plan = planTurn({
    contract,
    tools,
    stop: reply.stop,
    content: reply.content,
    read: new Set(sourcesOf(before).map((source) => source.citation)),
    assessed: assessed !== null,
    asked: questionsSoFar(before),
  });
  const shown = Object.fromEntries(
    tools.map((tool) => [tool.name, { connector: tool.connector, schemaHash: tool.schemaHash }]),
  );
  return { model: reply.model, stop: reply.stop, content: [...reply.content], step, shown, ...plan };
}

/** The tier's model, then the fallback; each attempt is held to the budget first and recorded after. */
async function ask(
  edges: Edges,
  at: RunRef & { turn: number },
  agent: Agent,
  tools: readonly GrantedTool[],
  before: Conversation,
): Promise<{ reply: Good; step: string }> {
  const { contract } = agent;
  const models = [...new Set([contract.model ?? MODEL_OF_TIER[contract.tier], contract.fallbackModel])];
  let last: ModelReply | null = null;
  for (const [attempt, model] of models.entries()) {
    const request: ModelRequest = {
      model,
      system: systemPrompt(agent.prompt),
      messages: toMessages(before),
      tools: offeredTools(contract, tools),
      maxTokens: contract.maxTokensPerCall,
      timeoutMs: contract.maxLatencyMsPerCall,
    };
    holdToBudget(contract, await runOf(edges, at), reserve(request));
    const startedAtMs = edges.nowMs();
    const reply = await inSpan(
      `chat ${model}`,
      { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': model, 'countersign.run': at.run },
      () => edges.models.ask(request),
      describe,
    );
    const step = await record(edges, at, contract, request, reply, { attempt, startedAtMs });
    if (!reply.ok && reply.opened)
      await edges.stores.events.record(at.tenant, {
        ...{ agent: contract.name, version: contract.version, run: at.run, kind: 'breaker' },
        ...{ key: `${at.run}/${step}`, detail: { model, failure: reply.kind } },
      });
    if (reply.ok) return { reply, step };
    last = reply;
    if (reply.kind === 'refused')
      throw finalFailure(FAILURE_MODEL_REFUSED_US, `The model could not be asked: ${reply.reason}.`);
  }
  throw ApplicationFailure.create({
    message: `no model answered: ${last && !last.ok ? last.reason : 'none is configured'}`,
    type: 'ModelAway',
    ...(last && !last.ok && last.retryInMs ? { nextRetryDelay: last.retryInMs } : {}),
  });
}

const describe = (reply: ModelReply): Record<string, string | number> =>
  reply.ok
    ? {
        'gen_ai.response.model': reply.model,
        'gen_ai.usage.input_tokens': reply.usage.inputTokens,
        'gen_ai.usage.output_tokens': reply.usage.outputTokens,
        'countersign.cost_micros': reply.costMicros,
      }
    : { 'error.type': reply.kind };

async function record(
  edges: Edges,
  at: RunRef & { turn: number },
  contract: AgentContract,
  request: ModelRequest,
  reply: ModelReply,
  when: { attempt: number; startedAtMs: number },
): Promise<string> {
  // Not idempotent on purpose: a call that is made again is paid for again, so it is counted again.
  const key = `model-${at.turn}-${randomUUID()}`;
  const detail: JsonObject = {
    turn: at.turn,
    promptHash: sha256Text(request.system),
    messagesHash: digestOf(request.messages),
    toolsHash: digestOf(request.tools),
    // The Messages API of these models takes no temperature; the provider's default applies.
    temperature: null,
    maxTokens: request.maxTokens,
    maxLatencyMs: request.timeoutMs,
    fallback: when.attempt > 0,
    tier: contract.tier,
    agentVersion: contract.version,
  };
  const common = {
    key,
    parent: null,
    kind: 'model' as const,
    name: STEP_NAME[contract.tier],
    latencyMs: reply.latencyMs,
    startedAtMs: when.startedAtMs,
    model: request.model,
  };
  if (reply.ok) {
    const { usage, costMicros } = reply;
    await edges.stores.runs.recordStep(at.tenant, at.run, {
      ...common,
      label: labelOf(reply),
      ok: true,
      inputTokens: usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens,
      outputTokens: usage.outputTokens,
      cachedTokens: usage.cacheReadTokens,
      costMicros,
      detail: { ...detail, stop: reply.stop, answeredBy: reply.model },
    });
    return key;
  }
  // A call cut off in time may still be billed for its prompt; nobody tells us, so it is assumed.
  const inputTokens = reply.kind === 'timeout' ? reserve(request).inputTokens : 0;
  const usage = { inputTokens, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  await edges.stores.runs.recordStep(at.tenant, at.run, {
    ...common,
    label: reply.reason,
    ok: false,
    inputTokens,
    costMicros: priceOf(request.model, usage),
    detail: { ...detail, failure: reply.kind, estimated: inputTokens > 0 },
  });
  return key;
}

function labelOf(reply: Good): string {
  const calls = reply.content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
  if (calls.length === 0) return reply.stop === 'max_tokens' ? 'cut off' : 'answers';
  return calls.length === 1 ? `asks for ${calls[0]!.slice(0, 60)}` : `asks for ${calls.length} tools`;
}
