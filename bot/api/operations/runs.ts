import { z } from 'zod';
import { RunId } from '../../../core/ids.ts';
import { PRIORITIES } from '../../../core/intake/priority.ts';
import { beginRun, readInput } from '../../begin-run.ts';
import { cancelRun } from '../../commands/cancel.ts';
import { replayRun } from '../../commands/replay.ts';
import { namedAgent } from '../../named-agent.ts';
import { noteRead } from '../../note-read.ts';
import { receiptFor } from '../../receipt-for.ts';
import { runFor } from '../../run-for.ts';
import { flaggedTo, mayOnRun } from '../../visible-runs.ts';
import { refusal } from '../../words.ts';
import { operation, viaOf, type ApiContext, type Done } from '../operation.ts';
import { NONE, ReceiptOut, RunOut, runOut, TraceOut, traceOut } from '../views.ts';

const Named = z.strictObject({ run: z.string().max(100).describe('The id of a run, run_…') });
type Run = z.input<typeof RunOut>;

/** What was just made or changed, as whoever asked for it may know. */
async function after({ stores, tenant }: ApiContext, run: RunId, made: boolean): Promise<Done<Run>> {
  const view = await stores.runs.view(tenant, run);
  if (view === null) throw new Error('a run that was just recorded cannot be read');
  return { body: runOut(view), ...(made ? { status: 201, location: `/runs/${run}` } : {}) };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const startRun = operation({
  ...{ id: 'startRun', tool: 'start_run', method: 'POST', path: '/runs', permission: 'run', makes: true },
  summary: 'Starts an agent. It does nothing to the world that people did not sign in Slack or Teams.',
  ...{ params: NONE, query: NONE, output: RunOut },
  body: z.strictObject({
    agent: z.string().max(100),
    input: z
      .record(z.string(), z.unknown())
      .describe('As the agent’s contract has it, e.g. {"claim": "CLM-0847"}.'),
    priority: z
      .enum(PRIORITIES)
      .default('normal')
      .describe('Orders your own runs in line; high is for Managers and Admins.'),
  }),
  run: async (context, { agent: name, input, priority }) => {
    const agent = namedAgent(context.agents, name);
    if ('reason' in agent) return { refusal: agent };
    const wanted = { agent, priority, read: (one: typeof agent) => readInput(one, input) };
    const begun = await beginRun(context, context.asked, wanted);
    if ('refusal' in begun) return begun;
    if (!begun.duplicate) return after(context, begun.run, true);
    // The key was used before: for the same, that is the answer; for anything else it is a mistake.
    const before = await context.stores.runs.get(context.tenant, begun.run);
    const first = await context.stores.runs.input(context.tenant, begun.run);
    if (before?.agent !== agent.name || !same(first, begun.input))
      return { refusal: refusal('bad_input', { why: 'key-reused' }), subject: begun.run };
    return after(context, begun.run, false);
  },
});

export const listRuns = operation({
  ...{ id: 'listRuns', tool: 'list_runs', method: 'GET', path: '/runs', permission: 'runs' },
  summary:
    'The runs that you may see, newest first. A page may be short; there are more as long as next_cursor is not null.',
  ...{ params: NONE, body: NONE },
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(100).optional().describe('next_cursor of the page before.'),
  }),
  output: z.object({ runs: z.array(RunOut), next_cursor: z.string().nullable() }),
  run: async (context, { limit, cursor }) => {
    const before = cursor === undefined ? undefined : RunId.safeParse(cursor).data;
    if (cursor !== undefined && before === undefined)
      return { refusal: refusal('bad_input', { why: 'no-cursor' }) };
    const page = await context.stores.runs.list(context.tenant, { limit, ...(before ? { before } : {}) });
    const flagged = await flaggedTo(context, page);
    const runs = page.filter((run) => mayOnRun(context, 'see-output', run, flagged)).map(runOut);
    return { body: { runs, next_cursor: page.length < limit ? null : (page.at(-1)?.run ?? null) } };
  },
});

export const getRun = operation({
  ...{ id: 'getRun', tool: 'get_run', method: 'GET', path: '/runs/{run}', permission: 'see-output' },
  summary: 'How a run stands, and what it came to.',
  ...{ params: Named, query: NONE, body: NONE, output: RunOut },
  run: async (context, { run }) => {
    const view = await runFor(context, 'see-output', run);
    if ('refusal' in view) return view;
    await noteRead(context, viaOf(context), 'output', view.run);
    return { body: runOut(view) };
  },
});

export const getTrace = operation({
  ...{ id: 'getTrace', tool: 'get_trace', method: 'GET', path: '/runs/{run}/trace', permission: 'trace' },
  summary: 'Every step of a run: what was read, what the model did, what it cost.',
  ...{ params: Named, query: NONE, body: NONE, output: TraceOut },
  run: async (context, { run }) => {
    const view = await runFor(context, 'trace', run);
    if ('refusal' in view) return view;
    await noteRead(context, viaOf(context), 'trace', view.run);
    return { body: traceOut(view) };
  },
});

export const getRunReceipt = operation({
  ...{ id: 'getRunReceipt', tool: 'get_run_receipt', method: 'GET', path: '/runs/{run}/receipt' },
  permission: 'verify',
  summary:
    'Everything that is recorded about a run, with its proof: to be checked offline by “countersign verify” and the public key. Needs the verb “trace” too.',
  ...{ params: Named, query: NONE, body: NONE, output: ReceiptOut },
  run: async (context, { run }) => {
    if (!RunId.safeParse(run).success) return { refusal: refusal('not_found') };
    const receipt = await receiptFor(context, run, viaOf(context));
    return 'refusal' in receipt ? receipt : { body: receipt };
  },
});

export const cancel = operation({
  ...{
    id: 'cancelRun',
    tool: 'cancel_run',
    method: 'POST',
    path: '/runs/{run}/cancel',
    permission: 'cancel',
  },
  summary: 'Ends a run and what it asked for. An action that has begun is not undone.',
  ...{ params: Named, query: NONE, body: NONE, output: RunOut },
  run: async (context, { run }) => {
    const view = await cancelRun(context, run);
    return 'refusal' in view ? view : { body: runOut(view) };
  },
});

export const replay = operation({
  ...{
    id: 'replayRun',
    tool: 'replay_run',
    method: 'POST',
    path: '/runs/{run}/replay',
    permission: 'replay',
  },
  summary: 'Runs it again with the same input; from a step on, in the sandbox, where nobody is asked.',
  ...{ params: Named, query: NONE, output: RunOut, makes: true },
  body: z.strictObject({ step: z.int().min(1).max(9_999).optional().describe('Missing: from the start.') }),
  run: async (context, { run, step }) => {
    const started = await replayRun(context, context.asked, {
      run,
      step: step === undefined ? '' : String(step),
    });
    return 'refusal' in started ? started : after(context, started.run, true);
  },
});
