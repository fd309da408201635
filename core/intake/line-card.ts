import { RunId } from '../ids.ts';

/** What a copy is about that tells how long a run still waits. */
export const lineSubject = (run: RunId): string => `${run}/line`;

/** Null when the subject is no such card's. */
export function readLineSubject(subject: string): RunId | null {
  const [first, line, ...more] = subject.split('/');
  const run = RunId.safeParse(first);
  return run.success && line === 'line' && more.length === 0 ? run.data : null;
}

/** The version wanted of such a card once its run waits no longer: its last word. */
export const LAST_WORD = 1_000_000;

/** How old what it shows may be: half a minute, and longer far from the front, where a minute says less. */
export const mayBeOldMs = (etaMs: number | null): number =>
  Math.min(5 * 60_000, Math.max(30_000, (etaMs ?? 0) / 10));
