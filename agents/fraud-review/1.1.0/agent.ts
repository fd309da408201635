import type { AgentContract } from '../../../core/contract.ts';
import { SHARED } from '../shared.ts';

export const fraudReview110: AgentContract = {
  ...SHARED,
  version: '1.1.0',
  pattern: 'react',
  tier: 'reasoning',
  fallbackModel: 'claude-haiku-5-5',
  maxTokensPerCall: 1_500,
  maxLatencyMsPerCall: 3_000,
  maxTurns: 14,
  guardrails: true,
  budget: { tokens: 150_000, costMicros: 500_000 },
  tools: {
    insurer: [
      'get_claim',
      'get_policy',
      'claim_history',
      'linked_parties',
      'get_documents',
      'settle_claim',
      'refer_to_siu',
      'deny_claim',
    ],
  },
  questions: {
    most: 2,
    to: {
      claims: [{ kind: 'group', group: 'claims' }],
      'senior-approvers': [{ kind: 'group', group: 'senior-approvers' }],
    },
  },
  confidenceThreshold: 0.6,
};
