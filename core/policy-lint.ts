import { effectiveRequirement, seat } from './approval/quorum.ts';
import { eligible } from './approval/who-may-sign.ts';
import type { TenantId } from './ids.ts';
import type { Person } from './people.ts';
import type { Policy, PolicyRule, Requirement, Selector } from './policy-types.ts';
import { isOwnTool, OWN, OWN_TOOLS } from './own-actions.ts';
import { authorise, type Verb } from './roles.ts';

/** What is wrong with a policy, for the person who wrote it. */
export interface LintFinding {
  /** Counted from 1, as a person counts. */
  readonly rule: number;
  readonly sentence: string;
}

const HOUR_MS = 3_600_000;
const hours = (ms: number): string => `${Math.round((ms / HOUR_MS) * 100) / 100} h`;
const named = (s: Selector): string =>
  s.kind === 'role'
    ? `the role "${s.role}"`
    : s.kind === 'group'
      ? `the group "${s.group}"`
      : `the person ${s.person}`;

/** The verbs that somebody must have to sign under a rule. What Countersign does itself has verbs of its own. */
function verbsOf({ agent, tool }: PolicyRule['when']): readonly Verb[] {
  if (agent !== OWN.agent) return ['approve'];
  const tools = tool === undefined ? Object.values(OWN_TOOLS) : isOwnTool(tool) ? [OWN_TOOLS[tool]] : [];
  return tools.map(({ verb }) => verb);
}

/** Could this person ever sign something of their own team, if policy names them. */
function maySign(person: Person, verbs: readonly Verb[]): boolean {
  const tenant = 'lint' as TenantId;
  const on = {
    tenant,
    team: person.team,
    owner: null,
    assigned: true,
    class: 'restricted',
    environment: 'production',
  } as const;
  return verbs.every((verb) => authorise(person, verb, on, tenant).ok);
}

function* lintSelectors(
  where: string,
  who: readonly Selector[],
  { when }: PolicyRule,
  people: readonly Person[],
): Iterable<string> {
  for (const selector of who) {
    const known = people.filter((person) => eligible(person, [selector]));
    if (known.length === 0) yield `${where} names ${named(selector)}, and nobody here is that.`;
    else if (!known.some((person) => maySign(person, verbsOf(when))))
      yield `${where} names ${named(selector)}, and nobody in it has a role that may sign.`;
  }
}

function* lintQuorum(rule: PolicyRule, people: readonly Person[]): Iterable<string> {
  const { stages } = effectiveRequirement(rule.require, rule.risk);
  const signers = people.filter((person) => maySign(person, verbsOf(rule.when)));
  // Whoever may ask for one of our own actions could sign it as well, and never signs their own.
  const asking = rule.when.agent === OWN.agent ? 1 : 0;
  const more = rule.risk === 'high' ? ' (one more than written, since the risk is high)' : '';
  let enoughEach = true;
  for (const [i, stage] of stages.entries()) {
    const count = signers.filter((person) => eligible(person, stage.who)).length;
    if (count - asking >= stage.quorum) continue;
    enoughEach = false;
    const besides = asking > 0 ? ' besides the one who asks' : '';
    yield `Stage "${stage.name}": quorum ${stage.quorum}${i === stages.length - 1 ? more : ''}, only ${Math.max(0, count - asking)} eligible${besides}.`;
  }
  if (!enoughEach) return;
  const quorums = stages.map((stage) => stage.quorum);
  const { missing } = seat(quorums, signers, (person, i) => eligible(person, stages[i]!.who));
  if (missing > 0)
    yield `Its stages need ${quorums.reduce((a, b) => a + b, 0)} different people${more}, and there are ${missing} too few: each person signs once.`;
}

function* lintTimes(require: Requirement): Iterable<string> {
  const { remindAfterMs, escalateAfterMs, expireAfterMs } = require;
  if (escalateAfterMs >= expireAfterMs)
    yield `It escalates after ${hours(escalateAfterMs)} but expires after ${hours(expireAfterMs)}: nobody senior would ever be asked.`;
  for (const ms of remindAfterMs)
    if (ms >= expireAfterMs)
      yield `A reminder after ${hours(ms)} comes when it has expired (${hours(expireAfterMs)}).`;
}

/** Does an earlier rule take everything that this one would. */
function covers(earlier: PolicyRule['when'], later: PolicyRule['when']): boolean {
  if (earlier.amountAbove) {
    const { amount, windowMs } = earlier.amountAbove;
    const other = later.amountAbove;
    if (!other || other.amount.currency !== amount.currency) return false;
    if (other.windowMs !== windowMs || other.amount.micros < amount.micros) return false;
  }
  return (['agent', 'tool', 'effect', 'risk'] as const).every(
    (key) => earlier[key] === undefined || earlier[key] === later[key],
  );
}

/** What Countersign does itself is signed by people, can be undone, and names no amount. */
function* lintOwn({ when, require }: PolicyRule): Iterable<string> {
  if (when.tool !== undefined && !isOwnTool(when.tool))
    yield `It names the tool "${when.tool}" of Countersign itself; there are ${Object.keys(OWN_TOOLS).join(', ')}.`;
  if (require.grants) yield 'It allows grants for what changes Countersign itself, where a person must sign.';
  if (when.effect === 'irreversible' || when.amountAbove || when.risk === 'low')
    yield 'It never comes into play: what changes Countersign itself can be undone, names no amount, and counts as high.';
}

function* lintRule(
  rule: PolicyRule,
  before: readonly PolicyRule[],
  people: readonly Person[],
): Iterable<string> {
  for (const stage of rule.require.stages)
    yield* lintSelectors(`Stage "${stage.name}"`, stage.who, rule, people);
  yield* lintQuorum(rule, people);
  yield* lintSelectors('Its escalation', rule.require.escalateTo, rule, people);
  yield* lintTimes(rule.require);
  const admin = people.some((person) => person.active && person.roles.includes('admin'));
  if (rule.require.breakGlass && !admin) yield 'It allows break-glass, and there is no Admin.';
  if (rule.require.grants && rule.when.effect === 'irreversible')
    yield 'It allows grants for what cannot be undone; a grant signs for reversible tools only.';
  if (rule.require.grants && rule.risk === 'high')
    yield 'It allows grants at high risk, where a person must sign.';
  if (rule.when.agent === OWN.agent) yield* lintOwn(rule);
  const first = before.findIndex((earlier) => covers(earlier.when, rule.when));
  if (first >= 0) yield `It never comes into play: rule ${first + 1} takes everything that it would.`;
  if ((rule.when.amountAbove?.amount.micros ?? 0) < 0) yield 'Its threshold is below zero.';
}

/**
 * Every reason why a policy cannot be met by these people, in sentences; empty when it can. A policy with findings
 * is refused when it is put in place.
 */
export function lintPolicy(policy: Policy, people: readonly Person[]): readonly LintFinding[] {
  return policy.rules.flatMap((rule, i) =>
    [...new Set(lintRule(rule, policy.rules.slice(0, i), people))].map((sentence) => ({
      rule: i + 1,
      sentence,
    })),
  );
}
