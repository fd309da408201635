import { digestOf } from './canonical-json.ts';
import type { RunId } from './ids.ts';

/** Of the finished production runs that are scored, unless `COUNTERSIGN_SAMPLE_SHARE` says otherwise (row 13). */
export const DEFAULT_SAMPLE_SHARE = 0.05;

const WHOLE = 16 ** 12;

/**
 * Whether a run is among those that are scored. Said by its id alone, so that every process says the same at any time, a share
 * that grows keeps what it had, and each company and agent gives the same share of its runs.
 */
export const isSampled = (run: RunId, share: number): boolean =>
  Number.parseInt(digestOf(['score', run]).slice(0, 12), 16) / WHOLE < share;
