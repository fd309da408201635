import { z } from 'zod';
import { STAYS_CLEAR_MS } from '../incident/limits.ts';
import type { FindingUnit, Severity } from './finding.ts';

/** When a rule fires and when it is over. */
export interface Threshold {
  /** Beyond this it fires. */
  readonly enter: number;
  /** Only on this side of it, it is over: between the two it stays as it was. */
  readonly leave: number;
  /** How long it has to be so before it fires. */
  readonly forMinutes: number;
  /** Fewer things than this say nothing. */
  readonly minSample: number;
  /** How long it has to stay over before its incident is. */
  readonly clearMinutes: number;
}

export interface RuleFacts {
  readonly severity: Severity;
  readonly unit: FindingUnit;
  /** Which side of the threshold is bad. */
  readonly bad: 'above' | 'below';
  readonly threshold: Threshold;
}

const usual = (enter: number, leave: number, minSample: number, forMinutes = 0): Threshold => ({
  enter,
  leave,
  forMinutes,
  minSample,
  clearMinutes: STAYS_CLEAR_MS / 60_000,
});

/** Every rule, in the order of row 15: what wakes people, what can wait half an hour, what the daily digest tells. */
export const ALERT_RULES = {
  'error-rate': { severity: 'p0', unit: 'ratio', bad: 'above', threshold: usual(0.05, 0.03, 10) },
  'cost-spike': { severity: 'p0', unit: 'ratio', bad: 'above', threshold: usual(3, 2, 50) },
  faithfulness: { severity: 'p0', unit: 'score', bad: 'below', threshold: usual(0.85, 0.88, 10) },
  'pii-leak': { severity: 'p0', unit: 'count', bad: 'above', threshold: usual(0, 0, 1) },
  slow: { severity: 'p1', unit: 'ms', bad: 'above', threshold: usual(10_000, 8_000, 20, 5) },
  overrides: { severity: 'p1', unit: 'ratio', bad: 'above', threshold: usual(0.2, 0.15, 10) },
  'eval-falling': { severity: 'p1', unit: 'score', bad: 'above', threshold: usual(0.03, 0.01, 10) },
  'eval-worse': { severity: 'p1', unit: 'count', bad: 'above', threshold: usual(0, 0, 1) },
  'cost-week': { severity: 'p2', unit: 'ratio', bad: 'above', threshold: usual(1.15, 1.1, 200) },
  'tool-pattern': { severity: 'p2', unit: 'count', bad: 'above', threshold: usual(0, 0, 1) },
  'input-drift': { severity: 'p2', unit: 'count', bad: 'above', threshold: usual(0, 0, 1) },
} as const satisfies Readonly<Record<string, RuleFacts>>;

export type AlertRuleName = keyof typeof ALERT_RULES;
export const ALERT_RULE_NAMES = Object.keys(ALERT_RULES) as [AlertRuleName, ...AlertRuleName[]];

/** What a tenant's policy says otherwise about a rule; what it does not name stays as it is. */
export const AlertTuning = z.strictObject({
  rule: z.enum(ALERT_RULE_NAMES),
  /** Missing: every agent. One that names the agent goes before one that does not. */
  agent: z.string().min(1).optional(),
  enter: z.number().min(0).optional(),
  leave: z.number().min(0).optional(),
  forMinutes: z.int().min(0).max(1440).optional(),
  minSample: z.int().min(1).max(1_000_000).optional(),
  clearMinutes: z.int().min(1).max(1440).optional(),
  off: z.boolean().optional(),
});
export type AlertTuning = z.infer<typeof AlertTuning>;

/** As the policy tunes it; null: the tenant wants to hear nothing of it. */
export function thresholdFor(
  rule: AlertRuleName,
  agent: string,
  tunings: readonly AlertTuning[],
): Threshold | null {
  const said = tunings.filter((one) => one.rule === rule);
  const chosen = said.find((one) => one.agent === agent) ??
    said.find((one) => one.agent === undefined) ?? { off: false };
  if (chosen.off === true) return null;
  const { enter, leave, forMinutes, minSample, clearMinutes } = { ...ALERT_RULES[rule].threshold, ...chosen };
  return { enter, leave, forMinutes, minSample, clearMinutes };
}

/** Rules that cannot be switched off or made deaf: personal data that got out is always told. */
const ALWAYS: readonly AlertRuleName[] = ['pii-leak'];

/** What can be wrong with a tuning, and what its sentence needs to know. */
export interface AlertLintDetails {
  readonly 'alert-unreachable': { readonly rule: string; readonly most: number };
  readonly 'alert-both': { readonly rule: string; readonly enter: number; readonly leave: number };
  readonly 'alert-twice': { readonly rule: string };
  readonly 'alert-always': { readonly rule: string };
  readonly 'alert-nothing': { readonly rule: string };
  readonly 'alert-off-and-limits': { readonly rule: string };
}
type AlertLintWhat = keyof AlertLintDetails;
export type AlertFound = {
  readonly [What in AlertLintWhat]: { readonly what: What; readonly detail: AlertLintDetails[What] };
}[AlertLintWhat];

const SHARES: readonly AlertRuleName[] = ['error-rate', 'overrides', 'faithfulness', 'eval-falling'];

function* lintThreshold(rule: AlertRuleName, { enter, leave }: Threshold): Iterable<AlertFound> {
  if (SHARES.includes(rule) && (enter > 1 || leave > 1))
    yield { what: 'alert-unreachable', detail: { rule, most: 1 } };
  if (ALERT_RULES[rule].bad === 'above' ? leave > enter : leave < enter)
    yield { what: 'alert-both', detail: { rule, enter, leave } };
}

function* lintTuning(tuning: AlertTuning, before: readonly AlertTuning[]): Iterable<AlertFound> {
  const { rule, agent, off } = tuning;
  if (before.some((one) => one.rule === rule && one.agent === agent))
    yield { what: 'alert-twice', detail: { rule } };
  if (ALWAYS.includes(rule)) yield { what: 'alert-always', detail: { rule } };
  const { enter, leave, forMinutes, minSample, clearMinutes } = tuning;
  const limits = [enter, leave, forMinutes, minSample, clearMinutes].some((value) => value !== undefined);
  if (off === true && limits) yield { what: 'alert-off-and-limits', detail: { rule } };
  if (off !== true && !limits) yield { what: 'alert-nothing', detail: { rule } };
  const threshold = thresholdFor(rule, agent ?? '', [tuning]);
  if (threshold !== null) yield* lintThreshold(rule, threshold);
}

/** What is wrong with how a policy tunes the alerts, each with the number of the tuning, counted from 1. */
export const lintTunings = (tunings: readonly AlertTuning[]): (AlertFound & { readonly alert: number })[] =>
  tunings.flatMap((tuning, i) =>
    [...lintTuning(tuning, tunings.slice(0, i))].map((found) => ({ ...found, alert: i + 1 })),
  );
