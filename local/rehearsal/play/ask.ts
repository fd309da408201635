import { z } from 'zod';
import type { Move } from '../answer.ts';
import { schemaOf } from './arguments.ts';
import type { CaseFile } from './file.ts';
import type { MadeCall, Observed } from './observed.ts';
import { billOf } from './papers.ts';
import { isCovered, signalsOf } from './signals.ts';
import { amountText } from './words.ts';

export const ASK = 'ask_person';

const Answered = z.looseObject({
  outcome: z.literal('answered'),
  answer_by_a_person: z.looseObject({ currency: z.string(), micros: z.number() }),
  citation: z.string(),
});

/** The case with what a person put right: their amount stands for the claimed one. */
export function withAnswers(file: CaseFile, calls: readonly MadeCall[]): CaseFile {
  const answered = calls.filter(({ name }) => name === ASK).map(({ json }) => Answered.safeParse(json).data);
  const last = answered.findLast((one) => one !== undefined);
  if (!last) return file;
  const { answer_by_a_person: claimed, citation } = last;
  return {
    ...file,
    claim: { ...file.claim, claimed },
    citations: new Set([...file.citations, citation]),
    corrected: { citation, claimed },
  };
}

/** One question, where more is claimed than was billed and everything else speaks for paying; never asked twice. */
export function askFirst({ tools, calls }: Observed, file: CaseFile | null): Move | null {
  const tool = tools.find(({ name }) => name === ASK);
  if (!tool || !file?.policy || calls.some(({ name }) => name === ASK)) return null;
  const { claim, policy, papers } = file;
  const signals = signalsOf(file);
  const doubtful = signals.some(({ name }) => name === 'same-document' || name === 'orders-in-document');
  const [bill, ...others] = (papers?.documents ?? []).flatMap((paper) => billOf(paper) ?? []);
  if (claim.status !== 'open' || !isCovered(file) || doubtful || !bill || others.length > 0) return null;
  if (!signals.some(({ name }) => name === 'over-billed')) return null;
  const said = `The claim says ${amountText(claim.claimed)}, the ${bill.kind} ${bill.document} says ${amountText(bill.total)}.`;
  const input = {
    kind: 'correct_field',
    to: schemaOf(tool).properties['to']?.enum?.[0] ?? 'claims',
    question: `Which amount was claimed on ${claim.claim}?`,
    why: `${said} What is proposed hangs on which is right.`,
    citations: [claim.claim, bill.document].filter((one) => file.citations.has(one)),
    field: {
      label: 'Claimed amount',
      type: 'amount',
      current: { currency: claim.claimed.currency, micros: claim.claimed.micros },
      least: 1,
      most: policy.sumInsured.micros / 1e6,
    },
  };
  return { text: 'Two records contradict each other, so I ask a person.', calls: [{ name: ASK, input }] };
}
