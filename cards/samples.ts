import { actionDigest, type Action } from '../core/action.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject, Sha256 } from '../core/canonical-json.ts';
import type { Evidence } from '../core/contract.ts';
import { ApprovalId, PersonId, RunId, TenantId } from '../core/ids.ts';
import type { ApprovalView, CostsView, NamedPerson, RunView } from '../core/views.ts';

/** The card of the pictures, as data; for tests only. */
export const at = (time: string): number => Date.parse(`2026-11-24T${time}Z`);
const HOUR = 3_600_000;

export const APPROVAL = ApprovalId.parse('apr_01M86D72R0H5RW9N3GJ0PSAY6F');
export const RUN = RunId.parse('run_01M86D6TY07Q4MZ2E8VTB1XKCD');
const person = (n: number): PersonId => PersonId.parse(`per_01M86D6TY07Q4MZ2E8VTB1XK0${n}`);
export const ROBIN = person(1);
export const ADA = person(2);
export const SOFIA = person(3);

const named = (id: PersonId, name: string, team: string, slackUser: string): [PersonId, NamedPerson] => [
  id,
  { id, name, team, slackUser, entraObject: null },
];

export const PEOPLE: ReadonlyMap<PersonId, NamedPerson> = new Map([
  named(ROBIN, 'Robin Reyes', 'claims', 'U08ROBIN'),
  named(ADA, 'Ada Okafor', 'claims', 'U08ADA'),
  named(SOFIA, 'Sofia Marin', 'senior-approvers', 'U08SOFIA'),
]);

export const ARGS: JsonObject = {
  claim: 'CLM-0847',
  amount: { currency: 'GBP', micros: 6_180_000_000 },
  pay_to: 'Policyholder, account ending 4471',
  reason: 'Escape of water, invoice DOC-3312',
};

export const EVIDENCE: Evidence = {
  title: 'Pay £6,180.00 on claim CLM-0847',
  assessment: {
    score: 0.41,
    baseRate: 0.18,
    signals: [
      { name: 'frequency', weight: 0.18, text: 'Second water claim in 14 months', citation: 'CLM-0312' },
      {
        name: 'link',
        weight: 0.14,
        text: 'Repair firm’s phone is also on closed claim CLM-0790',
        citation: 'PTY-118',
      },
      {
        name: 'dates',
        weight: -0.09,
        text: 'Plumber, photos and meter agree on the date',
        citation: 'DOC-3311',
      },
    ],
    confidence: 0.78,
    unsure: 'invoice DOC-3312 does not say if the £350 excess is taken off.',
    recommendation: 'settle',
    ask: 'asks to pay the policyholder for kitchen water damage on 17 November; every payout needs two signatures.',
  },
  sources: [
    { citation: 'CLM-0312', readAtMs: at('09:11:00'), asOf: null },
    { citation: 'PTY-118', readAtMs: at('09:11:00'), asOf: 'synced 06:00' },
    { citation: 'DOC-3311', readAtMs: at('09:11:00'), asOf: 'filed 19 Nov' },
  ],
  argumentLabels: { claim: 'Claim', amount: 'Amount', pay_to: 'Pay to', reason: 'Reason' },
  connectorLabel: 'Insurer database',
  rehearsal: true,
};

const POLICY: ApprovalState['policy'] = {
  id: 'claims',
  version: 1,
  requirement: {
    stages: [
      {
        name: 'claims',
        quorum: 1,
        who: [
          { kind: 'group', group: 'claims' },
          { kind: 'group', group: 'senior-approvers' },
        ],
      },
    ],
    route: 'channel',
    remindAfterMs: [4 * HOUR],
    escalateAfterMs: 48 * HOUR,
    escalateTo: [{ kind: 'group', group: 'senior-approvers' }],
    expireAfterMs: 96 * HOUR,
    executeWithinMs: 24 * HOUR,
    breakGlass: false,
    grants: false,
  },
};

export function approvalState(change: Partial<ApprovalState> = {}, args: JsonObject = ARGS): ApprovalState {
  const action: Action = {
    tenant: TenantId.parse('harbour-mutual'),
    approval: APPROVAL,
    run: RUN,
    agentVersion: '1.4.0',
    connector: 'insurer',
    tool: 'settle_claim',
    toolSchemaHash: 'a'.repeat(64) as Sha256,
    args,
  };
  return {
    v: 1,
    id: APPROVAL,
    tenant: action.tenant,
    version: 2,
    status: 'pending',
    action,
    actionDigest: actionDigest(action),
    effect: 'irreversible',
    risk: 'high',
    amount: null,
    requester: ROBIN,
    policy: POLICY,
    root: APPROVAL,
    editors: [],
    edits: [],
    supersededBy: null,
    signatures: [],
    declined: null,
    questions: [],
    pausedSinceMs: null,
    pausedTotalMs: 0,
    snoozes: [],
    delegations: [],
    reminders: 0,
    escalatedAtMs: null,
    breakGlass: null,
    grant: null,
    createdAtMs: at('09:12:00'),
    decidedAtMs: null,
    execution: null,
    ...change,
  };
}

export const signature = (
  who: PersonId,
  time: string,
  comment: string | null = null,
): ApprovalState['signatures'][number] => ({
  person: who,
  onBehalfOf: null,
  atMs: at(time),
  comment,
  cardDigest: null,
  stage: 0,
  via: 'slack',
});

export const approvalView = (
  state: ApprovalState = approvalState(),
  evidence: Evidence = EVIDENCE,
): ApprovalView => ({
  state,
  evidence,
  agent: 'fraud-review',
  people: PEOPLE,
  cost: { micros: 47_600, workingMs: 7870, steps: 12 },
  ledger: { first: 1284, last: 1286 },
  executedBy: '',
});

/** The edited, signed and executed state of the second picture. */
export function executedState(): ApprovalState {
  const after = { ...ARGS, amount: { currency: 'GBP', micros: 5_830_000_000 } };
  return approvalState(
    {
      version: 6,
      status: 'executed',
      editors: [SOFIA],
      edits: [
        {
          person: SOFIA,
          atMs: at('09:48:00'),
          comment: 'The £350 excess was not taken off.',
          before: ARGS,
          after,
        },
      ],
      signatures: [signature(SOFIA, '09:48:00'), signature(ADA, '09:55:00', 'Agreed, excess applied')],
      decidedAtMs: at('09:55:00'),
      execution: {
        startedAtMs: at('09:55:03'),
        finishedAtMs: at('09:55:04'),
        attempts: 1,
        summary: '£5,830.00 to account ending 4471',
        reference: 'PAY-20931',
      },
    },
    after,
  );
}

export const declinedState = (): ApprovalState =>
  approvalState({
    version: 3,
    status: 'declined',
    signatures: [signature(ADA, '09:31:00')],
    declined: {
      person: SOFIA,
      atMs: at('10:16:00'),
      reason: 'The phone link to CLM-0790 needs a look first.',
    },
    decidedAtMs: at('10:16:00'),
  });

export const expiredState = (): ApprovalState =>
  approvalState({
    version: 5,
    status: 'expired',
    signatures: [signature(ADA, '09:31:00')],
    reminders: 2,
    escalatedAtMs: at('10:00:00'),
    decidedAtMs: at('11:16:00'),
  });

const step = (
  key: string,
  parent: string | null,
  kind: RunView['steps'][number]['kind'],
  name: string,
  label: string,
  more: Partial<RunView['steps'][number]> = {},
): RunView['steps'][number] => ({
  key,
  parent,
  kind,
  name,
  label,
  ok: true,
  model: null,
  tokens: 0,
  cachedTokens: 0,
  costMicros: 0,
  latencyMs: 38,
  recorded: false,
  ...more,
});

export const RUN_VIEW: RunView = {
  run: RUN,
  agent: 'fraud-review',
  agentVersion: '1.4.0',
  status: 'waiting',
  inputLabel: 'CLM-0847',
  requester: PEOPLE.get(ROBIN)!,
  summary: 'Score 0.41; proposes to settle.',
  rehearsal: true,
  costMicros: 47_600,
  budgetMicros: 500_000,
  tokens: 13_652,
  cachedTokens: 6300,
  createdAtMs: at('09:11:00'),
  finishedAtMs: null,
  workingMs: 7870,
  steps: [
    step('1', null, 'guard', 'guard in', 'pass, 3 details masked'),
    step('2', null, 'model', 'reason', '', {
      model: 'claude-sonnet-4-5-20250929',
      tokens: 2320,
      costMicros: 8900,
      latencyMs: 1310,
    }),
    step('3', '2', 'tool', 'get_claim', 'CLM-0847', { latencyMs: 31 }),
    step('4', '2', 'tool', 'get_policy', 'POL-22913', { latencyMs: 2 }),
    step('5', null, 'model', 'answer', '', {
      model: 'claude-opus-4-1',
      tokens: 3710,
      cachedTokens: 2100,
      costMicros: 15_300,
      latencyMs: 1920,
    }),
    step('6', null, 'guard', 'guard out', 'faithfulness 0.81, needs 0.85', { ok: false, latencyMs: 180 }),
    step('7', null, 'approval', 'settle_claim', 'waits for a signature, 1 of 2', { latencyMs: 0 }),
  ],
  approvals: [{ id: APPROVAL, status: 'pending', tool: 'settle_claim', signed: 1, needed: 2 }],
  ledger: { first: 1281, last: 1286 },
  environment: 'production',
  replay: null,
  replays: [],
  ratings: [],
};

export const COSTS: CostsView = {
  fromMs: Date.parse('2026-11-18T00:00:00Z'),
  toMs: Date.parse('2026-11-25T00:00:00Z'),
  spentMicros: 40_080_000,
  todayMicros: 6_900_000,
  byDay: [
    { day: '2026-11-23', micros: 9_660_000, runs: 200 },
    { day: '2026-11-24', micros: 6_900_000, runs: 144 },
  ],
  byAgent: [{ agent: 'fraud-review', micros: 26_410_000, runs: 548 }],
  scope: { kind: 'all' },
  rehearsal: true,
};
