import type { Operation } from '../operation.ts';
import { getCosts, listAgents, whoami } from './about.ts';
import { getApproval, getReceipt, listApprovals } from './approvals.ts';
import { askForReview, createReviewLink, getExplanation, listReads, revokeLinks } from './concerned.ts';
import { listEntries, verify } from './ledger.ts';
import { cancel, getRun, getRunReceipt, getTrace, listRuns, replay, startRun } from './runs.ts';

/** All that the API and MCP can do, in the order of their document. None of it signs. */
export const operations: readonly Operation[] = [
  startRun,
  listRuns,
  getRun,
  getTrace,
  getRunReceipt,
  cancel,
  replay,
  listApprovals,
  getApproval,
  getReceipt,
  getExplanation,
  askForReview,
  createReviewLink,
  revokeLinks,
  listReads,
  verify,
  listEntries,
  getCosts,
  listAgents,
  whoami,
];
