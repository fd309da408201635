import type { RunOutcome, RunRef, RunStoreActivities } from '../../core/activities.ts';
import { isSampled } from '../../core/sampling.ts';
import { Assessment } from '../../core/contract.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import { appendResult, callOf, readConversation, textOf, turnOf } from './conversation.ts';
import { agentOf, finalFailure, runOf, type Edges } from './edges.ts';
import { FAILURE_NOT_FOUND } from '../../core/activities.ts';
import { notWhilePaused } from './held.ts';
import { findLeaks } from '../../core/personal-data.ts';
import { pickAssessment } from './plan.ts';
import { takeUpRecording } from './recording.ts';
import { tellAnswer } from './questions.ts';
import { isSettled } from './settled.ts';

type StoreEdges = Pick<Edges, 'stores' | 'agents' | 'sampleShare'>;

const ENDED: readonly string[] = ['done', 'refused', 'failed', 'cancelled'];
const MAX_SUMMARY = 600;
const SUMMARY: Readonly<Record<RunOutcome, string>> = {
  done: 'Finished.',
  refused: 'The agent could not do this. A person has to look at it.',
  failed: 'The run failed.',
  cancelled: 'Cancelled.',
};

/** A run's beginning, its waiting and its end, in our own Postgres. */
export function createRunActivities(edges: StoreEdges) {
  return {
    async openRun(ref) {
      const row = await runOf(edges, ref);
      const { contract } = agentOf(edges, row);
      if (row.status === 'queued') {
        await notWhilePaused(edges, ref.tenant, row.agent);
        await takeUpRecording(edges, ref, row);
      }
      const go = !ENDED.includes(row.status) && (await edges.stores.runs.markRunning(ref.tenant, ref.run));
      return {
        agent: row.agent,
        agentVersion: row.agentVersion,
        pattern: contract.pattern,
        maxTurns: contract.maxTurns,
        go,
      };
    },

    async readOutcome({ tenant, approval }) {
      const state = await liveEnd(edges, tenant, approval);
      return { settled: isSettled(state.status), approval: state.id, status: state.status };
    },

    async settleCall({ turn, callId, approval, ...ref }) {
      const call = callOf((await readConversation(edges.stores, ref)).answer(turn), callId);
      if (!call) throw new Error('the call to settle is not in the conversation');
      const state = await liveEnd(edges, ref.tenant, approval);
      // What was signed for one run is no answer to another, be it that run's child.
      if (state.action.run !== ref.run)
        throw finalFailure(FAILURE_NOT_FOUND, `The approval ${approval} is none of this run's.`);
      const at = { ...ref, turn, index: call.index, callId };
      if (!(await settleAnswer(edges, at, state))) await appendResult(edges.stores, at, resultOf(state));
      await edges.stores.runs.markRunning(ref.tenant, ref.run);
    },

    async closeRun({ outcome, reason, ...ref }) {
      if (outcome === 'cancelled') await cancelPending(edges, ref);
      const said = outcome === 'done' ? await lastWords(edges, ref) : null;
      const summary = (reason ?? said ?? SUMMARY[outcome]).slice(0, MAX_SUMMARY);
      const assessment = (await edges.stores.runs.assessment(ref.tenant, ref.run)) ?? null;
      await edges.stores.runs.close(ref.tenant, ref.run, {
        status: outcome,
        summary,
        output: { assessment, text: said },
        sampled: isSampled(ref.run, edges.sampleShare ?? 0),
      });
      if (outcome === 'done') await tellLeak(edges, ref, { said, assessment });
    },
  } satisfies Omit<RunStoreActivities, 'requestApproval'>;
}

/** Looks once more at what went out, whether or not the agent's guardrails are on: what they missed is a leak. */
async function tellLeak(
  edges: StoreEdges,
  ref: RunRef,
  { said, assessment }: { said: string | null; assessment: unknown },
): Promise<void> {
  const parsed = Assessment.safeParse(pickAssessment(assessment));
  const { signals, unsure, ask } = parsed.data ?? { signals: [], unsure: '', ask: '' };
  const texts = [said ?? '', unsure, ask, ...signals.map(({ text }) => text)];
  const found = [...new Set(texts.flatMap(findLeaks))];
  if (found.length === 0) return;
  const { agent, agentVersion: version } = await runOf(edges, ref);
  await edges.stores.events.record(ref.tenant, {
    ...{ agent, version, run: ref.run, kind: 'pii_leak', key: `${ref.run}/output`, detail: { found } },
  });
}

/** An answer goes in as a source that may be cited; personal data that it holds stays out. False: it is none. */
async function settleAnswer(
  edges: StoreEdges,
  at: RunRef & { turn: number; index: number; callId: string },
  state: ApprovalState,
): Promise<boolean> {
  const row = await runOf(edges, at);
  const { contract } = agentOf(edges, row);
  const told = tellAnswer(state, contract.guardrails);
  if (!told || !state.answer) return false;
  const { atMs } = state.answer;
  const { agent, agentVersion: version } = row;
  if (told.leaks.length > 0)
    await edges.stores.events.record(at.tenant, {
      ...{ agent, version, run: at.run, kind: 'pii', key: `${at.run}/answer/${state.id}` },
      detail: { at: 'answer', found: [...told.leaks] },
    });
  if (contract.guardrails)
    await edges.stores.runs.recordStep(at.tenant, at.run, {
      ...{ key: `guard-answer-${state.id}`, parent: null, kind: 'guard', name: 'guard answer' },
      label: told.leaks.length === 0 ? 'pass' : `withheld ${told.leaks.join(', ')}`,
      ...{ ok: told.leaks.length === 0, latencyMs: 0, startedAtMs: atMs },
      detail: { pass: told.leaks.length === 0, approval: state.id },
    });
  const sources = [{ citation: state.id, readAtMs: atMs, asOf: null }];
  await appendResult(edges.stores, at, { text: told.text, isError: false, sources });
  return true;
}

/** Follows edits to the approval that counts. */
async function liveEnd(edges: StoreEdges, tenant: TenantId, from: ApprovalId): Promise<ApprovalState> {
  for (let id = from; ;) {
    const state = await edges.stores.approvals.get(tenant, id);
    if (!state) throw finalFailure(FAILURE_NOT_FOUND, `The approval ${id} is not in the store.`);
    if (state.status !== 'superseded' || !state.supersededBy) return state;
    id = state.supersededBy;
  }
}

/** What the model learns. People's words are quoted as data, without their names: they may hold orders or gossip. */
function resultOf(state: ApprovalState): { text: string; isError: boolean } {
  const comments = state.signatures.flatMap((s) => (s.comment ? [s.comment] : []));
  const edited = state.edits.length > 0;
  const text = JSON.stringify({
    outcome: state.status,
    summary: state.execution?.summary ?? null,
    reference: state.execution?.reference ?? null,
    ...(edited ? { edited_by_people: true, arguments_that_ran: state.action.args } : {}),
    ...(state.declined ? { reason_given_by_a_person: state.declined.reason } : {}),
    ...(comments.length > 0 ? { comments_by_people: comments } : {}),
    note: NOTES[state.status] ?? 'The action did not run.',
  });
  return { text, isError: state.status !== 'executed' };
}

const NOTES: Partial<Record<ApprovalState['status'], string>> = {
  executed: 'The action ran once. Do not propose it again.',
  declined: 'A person declined. Do not propose the same again; finish with a short answer.',
  expired: 'Nobody answered in time. This is not a decline.',
  lapsed: 'It was approved, but could not be run in time. Nothing was done.',
  failed: 'The system refused the action. Nothing was done.',
  unknown: 'It is not known whether the action ran. A person looks into it. Do not propose it again.',
};

async function lastWords(edges: StoreEdges, ref: RunRef): Promise<string | null> {
  const { rows, answer } = await readConversation(edges.stores, ref);
  const last = rows.findLast((row) => row.role === 'assistant');
  const said = last ? answer(turnOf(last.seq)) : null;
  return said ? textOf(said) || null : null;
}

/** A signature must not run an action for a run that was called off; one that has begun is past recall. */
async function cancelPending(edges: StoreEdges, ref: RunRef): Promise<void> {
  const view = await edges.stores.runs.view(ref.tenant, ref.run);
  for (const approval of view?.approvals ?? []) {
    if (approval.status !== 'pending' && approval.status !== 'approved') continue;
    const event = { kind: 'cancel', by: null, reason: 'The run was cancelled.' } as const;
    await edges.stores.approvals.transition(ref.tenant, approval.id, event);
  }
}
