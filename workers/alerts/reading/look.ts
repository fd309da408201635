import type { Finding } from '../../../core/alerts/finding.ts';
import { thresholdFor, type AlertTuning } from '../../../core/alerts/thresholds.ts';
import { groupBy } from '../../../core/group-by.ts';
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
const versionOf = (recent: readonly Series[]): string | null =>
  recent
    .flatMap(({ scope: { version }, slots }) =>
      version === null ? [] : [{ version, runs: endedRuns(totalOf(slots)) }],
    )
    .sort((a, b) => b.runs - a.runs)[0]?.version ?? null;

/** One slot a moment, whatever the number of versions. */
function together(series: readonly Series[]): readonly Slot[] {
  const [only, ...others] = series;
  if (only === undefined || others.length === 0) return only?.slots ?? [];
  const slots = groupBy(
    series.flatMap((one) => one.slots),
    ({ atMs }) => atMs,
  );
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([atMs, same]) => ({ atMs, spanMs: same[0]?.spanMs ?? 0, tallies: totalOf(same) }));
}

/** One slot a moment: what is in both lists of an agent belongs together. */
function merged(...all: readonly (readonly Slot[])[]): Slot[] {
  const slots = new Map<number, Slot>();
  for (const slot of all.flat()) {
    const known = slots.get(slot.atMs);
    slots.set(slot.atMs, known ? { ...known, tallies: { ...known.tallies, ...slot.tallies } } : slot);
  }
  return [...slots.values()].sort((a, b) => a.atMs - b.atMs);
}

type InForce = ReadonlyMap<string, readonly string[]>;

/** What an agent's versions in force did; nothing where it is not known which they are. */
function ofThose(
  versions: readonly string[] | undefined,
  minutes: readonly Series[],
  hours: readonly Series[],
): Pick<AgentHistory, 'inForce'> {
  if (versions === undefined) return {};
  const play = ({ scope: { version } }: Series): boolean => version !== null && versions.includes(version);
  const playing = minutes.filter(play);
  return {
    inForce: {
      ...{ version: versionOf(playing), minutes: together(playing), hours: together(hours.filter(play)) },
    },
  };
}

/** What every agent of a tenant did, as far back as any rule looks: three queries, whatever the number of rules and agents. */
export async function loadHistories(
  metrics: MetricsStore,
  { tenant, atMs, inForce }: Pick<Looking, 'tenant' | 'atMs' | 'inForce'>,
): Promise<AgentHistory[]> {
  const turnMs = Math.floor((atMs - MINUTES_BACK_MS) / HOUR_MS) * HOUR_MS;
  const before = { toMs: turnMs, step: 'hour' } as const;
  const by = ['agent', 'version'] as const;
  const counted = MEASURES.filter((measure) => !['latency', 'queue_lag'].includes(measure));
  const [minutes, hours, spread] = await Promise.all([
    metrics.series(tenant, { fromMs: turnMs, toMs: atMs, step: 'minute', by }),
    metrics.series(tenant, {
      ...{ ...before, fromMs: turnMs - HOURS_BACK_MS, by },
      ...{ measures: counted, spread: false },
    }),
    metrics.series(tenant, { ...before, fromMs: turnMs - DAY_MS, by: ['agent'], measures: ['latency'] }),
  ]);
  const [recent, earlier] = [groupBy(minutes, agentOf), groupBy(hours, agentOf)];
  const slow = new Map(spread.map((one) => [agentOf(one), one.slots]));
  return [...new Set([...recent.keys(), ...earlier.keys()])]
    .filter((name) => name !== '' && name !== OWN.agent)
    .sort()
    .map((agent) => {
      const [late, early] = [recent.get(agent) ?? [], earlier.get(agent) ?? []];
      return {
        ...{ agent, version: versionOf(late), minutes: together(late) },
        hours: merged(together(early), slow.get(agent) ?? []),
        ...ofThose(inForce?.get(agent), late, early),
      };
    });
}

export interface Looking {
  readonly tenant: TenantId;
  /** The database's clock; a look at an earlier instant knows nothing of what came later. */
  readonly atMs: number;
  readonly tunings: readonly AlertTuning[];
  /** What was firing at the last look, by fingerprint. */
  readonly firing: ReadonlyMap<string, Before>;
  /** Which versions of an agent play new runs now; missing: nobody says. */
  readonly inForce?: InForce;
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
  const { atMs, tunings, firing } = looking;
  const findings: Finding[] = [];
  for (const history of await loadHistories(metrics, looking))
    for (const rule of alertRules) {
      const threshold = thresholdFor(rule.name, history.agent, tunings);
      if (threshold === null) continue;
      const before = firing.get(`${rule.name}/${history.agent}`) ?? null;
      const finding = judge(rule, history, threshold, { atMs, before });
      findings.push(await withWorst(metrics, looking, rule, finding));
    }
  return findings;
}
