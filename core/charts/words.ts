import type { Language } from '../language.ts';

interface ChartWords {
  readonly hour: string;
  readonly day: string;
  readonly threshold: (value: string) => string;
  readonly noData: string;
  readonly nothingMeasured: string;
  readonly dollars: (figure: string) => string;
  readonly onePoint: (value: string, at: string) => string;
  readonly range: (from: string, to: string) => string;
  readonly extremes: (lowest: string, lowestAt: string, highest: string, highestAt: string) => string;
  readonly last: (value: string) => string;
  readonly steady: (value: string) => string;
  readonly gaps: (n: number) => string;
  readonly beyond: (below: number, above: number) => string;
  readonly valueOf: (label: string, value: string) => string;
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** What a chart says of itself, in the picture and in its alternative text. */
export const CHART_WORDS: Readonly<Record<Language, ChartWords>> = {
  en: {
    hour: 'h',
    day: 'd',
    threshold: (value) => `threshold ${value}`,
    noData: 'no data',
    nothingMeasured: 'Nothing was measured in this time',
    dollars: (figure) => `US$${figure}`,
    onePoint: (value, at) => `one value, ${value}, ${at}`,
    range: (from, to) => `from ${from} to ${to}`,
    extremes: (lowest, lowestAt, highest, highestAt) =>
      `lowest ${lowest} (${lowestAt}), highest ${highest} (${highestAt})`,
    last: (value) => `last ${value}`,
    steady: (value) => `always ${value}`,
    gaps: (n) => `${counted(n, 'gap', 'gaps')} without data`,
    beyond: (below, above) => `${counted(below, 'value', 'values')} below it, ${above} above`,
    valueOf: (label, value) => `${label} ${value}`,
  },
  de: {
    hour: 'h',
    day: 'T',
    threshold: (value) => `Schwelle ${value}`,
    noData: 'keine Daten',
    nothingMeasured: 'In dieser Zeit wurde nichts gemessen',
    dollars: (figure) => `${figure} US$`,
    onePoint: (value, at) => `ein Wert, ${value}, ${at}`,
    range: (from, to) => `von ${from} bis ${to}`,
    extremes: (lowest, lowestAt, highest, highestAt) =>
      `niedrigster ${lowest} (${lowestAt}), höchster ${highest} (${highestAt})`,
    last: (value) => `zuletzt ${value}`,
    steady: (value) => `immer ${value}`,
    gaps: (n) => `${counted(n, 'Lücke', 'Lücken')} ohne Daten`,
    beyond: (below, above) => `${counted(below, 'Wert', 'Werte')} darunter, ${above} darüber`,
    valueOf: (label, value) => `${label} ${value}`,
  },
};
