import type { Finding } from '../../../core/alerts/finding.ts';
import { thresholdFor, type AlertTuning } from '../../../core/alerts/thresholds.ts';
import type { RunId, TenantId } from '../../../core/ids.ts';
import { endedRuns, MEASURES, totalOf, type Series, type Slot } from '../../../core/metrics.ts';
import { OWN } from '../../../core/own-actions.ts';
import type { MetricsStore } from '../../../platform/stores/metrics.ts';
import { alertRules } from '../index.ts';
import { DAY_MS, HOUR_MS, HOURS_BACK_MS, MINUTES_BACK_MS, type AgentHistory } from './history.ts';
import { judge, type Before } from './judge.ts';
import type { AlertRule } from './rule.ts';

const WORST_RUNS = 5;
/** Of what the worst runs are looked for in: a rule that compares weeks names those of the last day. */
const WORST_WITHIN_MS = DAY_MS;

const agentOf = ({ scope }: Series): string => scope.agent ?? '';

/** The version that played most of an agent's latest runs. */
function versionOf(series: readonly Series[], agent: string): string | null {
  const mine = series
    .filter(({ scope }) => scope.agent === agent && scope.version !== null)
    .map(({ scope, slots }) => ({ version: scope.version, runs: endedRuns(totalOf(slots)) }));
  return mine.sort((a, b) => b.runs - a.runs)[0]?.version ?? null;
}

const ENDED = ['run.done', 'run.refused', 'run.failed'] as const;

/** One slot a moment: what is in both lists of an agent belongs together. */
function merged(...all: readonly (readonly Slot[])[]): Slot[] {
  const slots = new Map<number, Slot>();
  for (const slot of all.flat()) {
    const known = slots.get(slot.atMs);
    slots.set(slot.atMs, known ? { ...known, tallies: { ...known.tallies, ...slot.tallies } } : slot);
  }
  return [...slots.values()].sort((a, b) => a.atMs - b.atMs);
}

/** What every agent of a tenant did, as far back as any rule looks: four queries, whatever the number of rules and agents. */
export async function loadHistories(
  metrics: MetricsStore,
  tenant: TenantId,
  atMs: number,
): Promise<AgentHistory[]> {
  const turnMs = Math.floor((atMs - MINUTES_BACK_MS) / HOUR_MS) * HOUR_MS;
  const recent = { fromMs: turnMs, toMs: atMs } as const;
  const before = { toMs: turnMs, step: 'hour', by: ['agent'] } as const;
  const counted = MEASURES.filter((measure) => !['latency', 'queue_lag'].includes(measure));
  const [minutes, versions, hours, spread] = await Promise.all([
    metrics.series(tenant, { ...recent, step: 'minute', by: ['agent'] }),
    metrics.series(tenant, {
      ...recent,
      step: 'hour',
      by: ['agent', 'version'],
      measures: ENDED,
      spread: false,
    }),
    metrics.series(tenant, { ...before, fromMs: turnMs - HOURS_BACK_MS, measures: counted, spread: false }),
    metrics.series(tenant, { ...before, fromMs: turnMs - DAY_MS, measures: ['latency'] }),
  ]);
  const of = (series: readonly Series[], agent: string): readonly Slot[] =>
    series.find((one) => agentOf(one) === agent)?.slots ?? [];
  const agents = new Set([...minutes, ...hours].map(agentOf));
  return [...agents]
    .filter((name) => name !== '' && name !== OWN.agent)
    .sort()
    .map((agent) => ({
      agent,
      version: versionOf(versions, agent),
      minutes: of(minutes, agent),
      hours: merged(of(hours, agent), of(spread, agent)),
    }));
}

export interface Looking {
  readonly tenant: TenantId;
  /** The database's clock; a look at an earlier instant knows nothing of what came later. */
  readonly atMs: number;
  readonly tunings: readonly AlertTuning[];
  /** What was firing at the last look, by fingerprint. */
  readonly firing: ReadonlyMap<string, Before>;
}

async function withWorst(
  metrics: MetricsStore,
  { tenant, atMs }: Looking,
  rule: AlertRule,
  finding: Finding,
): Promise<Finding> {
  const { agent } = finding;
  if (finding.state !== 'firing' || agent === null) return finding;
  const since = finding.sinceMs ?? atMs;
  const fromMs = Math.max(atMs - WORST_WITHIN_MS, Math.min(since, atMs - HOUR_MS));
  const worst = await metrics.worst(tenant, { agent, by: rule.worst, fromMs, toMs: atMs, limit: WORST_RUNS });
  return { ...finding, worstRuns: worst.map(({ run }): RunId => run) };
}

/** What every rule says about every agent of a tenant at one instant. Rules that the tenant switched off say nothing. */
export async function lookAt(metrics: MetricsStore, looking: Looking): Promise<Finding[]> {
  const { tenant, atMs, tunings, firing } = looking;
  const findings: Finding[] = [];
  for (const history of await loadHistories(metrics, tenant, atMs))
    for (const rule of alertRules) {
      const threshold = thresholdFor(rule.name, history.agent, tunings);
      if (threshold === null) continue;
      const before = firing.get(`${rule.name}/${history.agent}`) ?? null;
      const finding = judge(rule, history, threshold, { atMs, before });
      findings.push(await withWorst(metrics, looking, rule, finding));
    }
  return findings;
}
