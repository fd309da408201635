import type { Language } from '../core/language.ts';
import type { Comparison } from './compare.ts';
import type { Gate, GateName, GateRow } from './gate.ts';
import { gateFigure, GATE_WORDS } from './gate-words.ts';
import type { EvalReport, GradedCase } from './run-cases.ts';
import { storedReason } from './words.ts';

/** Text of a model or a record must not become a table, a link or a heading. */
const plain = (text: string): string => text.replace(/[|\\`*[\]<>#\r\n]/g, ' ').slice(0, 200);

const signed = (value: number, language: Language): string =>
  `${value < 0 ? '−' : '+'}${gateFigure(Math.abs(value), language)}`;
const needed = ({ name, threshold }: GateRow, language: Language): string =>
  `${name === 'golden_cases' ? '≥' : '>'} ${gateFigure(threshold, language)}`;

function comparisonLine(comparison: Comparison | null, language: Language): string {
  const words = GATE_WORDS[language];
  if (comparison === null) return words.noneBefore;
  const { shared, difference, low, high, verdict } = comparison;
  if (verdict === 'unknown') return words.fewShared(shared);
  const [by, from, to] = [difference, low, high].map((value) => signed(value, language));
  return words.against(shared, by ?? '', from ?? '', to ?? '', words.verdicts[verdict]);
}

function reasonOf(code: string, rows: readonly GateRow[], language: Language): string {
  const words = GATE_WORDS[language];
  const row = rows.find(({ name }) => code.startsWith(name));
  if (row === undefined) return words.worse;
  const what = words.names[row.name];
  return row.value === null
    ? words.notMeasured(what)
    : words.below(what, gateFigure(row.value, language), needed(row, language));
}

/** The one sentence that a person reads when they read no more. */
export function gateSentence({ pass, blocked, rows }: Gate, language: Language = 'en'): string {
  const words = GATE_WORDS[language];
  if (pass) return words.may;
  return words.mayNot(blocked.map((code) => reasonOf(code, rows, language)).join('; '));
}

function tableRow(row: GateRow, language: Language): string {
  const words = GATE_WORDS[language];
  const { name, value, state, by } = row;
  const measured = value === null ? '–' : gateFigure(value, language);
  const over = by === null ? '' : words.over(by.measured, by.of);
  return `| ${words.names[name]} | ${measured} | ${needed(row, language)} | ${over} | ${words.states[state]} |`;
}

/** Why a figure is missing, or made of fewer cases than it could be. */
const whys = ({ rows }: Gate, language: Language): string[] =>
  rows.flatMap(({ name, by }) =>
    by?.why == null ? [] : [GATE_WORDS[language].why(nameIn(name, language), storedReason(by.why, language))],
  );
const nameIn = (name: GateName, language: Language): string => GATE_WORDS[language].names[name];

const missed = (one: GradedCase, language: Language): string =>
  `| ${one.id} | ${one.kind} | ${gateFigure(one.mark, language)} | ${plain(one.failure ?? one.grades.flatMap((g) => (g.why ? [`${g.grader}: ${g.why}`] : [])).join('; '))} |`;

function madeBy({ rehearsal, model, judged }: Gate, language: Language): string[] {
  const words = GATE_WORDS[language];
  const cost = `US$${gateFigure((judged?.costMicros ?? 0) / 1e6, language)}`;
  return [
    rehearsal ? words.notReal : words.model(plain(model)),
    ...(judged === null
      ? []
      : [words.judged(plain(judged.judge), plain(judged.embedder ?? words.noEmbedder), cost)]),
  ];
}

/** The gate for people, in Markdown: verdict first, then why. */
export function gateMarkdown(gate: Gate, report: EvalReport, language: Language = 'en'): string {
  const words = GATE_WORDS[language];
  const wrong = report.cases.filter((one) => one.mark < 1).toSorted((a, b) => a.mark - b.mark);
  const reasons = whys(gate, language);
  return [
    `## ${gate.agent} ${gate.version}: ${words.verdict[gate.pass ? 'pass' : 'blocked']}`,
    '',
    gateSentence(gate, language),
    '',
    ...madeBy(gate, language).flatMap((line) => [line, '']),
    `| ${words.heads.join(' | ')} | |`,
    '| --- | --- | --- | --- | --- |',
    ...gate.rows.map((row) => tableRow(row, language)),
    '',
    ...(reasons.length === 0 ? [] : [...reasons.map((line) => `- ${line}`), '']),
    comparisonLine(gate.comparison, language),
    '',
    ...(wrong.length === 0
      ? [words.allFull(report.cases.length)]
      : [
          words.short(wrong.length, report.cases.length),
          '',
          `| ${words.cases.join(' | ')} |`,
          '| --- | --- | --- | --- |',
          ...wrong.map((one) => missed(one, language)),
        ]),
    '',
  ].join('\n');
}

/** The same as one line of JSON. */
export const gateJson = ({ rows, ...gate }: Gate): string =>
  JSON.stringify({
    gate: gate.agent,
    ...gate,
    rows: Object.fromEntries(rows.map(({ name, value, state, by }) => [name, { value, state, by }])),
  });
