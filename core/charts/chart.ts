import type { FindingUnit, SeriesPoint } from '../alerts/finding.ts';

/** What a chart's values are; each is written as its readers write it. */
export type ChartUnit = FindingUnit;

interface Drawn {
  /** Already in its readers' language. */
  readonly title: string;
  readonly unit: ChartUnit;
  /** A line that values should stay on one side of; null where there is none. */
  readonly threshold: number | null;
}

/** Values over time. A point of null is a gap: nothing was measured, which is not 0. */
export interface LineChart extends Drawn {
  readonly kind: 'line';
  readonly series: readonly { readonly name: string; readonly points: readonly SeriesPoint[] }[];
  /** IANA zone in which the time axis is written. */
  readonly timeZone: string;
}

/** Values side by side; `columns` stand (days of a week), `rows` lie (agents, ways to end). */
export interface BarChart extends Drawn {
  readonly kind: 'columns' | 'rows';
  readonly bars: readonly { readonly label: string; readonly value: number | null }[];
}

/** A chart as data: JSON all the way down, so that a card may hold it and has a digest. */
export type Chart = LineChart | BarChart;

/** What a picture can show at all; the caller says so in words when it leaves something out. */
export const MOST = { series: 4, bars: 12 } as const;

/** Every measured value of a chart, in order. */
export const measured = (chart: Chart): readonly number[] =>
  (chart.kind === 'line' ? chart.series.flatMap(({ points }) => points) : chart.bars)
    .map(({ value }) => value)
    .filter((value): value is number => value !== null && Number.isFinite(value));
