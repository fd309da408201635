/**
 * A histogram of durations whose buckets grow by a fixed ratio, so that two of them add up to the histogram of both and a
 * quantile read from it is at most 1% off. Only buckets that hold something are kept.
 */
export interface Histogram {
  /** Ascending. Bucket 0 holds what is under 1 ms, bucket i what lies in (GAMMA^(i-1), GAMMA^i]. */
  readonly at: readonly number[];
  /** How many, bucket by bucket. */
  readonly n: readonly number[];
}

const RELATIVE_ERROR = 0.01;

/** The ratio between one bucket's end and the next. */
export const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);

export const EMPTY_HISTOGRAM: Histogram = { at: [], n: [] };

/** 30 days: whatever took longer counts as that. */
const MOST_MS = 30 * 86_400_000;

export const bucketOf = (ms: number): number =>
  ms < 1 ? 0 : Math.ceil(Math.log(Math.min(ms, MOST_MS)) / Math.log(GAMMA));

/** The middle of a bucket, by ratio. */
export const valueOf = (bucket: number): number => (bucket <= 0 ? 0 : (2 * GAMMA ** bucket) / (GAMMA + 1));

function fromCounts(counts: ReadonlyMap<number, number>): Histogram {
  const at = [...counts.keys()].sort((a, b) => a - b);
  return { at, n: at.map((bucket) => counts.get(bucket) ?? 0) };
}

/** The histogram of these durations. */
export function histogramOf(durationsMs: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const ms of durationsMs) {
    const bucket = bucketOf(ms);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return fromCounts(counts);
}

/** The histogram of everything that is in any of them. */
export function mergeHistograms(all: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const { at, n } of all)
    for (const [i, bucket] of at.entries()) counts.set(bucket, (counts.get(bucket) ?? 0) + (n[i] ?? 0));
  return fromCounts(counts);
}

/** The value below which this share lies (nearest rank); null when the histogram is empty. */
export function quantile({ at, n }: Histogram, share: number): number | null {
  const total = n.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rank = Math.max(1, Math.ceil(total * share));
  for (const [i, bucket] of at.entries()) {
    rank -= n[i] ?? 0;
    if (rank <= 0) return valueOf(bucket);
  }
  return valueOf(at.at(-1) ?? 0);
}
