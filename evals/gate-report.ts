import type { Comparison } from './compare.ts';
import type { Gate, GateName, GateRow } from './gate.ts';
import type { EvalReport, GradedCase } from './run-cases.ts';

const NAMES: Readonly<Record<GateName, string>> = {
  golden_cases: 'golden cases, mean mark',
  faithfulness: 'faithfulness',
  answer_relevancy: 'answer relevancy',
  context_precision: 'context precision',
  context_recall: 'context recall',
};
const STATES: Readonly<Record<GateRow['state'], string>> = {
  ok: 'ok',
  below: 'BELOW',
  not_measured: 'not measured',
};

const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
/** Text of a model or a record must not become a table, a link or a heading. */
const plain = (text: string): string => text.replace(/[|\\`*[\]<>#\r\n]/g, ' ').slice(0, 200);

function comparisonLine(comparison: Comparison | null): string {
  if (comparison === null) return 'There is no earlier evaluation of the same cases to compare with.';
  const { shared, difference, low, high, verdict } = comparison;
  if (verdict === 'unknown')
    return `Only ${shared} cases are shared with the earlier evaluation: too few to compare.`;
  const what = {
    better: 'better than before',
    worse: '**worse than before**',
    same: 'no difference that chance does not explain as well',
  }[verdict];
  return `Against the last one that passed, over ${shared} cases: ${signed(difference)} (95% interval ${signed(low)} to ${signed(high)}): ${what}.`;
}

const missed = (one: GradedCase): string =>
  `| ${one.id} | ${one.kind} | ${one.mark.toFixed(2)} | ${plain(one.failure ?? one.grades.flatMap((g) => (g.why ? [`${g.grader}: ${g.why}`] : [])).join('; '))} |`;

/** The gate for people, in Markdown: verdict first, then why. */
export function gateMarkdown(gate: Gate, report: EvalReport): string {
  const wrong = report.cases.filter((one) => one.mark < 1).toSorted((a, b) => a.mark - b.mark);
  return [
    `## ${gate.agent} ${gate.version}: ${gate.pass ? 'may ship' : 'BLOCKED'}`,
    '',
    ...(gate.rehearsal
      ? [
          '**Not measured with a real model.** The figures are those of the rehearsal model, which plays by rules.',
          '',
        ]
      : [`Model: ${plain(gate.model)}.`, '']),
    '| what | measured | needed | |',
    '| --- | --- | --- | --- |',
    ...gate.rows.map(
      ({ name, value, threshold, state }) =>
        `| ${NAMES[name]} | ${figure(value)} | ${name === 'golden_cases' ? '≥' : '>'} ${threshold} | ${STATES[state]} |`,
    ),
    '',
    comparisonLine(gate.comparison),
    '',
    ...(wrong.length === 0
      ? [`All ${report.cases.length} cases have full marks.`]
      : [
          `${wrong.length} of ${report.cases.length} cases are short of full marks:`,
          '',
          '| case | kind | mark | missing |',
          '| --- | --- | --- | --- |',
          ...wrong.map(missed),
        ]),
    '',
  ].join('\n');
}

/** The same as one line of JSON. */
export const gateJson = ({ rows, ...gate }: Gate): string =>
  JSON.stringify({
    gate: gate.agent,
    ...gate,
    rows: Object.fromEntries(rows.map(({ name, value, state }) => [name, { value, state }])),
  });
