import { lintTunings } from './alerts/thresholds.ts';
import { effectiveRequirement, seat } from './approval/quorum.ts';
import { eligible } from './approval/who-may-sign.ts';
import type { PersonId, TenantId } from './ids.ts';
import { rolesOf, teamsOf, type Person } from './people.ts';
import type { Found, LintFinding, Named, Where } from './policy-lint-words.ts';
import type { Policy, PolicyRule, Requirement, Selector } from './policy-types.ts';
import { isOwnTool, OWN, OWN_TOOLS } from './own-actions.ts';
import { authorise, type Verb } from './roles.ts';

const nameOf = (s: Selector): Named =>
  s.kind === 'role'
    ? { kind: s.kind, name: s.role }
    : s.kind === 'group'
      ? { kind: s.kind, name: s.group }
      : { kind: s.kind, name: s.person };

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
    ...{ tenant, owner: null, assigned: true },
    class: 'restricted',
    environment: 'production',
  } as const;
  return teamsOf(person).some((team) =>
    verbs.every((verb) => authorise(person, verb, { ...on, team }, tenant).ok),
  );
}

function* lintSelectors(
  where: Where,
  who: readonly Selector[],
  { when }: PolicyRule,
  people: readonly Person[],
): Iterable<Found> {
  const verbs = verbsOf(when);
  for (const selector of who) {
    const known = people.filter((person) => eligible(person, [selector]));
    const detail = { where, who: nameOf(selector) };
    if (known.length === 0) yield { what: 'names-nobody', detail };
    else if (!known.some((person) => maySign(person, verbs))) yield { what: 'nobody-may-sign', detail };
  }
}

/** Who has a passkey; null where that is not looked at. */
type Passkeys = ReadonlySet<PersonId> | null;

function* lintQuorum(rule: PolicyRule, people: readonly Person[], passkeys: Passkeys): Iterable<Found> {
  const { stages } = effectiveRequirement(rule.require, rule.risk);
  const signers = people.filter((person) => maySign(person, verbsOf(rule.when)));
  // Whoever may ask for one of our own actions could sign it as well, and never signs their own.
  const asking = rule.when.agent === OWN.agent ? 1 : 0;
  const high = rule.risk === 'high' && rule.require.proof === undefined;
  let enoughEach = true;
  for (const [i, { name: stage, quorum, who }] of stages.entries()) {
    const count = signers.filter((person) => eligible(person, who)).length;
    if (count - asking >= quorum) continue;
    enoughEach = false;
    const oneMore = high && i === stages.length - 1;
    const besidesAsker = asking > 0;
    const detail = { stage, quorum, oneMore, eligible: Math.max(0, count - asking), besidesAsker };
    yield { what: 'too-few', detail };
  }
  if (!enoughEach) return;
  if (rule.require.proof === 'passkey' && passkeys !== null)
    for (const { name: stage, quorum, who } of stages) {
      const able = signers.filter((person) => passkeys.has(person.id) && eligible(person, who)).length;
      const have = Math.max(0, able - asking);
      if (have < quorum) yield { what: 'too-few-passkeys', detail: { stage, quorum, have } };
    }
  const quorums = stages.map((stage) => stage.quorum);
  const { missing } = seat(quorums, signers, (person, i) => eligible(person, stages[i]!.who));
  if (missing === 0) return;
  yield {
    what: 'too-few-for-all',
    detail: { people: quorums.reduce((a, b) => a + b, 0), oneMore: high, missing },
  };
}

function* lintTimes(require: Requirement): Iterable<Found> {
  const { remindAfterMs, escalateAfterMs: escalateMs, expireAfterMs: expireMs } = require;
  if (escalateMs >= expireMs) yield { what: 'escalates-late', detail: { escalateMs, expireMs } };
  for (const remindMs of remindAfterMs)
    if (remindMs >= expireMs) yield { what: 'reminds-late', detail: { remindMs, expireMs } };
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
function* lintOwn({ when, require }: PolicyRule): Iterable<Found> {
  if (when.tool !== undefined && !isOwnTool(when.tool))
    yield {
      what: 'own-tool-unknown',
      detail: { tool: when.tool, tools: Object.keys(OWN_TOOLS).join(', ') },
    };
  if (require.grants) yield { what: 'own-grants', detail: {} };
  if (when.effect === 'irreversible' || when.amountAbove || when.risk === 'low')
    yield { what: 'own-never', detail: {} };
}

function* lintRule(
  rule: PolicyRule,
  before: readonly PolicyRule[],
  people: readonly Person[],
  passkeys: Passkeys,
): Iterable<Found> {
  for (const { name, who } of rule.require.stages) yield* lintSelectors({ stage: name }, who, rule, people);
  yield* lintQuorum(rule, people, passkeys);
  yield* lintSelectors('escalation', rule.require.escalateTo, rule, people);
  yield* lintTimes(rule.require);
  const admin = people.some((person) => person.active && rolesOf(person).includes('admin'));
  if (rule.require.breakGlass && !admin) yield { what: 'no-admin', detail: {} };
  if (rule.require.grants && rule.when.effect === 'irreversible')
    yield { what: 'grants-irreversible', detail: {} };
  if (rule.require.grants && rule.risk === 'high') yield { what: 'grants-high', detail: {} };
  if (rule.require.grants && rule.require.proof !== undefined) yield { what: 'grants-proof', detail: {} };
  if (rule.when.agent === OWN.agent) yield* lintOwn(rule);
  const first = before.findIndex((earlier) => covers(earlier.when, rule.when));
  if (first >= 0) yield { what: 'never-reached', detail: { rule: first + 1 } };
  if ((rule.when.amountAbove?.amount.micros ?? 0) < 0) yield { what: 'below-zero', detail: {} };
}

/**
 * Every reason why a policy cannot be met by these people; empty when it can. A policy with findings is refused when it
 * is put in place.
 */
export function lintPolicy(
  policy: Policy,
  people: readonly Person[],
  passkeys: Passkeys = null,
): readonly LintFinding[] {
  const inRules = policy.rules.flatMap((rule, i): LintFinding[] => {
    const found = [...lintRule(rule, policy.rules.slice(0, i), people, passkeys)];
    const once = new Map(found.map((one) => [JSON.stringify(one), one]));
    return [...once.values()].map((one) => ({ ...one, rule: i + 1 }));
  });
  const inAlerts = lintTunings(policy.alerts ?? []).map(({ alert, ...found }): LintFinding => ({
    ...found,
    rule: alert,
    about: 'alert',
  }));
  return [...inRules, ...inAlerts];
}
