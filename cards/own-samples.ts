import { actionDigest } from '../core/action.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { canonicalJson, type JsonObject, type Sha256 } from '../core/canonical-json.ts';
import type { GrantRequest, GrantView } from '../core/grants.ts';
import { GrantId } from '../core/ids.ts';
import type { RollBackRequest } from '../core/versions.ts';
import { OWN, ownSchema, type OwnTool } from '../core/own-actions.ts';
import { changeArguments } from '../core/policy-change.ts';
import type { Policy } from '../core/policy-types.ts';
import type { PolicyView, SimulationView } from '../core/policy-views.ts';
import type { ApprovalView } from '../core/views.ts';
import type { Language } from '../core/language.ts';
import { approvalCard } from './approval-card.ts';
import { grantsCard } from './grants-card.ts';
import type { Card } from './model.ts';
import { policyCard, simulationCard } from './policy-card.ts';
import { ADA, APPROVAL, approvalState, approvalView, PEOPLE, ROBIN, SOFIA } from './samples.ts';

/** Grants, a policy and requests to change them, as data; for tests only. */
const REQUEST: GrantRequest = {
  agent: 'fraud-review',
  agent_version: '1.4.0',
  connector: 'insurer',
  tool: 'refund',
  tool_schema: 'a'.repeat(64) as Sha256,
  team: 'claims',
  bounds: {
    claim: { kind: 'one_of', values: ['CLM-0847', 'CLM-0312'] },
    amount: { kind: 'range', min: null, max: { currency: 'GBP', micros: 50_000_000 } },
    share: { kind: 'range', min: 0.1, max: 0.5 },
    pay_to: { kind: 'equal', value: 'policyholder' },
    reason: { kind: 'any' },
  },
  uses: 20,
  sum: { amount: { currency: 'GBP', micros: 500_000_000 }, hours: 24 },
  expires_at: '2026-12-24T09:00:00.000Z',
};

const { requirement } = approvalState().policy;

const POLICY: Policy = {
  id: 'claims',
  version: 3,
  rules: [
    {
      when: {
        effect: 'irreversible',
        amountAbove: { amount: { currency: 'GBP', micros: 10_000_000_000 }, windowMs: 86_400_000 },
      },
      risk: 'high',
      require: requirement,
    },
    { when: {}, risk: 'low', require: { ...requirement, grants: true, breakGlass: true } },
  ],
};

/** As many changes as fit a card, and more lines than any person would make at once. */
const CHANGED: Policy = {
  ...POLICY,
  version: 4,
  rules: [
    ...POLICY.rules.slice(0, 1).map((rule) => ({ ...rule, risk: 'low' as const })),
    ...Array.from({ length: 3 }, (_, i) => ({
      when: { agent: `agent-${i}` },
      risk: 'low' as const,
      require: { ...requirement, expireAfterMs: (i + 50) * 3_600_000 },
    })),
  ],
};

function policyArgs(): JsonObject {
  const made = changeArguments(POLICY, CHANGED);
  if (!made.ok) throw new Error(`the sample change is ${made.why}`);
  return JSON.parse(canonicalJson(made.args)) as JsonObject;
}

const ROLL_BACK: RollBackRequest = {
  ...{ agent: 'fraud-review', environment: 'production', team: 'claims', revision: 3 },
  ...{ from_version: '1.2.0', share: 5, to_version: '1.1.0' },
};

const ARGS: Readonly<Record<OwnTool, () => JsonObject>> = {
  create_grant: () => JSON.parse(canonicalJson(REQUEST)) as JsonObject,
  change_policy: policyArgs,
  roll_back_version: () => ({ ...ROLL_BACK }),
  map_role: () => ({
    ...{ change: 'map', source: 'entra', group: '11111111-2222-4333-8444-555555555555' },
    ...{ role: 'approver', team: 'claims' },
  }),
};

/** A request to change Countersign itself. */
function ownView(tool: OwnTool, change: Partial<ApprovalState> = {}): ApprovalView {
  const args = ARGS[tool]();
  const before = approvalState();
  const action = {
    ...{ ...before.action, connector: OWN.connector, agentVersion: OWN.version },
    ...{ tool, args, toolSchemaHash: ownSchema(tool) },
  };
  const view = approvalView(
    approvalState({
      action,
      actionDigest: actionDigest(action),
      effect: 'reversible',
      risk: 'low',
      ...change,
    }),
  );
  const assessment = {
    ...view.evidence.assessment,
    score: null,
    signals: [],
    ask: 'It is asked for every day.',
  };
  const evidence = {
    ...view.evidence,
    assessment,
    sources: [],
    argumentLabels: {},
    connectorLabel: 'Countersign',
  };
  return { ...view, agent: OWN.agent, evidence };
}

const grant = (n: number, more: Partial<GrantView> = {}): GrantView => ({
  grant: {
    v: 1,
    id: GrantId.parse(`grt_01M86D6TY07Q4MZ2E8VTB1XK${String(n).padStart(2, '0')}`),
    request: REQUEST,
    agent: REQUEST.agent,
    tool: REQUEST.tool,
    approval: APPROVAL,
    askedBy: ROBIN,
    signedBy: [ADA, SOFIA],
    createdAtMs: 0,
  },
  uses: n,
  sumMicros: 30_000_000,
  revoked: false,
  revokedBy: null,
  revokedAtMs: null,
  ...more,
});

const GRANTS = {
  grants: [
    ...Array.from({ length: 11 }, (_, n) => grant(n)),
    grant(12, { revoked: true, revokedBy: ADA, revokedAtMs: 0 }),
  ],
  people: PEOPLE,
  nowMs: Date.parse('2026-11-24T09:00:00Z'),
};

const POLICY_VIEW: PolicyView = {
  policy: POLICY,
  history: [
    { version: 3, atMs: 0, by: ADA, approval: APPROVAL },
    { version: 2, atMs: 0, by: null, approval: null },
  ],
  people: PEOPLE,
};

const SIMULATION: SimulationView = {
  state: approvalState(),
  agent: 'fraud-review',
  title: 'Pay £6,180.00 on claim CLM-0847',
  version: 4,
  proposed: true,
  chosen: { ok: true, rule: 0, risk: 'low', policy: { id: 'claims', version: 4, requirement } },
  differences: [{ path: 'require.expireAfterMs', before: '96 h', after: '50 h' }],
  tally: { signed: 1, needed: 2, met: false },
  people: PEOPLE,
};

const MAY_GRANT = {
  ...approvalState().policy,
  requirement: { ...approvalState().policy.requirement, grants: true },
};

/** One of each card about grants and the policy. */
export const ownCommandCards = (language?: Language): [string, Card][] => [
  ['grants', grantsCard(GRANTS, language)],
  ['no grants', grantsCard({ ...GRANTS, grants: [] }, language)],
  ['policy', policyCard(POLICY_VIEW, null, language)],
  ['no policy', policyCard({ ...POLICY_VIEW, policy: null }, null, language)],
  ['policy, of one agent', policyCard(POLICY_VIEW, 'fraud-review', language)],
  ['policy, simulated', simulationCard(SIMULATION, language)],
];

/** Approvals of what changes Countersign itself, and one that a grant signed. */
export const ownApprovals = (language?: Language): [string, Card][] => [
  ['approval of a grant', approvalCard(ownView('create_grant'), language)],
  ['approval of a policy', approvalCard(ownView('change_policy'), language)],
  ['approval of a roll back', approvalCard(ownView('roll_back_version'), language)],
  ['approval of a mapping', approvalCard(ownView('map_role'), language)],
  [
    'approval of a policy, declined',
    approvalCard(ownView('change_policy', { status: 'declined' }), language),
  ],
  [
    'approval, signed by a grant',
    approvalCard(
      approvalView(
        approvalState({ status: 'approved', effect: 'reversible', grant: 'grt_1', policy: MAY_GRANT }),
      ),
      language,
    ),
  ],
];
