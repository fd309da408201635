import type { RelevancyJudge } from '../metrics/answer-relevancy.ts';
import type { PrecisionJudge } from '../metrics/context-precision.ts';
import type { RecallJudge } from '../metrics/context-recall.ts';
import type { FaithfulnessJudge } from '../metrics/faithfulness.ts';
import { JudgeError } from '../metrics/verdict.ts';
import type { Ask } from './ask.ts';
import { failedCanary } from './canary.ts';
import { decide } from './decide.ts';
import { put } from './put.ts';
import { RUBRIC, type Criterion } from './rubric.ts';
import { TOOLS } from './tools.ts';

export interface Judged {
  readonly question: string;
  readonly answer: string;
  readonly contexts: readonly string[];
}
export interface RubricVerdict {
  readonly criterion: Criterion['name'];
  readonly verdict: 0 | 1;
}

/** A model that judges: what the four metrics ask of one, and the rubric. */
export interface Judge extends FaithfulnessJudge, RelevancyJudge, PrecisionJudge, RecallJudge {
  /** One verdict a criterion; the mean of them is the score `judge`. */
  byRubric(judged: Judged): Promise<readonly RubricVerdict[]>;
}

/** A line that is in the evidence because we put it there, and what does and does not follow from it. */
const CONTROL = {
  evidence: 'Control record K-20931: the lamp in the archive is green.',
  sure: 'Control record K-20931: the lamp in the archive is green.',
  never: 'Control record K-77418: the harbour ferry sank with nine barrels of saffron.',
} as const;

const FOLLOWS =
  'For each item: 1 if it follows from the evidence alone, 0 if it does not, or if it cannot be told.';

function follows(ask: Ask, statements: readonly string[], contexts: string): Promise<(0 | 1)[]> {
  const { sure, never, evidence } = CONTROL;
  return decide(ask, {
    task: FOLLOWS,
    evidence: `${contexts}\n${evidence}`,
    items: statements,
    controls: [sure, never],
  });
}

async function split(ask: Ask, question: string, text: string): Promise<readonly string[]> {
  const task =
    'Break "text", which answers "question", into the single claims that it makes. Leave nothing out, add nothing.';
  return (await put(ask, { tool: TOOLS.statements, task, material: { question, text } })).statements;
}

function useful(ask: Ask, question: string, context: string, reference: string): Promise<(0 | 1)[]> {
  return decide(ask, {
    task: 'The evidence is a question and its right answer. For each item: 1 if it helped to come to that answer, 0 if not.',
    evidence: `${question}\n${reference}`,
    items: [context],
    controls: [reference, CONTROL.never],
  });
}

async function byRubric(ask: Ask, { question, answer, contexts }: Judged): Promise<RubricVerdict[]> {
  const verdicts = await decide(ask, {
    task: 'The evidence is what was asked, what was read and what was answered. Each item is a criterion: 1 if the answer meets it, 0 if not.',
    evidence: [
      `Asked: ${question}`,
      ...contexts.map((context) => `Read: ${context}`),
      CONTROL.evidence,
      `Answered: ${answer}`,
    ].join('\n'),
    items: RUBRIC.map(({ asks }) => asks),
    controls: [
      'control: what was read holds Control record K-20931',
      'control: what was read holds Control record K-77418',
    ],
  });
  return RUBRIC.map(({ name }, i) => ({ criterion: name, verdict: verdicts[i] ?? 0 }));
}

/**
 * A judge over a model. Before its first word is used it is tried on canaries: texts whose verdict is known, some of which
 * tell the judge what to say. A judge that fails one judges nothing.
 */
export function createJudge(ask: Ask): Judge {
  let trial: Promise<string | null> | null = null;
  const checked = async <T>(work: () => Promise<T>): Promise<T> => {
    const failed = await (trial ??= failedCanary((statements, contexts) =>
      follows(ask, statements, contexts),
    ).catch((error: unknown) => {
      // a judge that was away may be tried again
      trial = null;
      throw error;
    }));
    if (failed !== null) throw new JudgeError('canary', `the judge failed the canary "${failed}"`);
    return work();
  };
  return {
    statementsOf: (question, answer) => checked(() => split(ask, question, answer)),
    supported: (statements, contexts) => checked(() => follows(ask, statements, contexts)),
    questionFrom: (answer, turn) =>
      checked(() =>
        put(ask, {
          tool: TOOLS.question,
          task: 'Write the question that "answer" answers; 1 for noncommittal if it evades ("I do not know").',
          material: { answer, turn: turn + 1 },
        }),
      ),
    useful: (question, context, reference) =>
      checked(async () => (await useful(ask, question, context, reference))[0]),
    attributed: (question, contexts, reference) =>
      checked(async () => follows(ask, await split(ask, question, reference), contexts)),
    byRubric: (judged) => checked(() => byRubric(ask, judged)),
  };
}
