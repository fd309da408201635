import type { AgentContract } from '../contract.ts';
import { GOLDEN_THRESHOLD } from '../evals/evaluation.ts';
import type { ReadyEvidence } from './evidence.ts';

/** The seven points of the production gate; mission, row 19. */
export const READY_POINTS = ['cases', 'cost', 'latency', 'traces', 'red-team', 'cards', 'weekly'] as const;
export type ReadyPointName = (typeof READY_POINTS)[number];

/** `missing`: nobody measured it, or there is nothing yet that could. Never `ok`. */
export type ReadyState = 'ok' | 'not_ok' | 'missing';

/** A sentence of the catalogue, and the figures that it names. */
export type ReadyReason =
  | { readonly key: 'no-eval' | 'no-red-team' | 'no-cards' | 'no-refusal' | 'no-schedule' }
  | { readonly key: 'rehearsed'; readonly n: number }
  | { readonly key: 'stale-eval'; readonly id: string }
  | {
      readonly key: 'cases';
      readonly id: string;
      readonly model: string;
      readonly passing: number;
      readonly of: number;
      readonly mean: number;
    }
  | { readonly key: 'few-runs'; readonly n: number; readonly need: number }
  | {
      readonly key: 'cost';
      readonly n: number;
      readonly perTask: number;
      readonly budget: number;
      readonly monthTenfold: number;
    }
  | { readonly key: 'no-load'; readonly n: number; readonly need: number }
  | { readonly key: 'latency'; readonly n: number; readonly p95Ms: number; readonly limitMs: number }
  | { readonly key: 'traces'; readonly n: number; readonly whole: number }
  | {
      readonly key: 'cards';
      readonly n: number;
      readonly cited: number;
      readonly sure: number;
      readonly refusals: number;
      readonly irreversible: number;
      readonly unsigned: number;
    }
  | { readonly key: 'weekly'; readonly id: string; readonly days: number };

export interface ReadyPoint {
  readonly point: ReadyPointName;
  readonly state: ReadyState;
  readonly reason: ReadyReason;
  /** When the newest of what it was made from happened; null: nothing did. */
  readonly measuredAtMs: number | null;
}

/** What the code says of the version that is judged. */
export interface ReadySubject {
  readonly contract: Pick<AgentContract, 'name' | 'version' | 'budget' | 'confidenceThreshold'>;
  readonly promptHash: string;
  readonly casesHash: string;
}

export interface Readiness {
  readonly agent: string;
  readonly version: string;
  readonly points: readonly ReadyPoint[];
  readonly ready: boolean;
}

const DAY_MS = 86_400_000;
const CASES_AT_LEAST = 50;
const RUNS_AT_LEAST = 20;
/** So many in one hour are load; fewer say nothing about it. */
const LOAD_AT_LEAST = 50;
/** Row 14. */
const P95_LIMIT_MS = 5_000;
/** A week, and a day for the run itself. */
const WEEKLY_WITHIN_DAYS = 8;

type Judged = Omit<ReadyPoint, 'point'>;

const missing = (reason: ReadyReason, measuredAtMs: number | null = null): Judged => ({
  ...{ state: 'missing', reason, measuredAtMs },
});
const measured = (ok: boolean, reason: ReadyReason, measuredAtMs: number | null): Judged => ({
  ...{ state: ok ? 'ok' : 'not_ok', reason, measuredAtMs },
});

function casesPoint({ evaluation }: ReadyEvidence, { promptHash, casesHash }: ReadySubject): Judged {
  if (evaluation === null) return missing({ key: 'no-eval' });
  const { id, atMs, model, passing, cases: of, mean, rehearsal } = evaluation;
  if (rehearsal) return missing({ key: 'rehearsed', n: of }, atMs);
  // A figure of another prompt or other cases is no figure of this version.
  if (evaluation.promptHash !== promptHash || evaluation.casesHash !== casesHash)
    return measured(false, { key: 'stale-eval', id }, atMs);
  const ok = passing >= CASES_AT_LEAST && mean >= GOLDEN_THRESHOLD;
  return measured(ok, { key: 'cases', id, model, passing, of, mean }, atMs);
}

/** Too few by a real model; those of the rehearsal are named where there are any. */
const fewRuns = ({ runs: { n, rehearsed, lastMs } }: ReadyEvidence, need: number): Judged =>
  n === 0 && rehearsed > 0
    ? missing({ key: 'rehearsed', n: rehearsed })
    : missing({ key: 'few-runs', n, need }, lastMs);

function costPoint(evidence: ReadyEvidence, { contract }: ReadySubject): Judged {
  const { n, spentMicros, dearestMicros, lastMs } = evidence.runs;
  if (n < RUNS_AT_LEAST) return fewRuns(evidence, RUNS_AT_LEAST);
  const { costMicros: budget } = contract.budget;
  const perTask = spentMicros / n;
  const monthTenfold = (spentMicros / 7) * 30 * 10;
  // Without a price nothing was measured: a model that costs nothing has none.
  const ok = spentMicros > 0 && dearestMicros <= budget;
  return measured(ok, { key: 'cost', n, perTask, budget, monthTenfold }, lastMs);
}

function latencyPoint(evidence: ReadyEvidence): Judged {
  const { busiest, runs } = evidence;
  if (runs.n === 0) return fewRuns(evidence, LOAD_AT_LEAST);
  if (busiest === null || busiest.n < LOAD_AT_LEAST)
    return missing({ key: 'no-load', n: busiest?.n ?? 0, need: LOAD_AT_LEAST }, busiest?.atMs ?? null);
  const { n, p95Ms, atMs } = busiest;
  return measured(p95Ms < P95_LIMIT_MS, { key: 'latency', n, p95Ms, limitMs: P95_LIMIT_MS }, atMs);
}

function tracesPoint(evidence: ReadyEvidence): Judged {
  const { n, whole, lastMs } = evidence.traces;
  if (n === 0) return fewRuns(evidence, 1);
  return measured(whole === n, { key: 'traces', n, whole }, lastMs);
}

function cardsPoint(evidence: ReadyEvidence, { contract }: ReadySubject): Judged {
  const { cards, evaluation, runs } = evidence;
  const { n, cited, sure, irreversible, unsigned, lastMs } = cards;
  if (n === 0) return missing({ key: 'no-cards' });
  const isReal = evaluation !== null && !evaluation.rehearsal;
  const refusals = runs.refused + (isReal ? evaluation.refusedRightly : 0);
  const asked = contract.confidenceThreshold > 0;
  const sound = cited === n && sure === n && unsigned === 0 && asked;
  // What never happened was not shown to work.
  if (sound && (refusals === 0 || irreversible === 0)) return missing({ key: 'no-refusal' }, lastMs);
  return measured(sound, { key: 'cards', n, cited, sure, refusals, irreversible, unsigned }, lastMs);
}

function weeklyPoint({ scheduled, atMs }: ReadyEvidence): Judged {
  if (scheduled === null) return missing({ key: 'no-schedule' });
  if (scheduled.rehearsal) return missing({ key: 'rehearsed', n: 1 }, scheduled.atMs);
  const days = Math.floor((atMs - scheduled.atMs) / DAY_MS);
  return measured(days < WEEKLY_WITHIN_DAYS, { key: 'weekly', id: scheduled.id, days }, scheduled.atMs);
}

/** Is this version ready for production. What was only rehearsed, or not measured, is missing; all seven have to be ok. */
export function judgeReady(evidence: ReadyEvidence, subject: ReadySubject): Readiness {
  const judged: Readonly<Record<ReadyPointName, Judged>> = {
    cases: casesPoint(evidence, subject),
    cost: costPoint(evidence, subject),
    latency: latencyPoint(evidence),
    traces: tracesPoint(evidence),
    // There is no red-team run yet that could have passed.
    'red-team': missing({ key: 'no-red-team' }),
    cards: cardsPoint(evidence, subject),
    weekly: weeklyPoint(evidence),
  };
  const points = READY_POINTS.map((point) => ({ point, ...judged[point] }));
  const { name: agent, version } = subject.contract;
  return { agent, version, points, ready: points.every(({ state }) => state === 'ok') };
}
