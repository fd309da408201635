import type { Sha256 } from '../canonical-json.ts';
import type { ApprovalId, PersonId, RunId, TenantId } from '../ids.ts';
import type { Person, Role } from '../people.ts';
import type { Requirement } from '../policy-types.ts';
import { openApproval, type Asking } from './open.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';

/** A small company and one payout, for the tests of this room. Invented. */
export const HOUR = 3_600_000;
export const START = Date.UTC(2026, 10, 24, 9, 12);
export const TENANT = 'harbour' as TenantId;

export const id = (name: string): PersonId => `per_${name}` as PersonId;
export const apr = (n: number): ApprovalId => `apr_${n}` as ApprovalId;

const person = (name: string, team: string, ...roles: Role[]): Person => ({
  id: id(name),
  name,
  email: `${name}@harbour.example`,
  roles,
  team,
  manager: null,
  timeZone: 'Europe/London',
  active: true,
});

/** robin asks; ada, ben and sofia approve; mara manages claims; ines is Admin; fay and finn are finance. */
export const PEOPLE: readonly Person[] = [
  person('robin', 'claims', 'operator', 'approver'),
  person('olga', 'claims', 'operator'),
  person('ada', 'claims', 'approver'),
  person('ben', 'claims', 'approver'),
  person('sofia', 'seniors', 'approver'),
  person('mara', 'claims', 'manager'),
  person('ines', 'operations', 'admin'),
  person('fay', 'finance', 'approver'),
  person('finn', 'finance', 'approver'),
  person('eve', 'claims', 'engineer'),
];

export const peopleMap = (people: readonly Person[] = PEOPLE): ReadonlyMap<PersonId, Person> =>
  new Map(people.map((p) => [p.id, p]));

export const asks = (quorum: number, more: Partial<Requirement> = {}): Requirement => ({
  stages: [
    {
      name: 'claims',
      quorum,
      who: [
        { kind: 'group', group: 'claims' },
        { kind: 'group', group: 'seniors' },
      ],
    },
  ],
  route: 'channel',
  remindAfterMs: [4 * HOUR, 24 * HOUR],
  escalateAfterMs: 48 * HOUR,
  escalateTo: [{ kind: 'group', group: 'seniors' }],
  expireAfterMs: 96 * HOUR,
  executeWithinMs: 24 * HOUR,
  breakGlass: false,
  grants: false,
  ...more,
});

/** First one of claims, then one of finance. */
export const IN_STAGES: Requirement = asks(1, {
  stages: [
    { name: 'team', quorum: 1, who: [{ kind: 'group', group: 'claims' }] },
    { name: 'finance', quorum: 1, who: [{ kind: 'group', group: 'finance' }] },
  ],
});

export function opened(requirement: Requirement = asks(2), more: Partial<Asking> = {}): ApprovalState {
  return openApproval({
    action: {
      tenant: TENANT,
      approval: apr(1),
      run: 'run_1' as RunId,
      agentVersion: '1.1.0',
      connector: 'insurer',
      tool: 'settle_claim',
      toolSchemaHash: 'a'.repeat(64) as Sha256,
      args: { claim: 'CLM-0847', amount: { currency: 'GBP', micros: 6_180_000_000 } },
    },
    effect: 'irreversible',
    risk: 'low',
    amount: { currency: 'GBP', micros: 6_180_000_000 },
    requester: id('robin'),
    policy: { id: 'claims', version: 1, requirement },
    nowMs: START,
    ...more,
  });
}

export const at = (
  state: ApprovalState,
  nowMs = START,
  more: Partial<ApprovalContext> = {},
): ApprovalContext => ({
  nowMs,
  requirementNow: state.policy.requirement,
  people: peopleMap(),
  delegations: [],
  agentPaused: false,
  tenantStopped: false,
  ...more,
});

export const approveBy = (
  name: string,
  state: ApprovalState,
  comment: string | null = null,
): ApprovalEvent => ({
  kind: 'approve',
  by: id(name),
  via: 'slack',
  actionDigest: state.actionDigest,
  cardDigest: null,
  comment,
});

export const declineBy = (name: string, state: ApprovalState, reason = 'no'): ApprovalEvent => ({
  kind: 'decline',
  by: id(name),
  via: 'teams',
  actionDigest: state.actionDigest,
  cardDigest: null,
  reason,
});

export const editBy = (
  name: string,
  state: ApprovalState,
  micros: number,
  successor: ApprovalId,
): ApprovalEvent => ({
  kind: 'edit',
  by: id(name),
  via: 'slack',
  actionDigest: state.actionDigest,
  cardDigest: null,
  args: { claim: 'CLM-0847', amount: { currency: 'GBP', micros } },
  comment: 'The excess was not taken off.',
  successor,
  successorAmount: { currency: 'GBP', micros },
  successorRequirement: state.policy,
  successorRisk: state.risk,
});

export const begin = (state: ApprovalState, preconditionsHold = true): ApprovalEvent => ({
  kind: 'execute-begin',
  actionDigest: state.actionDigest,
  preconditionsHold,
});

/** The new state, or an error that says which refusal came instead. */
export function state(result: Transitioned): ApprovalState {
  if (!result.ok) throw new Error(`refused: ${result.reason} ${JSON.stringify(result.detail)}`);
  return result.state;
}
