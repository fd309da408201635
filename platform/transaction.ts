import type { RunId, TenantId } from '../core/ids.ts';
import type { Sealer } from './seal.ts';

export interface Statement {
  /** Named statements are prepared once per connection. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** One transaction of one tenant. */
export interface TenantTx {
  /** What personal data of the ledger is sealed by; null where no encryption key was given. */
  readonly keys: SubjectKeys | null;
  rows<Row extends object>(statement: Statement): Promise<Row[]>;
  /** The only row, or null; more than one is a bug. */
  row<Row extends object>(statement: Statement): Promise<Row | null>;
  /** Sends the last statement and COMMIT in one trip; nothing may follow. Without this, COMMIT comes at the end. */
  commitWith<Row extends object>(statement: Statement): Promise<Row[]>;
}

export interface Database {
  /** Runs `fn` in one transaction that sees and writes this tenant's rows only. Throwing rolls back. */
  inTenant<T>(tenant: TenantId, fn: (tx: TenantTx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A keyed digest of whom a key is for: tells who it is to nobody without the encryption key. */
export type Pseudonym = string & { readonly __pseudonym: true };

export interface SubjectKey {
  readonly id: string;
  readonly sealer: Sealer;
}

/** One data key for each person whom the record speaks of, wrapped by `COUNTERSIGN_ENCRYPTION_KEY`. */
export interface SubjectKeys {
  pseudonym(tenant: TenantId, subject: string): Pseudonym;
  /** The keys to seal with, made where there is none; remembered for seconds. */
  forSealing(tx: TenantTx, tenant: TenantId, subjects: readonly Pseudonym[]): Promise<ReadonlyMap<Pseudonym, SubjectKey>>;
  /** Those of these keys that are there; an erased one is null, one that never was is missing. */
  forOpening(tx: TenantTx, tenant: TenantId, ids: readonly string[]): Promise<ReadonlyMap<string, Sealer | null>>;
  /** Whom a run is about. */
  partyOf(tx: TenantTx, tenant: TenantId, run: RunId): Promise<Pseudonym>;
  /** What was read of a run anyway saves a question. */
  rememberParty(tenant: TenantId, run: RunId, party: Pseudonym | null): Pseudonym;
  /** After an erasure: what is remembered here is remembered no more. */
  forget(): void;
} // prettier-ignore
