import type { ApprovalState, RefusalReason } from '../../core/approval/types.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { Detail } from '../../core/detail.ts';
import type { TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import type { LedgerEntry } from '../ledger/entry.ts';

/** One of our own actions, looked at in a transaction that holds the ledger head's lock. */
export interface OwnAt {
  readonly tenant: TenantId;
  /** The database's clock, epoch ms. */
  readonly nowMs: number;
  /** What is signed. */
  readonly args: JsonObject;
  /** What is too long to be an argument: the arguments hold its digest. Sealed where the input of a run is. */
  readonly input: unknown;
}

export interface OwnDone {
  readonly summary: string;
  readonly reference: string | null;
  readonly entries: readonly LedgerEntry[];
}

export type OwnChecked =
  | { readonly ok: false; readonly reason: RefusalReason; readonly detail: Detail }
  /** `apply` changes the database and nothing else; it is given the approval that was signed. */
  | { readonly ok: true; readonly apply: (state: ApprovalState) => Promise<OwnDone> };

/**
 * Looks whether it could be done now: before anybody is asked, and again just before it is done. A new one is a file in
 * here, a line in `effects.ts` and one in `core/own-actions.ts`.
 */
export type OwnEffect = (tx: TenantTx, at: OwnAt) => Promise<OwnChecked>;
