import type { Finding } from '../alerts/finding.ts';
import type { IncidentId, PersonId } from '../ids.ts';
import { openIncident } from './open.ts';
import type { IncidentContext, IncidentState, Ladder } from './types.ts';

/** Shared by tests. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const START = Date.UTC(2026, 10, 23, 14, 2);
export const INC = 'inc_01J0000000000000000000000A' as IncidentId;

/** A person's id that says who it is. */
export const per = (name: string): PersonId =>
  `per_01J0000000000000000000${name
    .toUpperCase()
    .replace(/[ILOU]/g, 'X')
    .padEnd(7, '0')
    .slice(0, 7)}` as PersonId;

export const LADDER_OF_NOW: Ladder = { first: per('ada'), second: per('ben'), manager: per('mara') };

export const firing = (change: Partial<Finding> = {}): Finding => ({
  ...{ rule: 'faithfulness', agent: 'fraud-review', version: '1.5.0' },
  ...{ fingerprint: 'faithfulness/fraud-review', severity: 'p0', state: 'firing' },
  ...{ value: 0.81, threshold: 0.85, unit: 'score', sample: 38, sinceMs: START - 22 * MINUTE },
  reason: { key: 'faithfulness', params: { value: 0.81, limit: 0.85, runs: 38, minutes: 360 } },
  worstRuns: [],
  series: [],
  ...change,
});

export const clear = (): Finding => firing({ state: 'clear', value: 0.93 });

export const at = (nowMs: number, ladder: Ladder = LADDER_OF_NOW): IncidentContext => ({ nowMs, ladder });

export const opened = (change: Partial<Finding> = {}, ladder: Ladder = LADDER_OF_NOW): IncidentState =>
  openIncident(INC, firing(change), at(START, ladder)).state;
