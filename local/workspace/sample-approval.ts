import { actionDigest, type Action } from '../../core/action.ts';
import type { Signature } from '../../core/approval/types.ts';
import { ApprovalId, PersonId, RunId } from '../../core/ids.ts';
import type { ApprovalView, NamedPerson } from '../../core/views.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../example/example.ts';

/** An approval as the product would show it, for tests of the page that need no product running. */
const ULID = '01M86D6TY07Q4MZ2E8VTB1XKC';
const robin = PersonId.parse(`per_${ULID}1`);
const ada = PersonId.parse(`per_${ULID}2`);
const person = (id: PersonId, name: string, slackUser: string): NamedPerson => ({
  ...{ id, name, team: 'claims', slackUser, entraObject: null },
});

function sampleAction(): Action {
  return {
    tenant: EXAMPLE.tenant,
    approval: ApprovalId.parse(`apr_${ULID}3`),
    run: RunId.parse(`run_${ULID}4`),
    ...{ agentVersion: '1.1.0', connector: 'insurer', tool: 'settle_claim' },
    toolSchemaHash: 'a'.repeat(64) as Action['toolSchemaHash'],
    args: {
      claim: 'CLM-0847',
      amount: { currency: 'GBP', micros: 6_180_000_000 },
      pay_to: 'Policyholder, account ending 4471',
      reason: 'Escape of water, invoice DOC-3312',
    },
  };
}

function sampleEvidence(atMs: number): ApprovalView['evidence'] {
  const signal = (weight: number, text: string, citation: string) => ({
    name: citation,
    weight,
    text,
    citation,
  });
  return {
    title: 'Pay £6,180.00 on claim CLM-0847',
    assessment: {
      ...{ score: 0.41, baseRate: 0.18, confidence: 0.78, recommendation: 'settle' },
      signals: [
        signal(0.18, 'Second water claim in 14 months', 'CLM-0312'),
        signal(0.14, 'Repair firm’s phone is also on closed claim CLM-0790', 'PTY-118'),
        signal(-0.09, 'Plumber, photos and meter agree on the date', 'DOC-3311'),
      ],
      unsure: 'invoice DOC-3312 does not say if the £350 excess is taken off.',
      ask: 'asks to pay the policyholder for kitchen water damage on 17 November; every payout needs two signatures.',
    },
    sources: [
      { citation: 'CLM-0312', readAtMs: atMs, asOf: null },
      { citation: 'PTY-118', readAtMs: atMs, asOf: 'synced 06:00' },
      { citation: 'DOC-3311', readAtMs: atMs, asOf: 'filed 19 Nov' },
    ],
    argumentLabels: { claim: 'Claim', amount: 'Amount', pay_to: 'Pay to', reason: 'Reason' },
    ...{ connectorLabel: 'Insurer database', rehearsal: true },
  };
}

export function sampleApproval(
  options: { signed?: boolean; status?: ApprovalView['state']['status'] } = {},
): ApprovalView {
  const action = sampleAction();
  const atMs = Date.now();
  const rule = EXAMPLE_POLICY.rules[0];
  if (!rule) throw new Error('the example policy has no rule');
  const signature: Signature = {
    ...{ person: ada, onBehalfOf: null, atMs, comment: null, cardDigest: null, stage: 0, via: 'slack' },
  };
  return {
    state: {
      ...{ v: 1, id: action.approval, tenant: action.tenant, version: options.signed ? 2 : 1 },
      ...{
        status: options.status ?? 'pending',
        action,
        actionDigest: actionDigest(action),
        effect: 'irreversible',
      },
      ...{ risk: 'high', amount: null, requester: robin, root: action.approval, editors: [], edits: [] },
      policy: { id: 'claims', version: 1, requirement: rule.require },
      ...{ supersededBy: null, signatures: options.signed ? [signature] : [], declined: null, questions: [] },
      ...{ pausedSinceMs: null, pausedTotalMs: 0, snoozes: [], delegations: [], reminders: 0 },
      ...{ escalatedAtMs: null, breakGlass: null, grant: null, createdAtMs: atMs, decidedAtMs: null },
      execution: null,
    },
    evidence: sampleEvidence(atMs),
    agent: 'fraud-review',
    people: new Map([
      [robin, person(robin, 'Robin Reyes', 'U08ROBIN')],
      [ada, person(ada, 'Ada Okafor', 'U08ADA')],
    ]),
    cost: { micros: 48_000, workingMs: 7_900, steps: 12 },
    ledger: { first: 1284, last: 1284 },
    executedBy: 'Countersign',
  };
}
