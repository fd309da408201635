import { defineSignal } from '@temporalio/workflow';
import {
  SIGNAL_APPROVAL_CHANGED,
  SIGNAL_APPROVAL_SETTLED,
  SIGNAL_CANCEL_RUN,
  SIGNAL_INCIDENT_CHANGED,
  type ApprovalChanged,
  type IncidentChanged,
} from '../core/activities.ts';
import type { ApprovalId } from '../core/ids.ts';

/** Signals say only that something changed; what is true is read again, so order and duplicates do not matter. */
export const approvalChanged = defineSignal<[ApprovalChanged]>(SIGNAL_APPROVAL_CHANGED);
export const approvalSettled = defineSignal<[{ approval: ApprovalId }]>(SIGNAL_APPROVAL_SETTLED);
export const cancelRun = defineSignal(SIGNAL_CANCEL_RUN);
export const incidentChanged = defineSignal<[IncidentChanged]>(SIGNAL_INCIDENT_CHANGED);
