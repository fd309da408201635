import type { Digest, DigestScope } from '../../core/digest/digest.ts';
import type { Every, Period } from '../../core/digest/period.ts';
import type { Count, Counted } from '../../core/digest/rows.ts';
import type { Subscribed } from '../../core/digest/whose.ts';
import type { DigestId, PersonId, SubscriptionId, TenantId } from '../../core/ids.ts';
import type { Platform } from './people.ts';

/** Who gets which digest, and where. `team` null: the whole company's. */
export interface Subscribing {
  readonly person: PersonId;
  readonly every: Every;
  readonly team: string | null;
  readonly platform: Platform;
  readonly workspace: string;
  readonly conversation: string;
}

export interface Subscription extends Subscribing, Subscribed {}

/** posted: it is there, now or before. early: come back then. over: nobody gets it any more, or may read it. */
export type Posted =
  { readonly result: 'posted' | 'over' } | { readonly result: 'early'; readonly inMs: number };

/** Digests: counted from the store, without a model, and posted once a period. */
export interface DigestStore {
  /** `costs`: whether the reader may know what was spent (`mayReadDigest`). */
  count(
    tenant: TenantId,
    asked: { readonly period: Period; readonly scope: DigestScope; readonly costs: boolean },
  ): Promise<Digest>;
  /** The very things that one figure was counted from, oldest first. */
  list(
    tenant: TenantId,
    asked: { readonly period: Period; readonly scope: DigestScope; readonly count: Count },
  ): Promise<readonly Counted[]>;
  /** Ledger `digest.subscribed`. What comes to that place already is found. `nextMs`: when the next one is due. */
  subscribe(
    tenant: TenantId,
    asked: Subscribing,
  ): Promise<{ readonly isNew: boolean; readonly nextMs: number }>;
  /** Ledger `digest.unsubscribed`. False when it is not theirs or has ended. */
  unsubscribe(tenant: TenantId, person: PersonId, id: SubscriptionId): Promise<boolean>;
  of(tenant: TenantId, person: PersonId): Promise<readonly Subscription[]>;
  /** Posts what is due, in one transaction with the row that makes it one post, and asks to be called for the next. */
  post(tenant: TenantId, id: SubscriptionId): Promise<Posted>;
  /** What was posted, as it was counted then. */
  view(tenant: TenantId, post: DigestId): Promise<Digest | null>;
}
