import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { FAILURE_NOT_FOUND, type RunEdgeActivities, type RunRef } from '../../core/activities.ts';
import { digestOf, sha256Text, type JsonObject } from '../../core/canonical-json.ts';
import type { SourceRead, SourceWords } from '../../core/contract.ts';
import type { ToolAnswer } from '../../connectors/client.ts';
import { appendResult, callOf, readConversation, resultSeq, type StoredAnswer } from './conversation.ts';
import { agentOf, finalFailure, runOf, type Edges } from './edges.ts';
import { tellRest } from './rest.ts';
import { inSpan } from './span.ts';

/** A page of text; what is longer is a document to look up, not a reason on a card. */
const LONGEST_PASSAGE = 4_000;

/** What a read tool answers (brief of a connector): the data and where each part of it may be cited from. */
const ReadAnswer = z.object({
  data: z.unknown(),
  sources: z
    .array(
      z.object({
        citation: z.string().min(1).max(60),
        asOf: z.string().max(100).nullable(),
        /** The source's own words, for whoever wants to read them before they sign. */
        passage: z.string().max(LONGEST_PASSAGE).optional(),
      }),
    )
    .max(200),
});

/** More than this would fill the model's attention and the run's budget; the tool should be asked for less. */
const MAX_RESULT_CHARACTERS = 60_000;

interface Call {
  readonly at: RunRef & { turn: number; index: number; callId: string };
  readonly answer: StoredAnswer;
  readonly connector: string;
  readonly tool: string;
  readonly args: JsonObject;
}

/** Reads on the agent's behalf, through the gate. What comes back is untrusted and goes in as a tool's result. */
export function createToolActivities(edges: Edges) {
  return {
    async callTool({ turn, callId, ...ref }) {
      const conversation = await readConversation(edges.stores, ref);
      const answer = conversation.answer(turn);
      const call = callOf(answer, callId);
      const shown = call && answer ? answer.shown[call.planned.tool] : undefined;
      if (!call || !answer || !shown || call.planned.kind !== 'read')
        throw finalFailure(FAILURE_NOT_FOUND, 'The call to make is not in the conversation.');
      const known = conversation.rows.find((row) => row.seq === resultSeq(turn, call.index));
      if (known) return { ok: true };

      const { contract } = agentOf(edges, await runOf(edges, ref));
      const made: Call = {
        at: { ...ref, turn, index: call.index, callId },
        answer,
        connector: shown.connector,
        tool: call.planned.tool,
        args: call.use.input as JsonObject,
      };
      const startedAtMs = edges.nowMs();
      const reply = await inSpan(
        `execute_tool ${made.tool}`,
        {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': made.tool,
          'countersign.run': ref.run,
        },
        () => edges.connectors.call({ tenant: ref.tenant, allowed: contract.tools, ...made }),
        (r) => (r.ok ? {} : { 'error.type': r.kind }),
      );
      const { name: agent, version } = contract;
      const { tenant, run } = ref;
      await tellRest(edges, { tenant, agent, version, run, connector: made.connector, atMs: startedAtMs }, reply); // prettier-ignore
      return finish(edges, made, reply, startedAtMs);
    },
  } satisfies Pick<RunEdgeActivities, 'callTool'>;
}

async function finish(
  edges: Edges,
  call: Call,
  reply: ToolAnswer,
  startedAtMs: number,
): Promise<{ ok: boolean }> {
  const again = !reply.ok && (reply.kind === 'away' || reply.kind === 'in-doubt');
  const result = reply.ok ? readResult(reply.structured, startedAtMs) : null;
  const ok = result?.ok === true;
  const key = `tool-${call.at.turn}-${call.at.callId}`;
  await edges.stores.runs.recordStep(call.at.tenant, call.at.run, {
    key: again ? `${key}-${randomUUID()}` : key,
    parent: call.answer.step,
    kind: 'tool',
    name: call.tool,
    label: result?.ok ? labelOf(result.sources) : reply.ok ? 'answer not usable' : reply.kind,
    ok,
    latencyMs: reply.latencyMs,
    startedAtMs,
    detail: {
      turn: call.at.turn,
      connector: call.connector,
      argsDigest: digestOf(call.args),
      resultDigest: reply.ok ? sha256Text(JSON.stringify(reply.structured)) : null,
      schemaHash: call.answer.shown[call.tool]?.schemaHash ?? null,
      citations: result?.ok ? result.sources.map((source) => source.citation).slice(0, 20) : [],
    },
  });
  if (again)
    throw ApplicationFailure.create({
      message: `${call.connector}: it did not answer`,
      type: 'ConnectorAway',
    });
  if (result?.ok) {
    await appendResult(edges.stores, call.at, { text: result.text, isError: false, sources: result.sources });
    return { ok: true };
  }
  const why = result ? result.why : reply.ok ? 'it answered nothing' : reply.reason;
  await appendResult(edges.stores, call.at, {
    text: `The tool did not help: ${why.replace(/\.$/, '')}.`,
    isError: true,
  });
  return { ok: false };
}

function readResult(
  structured: JsonObject | null,
  readAtMs: number,
): { ok: true; text: string; sources: SourceWords[] } | { ok: false; why: string } {
  const parsed = ReadAnswer.safeParse(structured);
  if (!parsed.success) return { ok: false, why: 'its answer names no data and sources' };
  // The model has the data; the passages repeat parts of it for people.
  const bare = parsed.data.sources.map(({ citation, asOf }) => ({ citation, asOf }));
  const text = JSON.stringify({ ...structured, sources: bare });
  if (text.length > MAX_RESULT_CHARACTERS)
    return { ok: false, why: `its answer is ${text.length} characters long; ask for less` };
  const sources = parsed.data.sources.map((source) => ({ ...source, readAtMs }));
  return { ok: true, text, sources };
}

const labelOf = (sources: readonly SourceRead[]): string =>
  sources.length === 1 ? sources[0]!.citation : `${sources.length} sources`;
