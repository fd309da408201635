import type { GoldenCase } from './case.ts';

const POINTS = {
  raises: 'makes the claim more suspicious',
  lowers: 'makes the claim less suspicious',
  neither: 'decides the claim without making it more or less suspicious',
} as const;

/**
 * What a right answer holds, as far as the case says: the records that it must cite, and which way each points. Null where a
 * case names none: anything more would be made up.
 */
export function referenceOf({ expect }: GoldenCase): string | null {
  if (expect.signals.length === 0) return null;
  return expect.signals.map(({ citation, sign }) => `${citation} ${POINTS[sign]}.`).join(' ');
}
