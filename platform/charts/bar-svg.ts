import { MOST, measured, type BarChart } from '../../core/charts/chart.ts';
import { figure } from '../../core/charts/figures.ts';
import { CHART_WORDS } from '../../core/charts/words.ts';
import type { Language } from '../../core/language.ts';
import { INK, PAD, WIDTH, box, fitting, label, line, picture, widthOf } from './svg.ts';

const TOP = 54;
const COLUMN_HEIGHT = 96;
const ROW = 26;
const THRESHOLD = 'stroke-width="1.6" stroke-dasharray="5 4"';

/** Bars begin at 0: a bar that does not would lie about how much more one is than another. */
const highestOf = (chart: BarChart): number => Math.max(1e-9, chart.threshold ?? 0, ...measured(chart));

/** Columns, each with its value above and its name below. A missing value is a word, not a column of no height. */
export function columnsSvg(whole: BarChart, language: Language): string {
  const chart = { ...whole, bars: whole.bars.slice(0, MOST.bars) };
  const highest = highestOf(chart);
  const bottom = TOP + COLUMN_HEIGHT;
  const room = (WIDTH - 2 * PAD) / chart.bars.length;
  const y = (value: number): number => bottom - (Math.max(0, value) / highest) * COLUMN_HEIGHT;
  const size = room < 34 ? 11 : 12;
  const bars = chart.bars.flatMap(({ label: name, value }, i) => {
    const x = PAD + room * i;
    const middle = x + room / 2;
    const below = label(middle, bottom + 17, fitting(name, room, size), { anchor: 'middle', size });
    if (value === null)
      return [
        below,
        box(x + 3, TOP, room - 6, COLUMN_HEIGHT, INK.gap),
        label(middle, bottom - 6, '–', { anchor: 'middle' }),
      ];
    const words = figure(language, chart.unit, value);
    const tall = value > 0 ? Math.max(1.5, bottom - y(value)) : 0;
    return [
      below,
      box(x + 3, bottom - tall, room - 6, tall, INK.bar, 'rx="1.5"'),
      label(middle, bottom - tall - 6, fitting(words, room + 8, size), {
        anchor: 'middle',
        bold: true,
        fill: INK.text,
        size,
      }),
    ];
  });
  const limit = thresholdOf(chart, language, bottom + 42);
  const across =
    chart.threshold === null
      ? []
      : [line(PAD, y(chart.threshold), WIDTH - PAD, y(chart.threshold), INK.threshold, THRESHOLD)];
  return picture(bottom + 30 + (limit === '' ? 0 : 20), chart.title, [
    ...bars,
    ...across,
    line(PAD, bottom, WIDTH - PAD, bottom, INK.edge),
    limit,
  ]);
}

function thresholdOf(chart: BarChart, language: Language, y: number): string {
  if (chart.threshold === null) return '';
  const words = CHART_WORDS[language].threshold(figure(language, chart.unit, chart.threshold));
  return (
    line(PAD, y - 4, PAD + 26, y - 4, INK.threshold, THRESHOLD) +
    label(PAD + 34, y, words, { fill: INK.threshold })
  );
}

/** Rows: the name, the bar, the value. */
export function rowsSvg(whole: BarChart, language: Language): string {
  const chart = { ...whole, bars: whole.bars.slice(0, MOST.bars) };
  const highest = highestOf(chart);
  const printed = chart.bars.map(({ value }) =>
    value === null ? CHART_WORDS[language].noData : figure(language, chart.unit, value),
  );
  const valueRoom = Math.max(...printed.map((words) => widthOf(words, 12.5)));
  const nameRoom = Math.min(WIDTH * 0.46, Math.max(...chart.bars.map((bar) => widthOf(bar.label))));
  const from = PAD + nameRoom + 8;
  const room = WIDTH - PAD - valueRoom - 10 - from;
  const bottom = TOP - 12 + chart.bars.length * ROW;
  const rows = chart.bars.flatMap(({ label: name, value }, i) => {
    const y = TOP - 14 + i * ROW;
    const long = value === null || value <= 0 ? 0 : Math.max(1.5, (value / highest) * room);
    return [
      label(PAD, y + 15, fitting(name, nameRoom + 2), { fill: INK.text }),
      ...(value === null
        ? [box(from, y + 4, room, 14, INK.gap)]
        : [box(from, y + 4, long, 14, INK.bar, 'rx="1.5"')]),
      label(WIDTH - PAD, y + 15, printed[i] ?? '', { anchor: 'end', bold: value !== null, fill: INK.text }),
    ];
  });
  const limit = thresholdOf(chart, language, bottom + 20);
  const x = from + ((chart.threshold ?? 0) / highest) * room;
  const across = chart.threshold === null ? [] : [line(x, TOP - 12, x, bottom, INK.threshold, THRESHOLD)];
  return picture(bottom + 12 + (limit === '' ? 0 : 20), chart.title, [...rows, ...across, limit]);
}
