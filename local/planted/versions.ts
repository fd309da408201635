import { readFileSync } from 'node:fs';
import { fraudReview } from '../../agents/fraud-review/agent.ts';
import type { AgentContract } from '../../core/contract.ts';

/**
 * Its prompt leaves out nearly all that speaks against a claim, and when to refer it or to answer nothing: the gate blocks it. It
 * also wants people assured of what no record holds: in live traffic its answers are not faithful.
 */
export const WORSE = '1.2.0-worse';

/**
 * Versions that no company may ever get, for tests and for the story of a bad rollout: a trial by its number, so nobody
 * begins with it; somebody has to set it.
 */
export const plantedVersions = (): readonly {
  readonly contract: AgentContract;
  readonly prompt: string;
}[] => [
  {
    contract: { ...fraudReview, version: WORSE },
    prompt: readFileSync(new URL('./fraud-review-worse.md', import.meta.url), 'utf8'),
  },
];
