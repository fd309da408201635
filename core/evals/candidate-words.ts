import type { Language } from '../language.ts';
import type { CandidateCause } from './candidate-cause.ts';

interface CauseWords {
  readonly from: (run: string) => string;
  readonly how: Readonly<Record<CandidateCause['how'], (tool: string) => string>>;
}

/** Why a case is in the set, as its draft says it to whoever accepts it. */
export const CAUSE_WORDS: Readonly<Record<Language, CauseWords>> = {
  en: {
    from: (run) => `From ${run}`,
    how: {
      edited: (tool) => `a person changed ${tool}`,
      declined: (tool) => `a person declined ${tool}`,
      thumb: () => 'somebody thought it bad',
    },
  },
  de: {
    from: (run) => `Aus ${run}`,
    how: {
      edited: (tool) => `ein Mensch hat ${tool} geändert`,
      declined: (tool) => `ein Mensch hat ${tool} abgelehnt`,
      thumb: () => 'jemand fand es schlecht',
    },
  },
};
