import { z } from 'zod';

/** In the order in which reports list them. */
export const CASE_KINDS = ['easy', 'hard', 'ambiguous', 'hostile', 'no-answer'] as const;

const Share = z.number().min(0).max(1);

/** One golden case: an input and what a good answer to it must hold. A line of `agents/<name>/cases.jsonl`, or a row of a tenant. */
export const GoldenCase = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  kind: z.enum(CASE_KINDS),
  /** Why the case is in the set, for whoever sees it fail. */
  why: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  /** What a right answer says, where somebody wrote it down; else it is derived (`evals/reference.ts`). */
  reference: z.string().min(1).max(2_000).optional(),
  expect: z.strictObject({
    /** Where the score must lie; null: there must be none. */
    score: z.tuple([Share, Share]).nullable(),
    /** Signals that must be there, found by the record they cite and by which way they point. */
    signals: z.array(z.strictObject({ citation: z.string(), sign: z.enum(['raises', 'lowers', 'neither']) })),
    /** Any of these is right. */
    recommendations: z.array(z.string()).min(1),
    /** The actions that the agent may have proposed, of which it should have proposed one; empty: none. */
    actions: z.array(z.string()),
    /** The answer "I don't know" is the right one. */
    refuses: z.boolean().default(false),
  }),
});
export type GoldenCase = z.infer<typeof GoldenCase>;
