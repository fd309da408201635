import { monotonicFactory } from 'ulid';
import type {
  ApprovalId,
  CheckpointPostId,
  CopyId,
  DigestId,
  DelegationId,
  EvalId,
  ForwardId,
  GrantId,
  IdPrefix,
  IncidentId,
  LetterId,
  OverrideId,
  PasskeyId,
  PersonId,
  RotationId,
  RunId,
  SubscriptionId,
  TargetId,
  TokenId,
  TroubleId,
} from '../core/ids.ts';

const ulid = monotonicFactory();

interface IdOf {
  per: PersonId;
  run: RunId;
  apr: ApprovalId;
  cpy: CopyId;
  grt: GrantId;
  tbl: TroubleId;
  pol: string;
  ded: LetterId;
  dlg: DelegationId;
  fbk: string;
  inc: IncidentId;
  evl: EvalId;
  sub: SubscriptionId;
  dig: DigestId;
  rot: RotationId;
  ovr: OverrideId;
  tgt: TargetId;
  fwd: ForwardId;
  pky: PasskeyId;
  tok: TokenId;
  chk: CheckpointPostId;
  hld: string;
  evt: string;
}

/** A new prefixed ULID, e.g. `apr_01J9Z3...`; rising within one process. */
export const newId = <P extends IdPrefix>(prefix: P): IdOf[P] => `${prefix}_${ulid()}` as IdOf[P];
