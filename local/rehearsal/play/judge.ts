import type { Amount, CaseFile } from './file.ts';
import { billOf } from './papers.ts';
import { isCovered, signalsOf, type Signal } from './signals.ts';
import { amountText, capital, dayAndMonth, hundredths, listed, small } from './words.ts';

export type Recommendation = 'settle' | 'refer_to_siu' | 'deny' | 'no_answer';

/** Everything the rehearsal thinks about a claim; turned into tool arguments by whoever proposes. */
export interface Judgement {
  readonly score: number | null;
  readonly baseRate: number | null;
  readonly signals: readonly Signal[];
  readonly confidence: number;
  readonly unsure: string;
  readonly recommendation: Recommendation;
  readonly ask: string;
  /** Arguments of the action by the names that its schema may know. */
  readonly proposal: Readonly<Record<string, unknown>>;
}

const REFERRAL_LINE = 0.7;
/** Whatever the score: somebody has to look at these. */
const ALWAYS_REFERRED = ['same-document', 'orders-in-document'];

const CONFIDENCE = {
  start: 0.9,
  perDoubt: 0.12,
  perConflict: 0.15,
  nearTheLine: 0.1,
  least: 0.2,
};

/** "I don't know", with the sentence that says why. */
export const noAnswer = (why: string, ask: string, baseRate: number | null = null): Judgement => ({
  score: null,
  baseRate,
  signals: [],
  confidence: 0.3,
  unsure: why.slice(0, 400),
  recommendation: 'no_answer',
  ask: ask.slice(0, 400),
  proposal: {},
});

const bills = ({ papers }: CaseFile) => (papers?.documents ?? []).flatMap((p) => billOf(p) ?? []);

/** What the file leaves open, in words for a signer. */
function doubts(file: CaseFile, signals: readonly Signal[]): string[] {
  const excess = file.policy?.excess;
  const [first, ...others] = bills(file);
  const silent = [first, ...others].filter((b) => b?.excess === 'not said')[0];
  return [
    ...(excess && excess.micros > 0 && silent && bills(file).every((b) => b.excess === 'not said')
      ? [`${silent.kind} ${silent.document} does not say if the ${amountText(excess)} excess is taken off.`]
      : []),
    ...(signals.some((s) => s.name === 'over-billed') ? ['why more is claimed than was billed.'] : []),
    ...(signals.some((s) => s.name === 'date-conflict') ? ['why the dates in the findings differ.'] : []),
  ];
}

function confidenceOf(score: number, open: readonly string[], signals: readonly Signal[]): number {
  const conflicts = signals.filter((s) => s.name === 'date-conflict').length;
  const near = Math.abs(score - REFERRAL_LINE) <= 0.05 ? CONFIDENCE.nearTheLine : 0;
  const left =
    CONFIDENCE.start -
    CONFIDENCE.perDoubt * open.length -
    (conflicts > 0 ? CONFIDENCE.perConflict : 0) -
    near;
  return hundredths(Math.max(CONFIDENCE.least, left));
}

/** The claimed amount, or the billed one where it is lower; under the sum insured; less an excess that is still to come off. */
function amountOf(file: CaseFile): Amount {
  const { claim, policy } = file;
  const billed = bills(file).reduce((sum, bill) => sum + bill.total.micros, 0);
  const wanted = billed > 0 ? Math.min(claim.claimed.micros, billed) : claim.claimed.micros;
  const limited = Math.min(wanted, policy?.sumInsured.micros ?? wanted);
  const excess = bills(file).some((b) => b.excess === 'not deducted') ? (policy?.excess.micros ?? 0) : 0;
  return { currency: claim.claimed.currency, micros: Math.max(10_000, limited - excess) };
}

function settle(file: CaseFile): Pick<Judgement, 'ask' | 'proposal'> {
  const { claim, policy } = file;
  const bill = bills(file)[0];
  return {
    ask: `asks to pay the policyholder for ${small(claim.summary)} on ${dayAndMonth(claim.incidentOn)}.`,
    proposal: {
      claim: claim.claim,
      amount: amountOf(file),
      pay_to: policy?.payTo,
      reason: bill ? `${capital(claim.cause)}, ${bill.kind} ${bill.document}` : capital(claim.cause),
    },
  };
}

export function refer(
  file: CaseFile,
  signals: readonly Signal[],
  score: number,
): Pick<Judgement, 'ask' | 'proposal'> {
  const { claim } = file.claim;
  const top = signals.find((s) => ALWAYS_REFERRED.includes(s.name)) ?? signals.find((s) => s.weight > 0);
  const why = top ? `${small(top.text)} (${top.citation})` : 'a person asked for a closer look';
  return {
    ask: `asks to hand ${claim} to the special investigation unit: ${why}.`,
    proposal: { claim, reason: `Fraud score ${score.toFixed(2)}: ${why}`.slice(0, 300) },
  };
}

function deny({ claim, policy }: CaseFile): Pick<Judgement, 'ask' | 'proposal'> {
  return {
    ask: `asks to deny ${claim.claim}: the policy does not cover ${claim.cause}.`,
    proposal: { claim: claim.claim, reason: `Policy ${policy?.policy} does not cover ${claim.cause}` },
  };
}

/** A judgement on half a file would be a guess. */
const unreadOf = ({ policy, history, links, papers }: CaseFile): string[] => [
  ...(policy ? [] : ['the policy']),
  ...(history ? [] : ['the history']),
  ...(links ? [] : ['the linked parties']),
  ...(papers ? [] : ['the documents']),
];

/** Weighs a case file by the rules of `signals.ts`. */
export function judge(file: CaseFile): Judgement {
  const { claim, papers } = file;
  const baseRate = claim.baseRate.rate;
  if (claim.status !== 'open') {
    const state =
      claim.status === 'closed'
        ? `closed already (${claim.outcome})`
        : `with the special investigation unit already`;
    return noAnswer(
      `${claim.claim} is ${state}.`,
      `has nothing to propose: ${claim.claim} is ${state}.`,
      baseRate,
    );
  }
  const unread = unreadOf(file);
  if (unread.length > 0) {
    const lack = `${listed(unread)} could not be read`;
    return noAnswer(`${capital(lack)}.`, `cannot tell about ${claim.claim}: ${lack}.`, baseRate);
  }
  const signals = signalsOf(file);
  const sum = signals.reduce((total, signal) => total + signal.weight, baseRate);
  const score = hundredths(Math.min(1, Math.max(0, sum)));
  const missing = papers?.missing ?? [];
  const open = doubts(file, signals);
  const weighed = {
    score,
    baseRate,
    signals,
    confidence: confidenceOf(score, open, signals),
    unsure: open.join(' And '),
  };
  if (!isCovered(file)) return { ...weighed, recommendation: 'deny', ...deny(file) };
  if (score > REFERRAL_LINE || signals.some((s) => ALWAYS_REFERRED.includes(s.name)))
    return { ...weighed, recommendation: 'refer_to_siu', ...refer(file, signals, score) };
  if (missing.length > 0) {
    const lack = `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`;
    return noAnswer(
      `${capital(lack)}, so there is nothing to score yet.`,
      `cannot tell about ${claim.claim}: ${lack}.`,
      baseRate,
    );
  }
  return { ...weighed, recommendation: 'settle', ...settle(file) };
}
