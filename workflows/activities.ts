import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import {
  FINAL_FAILURES,
  type ApprovalEdgeActivities,
  type ApprovalStoreActivities,
  type EvalStoreActivities,
  type IncidentStoreActivities,
  type RunEdgeActivities,
  type RunStoreActivities,
  type ScoreActivities,
  type WatchActivities,
  type WeeklyActivities,
} from '../core/activities.ts';

const nonRetryableErrorTypes = [...FINAL_FAILURES];

/** Our own Postgres only. Tried until it answers: a store that is away stops time, it never loses a step. */
export const store = proxyLocalActivities<
  RunStoreActivities & ApprovalStoreActivities & IncidentStoreActivities & EvalStoreActivities
>({
  startToCloseTimeout: '10 s',
  retry: {
    initialInterval: '200 ms',
    backoffCoefficient: 2,
    maximumInterval: '15 s',
    nonRetryableErrorTypes,
  },
});

/**
 * Workers beat for every activity that they run (`workers/heartbeat.ts`): one that died is noticed after this, not after
 * the whole time of the activity, and somebody else goes on within the minute that people are promised.
 */
const heartbeatTimeout = '10 s';

/** One call may use the model and its fallback, each with the contract's own, far shorter limit. */
export const model = proxyActivities<Pick<RunEdgeActivities, 'callModel' | 'guardInput' | 'guardOutput'>>({
  startToCloseTimeout: '3 min',
  heartbeatTimeout,
  retry: {
    initialInterval: '1 s',
    backoffCoefficient: 2,
    maximumInterval: '1 min',
    maximumAttempts: 8,
    nonRetryableErrorTypes,
  },
});

/** Reads only, so repeating is harmless. */
export const tools = proxyActivities<Pick<RunEdgeActivities, 'callTool'>>({
  startToCloseTimeout: '2 min',
  heartbeatTimeout,
  retry: {
    initialInterval: '1 s',
    backoffCoefficient: 2,
    maximumInterval: '30 s',
    maximumAttempts: 6,
    nonRetryableErrorTypes,
  },
});

/** Safe to repeat by `approvals.md` promise 3; what cannot be repeated it settles itself as `unknown`. */
export const hands = proxyActivities<ApprovalEdgeActivities>({
  startToCloseTimeout: '3 min',
  heartbeatTimeout,
  retry: {
    initialInterval: '500 ms',
    backoffCoefficient: 2,
    maximumInterval: '30 s',
    maximumAttempts: 8,
    nonRetryableErrorTypes,
  },
});

/** Not tried again: the next minute looks at the same figures. */
export const eyes = proxyActivities<WatchActivities>({
  startToCloseTimeout: '50 s',
  heartbeatTimeout,
  retry: { maximumAttempts: 1 },
});

/** Tried for a day: a week without it would go by unseen. */
export const weekly = proxyActivities<WeeklyActivities>({
  startToCloseTimeout: '5 min',
  heartbeatTimeout,
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '10 s', backoffCoefficient: 3, maximumInterval: '30 min' },
});

/** Tried until it comes to an end; that of a judge who stays away it makes itself. */
export const judges = proxyActivities<ScoreActivities>({
  startToCloseTimeout: '15 min',
  heartbeatTimeout,
  retry: {
    initialInterval: '10 s',
    backoffCoefficient: 3,
    maximumInterval: '30 min',
    nonRetryableErrorTypes,
  },
});
