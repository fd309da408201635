import type { ApprovalId, PersonId } from './ids.ts';
import type { ApprovalState } from './approval/types.ts';
import type { ScoreName } from './metrics.ts';

/** A person changed or declined what an agent proposed, and why in their own words: shown, never obeyed. */
export interface Override {
  readonly approval: ApprovalId;
  readonly how: 'edited' | 'declined';
  readonly person: PersonId;
  readonly reason: string | null;
  readonly atMs: number;
}

/**
 * What people overrode in one request, with all edits of its lineage. An end that nobody chose (the time ran out, it was
 * called off) overrides nothing.
 */
export function overridesIn(state: ApprovalState): Override[] {
  const { id: approval, edits, declined } = state;
  return [
    ...edits.map(({ person, comment, atMs }): Override => ({
      ...{ approval, how: 'edited', person, reason: comment, atMs },
    })),
    ...(declined && state.status === 'declined'
      ? [{ approval, how: 'declined', ...declined } satisfies Override]
      : []),
  ];
}

/** How a judge scored the run; `reason`: a word of `core/unscored.ts`, exactly where there is no score. */
export interface ScoreView {
  readonly metric: ScoreName;
  readonly score: number | null;
  readonly reason: string | null;
  readonly rehearsal: boolean;
}
