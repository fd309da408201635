import type {
  ApprovalEdgeActivities,
  ApprovalStoreActivities,
  EvalStoreActivities,
  IncidentStoreActivities,
  RunEdgeActivities,
  RunStoreActivities,
  ScoreActivities,
  WatchActivities,
  WeeklyActivities,
} from '../../core/activities.ts';
import { createApprovalActivities } from './approval-activities.ts';
import { createAskActivities } from './ask-activities.ts';
import type { Edges } from './edges.ts';
import { createEvalActivities } from './eval-activities.ts';
import { createExecuteActivities } from './execute-activities.ts';
import { createGuardActivities } from './guard-activities.ts';
import { createIncidentActivities } from './incident-activities.ts';
import { createModelActivities } from './model-activities.ts';
import { createRunActivities } from './run-activities.ts';
import { createScoreActivities } from './score-activities.ts';
import { createToolActivities } from './tool-activities.ts';
import { createWatchActivities } from './watch-activities.ts';
import { createWeeklyActivities } from './weekly-activities.ts';

export type Activities = RunStoreActivities &
  RunEdgeActivities &
  ApprovalStoreActivities &
  ApprovalEdgeActivities &
  IncidentStoreActivities &
  EvalStoreActivities &
  ScoreActivities &
  WatchActivities &
  WeeklyActivities;

/** Everything that workflows may ask for, over the edges that are handed in. */
export function createActivities(edges: Edges): Activities {
  return {
    ...createRunActivities(edges),
    ...createAskActivities(edges),
    ...createGuardActivities(edges),
    ...createModelActivities(edges),
    ...createToolActivities(edges),
    ...createApprovalActivities(edges),
    ...createExecuteActivities(edges),
    ...createIncidentActivities(edges),
    ...createScoreActivities(edges),
    ...createEvalActivities(edges),
    ...createWatchActivities(edges),
    ...createWeeklyActivities(edges),
  };
}
