import type { OverrideId, PersonId, RotationId, TenantId } from '../../core/ids.ts';
import type { WhyNoOverride, WhyNoPlan } from '../../core/on-call/plan.ts';
import type { Place, Plan } from '../../core/on-call/types.ts';
import type { OnCallView } from '../../core/on-call/views.ts';

export interface SettingRotation {
  readonly place: Place;
  readonly team: string;
  readonly timeZone: string;
  readonly plan: Plan;
  readonly by: PersonId;
  /** The one that whoever sets this has seen at the place, and may replace; null: none. */
  readonly replaces: RotationId | null;
}

export interface SettingOverride {
  readonly rotation: RotationId;
  readonly person: PersonId;
  /** Null: from now on. */
  readonly fromMs: number | null;
  readonly untilMs: number;
  readonly by: PersonId;
}

export type WhyNotSet = WhyNoPlan | WhyNoOverride | 'oncall-stale' | 'oncall-left';

export type OnCallSet = { readonly ok: true } | { readonly ok: false; readonly why: WhyNotSet };

/** Who is on call: two rotations at most, each with its overrides. Rights are the caller's to judge. */
export interface OnCallStore {
  view(tenant: TenantId): Promise<OnCallView>;
  /** Ledger `oncall.set`. What was there ends, and its overrides with it. The same again changes nothing. */
  set(tenant: TenantId, asked: SettingRotation): Promise<OnCallSet>;
  /** Ledger `oncall.overridden`. The same again changes nothing. */
  override(tenant: TenantId, asked: SettingOverride): Promise<OnCallSet>;
  /** Ledger `oncall.override-ended`. False when it is over, or none. */
  endOverride(tenant: TenantId, override: OverrideId, by: PersonId): Promise<boolean>;
  /** Ledger `oncall.ended`. False when it has ended, or is none. */
  end(tenant: TenantId, rotation: RotationId, by: PersonId): Promise<boolean>;
}
