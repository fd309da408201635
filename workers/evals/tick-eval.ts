import type { EvalFault } from '../../core/evals/evaluation.ts';
import { withOwnCases } from '../../core/evals/own-cases.ts';
import type { EvalId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { GoldenCase } from '../../evals/case.ts';
import { compareMarks } from '../../evals/compare.ts';
import type { CaseResult } from '../../evals/graders.ts';
import { gradeCase } from '../../evals/run-cases.ts';
import { LineFullError } from '../../platform/intake/line-limits.ts';
import { RunRefusedError } from '../../platform/runs/why-not-start.ts';
import type { CaseRun, EvalView } from '../../platform/stores.ts';
import { caseRunKey } from '../../platform/stores/evals.ts';
import type { Agent, Edges } from '../activities/edges.ts';
import { caseResultOf } from './case-result.ts';
import { goldenSetOf } from './golden-set.ts';

/** Cases that run at the same time: people's own runs come first. */
const AT_ONCE = 4;
/** A run that is not over by then is a failed case, so that one that hangs does not hold up the others for good. */
const CASE_LIMIT_MS = 15 * 60_000;
const LOOK_AGAIN_MS = 1_000;

interface Playing {
  readonly edges: Pick<Edges, 'stores' | 'agents'>;
  readonly tenant: TenantId;
  readonly id: EvalId;
  readonly row: EvalView;
  readonly agent: Agent;
  readonly requester: Person;
}

type Ready = { readonly playing: Playing } | { readonly why: EvalFault };

/** Marks of other words, or other cases, than were asked for would be marks of something else. */
async function ready(edges: Playing['edges'], tenant: TenantId, id: EvalId, row: EvalView): Promise<Ready> {
  const installed = edges.agents(row.agent, row.agentVersion);
  if (installed === null) return { why: 'version-gone' };
  const own = await edges.stores.golden.accepted(tenant, row.agent);
  const set = withOwnCases(installed.contract, goldenSetOf(installed, row.rehearsal), own);
  const agent = { ...installed, cases: [...(installed.cases ?? []), ...own] };
  if (set.casesHash !== row.casesHash || set.promptHash !== row.promptHash) return { why: 'cases-changed' };
  const { stopped, paused } = await edges.stores.switches.read(tenant);
  if (stopped !== null) return { why: 'tenant-stopped' };
  if (paused.has(row.agent)) return { why: 'agent-paused' };
  const requester = row.requester === null ? null : await edges.stores.people.person(tenant, row.requester);
  if (requester === null) return { why: 'asker-gone' };
  return { playing: { edges, tenant, id, row, agent, requester } };
}

/** Null: it is not over yet. */
async function resultOf(
  { edges, tenant }: Playing,
  { run, over, ageMs }: CaseRun,
): Promise<CaseResult | null> {
  const tooLong = !over && ageMs > CASE_LIMIT_MS;
  if (!over && !tooLong) return null;
  const view = await edges.stores.runs.view(tenant, run);
  if (view === null) return null;
  const result = await caseResultOf(edges.stores, tenant, run, view);
  return tooLong
    ? { ...result, failure: `The run did not end in ${CASE_LIMIT_MS / 60_000} minutes.` }
    : result;
}

async function mark(playing: Playing, golden: GoldenCase, begun: CaseRun): Promise<boolean> {
  const result = await resultOf(playing, begun);
  if (result === null) return false;
  const { id: caseId, ...graded } = gradeCase(golden, result);
  await playing.edges.stores.evals.saveResult(playing.tenant, playing.id, {
    ...{ ...graded, caseId, run: begun.run, latencyMs: Math.round(graded.latencyMs) },
  });
  return true;
}

/** In the sandbox, where actions are only recorded, after everything that people ask for themselves. */
async function begin(
  { edges, tenant, id, row, agent, requester }: Playing,
  golden: GoldenCase,
): Promise<void> {
  await edges.stores.runs.create(tenant, {
    agent: agent.contract,
    input: agent.contract.input.parse(golden.input),
    requester,
    source: 'eval',
    dedupeKey: caseRunKey(id, golden.id),
    environment: 'sandbox',
    rehearsal: row.rehearsal,
    origin: {},
    priority: 'low',
  });
}

/** True while everything that waits may be begun; a line that is full is asked again with the next look. */
async function beginAll(playing: Playing, waiting: readonly GoldenCase[]): Promise<void> {
  for (const golden of waiting)
    try {
      await begin(playing, golden);
    } catch (error) {
      // what was switched off since is said by the next look
      if (error instanceof LineFullError || error instanceof RunRefusedError) return;
      throw error;
    }
}

async function end({ edges, tenant, id, row }: Playing): Promise<void> {
  const { evals } = edges.stores;
  const before = await evals.before(tenant, { agent: row.agent, rehearsal: row.rehearsal, eval: id });
  const comparison =
    before === null
      ? null
      : compareMarks(await evals.marks(tenant, before.eval), await evals.marks(tenant, id));
  // of no shared case there is no difference to keep
  const kept = comparison === null || comparison.shared === 0 ? null : comparison;
  await evals.finish(tenant, id, { status: 'done', comparison: kept });
}

/**
 * One look at an evaluation: what ended is marked, once; what waits is begun as far as there is room; after the last mark
 * it is over. Everything that it knows lies in Postgres, so anybody may go on with it at any time.
 */
export async function tickEval(
  edges: Playing['edges'],
  tenant: TenantId,
  id: EvalId,
): Promise<{ over: boolean; nextInMs: number } | null> {
  const { evals } = edges.stores;
  const row = await evals.view(tenant, id);
  if (row === null) return null;
  const over = { over: true, nextInMs: 0 };
  if (row.status !== 'running') return over;
  const begun = await ready(edges, tenant, id, row);
  if ('why' in begun) {
    await evals.finish(tenant, id, { status: 'failed', why: begun.why });
    return over;
  }
  const { playing } = begun;
  const cases = playing.agent.cases ?? [];
  const marks = await evals.marks(tenant, id);
  const open = cases.filter((golden) => !Object.hasOwn(marks, golden.id));
  const runs = new Map(
    (
      await evals.caseRuns(
        tenant,
        id,
        open.map((golden) => golden.id),
      )
    ).map((one) => [one.caseId, one]),
  );
  let left = open.length;
  let atWork = 0;
  for (const golden of open) {
    const one = runs.get(golden.id);
    if (one === undefined) continue;
    if (await mark(playing, golden, one)) left -= 1;
    else atWork += 1;
  }
  if (left === 0) {
    await end(playing);
    return over;
  }
  const waiting = open.filter((golden) => !runs.has(golden.id));
  await beginAll(playing, waiting.slice(0, Math.max(0, AT_ONCE - atWork)));
  return { over: false, nextInMs: LOOK_AGAIN_MS };
}
