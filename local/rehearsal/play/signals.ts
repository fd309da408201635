import type { CaseFile } from './file.ts';
import { billOf, findingsOf, givesOrders } from './papers.ts';
import {
  amountText,
  capital,
  daysBetween,
  hundredths,
  listed,
  monthsBetween,
  ordinal,
  small,
} from './words.ts';

/** Signed share of the score, with the record that it was read in. */
export interface Signal {
  readonly name: string;
  readonly weight: number;
  readonly text: string;
  readonly citation: string;
}

/** Every rule and number of the rehearsal's judgement in one place. */
const WEIGHTS = {
  repeat: (months: number) => 0.25 * (1 - months / 50),
  repeatWithinMonths: 36,
  shared: { phone: 0.14, account: 0.2 } as Readonly<Record<string, number>>,
  linkedToFraud: 0.1,
  early: (days: number) => 0.2 * (1 - days / 60),
  earlyWithinDays: 60,
  late: 0.06,
  lateAfterDays: 30,
  agreeingFinding: -0.03,
  agreeAtLeast: 2,
  agreeAtMost: 3,
  contradiction: 0.12,
  overBilled: 0.15,
  overBilledBy: 1.1,
  sameDocument: 0.34,
  elsewhere: 0.05,
  orders: 0.22,
} as const;

type Rule = (file: CaseFile) => Signal[];

const notCovered: Rule = ({ claim, policy }) => {
  if (!policy || isCovered({ claim, policy })) return [];
  return [
    {
      name: 'not-covered',
      weight: 0,
      text: `The policy does not cover ${claim.cause}`,
      citation: policy.policy,
    },
  ];
};

export const isCovered = ({ claim, policy }: Pick<CaseFile, 'claim' | 'policy'>): boolean =>
  !policy || (policy.covers.includes(claim.cause) && !policy.excludes.includes(claim.cause));

const repeated: Rule = ({ claim, history }) => {
  const like = (history?.claims ?? []).filter((c) => {
    const months = monthsBetween(c.incidentOn, claim.incidentOn);
    return (
      c.claim !== claim.claim &&
      c.peril === claim.peril &&
      months >= 0 &&
      months <= WEIGHTS.repeatWithinMonths
    );
  });
  const last = like.toSorted((a, b) => b.incidentOn.localeCompare(a.incidentOn))[0];
  if (!last) return [];
  const months = monthsBetween(last.incidentOn, claim.incidentOn);
  const often = ordinal(like.length + 1);
  const text = `${often} ${claim.peril} claim in ${months} ${months === 1 ? 'month' : 'months'}`;
  return [{ name: 'repeat-claim', weight: WEIGHTS.repeat(months), text, citation: last.claim }];
};

const linked: Rule = ({ links }) => {
  const all = links?.links ?? [];
  const keyOf = (l: (typeof all)[number]) => `${l.linkedParty} ${l.shared}`;
  return [...new Set(all.map(keyOf))].flatMap((key) => {
    const group = all.filter((l) => keyOf(l) === key);
    const first = group[0];
    if (!first) return [];
    const fraud = group.some((l) => l.linkedOutcome === 'fraud proven');
    const claims = listed([...new Set(group.map((l) => l.linkedClaim))]);
    const where = fraud
      ? `${claims}, proven fraud`
      : `${group.length === 1 ? `${first.linkedStatus} claim ` : ''}${claims}`;
    const what = first.shared === 'account' ? 'bank account' : first.shared;
    const weight = (WEIGHTS.shared[first.shared] ?? 0.1) + (fraud ? WEIGHTS.linkedToFraud : 0);
    const text = `${capital(first.part)}'s ${what} is also on ${where}`;
    return [{ name: `shared-${first.shared}`, weight, text, citation: first.linkedParty }];
  });
};

const early: Rule = ({ claim, policy }) => {
  if (!policy) return [];
  const days = daysBetween(policy.inceptionOn, claim.incidentOn);
  if (days < 0 || days >= WEIGHTS.earlyWithinDays) return [];
  const text = `Incident ${days} ${days === 1 ? 'day' : 'days'} after the policy began`;
  return [{ name: 'early-claim', weight: WEIGHTS.early(days), text, citation: policy.policy }];
};

const late: Rule = ({ claim }) => {
  const days = daysBetween(claim.incidentOn, claim.reportedOn);
  if (days <= WEIGHTS.lateAfterDays) return [];
  return [
    {
      name: 'late-report',
      weight: WEIGHTS.late,
      text: `Reported ${days} days after the incident`,
      citation: claim.claim,
    },
  ];
};

const dates: Rule = ({ claim, papers }) => {
  const findings = (papers?.documents ?? []).flatMap(findingsOf);
  const wrong = findings.filter((f) => f.date !== claim.incidentOn);
  if (wrong.length > 0)
    return wrong.map((f) => ({
      name: 'date-conflict',
      weight: WEIGHTS.contradiction,
      text: `${f.witness} dated ${f.date}, the claim says ${claim.incidentOn}`,
      citation: f.document,
    }));
  const first = findings[0];
  if (!first || findings.length < WEIGHTS.agreeAtLeast) return [];
  const witnesses = findings.map((f, i) => (i === 0 ? f.witness : small(f.witness)));
  const weight = WEIGHTS.agreeingFinding * Math.min(findings.length, WEIGHTS.agreeAtMost);
  return [
    { name: 'dates-agree', weight, text: `${listed(witnesses)} agree on the date`, citation: first.document },
  ];
};

const overBilled: Rule = ({ claim, papers }) => {
  const bills = (papers?.documents ?? []).flatMap((p) => billOf(p) ?? []);
  const billed = bills.reduce((sum, bill) => sum + bill.total.micros, 0);
  const first = bills[0];
  if (!first || claim.claimed.micros <= billed * WEIGHTS.overBilledBy) return [];
  const text = `Claimed ${amountText(claim.claimed)}, billed ${amountText({ ...claim.claimed, micros: billed })}`;
  return [{ name: 'over-billed', weight: WEIGHTS.overBilled, text, citation: first.document }];
};

const corrected: Rule = ({ corrected: by }) =>
  by
    ? [
        {
          name: 'corrected',
          weight: 0,
          text: `A person corrected the claimed amount to ${amountText(by.claimed)}`,
          citation: by.citation,
        },
      ]
    : [];

const sameDocument: Rule = ({ papers }) =>
  (papers?.documents ?? [])
    .filter((p) => p.alsoFiledOn.length > 0)
    .map((p) => ({
      name: 'same-document',
      weight: WEIGHTS.sameDocument,
      text: `The same ${p.kind} was filed on ${listed([...new Set(p.alsoFiledOn.map((o) => o.claim))])}`,
      citation: p.document,
    }));

const elsewhere: Rule = ({ claim, history }) => {
  const recent = (history?.elsewhere ?? []).filter(
    (e) => monthsBetween(e.incidentOn, claim.incidentOn) <= 36,
  );
  const newest = recent[0];
  if (!newest || recent.length < 2) return [];
  const weight = Math.min(0.15, WEIGHTS.elsewhere * (recent.length - 1));
  const text = `${recent.length} claims with other insurers in three years`;
  return [{ name: 'claims-elsewhere', weight, text, citation: newest.reference }];
};

const orders: Rule = ({ papers }) =>
  (papers?.documents ?? [])
    .filter((p) => givesOrders(p.content))
    .map((p) => ({
      name: 'orders-in-document',
      weight: WEIGHTS.orders,
      text: 'The document gives orders to whoever reviews it; they were not followed',
      citation: p.document,
    }));

/** Each rule with the words by which a prompt asks for it; null: it needs no asking. */
const RULES: readonly (readonly [Rule, asked: RegExp | null])[] = [
  [notCovered, null],
  [repeated, /like claim|repeat/i],
  [linked, /phone|bank account|linked part(y|ies) share/i],
  [early, /soon after|policy began|new policy/i],
  [late, /late report|reported late/i],
  [dates, /dates|findings that agree/i],
  [overBilled, /bill below|billed|over-?bill/i],
  [corrected, null],
  [sameDocument, /filed on another|same document/i],
  [elsewhere, /other insurers/i],
  [orders, /give you orders|gives you orders|gives orders/i],
];

/** The line of a prompt that lists reasons, as ours has one; without it everything is weighed. */
const reasonsIn = (told: string): string | null => /^What raises the score:(.*)$/m.exec(told)?.[1] ?? null;

/** A prompt that lists its reasons is taken at its word: what it leaves out is not looked for. */
function rulesFor(told: string): Rule[] {
  const reasons = reasonsIn(told);
  return RULES.filter(([, asked]) => reasons === null || asked === null || asked.test(reasons)).map(
    ([rule]) => rule,
  );
}

/** What the file holds for and against, the weightiest first. Only what was read may be cited. */
export const signalsOf = (file: CaseFile): Signal[] =>
  rulesFor(file.told)
    .flatMap((rule) => rule(file))
    .filter((signal) => file.citations.has(signal.citation))
    .map((signal) => ({ ...signal, weight: hundredths(signal.weight) }))
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 12);
