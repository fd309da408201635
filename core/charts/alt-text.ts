import type { Language } from '../language.ts';
import type { SeriesPoint } from '../alerts/finding.ts';
import { measured, type BarChart, type Chart, type LineChart } from './chart.ts';
import { figure, instant } from './figures.ts';
import { CHART_WORDS } from './words.ts';

/** Slack takes 2,000 characters of alternative text; nobody listens to that many. */
const MOST_CHARACTERS = 900;

type Measured = SeriesPoint & { readonly value: number };
const isMeasured = (point: SeriesPoint): point is Measured =>
  point.value !== null && Number.isFinite(point.value);

/** How many stretches without a value lie between others, before the first or after the last. */
export function gapsOf(points: readonly SeriesPoint[]): number {
  return points.filter((point, i) => {
    const before = points[i - 1];
    return !isMeasured(point) && (before === undefined || isMeasured(before));
  }).length;
}

/** What a chart shows, in words: for who cannot see it, and where a chat cannot show it. */
export function altText(chart: Chart, language: Language): string {
  const say = CHART_WORDS[language];
  if (measured(chart).length === 0) return `${chart.title}: ${say.noData}. ${say.nothingMeasured}.`;
  const told = chart.kind === 'line' ? lines(chart, language) : bars(chart, language);
  const limit = thresholdText(chart, language);
  const whole = `${chart.title}: ${[...told, ...limit].join('; ')}.`;
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS - 1)}…`;
}

function thresholdText(chart: Chart, language: Language): readonly string[] {
  if (chart.threshold === null) return [];
  const { threshold } = chart;
  const say = CHART_WORDS[language];
  const values = measured(chart);
  const below = values.filter((value) => value < threshold).length;
  const above = values.filter((value) => value > threshold).length;
  return [`${say.threshold(figure(language, chart.unit, threshold))}, ${say.beyond(below, above)}`];
}

function lines({ series, unit, timeZone }: LineChart, language: Language): readonly string[] {
  return series.map(({ name, points }) => {
    const told = oneLine(points, unit, timeZone, language);
    return series.length === 1 ? told : `${name}: ${told}`;
  });
}

function oneLine(
  points: readonly SeriesPoint[],
  unit: Chart['unit'],
  timeZone: string,
  language: Language,
): string {
  const say = CHART_WORDS[language];
  const known = points.filter(isMeasured);
  const at = (point: SeriesPoint): string => instant(language, point.atMs, timeZone, 'full');
  const value = (point: Measured): string => figure(language, unit, point.value);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return say.noData;
  const lowest = known.reduce((least, point) => (point.value < least.value ? point : least));
  const highest = known.reduce((most, point) => (point.value > most.value ? point : most));
  const gaps = gapsOf(points);
  const shape =
    known.length === 1
      ? [say.onePoint(value(first), at(first))]
      : lowest.value === highest.value
        ? [say.range(at(first), at(last)), say.steady(value(first))]
        : [
            say.range(at(first), at(last)),
            say.extremes(value(lowest), at(lowest), value(highest), at(highest)),
            say.last(value(last)),
          ];
  return [...shape, ...(gaps > 0 ? [say.gaps(gaps)] : [])].join(', ');
}

const bars = ({ bars: all, unit }: BarChart, language: Language): readonly string[] => [
  all
    .map(({ label, value }) => {
      const say = CHART_WORDS[language];
      return say.valueOf(label, value === null ? say.noData : figure(language, unit, value));
    })
    .join(', '),
];
