import type { LedgerLine } from './wire.ts';

/** What the page's strip shows of the product's own ledger. */
export interface Ledger {
  /** Newest entries, in any order. */
  recent(): Promise<readonly LedgerLine[]>;
  verify(): Promise<{ ok: boolean; sentence: string }>;
}
