import { SEVERITIES, type Finding, type FindingState } from '../alerts/finding.ts';
import { ALERT_RULES, type AlertRuleName } from '../alerts/thresholds.ts';
import type { GatheredBy } from './gathered.ts';
import { STAYS_CLEAR_MS, staysClearMs } from './limits.ts';

/** As many of one kind may come within the window and still have a thread each. */
export const HANDFUL = 5;
/** As many of any kind. */
export const MANY = 10;
/** What comes within this time came together. */
export const GATHER_WITHIN_MS = 10 * 60_000;
/** From here on it is a flood: hardly that many things broke, but one that they share. */
export const FLOOD = 1_000;

const PREFIX = 'gathered/';

/** What makes later ones land in the same incident. */
export const gatheredFingerprint = (by: GatheredBy, name: string): string =>
  by === 'all' ? `${PREFIX}all` : `${PREFIX}${by}/${name}`;

/** Null: it is one thing's own fingerprint. */
export function readGathered(fingerprint: string): { by: GatheredBy; name: string } | null {
  const [, by, name = ''] = /^gathered\/(rule|agent|all)(?:\/(.*))?$/su.exec(fingerprint) ?? [];
  return by === 'rule' || by === 'agent' || by === 'all' ? { by, name } : null;
}

type Kind = Pick<Finding, 'rule' | 'agent' | 'severity'>;

export interface Around {
  /** What got a thread of its own within the window. */
  readonly recent: readonly Kind[];
  /** Incidents that are gathering: something came to them within the window. */
  readonly gathering: ReadonlySet<string>;
}

export interface Placed {
  readonly alone: readonly Finding[];
  /** By fingerprint of the incident that gathers them. */
  readonly gathered: ReadonlyMap<string, readonly Finding[]>;
}

const keyOf = (by: GatheredBy, { rule, agent }: Kind): string | null => {
  if (by === 'rule') return gatheredFingerprint(by, rule);
  return agent === null ? null : gatheredFingerprint(by, agent);
};

/** Takes out what has enough of its kind, together with what came before it. */
function takeOut(
  by: 'rule' | 'agent',
  left: readonly Finding[],
  { recent, gathering }: Around,
  into: Map<string, readonly Finding[]>,
): Finding[] {
  const together = new Map<string, Finding[]>();
  for (const finding of left) {
    const key = keyOf(by, finding);
    if (key !== null) together.set(key, [...(together.get(key) ?? []), finding]);
  }
  const taken = new Set<Finding>();
  for (const [key, findings] of together) {
    const before = recent.filter((one) => keyOf(by, one) === key).length;
    if (!gathering.has(key) && findings.length + before <= HANDFUL) continue;
    into.set(key, findings);
    for (const finding of findings) taken.add(finding);
  }
  return left.filter((one) => !taken.has(one));
}

/**
 * Where each thing that has just gone wrong belongs: to a thread of its own, or with others of its rule, of its agent, or of
 * the moment. Each is in one place exactly. A P0 that is the only one of its rule keeps a thread of its own, in a storm too, as
 * long as these are no storm themselves.
 */
export function placeFindings(fresh: readonly Finding[], around: Around): Placed {
  const gathered = new Map<string, readonly Finding[]>();
  const { recent, gathering } = around;
  const sorted = [...fresh].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const left = takeOut('agent', takeOut('rule', sorted, around, gathered), around, gathered);
  const all = gatheredFingerprint('all', '');
  if (!gathering.has(all) && left.length + recent.length <= MANY) return { alone: left, gathered };
  const sole = left.filter(
    ({ rule, severity }) =>
      severity === 'p0' && [...left, ...recent].filter((one) => one.rule === rule).length === 1,
  );
  const own = sole.length > HANDFUL ? [] : sole;
  const rest = left.filter((one) => !own.includes(one));
  if (rest.length > 0) gathered.set(all, rest);
  return { alone: own, gathered };
}

/** One thing that is wrong among many: it stays countable, and is over by itself. */
export interface Condition extends Pick<
  Finding,
  | 'fingerprint'
  | 'rule'
  | 'agent'
  | 'version'
  | 'severity'
  | 'state'
  | 'value'
  | 'threshold'
  | 'unit'
  | 'sample'
  | 'worstRuns'
> {
  /** When it came to the others. */
  readonly sinceMs: number;
  readonly clearSinceMs: number | null;
  readonly overAtMs: number | null;
  /** As the rule said at this look; missing where it was not looked at. */
  readonly clearMinutes?: number;
}

/** A rule looked at it again. */
export function seenCondition(before: Condition | null, finding: Finding, nowMs: number): Condition {
  const isBack = before === null || (before.overAtMs !== null && finding.state === 'firing');
  const clearSinceMs = finding.state === 'clear' ? (before?.clearSinceMs ?? nowMs) : null;
  const isOver = clearSinceMs !== null && nowMs - clearSinceMs >= staysClearMs(finding);
  const { fingerprint, rule, agent, severity, state, value, threshold, unit, sample } = finding;
  return {
    ...{ fingerprint, rule, agent, severity, state, value, threshold, unit, sample },
    version: finding.version ?? before?.version ?? null,
    worstRuns: finding.worstRuns.length > 0 ? finding.worstRuns : (before?.worstRuns ?? []),
    sinceMs: isBack ? nowMs : before.sinceMs,
    clearSinceMs,
    overAtMs: isOver ? (before?.overAtMs ?? nowMs) : null,
    ...(finding.clearMinutes === undefined ? {} : { clearMinutes: finding.clearMinutes }),
  };
}

const isRule = (rule: string): rule is AlertRuleName => Object.hasOwn(ALERT_RULES, rule);

/** How many times its limit, on the side that is bad; what was not measured is least. */
function badness({ rule, value, threshold }: Condition): number {
  if (value === null) return -1;
  const isBelow = isRule(rule) && ALERT_RULES[rule].bad === 'below';
  const [over, under] = isBelow ? [threshold, value] : [value, threshold];
  return under === 0 ? over + 1 : over / under;
}

/** Those that people look at first: what wakes somebody, then what is farthest beyond its limit. */
export const worstFirst = (conditions: readonly Condition[]): Condition[] =>
  [...conditions].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      badness(b) - badness(a) ||
      (a.fingerprint < b.fingerprint ? -1 : 1),
  );

/** Anything that fires, the whole fires; what cannot be known of one is not fine of all. */
function stateOf(open: readonly Condition[]): FindingState {
  const states = new Set(open.map(({ state }) => state));
  if (states.has('firing')) return 'firing';
  if (states.has('cannot_know')) return 'cannot_know';
  return states.has('no_data') ? 'no_data' : 'clear';
}

const USUAL_MINUTES = STAYS_CLEAR_MS / 60_000;

/** The whole is over no sooner than each of them may be: the longest of what their rules ask for. Missing: as long as usual. */
function clearMinutesOf(conditions: readonly Condition[]): Pick<Finding, 'clearMinutes'> {
  const asked = conditions.flatMap(
    ({ clearMinutes, overAtMs }) => clearMinutes ?? (overAtMs === null ? USUAL_MINUTES : []),
  );
  return asked.length === 0 ? {} : { clearMinutes: asked.reduce((a, b) => Math.max(a, b)) };
}

/**
 * What an incident that gathers many is told at a look, in the form in which a rule speaks of one thing: the machine needs to
 * know no other. `told`: how many fired when people were told last; null: they are told now.
 */
export function gatheredFinding(
  fingerprint: string,
  conditions: readonly Condition[],
  told: number | null,
): Finding {
  const { by, name } = readGathered(fingerprint) ?? { by: 'all', name: '' };
  const open = conditions.filter(({ overAtMs }) => overAtMs === null);
  const firing = worstFirst(open.filter(({ state }) => state === 'firing'));
  const [worst] = firing.length > 0 ? firing : worstFirst(conditions);
  const agents = new Set(conditions.map(({ agent }) => agent ?? '')).size;
  const over = conditions.length - open.length;
  const count = firing.length;
  return {
    rule: by === 'rule' ? name : 'gathered',
    agent: by === 'agent' ? name : null,
    ...{ version: null, fingerprint, severity: worst?.severity ?? 'p1', state: stateOf(open) },
    ...{ value: count, threshold: 0, unit: 'count', sample: conditions.length },
    sinceMs: firing.length > 0 ? Math.min(...firing.slice(0, 100).map(({ sinceMs }) => sinceMs)) : null,
    reason: { key: 'gathered', params: { firing: count, total: conditions.length, agents } },
    ...{ worstRuns: worst?.worstRuns ?? [], series: [], ...clearMinutesOf(conditions) },
    gathered: { by, firing: count, over, total: conditions.length, agents, told: told ?? count },
  };
}

/** Twice as many as people were told of: whoever acknowledged the lesser thing has not acknowledged this one. */
export const hasGrown = ({ gathered, state }: Finding): boolean =>
  gathered !== undefined && state === 'firing' && gathered.firing >= 2 * gathered.told;
