import type { Risk, ToolEffect } from './action.ts';
import type { ApprovalState } from './approval/types.ts';
import type { Money } from './money.ts';
import { isOwnTool, OWN, ownRequirement, type OwnTool } from './own-actions.ts';
import type { Policy, PolicyRule } from './policy-types.ts';
import type { Detail } from './detail.ts';
import type { Why } from './words.ts';

/** What a rule is chosen by. */
export interface PolicySubject {
  readonly agent: string;
  readonly tool: string;
  readonly effect: Exclude<ToolEffect, 'read'>;
  /** The tool's own tier where its connector names one; unknown counts as high. */
  readonly risk?: Risk;
  readonly amount: Money | null;
  /** What went before in each window that `windowsNeeded` names, this action not included. */
  readonly windowSums?: readonly WindowSum[];
  /** The agent was less sure than its contract asks: then no grant may sign. */
  readonly lowConfidence?: boolean;
}

/** A sum that a rule needs: over whom (null: all), in which currency, for how long back. */
export interface Window {
  /** Index of the rule in the policy. */
  readonly rule: number;
  readonly agent: string | null;
  readonly tool: string | null;
  readonly effect: Exclude<ToolEffect, 'read'> | null;
  readonly currency: string;
  readonly windowMs: number;
}
export interface WindowSum {
  readonly rule: number;
  /** Sum of the absolute amounts, in micros. */
  readonly micros: number;
}

export type ChosenRule =
  | {
      readonly ok: true;
      /** Its place in the policy; -1 for what stands in code. */
      readonly rule: number;
      readonly risk: Risk;
      /** What the approval keeps of its policy. */
      readonly policy: ApprovalState['policy'];
    }
  | {
      readonly ok: false;
      readonly reason: 'policy_unmet' | 'policy_unreadable';
      readonly detail: Detail & { readonly why: string };
    };

/** Everything that a rule names, but the amount. What Countersign does itself is only under rules that name it. */
function inScope(rule: PolicyRule, subject: Omit<PolicySubject, 'amount'>): boolean {
  const { agent, tool, effect, risk } = rule.when;
  if (subject.agent === OWN.agent && agent !== OWN.agent) return false;
  return (
    (agent === undefined || agent === subject.agent) &&
    (tool === undefined || tool === subject.tool) &&
    (effect === undefined || effect === subject.effect) &&
    (risk === undefined || risk === (subject.risk ?? 'high'))
  );
}

/** The sums to look up before `chooseRule`, so that a payout cannot be split to stay under a threshold. */
export function windowsNeeded(policy: Policy, subject: Omit<PolicySubject, 'windowSums'>): readonly Window[] {
  return policy.rules.flatMap((rule, index) => {
    const above = rule.when.amountAbove;
    if (!above?.windowMs || above.amount.currency !== subject.amount?.currency) return [];
    if (!inScope(rule, subject)) return [];
    const { agent = null, tool = null, effect = null } = rule.when;
    return [{ rule: index, agent, tool, effect, currency: above.amount.currency, windowMs: above.windowMs }];
  });
}

type Above = 'yes' | 'no' | 'other-currency' | 'sum-missing';

function isAbove(rule: PolicyRule, index: number, subject: PolicySubject): Above {
  const above = rule.when.amountAbove;
  if (!above) return 'yes';
  if (!subject.amount) return 'no';
  if (above.amount.currency !== subject.amount.currency) return 'other-currency';
  const before = above.windowMs ? subject.windowSums?.find((s) => s.rule === index)?.micros : 0;
  if (before === undefined) return 'sum-missing';
  return Math.abs(before) + Math.abs(subject.amount.micros) > above.amount.micros ? 'yes' : 'no';
}

const refuse = (reason: 'policy_unmet' | 'policy_unreadable', why: Why, detail: Detail): ChosenRule => ({
  ok: false,
  reason,
  detail: { why, ...detail },
});

/**
 * The first rule of which everything holds. Fails closed: no rule, a sum that was not looked up, or an amount in a
 * currency for which thresholds exist only in others, and nobody may even ask.
 */
export function chooseRule(policy: Policy, subject: PolicySubject): ChosenRule {
  const scoped = policy.rules
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => inScope(rule, subject));
  const currency = subject.amount?.currency;
  const thresholds = scoped.flatMap(({ rule }) => rule.when.amountAbove?.amount.currency ?? []);
  const compared = currency === undefined || thresholds.length === 0 || thresholds.includes(currency);
  for (const { rule, index } of scoped) {
    const above = isAbove(rule, index, subject);
    if (above === 'sum-missing') return refuse('policy_unreadable', 'sum-unread', { rule: index + 1 });
    if (above === 'other-currency' && !compared)
      return refuse('policy_unmet', 'no-threshold', { currency: currency ?? '' });
    if (above === 'yes') return chosen(policy, rule, index, subject);
  }
  if (subject.agent === OWN.agent && isOwnTool(subject.tool)) return unnamed(policy, subject.tool);
  return refuse('policy_unmet', 'no-rule', { tool: subject.tool, agent: subject.agent });
}

/** The rule that stands in code for what Countersign does itself. */
const unnamed = ({ id, version }: Policy, tool: OwnTool): ChosenRule => ({
  ok: true,
  rule: -1,
  risk: 'low',
  policy: { id, version, requirement: ownRequirement(tool) },
});

function chosen(policy: Policy, rule: PolicyRule, index: number, subject: PolicySubject): ChosenRule {
  const grantable = subject.effect === 'reversible' && subject.agent !== OWN.agent;
  const grants = rule.require.grants && grantable && !subject.lowConfidence;
  return {
    ok: true,
    rule: index,
    risk: rule.risk,
    policy: { id: policy.id, version: policy.version, requirement: { ...rule.require, grants } },
  };
}
