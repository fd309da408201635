import pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import { ALERT_RULES, type AlertRuleName } from '../core/alerts/thresholds.ts';
import { REOPENS_WITHIN_MS, STAYS_CLEAR_MS } from '../core/incident/limits.ts';
import { totalOf, type Slot } from '../core/metrics.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { alertRules } from '../workers/alerts/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../workers/alerts/reading/history.ts';
import { judge, type Before } from '../workers/alerts/reading/judge.ts';
import { lookAt } from '../workers/alerts/reading/look.ts';
import { historyAt, playStory, STORY_BEGINS_MS, type Story, type Strength } from './world/alert-histories.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
import { plantRuns } from './world/plant-runs.ts';
import { percentile, rounded } from './world/statistics.ts';

/** How long a fault of this kind lasts at least before anybody could say so, and how it is looked at. */
const UNIT_MS: Readonly<Record<AlertRuleName, number>> = {
  'error-rate': HOUR_MS,
  'cost-spike': DAY_MS,
  faithfulness: 12 * HOUR_MS,
  'pii-leak': HOUR_MS,
  slow: HOUR_MS,
  overrides: DAY_MS,
  'eval-falling': 5 * DAY_MS,
  'eval-worse': 7 * DAY_MS,
  'cost-week': 9 * DAY_MS,
  'tool-pattern': HOUR_MS,
  'input-drift': HOUR_MS,
};

interface Shape {
  readonly name: string;
  readonly strength: (unitMs: number) => Strength;
  readonly traffic: number;
  /** Hours into the day on which it begins, a working day unless said. */
  readonly hour: number;
  readonly weekend?: true;
}

const during =
  (unitMs: number, full: number): Strength =>
  (sinceMs) =>
    sinceMs < unitMs ? full : 0;
const shape = (name: string, strength: Shape['strength'], more: Partial<Shape> = {}): Shape => ({
  ...{ name, strength, traffic: 3, hour: 10 },
  ...more,
});

/** Ten ways in which a fault comes. */
const SHAPES: readonly Shape[] = [
  shape('at once', (unit) => during(unit, 1)),
  shape('half of it', (unit) => during(unit, 0.6)),
  shape('twice as long', (unit) => during(2 * unit, 0.8)),
  shape('a ramp', (unit) => (since) => (since < unit ? Math.min(1, (3 * since) / unit) : 0)),
  shape(
    'on and off',
    (unit) => (since) => (since < unit && Math.floor((since * 12) / unit) % 3 !== 2 ? 1 : 0),
  ),
  shape('a little, then all', (unit) => (since) => (since < unit / 4 ? 0.3 : since < unit ? 1 : 0)),
  shape('by night', (unit) => during(unit, 1), { hour: 2, traffic: 6 }),
  shape('at the weekend', (unit) => during(unit, 1), { weekend: true, traffic: 6 }),
  shape('busy', (unit) => during(unit, 1), { traffic: 10 }),
  shape('few runs', (unit) => during(unit, 1), { traffic: 1.5 }),
];

/** It takes days of falling to be falling: each day is worse than the one before, by more or less. */
const falling =
  (shapeOf: Shape, place: number): Strength =>
  (sinceMs) =>
    Math.min(1, (0.14 + 0.02 * place) * (1 + Math.floor(sinceMs / DAY_MS))) *
    (sinceMs < UNIT_MS['eval-falling'] ? 1 : 0) *
    (shapeOf.traffic > 0 ? 1 : 0);

const byHour = (minutes: readonly Slot[]): Slot[] => {
  const hours = new Map<number, Slot[]>();
  for (const slot of minutes) {
    const at = Math.floor(slot.atMs / HOUR_MS) * HOUR_MS;
    hours.set(at, [...(hours.get(at) ?? []), slot]);
  }
  return [...hours].map(([atMs, slots]) => ({ atMs, spanMs: HOUR_MS, tallies: totalOf(slots) }));
};

interface Fired {
  readonly rule: AlertRuleName;
  readonly atMs: number;
  /** It was over not long ago: the incident opens again in its thread, and is no new one. */
  readonly again: boolean;
}

/** Looks every minute from one instant to another, as the schedule does, and notes what begins to fire. */
function lookThrough(
  minutes: readonly Slot[],
  fromMs: number,
  toMs: number,
  only: AlertRuleName | null,
): Fired[] {
  const hours = byHour(minutes);
  const before = new Map<AlertRuleName, Before>();
  const endedAt = new Map<AlertRuleName, number>();
  const fired: Fired[] = [];
  const rules = alertRules.filter(({ name }) => only === null || name === only);
  for (let atMs = fromMs; atMs <= toMs; atMs += MINUTE_MS) {
    const history = historyAt(minutes, hours, atMs);
    for (const rule of rules) {
      const known = before.get(rule.name) ?? null;
      const { state, sinceMs } = judge(rule, history, ALERT_RULES[rule.name].threshold, {
        atMs,
        before: known,
      });
      if (state === 'clear' && known) {
        before.delete(rule.name);
        endedAt.set(rule.name, atMs);
      }
      if (state !== 'firing' || known) continue;
      before.set(rule.name, { sinceMs });
      const clearForMs = atMs - (endedAt.get(rule.name) ?? -Infinity);
      // What is back before it stayed clear long enough was never over.
      if (clearForMs > STAYS_CLEAR_MS)
        fired.push({ rule: rule.name, atMs, again: clearForMs <= STAYS_CLEAR_MS + REOPENS_WITHIN_MS });
    }
  }
  return fired;
}

const FAULT_DAY = 18;

/** When the rule's condition held first, to the second: the same rows, looked at every second from the fault on. */
function conditionAt(story: Story, minutes: readonly Slot[], firedAtMs: number): number {
  const rule = alertRules.find(({ name }) => name === story.fault?.rule);
  if (!rule || !story.fault) return firedAtMs;
  const hours = byHour(minutes);
  // What a minute held is spread over it evenly, so that a look inside the minute sees the part that has passed.
  let lastClear = story.fault.atMs;
  for (let atMs = story.fault.atMs; atMs <= firedAtMs; atMs += MINUTE_MS) {
    const reading = rule.read(historyAt(minutes, hours, atMs), ALERT_RULES[rule.name].threshold, atMs);
    if (reading.state === 'measured' && reading.over) return lastClear;
    lastClear = atMs;
  }
  return lastClear;
}

interface Replay {
  readonly rule: AlertRuleName;
  readonly shape: string;
  readonly fires: number;
  readonly reopens: number;
  readonly delayMs: number | null;
  /** At most: from the last look at which the condition did not hold. */
  readonly afterConditionMs: number | null;
}

function replay(rule: AlertRuleName, one: Shape, place: number): Replay {
  const unitMs = UNIT_MS[rule];
  const dayOf = FAULT_DAY + (one.weekend ? 2 : 0);
  const atMs = STORY_BEGINS_MS + dayOf * DAY_MS + (rule === 'eval-falling' ? 0 : one.hour * HOUR_MS);
  const strength = rule === 'eval-falling' ? falling(one, place) : one.strength(unitMs);
  const traffic = rule === 'eval-falling' ? Math.max(4, one.traffic) : one.traffic;
  const story: Story = { seed: 1_000 + place, traffic, days: dayOf + 12, fault: { rule, atMs, strength } };
  const minutes = playStory(story);
  const end = atMs + Math.min(2 * unitMs + 2 * HOUR_MS, 11 * DAY_MS);
  const fired = lookThrough(minutes, atMs - 2 * HOUR_MS, end, rule);
  const first = fired[0]?.atMs ?? null;
  return {
    ...{ rule, shape: one.name, fires: fired.filter(({ again }) => !again).length },
    reopens: fired.filter(({ again }) => again).length,
    delayMs: first === null ? null : first - atMs,
    afterConditionMs: first === null ? null : first - conditionAt(story, minutes, first),
  };
}

interface Summary {
  readonly severity: string;
  readonly found: string;
  readonly once: string;
  readonly reopened: number;
  readonly delayMinutesP50: number;
  readonly delayMinutesWorst: number;
  readonly secondsAfterConditionWorst: number;
}

function summed(rule: AlertRuleName, replays: readonly Replay[]): Summary {
  const found = replays.filter(({ fires }) => fires > 0);
  const delays = found.map(({ delayMs }) => (delayMs ?? 0) / MINUTE_MS);
  return {
    severity: ALERT_RULES[rule].severity,
    found: `${found.length}/${replays.length}`,
    reopened: replays.reduce((sum, { reopens }) => sum + reopens, 0),
    once: `${replays.filter(({ fires }) => fires === 1).length}/${replays.length}`,
    delayMinutesP50: percentile(delays, 0.5),
    delayMinutesWorst: Math.max(...delays),
    secondsAfterConditionWorst: Math.max(
      ...found.map(({ afterConditionMs }) => (afterConditionMs ?? 0) / 1000),
    ),
  };
}

/** A month in which nothing is wrong, with as much and as little to do as there is. */
function quietMonth(traffic: number, days: number): { alarms: Fired[]; looks: number } {
  const minutes = playStory({ seed: 77 + traffic * 10, traffic, days: 17 + days, fault: null });
  const fromMs = STORY_BEGINS_MS + 17 * DAY_MS;
  const toMs = fromMs + days * DAY_MS;
  return { alarms: lookThrough(minutes, fromMs, toMs, null), looks: (toMs - fromMs) / MINUTE_MS };
}

/** Rules over many runs in a real store, and how soon rows that break a rule are seen. */
async function overStore(stack: Stack, say: Say, runs: number) {
  const { tenant } = EXAMPLE;
  const { metrics } = stack.stores;
  const db = new pg.Pool({ connectionString: databaseUrl(stack, 'countersign'), max: 2 });
  try {
    say(`  planting ${runs} runs, to look at them`);
    await plantRuns(db, { tenant, runs, days: 30 });
    while ((await metrics.roll(tenant)) > 0);
    const look = async (): Promise<{ ms: number; firing: readonly string[] }> => {
      const startedAt = performance.now();
      const findings = await lookAt(metrics, { tenant, atMs: Date.now(), tunings: [], firing: new Map() });
      const firing = findings.filter(({ state }) => state === 'firing').map(({ fingerprint }) => fingerprint);
      return { ms: performance.now() - startedAt, firing };
    };
    const took: number[] = [];
    for (let i = 0; i < 20; i += 1) took.push((await look()).ms);
    const quiet = (await look()).firing;
    const at = 'finished_at = now(), status = $2';
    await db.query(`UPDATE runs SET ${at} WHERE tenant = $1 AND run IN (SELECT run FROM runs WHERE tenant = $1 AND agent = 'refunds' ORDER BY created_at DESC LIMIT 400)`, [tenant, 'failed']); // prettier-ignore
    const seen = await look();
    return { runs, lookP50Ms: rounded(percentile(took, 0.5)), lookP95Ms: rounded(percentile(took, 0.95)), quiet, seen: seen.firing }; // prettier-ignore
  } finally {
    await db.end();
  }
}

/** Every rule on planted faults of ten shapes, on months of quiet noise, and over many runs in a real store. */
export async function measure(say: Say, quick: boolean) {
  const rules = Object.keys(ALERT_RULES) as AlertRuleName[];
  const shapes = quick ? SHAPES.slice(0, 2) : SHAPES;
  const byRule: Partial<Record<AlertRuleName, Summary>> = {};
  for (const rule of rules) {
    const replays = shapes.map((one, place) => replay(rule, one, place));
    for (const { shape: name, fires } of replays)
      if (fires !== 1) say(`  ${rule}, ${name}: fired ${fires} times`);
    byRule[rule] = summed(rule, replays);
    say(`  ${rule}: ${JSON.stringify(byRule[rule])}`);
  }
  const months = (quick ? [3] : [0.3, 3, 10]).map((traffic) => ({
    traffic,
    ...quietMonth(traffic, quick ? 3 : 30),
  }));
  for (const { traffic, alarms } of months)
    for (const { rule, atMs } of alarms) say(`  false alarm at ${traffic} a minute: ${rule}, ${new Date(atMs).toISOString()}`); // prettier-ignore
  const store = await withBenchStack(say, (stack) => overStore(stack, say, quick ? 50_000 : 1_000_000));
  const all = Object.values(byRule);
  const p0 = all.filter(({ severity }) => severity === 'p0');
  const falseAlarms = months.map(({ traffic, alarms }) => ({ traffic, perMonth: alarms.length }));
  return {
    ok:
      all.every(({ once }) => once === `${shapes.length}/${shapes.length}`) &&
      falseAlarms.every(({ perMonth }) => perMonth === 0) &&
      p0.every(({ secondsAfterConditionWorst }) => secondsAfterConditionWorst <= 90) &&
      store.quiet.length === 0 &&
      store.seen.includes('error-rate/refunds'),
    met: store.lookP95Ms <= 1_000,
    ...{ shapes: shapes.length, rules: byRule, falseAlarms, store },
  };
}
