import type { RunRef, RunStoreActivities } from '../../core/activities.ts';
import { whyNobodyCouldRead } from '../../core/action-limits.ts';
import { ASK_PERSON } from '../../core/person-question.ts';
import { whySentence } from '../../core/sentences.ts';
import { canonicalJson, digestOf, type JsonObject } from '../../core/canonical-json.ts';
import { Assessment, type AgentContract, type Evidence } from '../../core/contract.ts';
import type { GrantOf } from '../../connectors/client.ts';
import type { RunRow, StoredMessage } from '../../platform/stores.ts';
import {
  appendResult,
  callOf,
  readConversation,
  resultSeq,
  sourcesOf,
  type Conversation,
  type StoredAnswer,
  type StoredInput,
} from './conversation.ts';
import { agentOf, runOf, type Edges } from './edges.ts';
import { pickAssessment } from './plan.ts';
import { questionRow } from './questions.ts';

type Asked = {
  approval: Awaited<ReturnType<RunStoreActivities['requestApproval']>>['approval'];
  fault: boolean;
};

interface Proposal {
  readonly at: RunRef & { turn: number; index: number; callId: string };
  readonly row: RunRow;
  readonly contract: AgentContract;
  readonly answer: StoredAnswer;
  readonly tool: string;
  readonly args: JsonObject;
}

/** Turns a proposed action into a question to people; what nobody could sign goes back to the model as an error. */
export function createAskActivities(edges: Pick<Edges, 'stores' | 'connectors' | 'agents' | 'nowMs'>) {
  return {
    async requestApproval({ turn, callId, ...ref }) {
      const conversation = await readConversation(edges.stores, ref);
      const answer = conversation.answer(turn);
      const call = callOf(answer, callId);
      if (!answer || !call || call.planned.kind !== 'action')
        throw new Error('the action to ask for is not in the conversation');
      const known = conversation.rows.find((row) => row.seq === resultSeq(turn, call.index));
      if (known) return { approval: null, fault: isOurRefusal(known) };
      const row = await runOf(edges, ref);
      const { contract } = agentOf(edges, row);
      const at = { ...ref, turn, index: call.index, callId };
      const args = call.use.input as JsonObject;
      if (call.planned.tool === ASK_PERSON.tool && contract.questions)
        return askPerson(edges, conversation, { at, row, contract, args });
      return ask(edges, conversation, { at, row, contract, answer, tool: call.planned.tool, args });
    },
  } satisfies Pick<RunStoreActivities, 'requestApproval'>;
}

async function ask(
  edges: Pick<Edges, 'stores' | 'connectors' | 'nowMs'>,
  conversation: Conversation,
  proposal: Proposal,
): Promise<Asked> {
  const { at, row, contract, answer, tool, args } = proposal;
  const refuse = async (why: string): Promise<Asked> => {
    await appendResult(edges.stores, at, { text: `${NOBODY_ASKED} ${why}`, isError: true });
    return { approval: null, fault: true };
  };
  const shown = answer.shown[tool];
  const may = shown && edges.connectors.grantOf(at.tenant, contract.tools, shown.connector, tool);
  if (!shown || !may || may.grant.effect === 'read') return refuse('there is no such action for this agent.');
  const assessment = Assessment.safeParse(
    pickAssessment(await edges.stores.runs.assessment(at.tenant, at.run)),
  );
  if (!assessment.success) return refuse('hand in an assessment first.');
  const wrong = whyUnshowable(may, args);
  if (wrong) return refuse(wrong);
  if (row.environment === 'sandbox' || contract.environment === 'sandbox')
    return recordOnly(edges, proposal, may);

  const opened = await edges.stores.approvals.open(at.tenant, {
    run: at.run,
    // A model may give two turns' calls one id; people are asked about each.
    callId: `${at.turn}-${at.callId}`,
    agent: row.agent,
    agentVersion: row.agentVersion,
    connector: shown.connector,
    tool,
    toolSchemaHash: shown.schemaHash,
    args,
    effect: may.grant.effect,
    amount: may.grant.amountOf?.(args) ?? null,
    lowConfidence: assessment.data.confidence < contract.confidenceThreshold,
    requester: row.requester,
    evidence: evidenceOf(conversation, assessment.data, may, args, row.rehearsal, tool),
  });
  if (!opened.ok) return refuse(opened.reason);
  await edges.stores.runs.recordStep(at.tenant, at.run, {
    key: `ask-${at.turn}-${at.callId}`,
    parent: null,
    kind: 'approval',
    name: tool,
    label: 'asks people to sign',
    ok: true,
    latencyMs: 0,
    startedAtMs: edges.nowMs(),
    detail: { approval: opened.approval, turn: at.turn },
  });
  await edges.stores.runs.markWaiting(at.tenant, at.run);
  return { approval: opened.approval, fault: false };
}

const NOBODY_ASKED = 'Nobody was asked:';

/** Whether the model asked wrongly. What people or a system answered, in a recording, is an error result and no fault. */
const isOurRefusal = (row: StoredMessage): boolean =>
  (row.content as StoredInput).content.some(
    (block) => block.type === 'tool_result' && String(block.content).startsWith(NOBODY_ASKED),
  );

function whyUnshowable(may: GrantOf, args: JsonObject): string | null {
  canonicalJson(args);
  const unlabelled = Object.keys(args).find((name) => !Object.hasOwn(may.grant.argumentLabels ?? {}, name));
  if (unlabelled !== undefined)
    return `the card has no words for the argument ${JSON.stringify(unlabelled)}, so it cannot be shown.`;
  const why = whyNobodyCouldRead(args);
  return why === null ? null : whySentence(why);
}

const titleOf = (may: GrantOf, args: JsonObject, tool: string): string =>
  may.grant.titleOf?.(args) ?? `Run ${tool}`;

/** A question to people: the same row and clock as a request to sign, and the run waits the same way. */
async function askPerson(
  edges: Pick<Edges, 'stores' | 'nowMs'>,
  conversation: Conversation,
  { at, row, contract, args }: Pick<Proposal, 'at' | 'row' | 'contract' | 'args'>,
): Promise<Asked> {
  const told = async (text: string, fault: boolean): Promise<Asked> => {
    await appendResult(edges.stores, at, { text, isError: fault });
    return { approval: null, fault };
  };
  const { tool } = ASK_PERSON;
  const step = (label: string, detail: JsonObject) =>
    edges.stores.runs.recordStep(at.tenant, at.run, {
      ...{ key: `ask-${at.turn}-${at.callId}`, parent: null, kind: 'approval', name: tool, label },
      ...{ ok: true, latencyMs: 0, startedAtMs: edges.nowMs(), detail: { ...detail, turn: at.turn } },
    });
  if (row.environment === 'sandbox' || contract.environment === 'sandbox') {
    await step('sandbox: nobody was asked', { argsDigest: digestOf(args) });
    const note = 'This is the sandbox: nobody was asked and nobody will answer. Go on without an answer.';
    return told(JSON.stringify({ outcome: 'recorded', note }), false);
  }
  const question = questionRow({ at, row, contract }, conversation, args);
  if (question === null) return told('Nobody was asked: the question cannot be read.', true);
  const opened = await edges.stores.approvals.open(at.tenant, question);
  if (!opened.ok) return told(`Nobody was asked: ${opened.reason}`, true);
  await step('asks a person', { approval: opened.approval });
  await edges.stores.runs.markWaiting(at.tenant, at.run);
  return { approval: opened.approval, fault: false };
}

/** The sandbox plays everything but the effect. */
async function recordOnly(
  edges: Pick<Edges, 'stores' | 'nowMs'>,
  { at, tool, args, answer }: Proposal,
  may: GrantOf,
): Promise<Asked> {
  await edges.stores.runs.recordStep(at.tenant, at.run, {
    key: `ask-${at.turn}-${at.callId}`,
    parent: null,
    kind: 'approval',
    name: tool,
    label: 'sandbox: recorded, not run',
    ok: true,
    latencyMs: 0,
    startedAtMs: edges.nowMs(),
    detail: { argsDigest: digestOf(args), connector: answer.shown[tool]?.connector ?? null, turn: at.turn },
  });
  const title = titleOf(may, args, tool);
  await edges.stores.runs.saveProposal(at.tenant, at.run, `${at.turn}-${at.callId}`, title);
  const text = JSON.stringify({
    outcome: 'recorded',
    note: `This is the sandbox: ${may.connectorLabel} was not touched and nobody was asked. Finish as if it were decided.`,
  });
  await appendResult(edges.stores, at, { text, isError: false });
  return { approval: null, fault: false };
}

function evidenceOf(
  conversation: Conversation,
  assessment: Assessment,
  may: GrantOf,
  args: JsonObject,
  rehearsal: boolean,
  tool: string,
): Evidence {
  const cited = new Set(assessment.signals.map((signal) => signal.citation));
  // A record read twice is as fresh as its last reading.
  const latest = new Map(sourcesOf(conversation).map((source) => [source.citation, source]));
  const labels = Object.entries(may.grant.argumentLabels ?? {}).filter(([name]) => Object.hasOwn(args, name));
  return {
    title: titleOf(may, args, tool),
    assessment,
    // Their words stay sealed with the conversation.
    sources: [...latest.values()]
      .filter((source) => cited.has(source.citation))
      .map(({ citation, readAtMs, asOf }) => ({ citation, readAtMs, asOf })),
    argumentLabels: Object.fromEntries(labels),
    connectorLabel: may.connectorLabel,
    rehearsal,
  };
}
