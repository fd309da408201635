import { z } from 'zod';

const Verdict = z.union([z.literal(0), z.literal(1)]);

/** What a judge may hand in; anything else is junk. */
export const Statements = z.strictObject({ statements: z.array(z.string().min(1).max(1_000)).max(60) });
export const Verdicts = z.strictObject({
  verdicts: z
    .array(z.strictObject({ item: z.int().min(1), verdict: Verdict, reason: z.string().max(300) }))
    .max(80),
});
export const Question = z.strictObject({ question: z.string().max(1_000), noncommittal: Verdict });

/** The tools by which a judge answers, one a task. */
export const TOOLS = {
  statements: {
    name: 'judge_statements',
    description: 'Hands in the single claims that a text makes, in order, each readable alone.',
    schema: Statements,
  },
  verdicts: {
    name: 'judge_verdicts',
    description: 'Hands in one verdict, 0 or 1, for each item by its number, with the reason in a few words.',
    schema: Verdicts,
  },
  question: {
    name: 'judge_question',
    description: 'Hands in the question that an answer answers, and 1 if the answer evades.',
    schema: Question,
  },
} as const;
