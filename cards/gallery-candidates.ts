import { draftCase, type Candidate } from '../core/evals/candidate.ts';
import type { AgentContract } from '../core/contract.ts';
import type { GoldenCase } from '../core/evals/golden-case.ts';
import type { Language } from '../core/language.ts';
import { z } from 'zod';
import { candidateForm, candidatesCard } from './candidates-card.ts';
import type { Card, Form } from './model.ts';
import { at, RUN } from './samples.ts';

/** As much of an agent as a draft looks at. */
const AGENT = {
  name: 'fraud-review',
  input: z.object({ claim: z.string() }),
  output: z.object({ recommendation: z.enum(['settle', 'refer_to_siu', 'deny', 'no_answer']) }),
  tools: { insurer: ['get_claim', 'settle_claim', 'refer_to_siu', 'deny_claim'] },
} as unknown as AgentContract;

const CANDIDATE: Candidate = {
  ...{ run: RUN, agent: 'fraud-review', inputLabel: 'CLM-0847', atMs: at('09:31:00') },
  causes: [{ how: 'declined', tool: 'settle_claim', reason: 'The phone is on another claim of […].' }],
  input: { claim: 'CLM-0847' },
  said: { score: 0.41, recommendation: 'settle', signals: [{ citation: 'CLM-0312', weight: 0.18 }] },
  proposed: ['settle_claim'],
};
const EDITED: Candidate = {
  ...CANDIDATE,
  causes: [
    { how: 'edited', tool: 'settle_claim', reason: null },
    { how: 'thumb', tool: null, reason: 'Missed the excess' },
  ],
};
const draftIn = (language?: Language): GoldenCase => draftCase(AGENT, CANDIDATE, language);

export const candidateCards = (language?: Language): [string, Card][] => [
  [
    'candidates',
    candidatesCard(
      [
        { candidate: CANDIDATE, draft: draftIn(language) },
        { candidate: EDITED, draft: null },
      ],
      language,
    ),
  ],
  ['no candidates', candidatesCard([], language)],
  [
    'candidates, more than are shown',
    candidatesCard(Array(9).fill({ candidate: CANDIDATE, draft: draftIn(language) }), language),
  ],
];

export const candidateForms = (language?: Language): [string, Form][] => [
  ['golden case', candidateForm(CANDIDATE, draftIn(language), language)],
];
