import { z } from 'zod';
import { Assessment, type AgentContract } from '../../core/contract.ts';

/** What a run of fraud-review is about. */
export const FraudReviewInput = z.strictObject({
  claim: z.string().regex(/^CLM-\d{4}$/, 'expected a claim number such as CLM-0847'),
});
export type FraudReviewInput = z.infer<typeof FraudReviewInput>;

/** `no_answer` is "I don't know": papers are missing, the claim is unknown or closed. It comes with no action. */
export const FraudAssessment = Assessment.extend({
  recommendation: z.enum(['settle', 'refer_to_siu', 'deny', 'no_answer']),
});
export type FraudAssessment = z.infer<typeof FraudAssessment>;

/** "clm 847" and "CLM-0847" are one claim; anything else is left as it is, for the schema to refuse. */
export function parseClaim(words: string): unknown {
  const said = words.trim();
  const digits = /^(?:clm)?[\s-]*(\d{1,4})$/i.exec(said)?.[1];
  return { claim: digits ? `CLM-${digits.padStart(4, '0')}` : said };
}

export const fraudReview: AgentContract = {
  name: 'fraud-review',
  version: '1.1.0',
  purpose: 'Reads a claim and everything linked to it, scores fraud, and proposes to settle, refer or deny.',
  owner: 'claims',
  environment: 'production',
  class: 'standard',
  pattern: 'react',
  input: FraudReviewInput,
  parseInput: parseClaim,
  inputForm: [{ name: 'claim', label: 'Claim', placeholder: 'CLM-0847' }],
  inputLabel: (input) => FraudReviewInput.safeParse(input).data?.claim ?? 'no claim',
  output: FraudAssessment,
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
