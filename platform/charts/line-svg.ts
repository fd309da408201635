import type { LineChart } from '../../core/charts/chart.ts';
import { gapsOf } from '../../core/charts/alt-text.ts';
import { MOST, measured } from '../../core/charts/chart.ts';
import { figure, instant, ticks } from '../../core/charts/figures.ts';
import { CHART_WORDS } from '../../core/charts/words.ts';
import type { Language } from '../../core/language.ts';
import { INK, PAD, WIDTH, box, dot, fitting, label, line, path, picture, widthOf } from './svg.ts';

const PLOT_TOP = 40;
const PLOT_HEIGHT = 116;
const LEGEND_LINE = 18;

type Point = LineChart['series'][number]['points'][number];

interface Scale {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly bottom: number;
}

/** The values of the axis: from 0 where that does not flatten what there is to see, and always with the threshold. */
function axis(chart: LineChart): readonly number[] {
  const values = [...measured(chart), ...(chart.threshold === null ? [] : [chart.threshold])];
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const near = lowest > 0 && lowest < highest && lowest > highest * 0.6;
  const from = near ? lowest - (highest - lowest) * 0.15 : Math.min(0, lowest);
  const to = highest === from ? from + (Math.abs(from) || 1) : highest;
  return ticks(chart.unit, from, to);
}

function scaleOf(chart: LineChart, marks: readonly number[], left: number): Scale {
  const times = chart.series.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const [from, to] = [left + 6, WIDTH - PAD - 6];
  return {
    left,
    bottom: PLOT_TOP + PLOT_HEIGHT,
    x: (atMs) => (last === first ? (from + to) / 2 : from + ((atMs - first) / (last - first)) * (to - from)),
    y: (value) => PLOT_TOP + PLOT_HEIGHT - (high === low ? 0.5 : (value - low) / (high - low)) * PLOT_HEIGHT,
  };
}

/** Stretches of neighbouring points that were all measured, and those that were not. */
function stretches(
  points: readonly Point[],
): { readonly known: boolean; readonly points: readonly Point[] }[] {
  const found: { known: boolean; points: Point[] }[] = [];
  for (const point of points) {
    const known = point.value !== null && Number.isFinite(point.value);
    const last = found.at(-1);
    if (last?.known === known) last.points.push(point);
    else found.push({ known, points: [point] });
  }
  return found;
}

function gapBands({ series }: LineChart, scale: Scale): string[] {
  const [only] = series;
  if (series.length !== 1 || only === undefined) return [];
  return stretches(only.points).flatMap((stretch) => {
    const [first, last] = [stretch.points[0], stretch.points.at(-1)];
    if (stretch.known || first === undefined || last === undefined) return [];
    const before = only.points[only.points.indexOf(first) - 1] ?? first;
    const after = only.points[only.points.indexOf(last) + 1] ?? last;
    const from = scale.x(before.atMs);
    return [box(from, PLOT_TOP, Math.max(2, scale.x(after.atMs) - from), PLOT_HEIGHT, INK.gap)];
  });
}

function drawSeries(points: readonly Point[], index: number, scale: Scale): string[] {
  const stroke = INK.series[index] ?? INK.text;
  return stretches(points)
    .filter(({ known }) => known)
    .flatMap((stretch) => {
      const places = stretch.points.map(({ atMs, value }) => [scale.x(atMs), scale.y(value ?? 0)] as const);
      const [first] = places;
      return first !== undefined && places.length === 1
        ? [dot(...first, stroke, 4)]
        : [path(places, stroke, INK.dashes[index] ?? '')];
    });
}

function timeAxis(chart: LineChart, scale: Scale, language: Language): string[] {
  const times = [...new Set(chart.series.flatMap(({ points }) => points.map(({ atMs }) => atMs)))].sort(
    (a, b) => a - b,
  );
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const form = last - first > 172_800_000 ? 'axis-day' : 'axis-time';
  const print = (atMs: number): string =>
    instant(language, atMs, chart.timeZone, first === last ? 'full' : form);
  const y = scale.bottom + 17;
  if (first === last) return [label(scale.x(first), y, print(first), { anchor: 'middle' })];
  const middle = times[Math.floor((times.length - 1) / 2)] ?? first;
  const ends = [label(scale.left, y, print(first)), label(WIDTH - PAD, y, print(last), { anchor: 'end' })];
  const x = scale.x(middle);
  const clear = x - scale.left > 90 && WIDTH - PAD - x > 90;
  return clear ? [...ends, label(x, y, print(middle), { anchor: 'middle' })] : ends;
}

/** The threshold's line stands in the plot; its words below it, where they hide nothing. */
function legend(chart: LineChart, language: Language, top: number): string[] {
  const names = chart.series.length > 1 ? chart.series.slice(0, MOST.series).map(({ name }) => name) : [];
  const rows = names.map((name, i) => {
    const y = top + i * LEGEND_LINE;
    const last = chart.series[i]?.points.findLast(({ value }) => value !== null)?.value ?? null;
    const value = last === null ? CHART_WORDS[language].noData : figure(language, chart.unit, last);
    return [
      path(
        [
          [PAD, y - 4],
          [PAD + 26, y - 4],
        ],
        INK.series[i] ?? INK.text,
        INK.dashes[i] ?? '',
      ),
      label(PAD + 34, y, fitting(name, WIDTH - 3 * PAD - 34 - widthOf(value))),
      label(WIDTH - PAD, y, value, { anchor: 'end', bold: true, fill: INK.text }),
    ].join('');
  });
  const y = top + names.length * LEGEND_LINE;
  const last = keys(chart, language, y);
  return last.length === 0 ? rows : [...rows, last.join('')];
}

/** What the dashes and the grey mean, side by side in one line. */
function keys(chart: LineChart, language: Language, y: number): string[] {
  const { threshold, noData } = CHART_WORDS[language];
  const words = chart.threshold === null ? '' : threshold(figure(language, chart.unit, chart.threshold));
  const left = words === '' ? PAD : PAD + 34 + widthOf(words) + 20;
  const limit =
    words === ''
      ? []
      : [
          line(PAD, y - 4, PAD + 26, y - 4, INK.threshold, 'stroke-width="1.6" stroke-dasharray="5 4"'),
          label(PAD + 34, y, words, { fill: INK.threshold }),
        ];
  const hasGaps = chart.series.length === 1 && gapsOf(chart.series[0]?.points ?? []) > 0;
  const grey = [box(left, y - 10, 26, 12, INK.gap), label(left + 34, y, noData)];
  return hasGaps ? [...limit, ...grey] : limit;
}

/** The last value of a lone line is said beside its point: what most people look for. */
function lastValue(chart: LineChart, scale: Scale, language: Language): string[] {
  const [only] = chart.series;
  const last = only?.points.findLast(({ value }) => value !== null);
  if (chart.series.length !== 1 || last?.value == null) return [];
  const [x, y] = [scale.x(last.atMs), scale.y(last.value)];
  const words = figure(language, chart.unit, last.value);
  const anchor = x + widthOf(words) / 2 > WIDTH - PAD ? 'end' : 'middle';
  return [
    dot(x, y, INK.series[0]),
    label(anchor === 'end' ? WIDTH - PAD : x, y < PLOT_TOP + 16 ? y + 18 : y - 9, words, {
      anchor,
      bold: true,
      fill: INK.text,
      halo: true,
    }),
  ];
}

export function lineSvg(whole: LineChart, language: Language): string {
  const chart = { ...whole, series: whole.series.slice(0, MOST.series) };
  const marks = axis(chart);
  const printed = marks.map((value) => figure(language, chart.unit, value));
  const left = PAD + Math.max(...printed.map((words) => widthOf(words))) + 6;
  const scale = scaleOf(chart, marks, left);
  const grid = marks.flatMap((value, i) => [
    line(left, scale.y(value), WIDTH - PAD, scale.y(value), INK.grid),
    label(left - 6, scale.y(value) + 4, printed[i] ?? '', { anchor: 'end' }),
  ]);
  const limit =
    chart.threshold === null
      ? []
      : [
          line(
            left,
            scale.y(chart.threshold),
            WIDTH - PAD,
            scale.y(chart.threshold),
            INK.threshold,
            'stroke-width="1.6" stroke-dasharray="5 4"',
          ),
        ];
  const key = legend(chart, language, scale.bottom + 40);
  return picture(scale.bottom + (key.length > 0 ? 34 : 28) + key.length * LEGEND_LINE, chart.title, [
    ...gapBands(chart, scale),
    ...grid,
    ...limit,
    ...chart.series.flatMap(({ points }, i) => drawSeries(points, i, scale)),
    ...lastValue(chart, scale, language),
    ...timeAxis(chart, scale, language),
    ...key,
  ]);
}
