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

/** What its versions have in common. Name, owner, class and environment are alike in all of them, since rights hang on them. */
export const SHARED = {
  name: 'fraud-review',
  purpose: 'Reads a claim and everything linked to it, scores fraud, and proposes to settle, refer or deny.',
  owner: 'claims',
  environment: 'production',
  class: 'standard',
  input: FraudReviewInput,
  parseInput: parseClaim,
  inputForm: [{ name: 'claim', label: 'Claim', placeholder: 'CLM-0847' }],
  concerns: (input) => {
    const claim = FraudReviewInput.safeParse(input).data?.claim;
    return claim === undefined ? null : `claim ${claim}`;
  },
  // The claim, its policy, earlier claims and papers; who is linked to it (PTY-…) is somebody else.
  discloses: (citation) => /^(?:CLM|POL|DOC)-\d+$/.test(citation),
  inputLabel: (input) => FraudReviewInput.safeParse(input).data?.claim ?? 'no claim',
  output: FraudAssessment,
} as const satisfies Partial<AgentContract>;
