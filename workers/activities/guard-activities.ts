import type { RunEdgeActivities, RunRef } from '../../core/activities.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import { Assessment } from '../../core/contract.ts';
import {
  answerSeq,
  appendText,
  guardSeq,
  readConversation,
  sourcesOf,
  textOf,
  type Conversation,
} from './conversation.ts';
import { agentOf, runOf, type Edges } from './edges.ts';
import type { RunRow } from '../../platform/stores.ts';
import { findLeaks, type Leak } from '../../core/personal-data.ts';
import { pickAssessment, SUBMIT_ASSESSMENT } from './plan.ts';

type GuardEdges = Pick<Edges, 'stores' | 'agents' | 'nowMs'>;
/** `label` is for the trace: what was checked, never what was said. */
type Verdict =
  { pass: true; label: string } | { pass: false; label: string; reason: string; leaks?: readonly Leak[] };

/** What goes into the first model call and what may leave with the last. */
export function createGuardActivities(edges: GuardEdges) {
  return {
    async guardInput(ref) {
      const startedAtMs = edges.nowMs();
      const row = await runOf(edges, ref);
      const { contract } = agentOf(edges, row);
      const parsed = contract.input.safeParse(await edges.stores.runs.input(ref.tenant, ref.run));
      const verdict: Verdict = parsed.success
        ? { pass: true, label: 'pass' }
        : {
            pass: false,
            label: 'input off schema',
            reason: `The input does not fit what ${contract.name} takes.`,
          };
      await record(edges, ref, 'guard in', 'guard-in', verdict, startedAtMs);
      await tellRefusal(edges, ref, row, 'guard-in', verdict);
      if (!parsed.success || !verdict.pass)
        return { pass: false, reason: verdict.pass ? null : verdict.reason };
      const text = `The input of this run, as JSON:\n${JSON.stringify(parsed.data)}`;
      await appendText(edges.stores, ref, answerSeq(0), text);
      return { pass: true, reason: null };
    },

    async guardOutput({ turn, ...ref }) {
      const startedAtMs = edges.nowMs();
      const row = await runOf(edges, ref);
      const { contract } = agentOf(edges, row);
      const conversation = await readConversation(edges.stores, ref);
      const given = (await edges.stores.runs.assessment(ref.tenant, ref.run)) ?? null;
      const verdict = judge(conversation, turn, contract.output.safeParse(given), contract.guardrails);
      await record(edges, ref, 'guard out', `guard-out-${turn}`, verdict, startedAtMs);
      await tellRefusal(edges, ref, row, `guard-out-${turn}`, verdict);
      if (verdict.pass) return { pass: true, reason: null };
      await appendText(edges.stores, ref, guardSeq(turn), verdict.reason);
      return { pass: false, reason: verdict.reason };
    },
  } satisfies Pick<RunEdgeActivities, 'guardInput' | 'guardOutput'>;
}

function judge(
  conversation: Conversation,
  turn: number,
  output: { success: boolean; data?: unknown },
  guardrails: boolean,
): Verdict {
  if (!output.success)
    return {
      pass: false,
      label: 'no assessment',
      reason: `Hand in your assessment with ${SUBMIT_ASSESSMENT} before you answer.`,
    };
  const assessment = Assessment.safeParse(pickAssessment(output.data));
  if (!assessment.success)
    return { pass: false, label: 'assessment off schema', reason: 'The assessment does not fit its schema.' };
  const read = new Set(sourcesOf(conversation).map((source) => source.citation));
  const { signals, unsure, ask } = assessment.data;
  const known = signals.filter((signal) => read.has(signal.citation)).length;
  if (known < signals.length)
    return {
      pass: false,
      label: `${known} of ${signals.length} citations exist`,
      reason: 'A citation was never read.',
    };
  if (guardrails) {
    const answer = conversation.answer(turn);
    const said = [answer ? textOf(answer) : '', unsure, ask, ...signals.map((signal) => signal.text)];
    const leaks = [...new Set(said.flatMap(findLeaks))];
    if (leaks.length > 0)
      return {
        pass: false,
        label: `holds ${leaks.join(', ')}`,
        leaks,
        reason: `The answer or assessment holds personal data (${leaks.join(', ')}). Give both again without it.`,
      };
  }
  return { pass: true, label: `pass, ${known} of ${signals.length} citations` };
}

/** What was held back is an event of the agent; personal data that was found is one of its own. */
async function tellRefusal(
  edges: GuardEdges,
  { tenant, run }: RunRef,
  { agent, agentVersion: version }: RunRow,
  at: string,
  verdict: Verdict,
): Promise<void> {
  if (verdict.pass) return;
  const key = `${run}/${at}`;
  const about = { agent, version, run, key };
  await edges.stores.events.record(tenant, {
    ...about,
    kind: 'guardrail',
    detail: { at, label: verdict.label },
  });
  if (verdict.leaks !== undefined)
    await edges.stores.events.record(tenant, {
      ...about,
      kind: 'pii',
      detail: { at, found: [...verdict.leaks] },
    });
}

async function record(
  edges: GuardEdges,
  ref: RunRef,
  name: string,
  key: string,
  verdict: Verdict,
  startedAtMs: number,
): Promise<void> {
  const detail: JsonObject = { pass: verdict.pass };
  await edges.stores.runs.recordStep(ref.tenant, ref.run, {
    key,
    parent: null,
    kind: 'guard',
    name,
    label: verdict.label,
    ok: verdict.pass,
    latencyMs: edges.nowMs() - startedAtMs,
    startedAtMs,
    detail,
  });
}
