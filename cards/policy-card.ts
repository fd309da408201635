import { ALERT_RULES, thresholdFor, type AlertTuning } from '../core/alerts/thresholds.ts';
import { effectiveRequirement } from '../core/approval/quorum.ts';
import { isOwnTool, OWN, OWN_TOOLS, ownRequirement } from '../core/own-actions.ts';
import { wholeAmount, wholeDuration } from '../core/policy-change.ts';
import type { PolicyRule, Requirement } from '../core/policy-types.ts';
import type { PolicyVersion, PolicyView, SimulationView } from '../core/policy-views.ts';
import type { Language } from '../core/language.ts';
import { alertWords } from './alert-words.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span } from './model.ts';
import { named, selectorNames, type People } from './progress.ts';
import { fact, instant, person, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** What a rule is about. */
function whenWords(say: CardWords, { agent, tool, effect, risk, amountAbove }: PolicyRule['when']): string {
  const parts = [
    ...(agent === undefined ? [] : [say.own.whenAgent(agent)]),
    ...(tool === undefined ? [] : [say.own.whenTool(tool)]),
    ...(effect === undefined ? [] : [say.own[effect]]),
    ...(risk === undefined ? [] : [say.own.whenRisk(risk)]),
  ];
  if (amountAbove) {
    const amount = wholeAmount(amountAbove.amount);
    const { windowMs } = amountAbove;
    parts.push(
      windowMs === undefined ? say.own.above(amount) : say.own.aboveWithin(amount, wholeDuration(windowMs)),
    );
  }
  return parts.length === 0 ? say.own.everything : parts.join(', ');
}

/** Who, how many, how sure, how long: all that a requirement says. */
function requirementWords(
  say: CardWords,
  require: Requirement,
  risk: PolicyRule['risk'],
  people: People,
): string {
  const { stages } = effectiveRequirement(require, risk);
  const who = stages.map((stage, i) =>
    say.anyOf(stage.quorum, selectorNames(say, stage.who, people), i === 0),
  );
  const reminders = require.remindAfterMs.map(wholeDuration).join(', ');
  const parts = [
    who.join(', '),
    risk === 'high' ? (require.proof ? say.own.highRiskProved : say.own.highRisk) : say.own.lowRisk,
    ...(require.proof ? [say.proof.asked[require.proof]] : []),
    say.own.route[require.route],
    ...(reminders === '' ? [] : [say.own.reminds(reminders)]),
    say.own.escalates(wholeDuration(require.escalateAfterMs), selectorNames(say, require.escalateTo, people)),
    say.own.expires(wholeDuration(require.expireAfterMs)),
    say.own.runsWithin(wholeDuration(require.executeWithinMs)),
    ...(require.workingHours ? [say.own.inWorkingHours] : []),
    ...(require.grants ? [say.own.mayGrant] : []),
    ...(require.breakGlass ? [say.own.mayBreakGlass] : []),
  ];
  return parts.join('; ');
}

const ruleItem = (say: CardWords, rule: PolicyRule, index: number, people: People): readonly Span[] => [
  strong(say.own.rule(String(index + 1))),
  text(
    `: ${whenWords(say, rule.when)}${say.separator}${requirementWords(say, rule.require, rule.risk, people)}`,
  ),
];

/** What stands in code for those of our own actions that no rule names. */
function codeItems(say: CardWords, rules: readonly PolicyRule[], people: People): (readonly Span[])[] {
  const isNamed = (tool: string): boolean =>
    rules.some(({ when }) => when.agent === OWN.agent && (when.tool ?? tool) === tool);
  return Object.keys(OWN_TOOLS)
    .filter(isOwnTool)
    .filter((tool) => !isNamed(tool))
    .map((tool) => [
      strong(say.own.tools[tool]),
      text(`: ${requirementWords(say, ownRequirement(tool), 'low', people)}`),
    ]);
}

function versionItem(say: CardWords, { version, atMs, by }: PolicyVersion, people: People): readonly Span[] {
  const who = by === null ? text(say.own.onTheMachine) : person(named(people, by));
  return [
    strong(say.own.version(String(version))),
    text(`${say.separator}`),
    instant(atMs, 'moment'),
    text(', '),
    who,
  ];
}

/** One tuning, with the limits that count by it. */
function alertItem(tuning: AlertTuning, language: Language): readonly Span[] {
  const say = alertWords(language);
  const threshold = thresholdFor(tuning.rule, tuning.agent ?? '', [tuning]);
  const said = threshold === null ? say.off : say.limits(ALERT_RULES[tuning.rule], threshold);
  return [strong(say.rule(tuning.rule, tuning.agent ?? null)), text(`: ${said}`)];
}

const HISTORY = 5;

/** The policy in words, of one agent or whole; its version and where that came from. */
export function policyCard(
  { policy, history, people }: PolicyView,
  agent: string | null,
  language: Language = 'en',
): Card {
  const say = wordsIn(language);
  const rules = policy?.rules ?? [];
  const concerned = rules
    .map((rule, i) => ({ rule, i }))
    .filter(({ rule }) => agent === null || rule.when.agent === undefined || rule.when.agent === agent);
  const inCode = agent === null || agent === OWN.agent ? codeItems(say, rules, people) : [];
  const tunings = (policy?.alerts ?? [])
    .filter((one) => agent === null || one.agent === undefined || one.agent === agent)
    .map((one) => alertItem(one, language));
  const words = policy === null ? say.own.noPolicy : say.own.version(String(policy.version));
  const heading = (title: string): Block => ({ kind: 'paragraph', spans: [strong(title)] });
  const blocks: Block[] = [
    { kind: 'paragraph', spans: [text(say.own.first)] },
    { kind: 'list', items: concerned.map(({ rule, i }) => ruleItem(say, rule, i, people)) },
    ...(inCode.length > 0 ? [heading(say.own.codeRule), { kind: 'list', items: inCode } as const] : []),
    ...(tunings.length > 0
      ? [heading(alertWords(language).heading), { kind: 'list', items: tunings } as const]
      : []),
    heading(say.own.history),
    { kind: 'list', items: history.slice(0, HISTORY).map((one) => versionItem(say, one, people)) },
  ];
  const title = agent === null ? say.own.policy : `${say.own.policy}: ${agent}`;
  return {
    v: 1,
    language: say.language,
    kind: 'policy',
    subject: 'policy',
    version: policy?.version ?? 1,
    title,
    state: { icon: '📜', words, aside: [], tone: policy === null ? 'broken' : 'plain' },
    blocks: policy === null ? [] : blocks.filter((one) => one.kind !== 'list' || one.items.length > 0),
    summary: `${title}: ${words}`,
  };
}

const DIFFERENCES = 20;

function outcomeBlocks(say: CardWords, { chosen, differences, tally }: SimulationView): Block[] {
  if (!chosen.ok) return [{ kind: 'paragraph', spans: [text(chosen.detail.why)] }];
  const facts = differences
    .slice(0, DIFFERENCES)
    .map(({ path, before, after }) => fact(path, text(`${before ?? '-'} → ${after ?? '-'}`)));
  const enough = tally?.met ? say.own.enough : say.own.notEnough;
  return [
    ...(facts.length > 0 ? [{ kind: 'facts', layout: 'lines', whole: false, facts } as const] : []),
    ...(tally === null
      ? []
      : [
          {
            kind: 'paragraph',
            spans: [text(`${say.own.wouldCount(String(tally.signed), String(tally.needed))}: ${enough}.`)],
          } as const,
        ]),
  ];
}

/** What a policy would have asked of a past request, and how that differs from what was asked. */
export function simulationCard(view: SimulationView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const { state, title, version, proposed, chosen, differences } = view;
  const words = !chosen.ok
    ? say.own.refusesIt
    : differences.length === 0
      ? say.own.asWas
      : say.own.differently(differences.length);
  const by = proposed ? say.own.proposedVersion(String(version)) : say.own.byVersion(String(version));
  return {
    v: 1,
    language: say.language,
    kind: 'policy',
    subject: state.id,
    version: 1,
    title: say.own.simulation,
    state: { icon: '🧪', words, aside: [text(by)], tone: 'plain' },
    blocks: [
      { kind: 'paragraph', spans: [strong(title), text(`${say.separator}${state.id}`)] },
      { kind: 'paragraph', spans: [text(`${say.own.askedThen(String(state.policy.version))}. ${by}:`)] },
      ...outcomeBlocks(say, view),
    ],
    summary: `${say.own.simulation}: ${words}`,
  };
}
