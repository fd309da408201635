/** The rows of the example, by table; keys are column names. */
export interface PartyRow {
  readonly party: string;
  readonly kind: 'person' | 'firm';
  readonly name: string;
  readonly phone: string | null;
  readonly account: string | null;
  readonly synced_at: string;
}
export interface PolicyRow {
  readonly policy: string;
  readonly line: 'home' | 'motor' | 'contents';
  readonly holder: string;
  readonly inception_on: string;
  readonly renews_on: string;
  readonly currency: string;
  readonly sum_insured_micros: number;
  readonly excess_micros: number;
  readonly covers: readonly string[];
  readonly excludes: readonly string[];
  readonly account_ending: string;
}
export interface ClaimRow {
  readonly claim: string;
  readonly policy: string;
  readonly cause: string;
  readonly summary: string;
  readonly incident_on: string;
  readonly reported_on: string;
  readonly currency: string;
  readonly claimed_micros: number;
  readonly status: 'open' | 'referred' | 'closed';
  readonly outcome: 'paid' | 'denied' | 'withdrawn' | 'fraud proven' | null;
  readonly paid_micros: number | null;
}
export interface ClaimPartyRow {
  readonly claim: string;
  readonly party: string;
  readonly part: string;
}
export interface DocumentRow {
  readonly document: string;
  readonly claim: string;
  readonly kind: string;
  readonly title: string;
  readonly source: string;
  readonly reference: string | null;
  readonly filed_on: string;
  readonly content: string;
}
export interface PriorClaimRow {
  readonly reference: string;
  readonly policy: string;
  readonly insurer: string;
  readonly peril: string;
  readonly incident_on: string;
  readonly currency: string;
  readonly paid_micros: number;
  readonly outcome: string;
  readonly synced_at: string;
}
export interface Rows {
  readonly parties: readonly PartyRow[];
  readonly policies: readonly PolicyRow[];
  readonly claims: readonly ClaimRow[];
  readonly claim_parties: readonly ClaimPartyRow[];
  readonly documents: readonly DocumentRow[];
  readonly prior_claims: readonly PriorClaimRow[];
}

/** The example's "today" is fixed: everything happened before it, whatever day it is where this runs. */
export const EXAMPLE_TODAY = '2026-11-20';
export const SYNCED_AT = '2026-11-20T06:00:00Z';

export const mergeRows = (...all: readonly Rows[]): Rows => ({
  parties: all.flatMap((r) => r.parties),
  policies: all.flatMap((r) => r.policies),
  claims: all.flatMap((r) => r.claims),
  claim_parties: all.flatMap((r) => r.claim_parties),
  documents: all.flatMap((r) => r.documents),
  prior_claims: all.flatMap((r) => r.prior_claims),
});

/** Whole micros from pounds; pence are kept exact. */
export const pounds = (amount: number): number => Math.round(amount * 100) * 10_000;

/** £6,180.00 */
export const poundText = (amount: number): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' }).format(amount);

const DAY = 86_400_000;
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** 17 November 2026 */
export const dayText = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));

const cause = (
  name: string,
  line: PolicyRow['line'],
  peril: string,
  rate: number,
  ...required: readonly string[]
) => ({
  cause: name,
  line,
  peril,
  base_rate: rate,
  rated_on: '2026-10-01',
  required_documents: required,
});

/** Every cause, the share of such claims that turned out to be fraud in this insurer's last five years, and the papers it asks for. */
export const CAUSES = [
  cause('escape of water', 'home', 'water', 0.18, 'invoice', 'report'),
  cause('storm', 'home', 'storm', 0.1, 'invoice', 'report'),
  cause('flood', 'home', 'flood', 0.09, 'invoice', 'report'),
  cause('fire', 'home', 'fire', 0.14, 'invoice', 'report'),
  cause('gradual deterioration', 'home', 'wear', 0.12, 'report'),
  cause('theft from home', 'contents', 'theft', 0.22, 'police report', 'receipt'),
  cause('accidental damage', 'contents', 'accident', 0.16, 'receipt'),
  cause('water damage to contents', 'contents', 'water', 0.17, 'invoice', 'report'),
  cause('collision', 'motor', 'collision', 0.15, 'estimate', 'report'),
  cause('theft of vehicle', 'motor', 'theft', 0.24, 'police report', 'valuation'),
  cause('windscreen', 'motor', 'glass', 0.05, 'invoice'),
] as const;

export type CauseName = (typeof CAUSES)[number]['cause'];

/** What each line of business covers and leaves out by default. */
export const COVER: Record<PolicyRow['line'], { covers: readonly string[]; excludes: readonly string[] }> = {
  home: {
    covers: ['escape of water', 'storm', 'flood', 'fire'],
    excludes: ['gradual deterioration'],
  },
  contents: {
    covers: ['theft from home', 'accidental damage', 'water damage to contents'],
    excludes: ['gradual deterioration', 'flood'],
  },
  motor: { covers: ['collision', 'theft of vehicle', 'windscreen'], excludes: [] },
};
