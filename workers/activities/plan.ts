import type { ContentBlock } from '@anthropic-ai/sdk/resources/messages';
import type { ModelTurn, PlannedCall } from '../../core/activities.ts';
import { canonicalJson, NotCanonicalError } from '../../core/canonical-json.ts';
import { Assessment, type AgentContract } from '../../core/contract.ts';
import { ASK_PERSON } from '../../core/person-question.ts';
import type { GrantedTool } from '../../connectors/client.ts';
import { MAX_CALLS_A_TURN, type StoredAnswer } from './conversation.ts';
import { whyNotAsk } from './questions.ts';

export const SUBMIT_ASSESSMENT = 'submit_assessment';

export interface PlanInput {
  readonly contract: AgentContract;
  readonly tools: readonly GrantedTool[];
  readonly stop: string | null;
  readonly content: readonly ContentBlock[];
  /** Citations that were read before this answer. */
  readonly read: ReadonlySet<string>;
  /** Whether an assessment was accepted before this answer. */
  readonly assessed: boolean;
  /** Questions put to people before this answer. */
  readonly asked: number;
}

export type Plan = Pick<StoredAnswer, 'turn' | 'replies' | 'correction' | 'assessment'>;

interface CallPlan {
  readonly call: PlannedCall;
  readonly reply: { text: string; isError: boolean } | null;
  readonly assessment?: unknown;
}

/** Decides what an answer of the model may lead to. Nothing that it says is taken on trust. */
export function planTurn(input: PlanInput): Plan {
  const uses = input.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
  const unusable = whyUnusable(input, uses.length);
  if (unusable) return refuseAll(unusable, uses);
  if (uses.length === 0)
    return { turn: { stop: 'answer', calls: [] }, replies: {}, correction: null, assessment: null };
  let assessed = input.assessed;
  const plans = uses.map((use) => {
    const plan = planCall(input, use, assessed);
    if (plan.assessment !== undefined) assessed = true;
    return plan;
  });
  return {
    turn: { stop: 'tools', calls: plans.map((plan) => plan.call) },
    replies: Object.fromEntries(plans.flatMap((p) => (p.reply ? [[p.call.callId, p.reply]] : []))),
    correction: null,
    assessment: plans.findLast((plan) => plan.assessment !== undefined)?.assessment ?? null,
  };
}

function whyUnusable(input: PlanInput, calls: number): { stop: ModelTurn['stop']; why: string } | null {
  const { stop, content, contract } = input;
  if (stop === 'max_tokens' || stop === 'model_context_window_exceeded')
    return {
      stop: 'cut_off',
      why: `Your answer was cut off at ${contract.maxTokensPerCall} tokens. Answer again, shorter.`,
    };
  if (stop === 'refusal')
    return { stop: 'refused', why: 'You declined to answer. If you cannot tell, say so in the assessment.' };
  const questions = content.filter((b) => b.type === 'tool_use' && b.name === ASK_PERSON.tool).length;
  if (questions > 1) return { stop: 'refused', why: 'Ask people one question at a time.' };
  if (calls > MAX_CALLS_A_TURN)
    return { stop: 'refused', why: `You made ${calls} calls at once; ${MAX_CALLS_A_TURN} are allowed.` };
  const ids = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  if (new Set(ids).size !== ids.length) return { stop: 'refused', why: 'Two of your calls had the same id.' };
  const said = content.some((block) => block.type === 'text' && block.text.trim() !== '');
  if (calls === 0 && !said) return { stop: 'refused', why: 'Your answer was empty.' };
  return null;
}

function refuseAll(
  { stop, why }: { stop: ModelTurn['stop']; why: string },
  uses: readonly { id: string; name: string }[],
): Plan {
  return {
    turn: { stop, calls: uses.map(({ id, name }) => ({ callId: id, tool: name, kind: 'refused' })) },
    replies: Object.fromEntries(uses.map(({ id }) => [id, { text: why, isError: true }])),
    correction: why,
    assessment: null,
  };
}

function planCall(
  input: PlanInput,
  use: { id: string; name: string; input: unknown },
  assessed: boolean,
): CallPlan {
  const refuse = (text: string): CallPlan => ({
    call: { callId: use.id, tool: use.name.slice(0, 100), kind: 'refused' },
    reply: { text, isError: true },
  });
  if (use.name === SUBMIT_ASSESSMENT) {
    const taken = takeAssessment(input, use.input);
    if (!taken.ok) return refuse(taken.why);
    return {
      call: { callId: use.id, tool: use.name, kind: 'assessment' },
      reply: { text: 'The assessment is recorded.', isError: false },
      assessment: taken.assessment,
    };
  }
  if (use.name === ASK_PERSON.tool && input.contract.questions) {
    const wrong = whyNotAsk(input, use.input);
    if (wrong) return refuse(wrong);
    return { call: { callId: use.id, tool: use.name, kind: 'action' }, reply: null };
  }
  const tool = input.tools.find((t) => t.name === use.name);
  if (!tool) return refuse(`There is no such tool. There are: ${input.tools.map((t) => t.name).join(', ')}.`);
  const wrong = tool.check(use.input) ?? whyNotCanonical(use.input);
  if (wrong) return refuse(`The arguments cannot be used: ${wrong}.`);
  if (tool.grant.effect === 'read')
    return { call: { callId: use.id, tool: tool.name, kind: 'read' }, reply: null };
  if (!assessed)
    return refuse(`Hand in an assessment with ${SUBMIT_ASSESSMENT} before you propose an action.`);
  return { call: { callId: use.id, tool: tool.name, kind: 'action' }, reply: null };
}

function whyNotCanonical(args: unknown): string | null {
  try {
    canonicalJson(args);
    return null;
  } catch (error) {
    if (error instanceof NotCanonicalError) return error.message;
    throw error;
  }
}

function takeAssessment(
  { contract, read }: PlanInput,
  given: unknown,
): { ok: true; assessment: unknown } | { ok: false; why: string } {
  const parsed = contract.output.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map((i) => `${i.path.join('.') || 'it'}: ${i.message}`);
    return { ok: false, why: `The assessment does not fit its schema: ${issues.join('; ')}.` };
  }
  // Cards show an Assessment whatever an agent adds to it.
  const core = Assessment.safeParse(pickAssessment(parsed.data));
  if (!core.success) return { ok: false, why: 'The assessment does not fit its schema.' };
  const unread = core.data.signals.map((s) => s.citation).filter((citation) => !read.has(citation));
  if (unread.length > 0)
    return {
      ok: false,
      why: `These citations were not read in this run: ${[...new Set(unread)]
        .slice(0, 5)
        .map((c) => JSON.stringify(c))
        .join(', ')}. Cite only what a tool returned as a source.`,
    };
  return { ok: true, assessment: parsed.data };
}

/** The part of an agent's own assessment that every card shows. */
export function pickAssessment(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key in Assessment.shape));
}
