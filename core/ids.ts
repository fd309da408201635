import { z } from 'zod';

/** A string that the compiler keeps apart from other strings. */
export type Branded<Name extends string> = string & { readonly __brand: Name };

export type TenantId = Branded<'TenantId'>;
export type PersonId = Branded<'PersonId'>;
export type RunId = Branded<'RunId'>;
export type ApprovalId = Branded<'ApprovalId'>;
export type CopyId = Branded<'CopyId'>;
export type GrantId = Branded<'GrantId'>;
export type TroubleId = Branded<'TroubleId'>;
export type LetterId = Branded<'LetterId'>;
export type DelegationId = Branded<'DelegationId'>;
export type IncidentId = Branded<'IncidentId'>;
export type EvalId = Branded<'EvalId'>;
export type SubscriptionId = Branded<'SubscriptionId'>;
export type DigestId = Branded<'DigestId'>;
export type RotationId = Branded<'RotationId'>;
export type OverrideId = Branded<'OverrideId'>;
export type TargetId = Branded<'TargetId'>;
export type ForwardId = Branded<'ForwardId'>;
export type PasskeyId = Branded<'PasskeyId'>;
export type TokenId = Branded<'TokenId'>;
export type CheckpointPostId = Branded<'CheckpointPostId'>;

/** Every prefixed id is `<prefix>_` + a ULID (https://github.com/ulid/spec): sortable, safe in chat. */
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

const prefixed = <T extends string>(prefix: string): z.ZodType<T> =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}_${ULID}$`),
      `expected ${prefix}_ and 26 characters`,
    ) as unknown as z.ZodType<T>;

/** A tenant is a short slug, e.g. `harbour-mutual`; chosen by an operator, never by a request. */
export const TenantId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,40}$/, 'expected a lower-case slug') as unknown as z.ZodType<TenantId>;
export const PersonId = prefixed<PersonId>('per');
export const RunId = prefixed<RunId>('run');
export const ApprovalId = prefixed<ApprovalId>('apr');
export const CopyId = prefixed<CopyId>('cpy');
export const GrantId = prefixed<GrantId>('grt');
export const TroubleId = prefixed<TroubleId>('tbl');
export const LetterId = prefixed<LetterId>('ded');
export const DelegationId = prefixed<DelegationId>('dlg');
export const IncidentId = prefixed<IncidentId>('inc');
export const EvalId = prefixed<EvalId>('evl');
export const SubscriptionId = prefixed<SubscriptionId>('sub');
export const DigestId = prefixed<DigestId>('dig');
export const RotationId = prefixed<RotationId>('rot');
export const OverrideId = prefixed<OverrideId>('ovr');
export const TargetId = prefixed<TargetId>('tgt');
export const ForwardId = prefixed<ForwardId>('fwd');
export const PasskeyId = prefixed<PasskeyId>('pky');
export const TokenId = prefixed<TokenId>('tok');
export const CheckpointPostId = prefixed<CheckpointPostId>('chk');

export type IdPrefix =
  | 'per'
  | 'run'
  | 'apr'
  | 'cpy'
  | 'grt'
  | 'hld'
  | 'tbl'
  | 'pol'
  | 'ded'
  | 'dlg'
  | 'fbk'
  | 'inc'
  | 'evl'
  | 'evt'
  | 'sub'
  | 'dig'
  | 'rot'
  | 'ovr'
  | 'tgt'
  | 'fwd'
  | 'pky'
  | 'tok'
  | 'chk';
