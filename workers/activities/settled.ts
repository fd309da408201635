import type { ApprovalStatus } from '../../core/approval/types.ts';

/** Nothing further happens by itself. `unknown` waits for a person, who may take days; the run is told so. */
export const isSettled = (status: ApprovalStatus): boolean =>
  status !== 'pending' && status !== 'approved' && status !== 'executing';
