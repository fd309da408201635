import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { TenantId } from '../../core/ids.ts';
import type { Figure, WindowFigures } from '../../core/metrics.ts';
import type { Log } from '../log.ts';
import type { MetricsStore } from '../stores/metrics.ts';

const WINDOW_MS = 3_600_000;
/** Several scrapers, and a scraper that is in a hurry, ask the store no more often than this. */
const FRESH_MS = 15_000;
/** Series have to stay few whatever a deployment grows to; what is left out is counted. */
const MOST_TENANTS = 200;
const MOST_SCOPES = 500;

const SCOPE = ['tenant', 'agent', 'version', 'route'] as const;
type Labels = Record<(typeof SCOPE)[number], string>;

/** Each figure of the last hour, and what it is multiplied by for Prometheus's base units. */
const FIGURES: readonly (readonly [
  name: string,
  help: string,
  of: (w: WindowFigures) => Figure,
  scale: number,
])[] = [
  ['error_ratio', 'Runs that failed, of those that ended', (w) => w.errorRate, 1],
  ['latency_p50_seconds', 'Time at work, without waiting for people', (w) => w.latencyP50Ms, 1e-3],
  ['latency_p95_seconds', 'Time at work, without waiting for people', (w) => w.latencyP95Ms, 1e-3],
  ['cost_usd', 'Spent on models', (w) => w.costMicros, 1e-6],
  ['cost_baseline_ratio', 'Spent, over the same share of a usual day', (w) => w.costAgainstBaseline, 1],
  ['override_ratio', 'Proposals that people declined or edited', (w) => w.overrideRate, 1],
  ['faithfulness', 'Mean of the sampled runs', (w) => w.scores.faithfulness, 1],
  ['guardrail_events', 'Held back or refused', (w) => w.guardrailEvents, 1],
  ['pii_events', 'Personal data found and held back', (w) => w.piiEvents, 1],
  ['pii_leaks', 'Personal data that got out', (w) => w.piiLeaks, 1],
  ['decision_p50_seconds', 'From being asked to the decision', (w) => w.timeToDecisionP50Ms, 1e-3],
  ['decision_p95_seconds', 'From being asked to the decision', (w) => w.timeToDecisionP95Ms, 1e-3],
  ['queue_lag_p95_seconds', 'From being asked for to being admitted', (w) => w.queueLagP95Ms, 1e-3],
  ['dead_letters', 'Could not be processed', (w) => w.deadLetters, 1],
  ['breaker_openings', 'Models and connectors given a rest', (w) => w.breakerOpenings, 1],
];

interface Gauges {
  readonly scoped: readonly Gauge<(typeof SCOPE)[number]>[];
  readonly runs: Gauge<(typeof SCOPE)[number]>;
  readonly unknown: Gauge<(typeof SCOPE)[number] | 'figure'>;
  readonly backlog: Gauge<'tenant' | 'what'>;
  readonly leftOut: Gauge;
}

function createGauges(registers: Registry[]): Gauges {
  const named = (name: string, help: string) => ({ name: `countersign_${name}`, help, registers });
  const lastHour = (name: string, help: string) =>
    new Gauge({ ...named(`agent_${name}`, `${help}, in the last hour`), labelNames: SCOPE });
  return {
    scoped: FIGURES.map(([name, help]) => lastHour(name, help)),
    runs: lastHour('runs', 'Runs that ended'),
    unknown: new Gauge({
      ...named('agent_unknown', '1: the figure cannot be known; no sample at all: nothing happened'),
      labelNames: [...SCOPE, 'figure'],
    }),
    backlog: new Gauge({ ...named('backlog', 'What stands now'), labelNames: ['tenant', 'what'] }),
    leftOut: new Gauge(named('scopes_left_out', 'Scopes beyond what is shown at most')),
  };
}

function show(gauges: Gauges, tenant: TenantId, window: WindowFigures): void {
  const { agent, version, route } = window.scope;
  const labels: Labels = { tenant, agent: agent ?? '', version: version ?? '', route: route ?? '' };
  gauges.runs.set(labels, window.runs);
  for (const [i, [name, , of, scale]] of FIGURES.entries()) {
    const figure = of(window);
    if (figure.state === 'measured') gauges.scoped[i]?.set(labels, figure.value * scale);
    if (figure.state === 'cannot_know') gauges.unknown.set({ ...labels, figure: name }, 1);
  }
}

async function showBacklog(gauges: Gauges, metrics: MetricsStore, tenant: TenantId): Promise<void> {
  const now = await metrics.backlog(tenant);
  const of = (what: string, value: number): void => gauges.backlog.set({ tenant, what }, value);
  of('runs_in_line', now.waiting);
  of('oldest_wait_seconds', (now.oldestWaitMs ?? 0) / 1000);
  of('open_dead_letters', now.openDeadLetters);
  of('pending_approvals', now.pendingApprovals);
}

export interface Exposition {
  /** Prometheus text format 0.0.4: this process, and the figures of every company from the store. */
  text(): Promise<string>;
}

/**
 * What Prometheus reads: names of companies, agents, versions and routes, and numbers; nobody's name, no ids, no text. A
 * store that does not answer leaves out its figures, so that the process itself can still be seen.
 */
export function createExposition({ metrics, log }: { metrics: MetricsStore; log: Log }): Exposition {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = createGauges([registry]);
  const all = [...gauges.scoped, gauges.runs, gauges.unknown, gauges.backlog, gauges.leftOut];
  let [freshAtMs, counting] = [0, Promise.resolve()];

  async function count(): Promise<void> {
    const toMs = Date.now();
    const asked = { fromMs: toMs - WINDOW_MS, toMs, by: ['agent', 'version', 'route'] } as const;
    const tenants = await metrics.tenants();
    let [shown, leftOut] = [0, 0];
    for (const gauge of all) gauge.reset();
    for (const tenant of tenants.slice(0, MOST_TENANTS)) {
      const windows = await metrics.window(tenant, asked);
      for (const window of windows) {
        if (shown < MOST_SCOPES) show(gauges, tenant, window);
        else leftOut += 1;
        shown += 1;
      }
      await showBacklog(gauges, metrics, tenant);
    }
    gauges.leftOut.set(leftOut + Math.max(0, tenants.length - MOST_TENANTS));
  }

  return {
    async text() {
      if (Date.now() - freshAtMs > FRESH_MS) {
        freshAtMs = Date.now();
        counting = count().catch((error: unknown) => {
          for (const gauge of all) gauge.reset();
          log.warn({ err: error }, 'figures could not be counted');
        });
      }
      await counting;
      return registry.metrics();
    },
  };
}
