import type { JsonObject } from '../canonical-json.ts';
import type { AgentContract } from '../contract.ts';
import type { RunId } from '../ids.ts';
import type { Language } from '../language.ts';
import type { CandidateCause } from './candidate-cause.ts';
import { CAUSE_WORDS } from './candidate-words.ts';
import { recommendable } from './case-faults.ts';
import { GoldenCase } from './golden-case.ts';

/** A run that may become a golden case of its company, as far as it holds nothing personal. */
export interface Candidate {
  readonly run: RunId;
  readonly agent: string;
  readonly inputLabel: string;
  readonly atMs: number;
  readonly causes: readonly CandidateCause[];
  readonly input: JsonObject;
  /** What the agent said; null: it handed in nothing. */
  readonly said: {
    readonly score: number | null;
    readonly recommendation: string;
    readonly signals: readonly { readonly citation: string; readonly weight: number }[];
  } | null;
  /** Tools that it proposed to use. */
  readonly proposed: readonly string[];
}

/** Where the agent was trusted with its score, it may be so far beside it. */
const BESIDE = 0.15;
const MOST_WHY = 400;

const hundredths = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;

/** Actions by the tools that an agent has: those that bear a recommendation's name. */
const actionFor = (agent: AgentContract, recommendation: string): string[] => {
  const [word = recommendation] = recommendation.split('_');
  return Object.values(agent.tools)
    .flat()
    .filter((tool) => tool.split('_').includes(word));
};

const whyOf = ({ run, causes }: Candidate, language: Language): string => {
  const { from, how: words } = CAUSE_WORDS[language];
  const said = causes.map(({ how, tool, reason }) => {
    const what = words[how](tool ?? '');
    return reason ? `${what} (${reason})` : what;
  });
  return `${from(run)}: ${said.join('; ')}.`.slice(0, MOST_WHY);
};

export const caseIdOf = (run: RunId): string => `live-${run.slice(4).toLowerCase()}`;

function signOf(weight: number): 'raises' | 'lowers' | 'neither' {
  if (weight === 0) return 'neither';
  return weight > 0 ? 'raises' : 'lowers';
}

/**
 * A first draft, for a person to look at. What was only changed was right in kind, and is asked for again; what was declined
 * or thought bad is what must not come again, and anything else is right.
 */
export function draftCase(agent: AgentContract, candidate: Candidate, language: Language = 'en'): GoldenCase {
  const { run, causes, said, proposed } = candidate;
  const wrong = causes.some(({ how }) => how !== 'edited');
  const declined = causes.flatMap(({ how, tool }) => (how === 'declined' && tool !== null ? [tool] : []));
  const all = recommendable(agent) ?? (said ? [said.recommendation] : ['settle']);
  const isDeclined = (one: string): boolean =>
    actionFor(agent, one).some((tool) => declined.includes(tool)) ||
    (declined.length === 0 && one === said?.recommendation);
  const others = all.filter((one) => !isDeclined(one));
  const recommendations = wrong || said === null ? others : [said.recommendation];
  const actions =
    wrong || said === null ? [...new Set(others.flatMap((one) => actionFor(agent, one)))] : [...proposed];
  const score =
    wrong || said === null || said.score === null ? [0, 1] : [said.score - BESIDE, said.score + BESIDE];
  return GoldenCase.parse({
    id: caseIdOf(run),
    kind: 'hard',
    why: whyOf(candidate, language),
    input: candidate.input,
    expect: {
      score: score.map(hundredths),
      signals: wrong
        ? []
        : (said?.signals ?? []).map(({ citation, weight }) => ({ citation, sign: signOf(weight) })),
      recommendations: recommendations.length === 0 ? all : recommendations,
      actions,
      refuses: false,
    },
  });
}
