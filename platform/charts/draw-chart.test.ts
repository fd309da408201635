import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Chart, LineChart } from '../../core/charts/chart.ts';
import { LANGUAGES } from '../../core/language.ts';
import { drawChart } from './draw-chart.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 10, 16);
const points = (...values: (number | null)[]): LineChart['series'][number]['points'] =>
  values.map((value, i) => ({ atMs: BEGIN + i * HOUR, value }));
const lineOf = (...values: (number | null)[]): LineChart => ({
  kind: 'line',
  title: 'Faithfulness of fraud-review',
  unit: 'score',
  threshold: 0.85,
  timeZone: 'Europe/London',
  series: [{ name: '1.5.0', points: points(...values) }],
});

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** How many pixels of a column look like this colour. */
  readonly like: (colour: string, x: number) => number;
}

/** Reads a PNG with a palette and no filters, from the specification. */
function decode(png: Buffer): Pixels {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(0);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const palette = chunks.get('PLTE') ?? Buffer.alloc(0);
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect(rows).toHaveLength((width + 1) * height);
  const like = (colour: string, x: number): number => {
    const wanted = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return Array.from({ length: height }, (_, y) => (rows[y * (width + 1) + 1 + x] ?? 0) * 3).filter((at) =>
      wanted.every((one, i) => Math.abs(one - (palette[at + i] ?? 0)) < 8),
    ).length;
  };
  return { width, height, like };
}

/** The first series' colour, the threshold's and that of a stretch without data. */
const [LINE, THRESHOLD, GAP] = ['#3b43a8', '#b3261e', '#eef0f4'] as const;
const columnsWith = ({ width, like }: Pixels, colour: string): number[] =>
  Array.from({ length: width }, (_, x) => x).filter((x) => like(colour, x) > 0);

test('a line has its threshold, and the same chart is the same picture byte for byte', async () => {
  const first = await drawChart(lineOf(0.93, 0.94, 0.86, 0.81), 'en');
  expect(first.png.equals((await drawChart(lineOf(0.93, 0.94, 0.86, 0.81), 'en')).png)).toBe(true);
  const pixels = decode(first.png);
  expect(pixels).toMatchObject({ width: first.width, height: first.height });
  expect(columnsWith(pixels, THRESHOLD).length).toBeGreaterThan(200);
  expect(columnsWith(pixels, LINE).length).toBeGreaterThan(500);
  const without = await drawChart({ ...lineOf(0.93, 0.94), threshold: null }, 'en');
  expect(columnsWith(decode(without.png), THRESHOLD)).toEqual([]);
  expect(first.alt).toBe(
    'Faithfulness of fraud-review: from Mon 16 Nov, 00:00 to Mon 16 Nov, 03:00, lowest 0.81 (Mon 16 Nov, 03:00), highest 0.94 (Mon 16 Nov, 01:00), last 0.81; threshold 0.85, 1 value below it, 3 above.',
  );
});

test('a gap is a gap in the picture and in words, never a line at 0 or across', async () => {
  const drawn = await drawChart({ ...lineOf(0.9, 0.9, null, null, 0.9, 0.9), threshold: null }, 'en');
  const pixels = decode(drawn.png);
  const gap = columnsWith(pixels, GAP).filter((x) => pixels.like(GAP, x) > 100);
  expect(gap.length).toBeGreaterThan(100);
  expect(gap.filter((x) => pixels.like(LINE, x) > 0).length).toBeLessThan(12);
  expect(drawn.alt).toContain('1 gap without data');
  const whole = decode((await drawChart(lineOf(0.9, 0.9), 'en')).png);
  expect(columnsWith(whole, GAP).filter((x) => whole.like(GAP, x) > 100)).toEqual([]);
});

test('one point is a dot with its value; no data is a picture that says so', async () => {
  const one = await drawChart({ ...lineOf(0.9), threshold: null }, 'de');
  expect(one.alt).toBe('Faithfulness of fraud-review: ein Wert, 0,9, Mo., 16. Nov., 00:00.');
  const dotted = columnsWith(decode(one.png), LINE);
  expect(dotted.length).toBeGreaterThan(4);
  expect(dotted.length).toBeLessThan(20);
  for (const chart of [lineOf(), lineOf(null, null), lineOf(Number.NaN), { ...lineOf(), series: [] }]) {
    const none = await drawChart(chart, 'en');
    expect(none.alt).toBe('Faithfulness of fraud-review: no data. Nothing was measured in this time.');
    expect(columnsWith(decode(none.png), LINE)).toEqual([]);
  }
});

const BARS: Chart = {
  kind: 'columns',
  title: 'Requests by day',
  unit: 'count',
  threshold: null,
  bars: [
    { label: 'Mon', value: 1984 },
    { label: 'Tue', value: 0 },
    { label: 'Wed', value: null },
  ],
};

test('a bar of 0 says 0, one without data says that', async () => {
  for (const kind of ['columns', 'rows'] as const) {
    const drawn = await drawChart({ ...BARS, kind }, 'de');
    expect(drawn.alt).toBe('Requests by day: Mon 1.984, Tue 0, Wed keine Daten.');
    expect(columnsWith(decode(drawn.png), GAP).length).toBeGreaterThan(100);
  }
});

test('every unit is written with its unit, in each language', async () => {
  const said = async (unit: Chart['unit'], value: number): Promise<string[]> =>
    Promise.all(
      LANGUAGES.map(async (language) => {
        const chart: Chart = { ...BARS, title: 't', unit, bars: [{ label: 'x', value }] };
        return (await drawChart(chart, language)).alt.replaceAll('\u00a0', ' ');
      }),
    );
  expect(await said('ratio', 0.137)).toEqual(['t: x 13.7%.', 't: x 13,7 %.']);
  expect(await said('ms', 4_200)).toEqual(['t: x 4.2 s.', 't: x 4,2 s.']);
  expect(await said('ms', 38 * 60_000)).toEqual(['t: x 38 min.', 't: x 38 min.']);
  expect(await said('usd_micros', 38_740_000)).toEqual(['t: x US$38.74.', 't: x 38,74 US$.']);
  expect(await said('count', 1984)).toEqual(['t: x 1,984.', 't: x 1.984.']);
  expect(await said('score', 0.81)).toEqual(['t: x 0.81.', 't: x 0,81.']);
});

describe('what others wrote', () => {
  test.each([
    '</text><script>',
    '&amp;"\'',
    'nul\u0000 and \ud800 half',
    'x'.repeat(400),
    '𝔘𝔫𝔦 العربية 日本',
  ])('a name like %j is drawn as letters, and harms nothing', async (name) => {
    const chart: Chart = { ...BARS, kind: 'rows', title: name, bars: [{ label: name, value: 1 }] };
    const drawn = await drawChart(chart, 'en');
    expect(decode(drawn.png).width).toBe(720);
    expect(drawn.alt.length).toBeLessThanOrEqual(900);
    const two: LineChart = {
      ...lineOf(1),
      series: [
        { name, points: points(1, 2) },
        { name, points: points(2) },
      ],
    };
    expect(decode((await drawChart(two, 'en')).png).width).toBe(720);
  });

  test('two pictures leave room on a Teams card', async () => {
    const noisy = Array.from({ length: 500 }, (_, i) => 0.8 + 0.1 * Math.sin(i * i));
    expect((await drawChart(lineOf(...noisy), 'de')).png.length).toBeLessThan(28_000);
    expect((await drawChart(lineOf(0.93, 0.94, 0.92, 0.95, 0.9, 0.86, 0.81), 'en')).png.length).toBeLessThan(
      9_000,
    );
  });
});
