import {
  COVER,
  SYNCED_AT,
  addDays,
  pounds,
  type CauseName,
  type ClaimRow,
  type PartyRow,
  type PolicyRow,
  type Rows,
} from './rows.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly phone?: string;
  readonly account?: string;
  readonly firm?: boolean;
}
export interface Paper {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly source: string;
  readonly reference?: string;
  readonly filed: string;
  readonly text: string | readonly string[];
}
export interface Story {
  readonly claim: string;
  readonly policy: string;
  readonly cause: CauseName;
  readonly summary: string;
  readonly incident: string;
  readonly reported?: string;
  readonly claimed: number;
  readonly closed?: ClaimRow['outcome'];
  readonly referred?: boolean;
  /** Set on the first claim of a policy. */
  readonly newPolicy?: {
    readonly line: PolicyRow['line'];
    readonly holder: Person;
    readonly inception: string;
    readonly sumInsured: number;
    readonly excess: number;
    readonly account: string;
    readonly excludes?: readonly string[];
  };
  readonly others?: readonly (readonly [part: string, who: Person])[];
  readonly papers?: readonly Paper[];
  readonly elsewhere?: readonly {
    readonly reference: string;
    readonly insurer: string;
    readonly peril: string;
    readonly on: string;
    readonly paid: number;
    readonly outcome: string;
  }[];
}

const partyRow = (who: Person): PartyRow => ({
  party: who.id,
  kind: who.firm ? 'firm' : 'person',
  name: who.name,
  phone: who.phone ?? null,
  account: who.account ?? null,
  synced_at: SYNCED_AT,
});

function claimRow(story: Story): ClaimRow {
  const outcome = story.closed ?? null;
  return {
    claim: story.claim,
    policy: story.policy,
    cause: story.cause,
    summary: story.summary,
    incident_on: story.incident,
    reported_on: story.reported ?? addDays(story.incident, 1),
    currency: 'GBP',
    claimed_micros: pounds(story.claimed),
    status: outcome ? 'closed' : story.referred ? 'referred' : 'open',
    outcome,
    paid_micros: outcome === 'paid' ? pounds(story.claimed) : null,
  };
}

function policyRow(story: Story): PolicyRow[] {
  const policy = story.newPolicy;
  if (!policy) return [];
  const { covers, excludes } = COVER[policy.line];
  return [
    {
      policy: story.policy,
      line: policy.line,
      holder: policy.holder.id,
      inception_on: policy.inception,
      renews_on: nextAnniversary(policy.inception),
      currency: 'GBP',
      sum_insured_micros: pounds(policy.sumInsured),
      excess_micros: pounds(policy.excess),
      covers: covers.filter((c) => !policy.excludes?.includes(c)),
      excludes: [...excludes, ...(policy.excludes ?? [])],
      account_ending: policy.account,
    },
  ];
}

/** The first anniversary after the example's today. */
function nextAnniversary(inception: string): string {
  const day = inception.slice(4);
  return day > '-11-20' ? `2026${day}` : `2027${day}`;
}

/** Rows from told stories. A policy's holder is a party of each of its claims. */
export function rowsOf(stories: readonly Story[]): Rows {
  const holders = new Map(stories.flatMap((s) => (s.newPolicy ? [[s.policy, s.newPolicy.holder]] : [])));
  const parties = new Map<string, PartyRow>();
  for (const who of [...holders.values(), ...stories.flatMap((s) => (s.others ?? []).map(([, w]) => w))])
    parties.set(who.id, partyRow(who));
  return {
    parties: [...parties.values()],
    policies: stories.flatMap(policyRow),
    claims: stories.map(claimRow),
    claim_parties: stories.flatMap((s) => [
      { claim: s.claim, party: holders.get(s.policy)?.id ?? '', part: 'policyholder' },
      ...(s.others ?? []).map(([part, who]) => ({ claim: s.claim, party: who.id, part })),
    ]),
    documents: stories.flatMap((s) =>
      (s.papers ?? []).map((p) => ({
        document: p.id,
        claim: s.claim,
        kind: p.kind,
        title: p.title,
        source: p.source,
        reference: p.reference ?? null,
        filed_on: p.filed,
        content: typeof p.text === 'string' ? p.text : p.text.join('\n'),
      })),
    ),
    prior_claims: stories.flatMap((s) =>
      (s.elsewhere ?? []).map((e) => ({
        reference: e.reference,
        policy: s.policy,
        insurer: e.insurer,
        peril: e.peril,
        incident_on: e.on,
        currency: 'GBP',
        paid_micros: pounds(e.paid),
        outcome: e.outcome,
        synced_at: SYNCED_AT,
      })),
    ),
  };
}
