import type { GoldenCase } from './case.ts';

const POINTS = {
  raises: 'speaks for suspicion',
  lowers: 'speaks against suspicion',
  neither: 'decides it without suspicion',
} as const;

/** What a right answer holds: as a whole, and as far as it must be found in what was read. */
export interface Reference {
  readonly answer: string;
  readonly found: string;
}

/**
 * As somebody wrote it down, else out of what the case itself says: why it is in the set, what may be recommended, and which
 * records a right answer must cite. A recommendation is a judgement and no record holds it, so only the records are looked
 * for. Null where a case names none: anything more would be made up.
 */
export function referenceOf({ reference, why, expect }: GoldenCase): Reference | null {
  if (reference !== undefined) return { answer: reference, found: reference };
  const { signals, recommendations } = expect;
  if (signals.length === 0) return null;
  const because = signals.map(({ citation, sign }) => `${citation} ${POINTS[sign]}.`);
  return {
    answer: [why, `Right: ${recommendations.join(' or ')}.`, ...because].join(' '),
    found: signals.map(({ citation }) => `There is a record ${citation}.`).join(' '),
  };
}
