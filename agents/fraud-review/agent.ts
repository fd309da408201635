import type { AgentContract } from '../../core/contract.ts';
import { fraudReview100 } from './1.0.0/agent.ts';
import { fraudReview110 } from './1.1.0/agent.ts';

export { FraudAssessment, parseClaim } from './shared.ts';

/** Every version that may play, the oldest first, a folder each. One that is taken away starts nothing more. */
export const fraudReviewVersions: readonly AgentContract[] = [fraudReview100, fraudReview110];

/** The newest. */
export const fraudReview = fraudReview110;
