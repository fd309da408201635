/** What the store knows of one version of an agent, by a real model alone; `rehearsed` counts what a rehearsal left. */
export interface ReadyEvidence {
  readonly atMs: number;
  /** The newest evaluation that is done; a real one goes before a rehearsed one. */
  readonly evaluation: {
    readonly id: string;
    readonly atMs: number;
    readonly model: string;
    readonly rehearsal: boolean;
    readonly promptHash: string;
    readonly casesHash: string;
    readonly mean: number;
    readonly cases: number;
    readonly passing: number;
    /** Cases in which saying "I don't know" is right, and how many of them passed. */
    readonly noAnswer: number;
    readonly refusedRightly: number;
  } | null;
  /** Of the last seven days, in production. */
  readonly runs: {
    readonly n: number;
    readonly rehearsed: number;
    readonly refused: number;
    readonly spentMicros: number;
    readonly dearestMicros: number;
    readonly lastMs: number | null;
  };
  /** The hour of those days in which most runs ended. */
  readonly busiest: { readonly atMs: number; readonly n: number; readonly p95Ms: number } | null;
  /** Of the newest runs that ended: how many have a trace from end to end. */
  readonly traces: { readonly n: number; readonly whole: number; readonly lastMs: number | null };
  /** Requests of those days. */
  readonly cards: {
    readonly n: number;
    /** Each signal cites a source that was read; and it says how sure it is. */
    readonly cited: number;
    readonly sure: number;
    readonly irreversible: number;
    /** Irreversible ones that were run without a person's signature. */
    readonly unsigned: number;
    readonly lastMs: number | null;
  };
  /** The newest evaluation that the schedule asked for. */
  readonly scheduled: { readonly id: string; readonly atMs: number; readonly rehearsal: boolean } | null;
}

/** The same of a store in which nothing ever happened, or of none at all. */
export const nothingKnown = (atMs: number): ReadyEvidence => ({
  atMs,
  ...{ evaluation: null, busiest: null, scheduled: null },
  runs: { n: 0, rehearsed: 0, refused: 0, spentMicros: 0, dearestMicros: 0, lastMs: null },
  traces: { n: 0, whole: 0, lastMs: null },
  cards: { n: 0, cited: 0, sure: 0, irreversible: 0, unsigned: 0, lastMs: null },
});
