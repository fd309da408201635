import type { ApprovalState } from '../approval/types.ts';
import type { Json } from '../canonical-json.ts';
import type { AgentContract } from '../contract.ts';
import { withoutPersonalData, withoutWholeNames } from '../personal-data.ts';
import { tallyOf } from '../sentences.ts';
import type { Explanation, ExplanationSource, ReviewOutcome, ReviewRow } from './types.ts';

/** Which records an agent's contract says are about the person concerned and about nobody else. */
export type Discloses = NonNullable<AgentContract['discloses']>;

/** Where a contract says nothing, no record's words are told. */
const NOTHING: Discloses = () => false;

type Tell = (text: string) => string;

/** Names of colleagues, addresses, accounts and telephones are cut out of every text, whoever wrote it. */
function teller({ view, names }: ExplanationSource): Tell {
  const involved = [...view.people.values()].map(({ name }) => name);
  return (text) => withoutWholeNames(withoutPersonalData(text, involved), names);
}

/** Text anywhere in a value; amounts and numbers stay as they are. */
function toldValue(tell: Tell, value: Json): Json {
  if (typeof value === 'string') return tell(value);
  if (Array.isArray(value)) return value.map((one) => toldValue(tell, one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toldValue(tell, one)]));
}

function argsOf(tell: Tell, { state, evidence }: ExplanationSource['view']): Explanation['args'] {
  const { argumentLabels } = evidence;
  const order = Object.keys(argumentLabels);
  return Object.entries(state.action.args)
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([name, value]) => ({
      label: Object.hasOwn(argumentLabels, name) ? (argumentLabels[name] ?? name) : name,
      value: toldValue(tell, value),
    }));
}

const EXECUTED = ['executed', 'failed', 'unknown', 'compensated'] as const;

function executedOf({ status, execution }: ApprovalState): Explanation['executed'] {
  const came = EXECUTED.find((one) => one === status);
  if (came === undefined || execution === null) return null;
  return { status: came, atMs: execution.finishedAtMs ?? execution.startedAtMs };
}

function outcomeOf(tell: Tell, row: ReviewRow): ReviewOutcome {
  const { review, by, askedAtMs, endedAtMs, why, reason } = row;
  const answered = row.value === true ? 'should-change' : row.value === false ? 'stands' : 'unanswered';
  return {
    ...{ review, by, askedAtMs, endedAtMs, status: row.status === 'pending' ? 'waiting' : answered },
    // Only whoever wrote it themselves reads it back.
    why: by === 'concerned' ? why : null,
    reason: reason === null ? null : tell(reason),
  };
}

const sourcesOf = (source: ExplanationSource, discloses: Discloses) => {
  const { sources } = source.view.evidence;
  const told = sources.filter(({ citation }) => discloses(citation));
  return {
    sources: told.map(({ citation, readAtMs, asOf }) => ({ citation, readAtMs, asOf })),
    withheldSources: sources.length - told.length,
  };
};

const reasonsOf = ({ view }: ExplanationSource, tell: Tell, discloses: Discloses): Explanation['reasons'] =>
  view.evidence.assessment.signals.map(({ text, citation, weight }) =>
    discloses(citation) ? { text: tell(text), citation, weight } : { text: null, citation: null, weight },
  );

/**
 * What a decision was, for the person whom it concerns. Colleagues are told by their role, records about others only by
 * their number; prompts, guardrails, costs, digests and tools are left out. Pure: from what is stored, by no model.
 * @param discloses which records may be told, by the agent's contract; missing: none
 */
export function explain(source: ExplanationSource, discloses: Discloses = NOTHING): Explanation {
  const { view, deeds, erased, reviews } = source;
  const { state, evidence, agent, ledger } = view;
  const { title, assessment, rehearsal } = evidence;
  const tell = teller(source);
  return {
    ...{ approval: state.id, run: state.action.run, agent, agentVersion: state.action.agentVersion },
    ...{ rehearsal, erased, title: tell(title), ask: tell(assessment.ask) },
    ...{ args: argsOf(tell, view), amount: state.amount, status: state.status },
    ...{ askedAtMs: state.createdAtMs, decidedAtMs: state.decidedAtMs, ...tallyOf(state) },
    deeds: deeds.map((deed) => ({ ...deed, said: deed.said === null ? null : tell(deed.said) })),
    ...{ recommendation: assessment.recommendation, score: assessment.score },
    ...{ confidence: assessment.confidence, unsure: tell(assessment.unsure) },
    ...{ reasons: reasonsOf(source, tell, discloses), ...sourcesOf(source, discloses) },
    questions: state.questions.map(({ text, answer }) => ({
      asked: tell(text),
      answer: answer === null ? null : tell(answer),
    })),
    ...{ executed: executedOf(state), reviews: reviews.map((row) => outcomeOf(tell, row)), ledger },
  };
}
