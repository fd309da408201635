import type { ApprovalId, EvalId, IncidentId, RunId, TenantId } from './ids.ts';
import type { ApprovalStatus } from './approval/types.ts';

/** What workflows see of the workers: references and small verdicts only, never payloads or personal data. */
export interface RunRef {
  readonly tenant: TenantId;
  readonly run: RunId;
}
export interface ApprovalRef {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
}
export interface IncidentRef {
  readonly tenant: TenantId;
  readonly incident: IncidentId;
}

export interface EvalRef {
  readonly tenant: TenantId;
  readonly eval: EvalId;
}

export interface OpenedRun {
  readonly agent: string;
  readonly agentVersion: string;
  readonly pattern: string;
  readonly maxTurns: number;
  /** False when the run was cancelled or had ended before it began. */
  readonly go: boolean;
}

export interface PlannedCall {
  readonly callId: string;
  readonly tool: string;
  /** `assessment`: taken and answered already. `refused`: unknown, not allowed or off schema; the reason was appended. */
  readonly kind: 'read' | 'action' | 'assessment' | 'refused';
}

/** `refused` and `cut_off`: nothing can be done with it; what was wrong was appended, for the one retry. */
export interface ModelTurn {
  readonly stop: 'tools' | 'answer' | 'refused' | 'cut_off';
  readonly calls: readonly PlannedCall[];
}

export type RunOutcome = 'done' | 'refused' | 'failed' | 'cancelled';

/** Local activities: only our own Postgres. */
export interface RunStoreActivities {
  openRun(ref: RunRef): Promise<OpenedRun>;
  /**
   * Idempotent by (run, callId). `approval` null: nobody is asked, and the tool's result says why: `fault` when
   * the model asked wrongly, no fault when the sandbox only records it.
   */
  requestApproval(
    input: RunRef & { turn: number; callId: string },
  ): Promise<{ approval: ApprovalId | null; fault: boolean }>;
  /** Follows the lineage of edits to its live end. */
  readOutcome(
    input: ApprovalRef,
  ): Promise<{ settled: boolean; approval: ApprovalId; status: ApprovalStatus }>;
  /** Puts what happened (executed, declined and why, expired ...) into the conversation as the tool's result. */
  settleCall(input: RunRef & { turn: number; callId: string; approval: ApprovalId }): Promise<void>;
  /** Asks a person when the agent could not do its work; ends the run as `refused` with that sentence. */
  closeRun(input: RunRef & { outcome: RunOutcome; reason: string | null }): Promise<void>;
}

/** Remote activities: model, tools, guardrails. */
export interface RunEdgeActivities {
  guardInput(ref: RunRef): Promise<{ pass: boolean; reason: string | null }>;
  /** Asks once a turn: a repeated call finds the stored answer and its plan. Throws a typed failure (below). */
  callModel(input: RunRef & { turn: number }): Promise<ModelTurn>;
  callTool(input: RunRef & { turn: number; callId: string }): Promise<{ ok: boolean }>;
  /** A `pass: false` was appended to the conversation as the error to mend. */
  guardOutput(input: RunRef & { turn: number }): Promise<{ pass: boolean; reason: string | null }>;
}

export interface ApprovalStoreActivities {
  /** Timers that matter next, by the database's clock; `settled` when nothing is left to do. */
  readApproval(ref: ApprovalRef): Promise<{
    status: ApprovalStatus;
    version: number;
    run: RunId;
    nextTimerInMs: number | null;
    settled: boolean;
  }>;
  /** Applies `{kind:'timer'}`: reminder, escalation, expiry or lapse, whichever is due. */
  applyTimers(ref: ApprovalRef): Promise<void>;
}

export interface ApprovalEdgeActivities {
  /** Runs the signed action under `approvals.md` promise 3; safe to repeat. */
  executeAction(ref: ApprovalRef): Promise<{ status: ApprovalStatus }>;
}

export interface IncidentStoreActivities {
  /** Does what is due by the database's clock (the next is asked, silence ends, it stayed clear) and says what is due next. */
  tickIncident(ref: IncidentRef): Promise<{ version: number; over: boolean; nextTimerInMs: number | null }>;
}

export interface EvalStoreActivities {
  /** Marks what ended, begins as many cases as may run at once, and ends the evaluation after its last; safe to repeat. */
  tickEval(ref: EvalRef): Promise<{ over: boolean; nextInMs: number }>;
}

/** Null: every company. */
export interface WatchInput {
  readonly tenant: TenantId | null;
}

export interface WatchActivities {
  /** Every alert rule looks at the figures of now, and what it says is acted on. */
  lookAtFigures(input: WatchInput): Promise<void>;
}

export interface ScoreActivities {
  /** A judge scores one finished run; safe to repeat, and what was answered is not paid for again. */
  scoreRun(ref: RunRef): Promise<void>;
}

export interface WeeklyActivities {
  /** Asks for the evaluation of every active agent of every company; in one week once, however often it is repeated. */
  askWeeklyEvals(): Promise<void>;
}

/** Types of the failures that no retry mends; a workflow turns each into the sentence a person reads. */
export const FAILURE_BUDGET = 'BudgetSpent';
export const FAILURE_AGENT_GONE = 'AgentGone';
export const FAILURE_NOT_FOUND = 'NotFound';
export const FAILURE_MODEL_REFUSED_US = 'ModelRefusedUs';
/** The agent is paused, or everything is stopped. */
export const FAILURE_HELD = 'Held';
export const FINAL_FAILURES: readonly string[] = [
  FAILURE_BUDGET,
  FAILURE_AGENT_GONE,
  FAILURE_NOT_FOUND,
  FAILURE_MODEL_REFUSED_US,
  FAILURE_HELD,
];

/** Names that cross processes. */
export const TASK_QUEUE = 'countersign';
export const SIGNAL_APPROVAL_CHANGED = 'approvalChanged';
export const SIGNAL_APPROVAL_SETTLED = 'approvalSettled';
export const SIGNAL_CANCEL_RUN = 'cancelRun';
export const SIGNAL_INCIDENT_CHANGED = 'incidentChanged';
/** Payload of SIGNAL_APPROVAL_CHANGED: a version, never what changed. */
export interface ApprovalChanged {
  readonly version: number;
}
/** The same of SIGNAL_INCIDENT_CHANGED. */
export interface IncidentChanged {
  readonly version: number;
}
export const WORKFLOW_AGENT_RUN = 'agentRun';
export const WORKFLOW_APPROVAL = 'approval';
export const WORKFLOW_INCIDENT = 'incident';
export const WORKFLOW_EVALUATION = 'evaluation';
export const WORKFLOW_WATCH = 'watch';
export const WORKFLOW_SCORE_RUN = 'scoreRun';
export const WORKFLOW_WEEKLY_EVALS = 'weeklyEvals';
