import type { ApprovalEvent } from '../../core/approval/types.ts';
import type { EditOfArguments } from '../stores.ts';

/** An edit may leave out what only this room can know: the successor's id, policy and risk. */
export type AskedEvent = ApprovalEvent | ({ readonly kind: 'edit' } & EditOfArguments);
