import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Resvg, initWasm } from '@resvg/resvg-wasm';
import { altText } from '../../core/charts/alt-text.ts';
import { measured, type Chart } from '../../core/charts/chart.ts';
import { CHART_WORDS } from '../../core/charts/words.ts';
import type { Language } from '../../core/language.ts';
import { columnsSvg, rowsSvg } from './bar-svg.ts';
import { loadFonts } from './fonts.ts';
import { lineSvg } from './line-svg.ts';
import { encodePng } from './png.ts';
import { INK, WIDTH, box, label, picture } from './svg.ts';

/** A picture of a chart, and the same in words. */
export interface Drawing {
  readonly png: Buffer;
  /** In pixels; half as much in points. */
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

/** Twice the points: sharp on a phone. */
const ZOOM = 2;

let engine: Promise<readonly Uint8Array[]> | null = null;

/** The renderer and its letters, loaded once a process. The system's fonts are never asked: the same chart is the same picture everywhere. */
async function load(): Promise<readonly Uint8Array[]> {
  const find = createRequire(import.meta.url);
  await initWasm(await readFile(find.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return loadFonts();
}

function empty(chart: Chart, language: Language): string {
  const { noData, nothingMeasured } = CHART_WORDS[language];
  return picture(150, chart.title, [
    box(14, 40, WIDTH - 28, 96, INK.gap),
    label(WIDTH / 2, 84, noData, { anchor: 'middle', bold: true, fill: INK.text, size: 14 }),
    label(WIDTH / 2, 106, nothingMeasured, { anchor: 'middle' }),
  ]);
}

function svgOf(chart: Chart, language: Language): string {
  if (measured(chart).length === 0) return empty(chart, language);
  if (chart.kind === 'line') return lineSvg(chart, language);
  return chart.kind === 'columns' ? columnsSvg(chart, language) : rowsSvg(chart, language);
}

/**
 * Draws a chart as a PNG for a chat, with its alternative text. Pure but for reading the fonts once: the same chart in
 * the same language is the same picture, byte for byte. One point is a dot, a gap is a gap, no data is a picture that
 * says so.
 */
export async function drawChart(chart: Chart, language: Language): Promise<Drawing> {
  engine ??= load();
  const fontBuffers = [...(await engine)];
  const resvg = new Resvg(svgOf(chart, language), {
    font: { fontBuffers, defaultFontFamily: 'Lato', sansSerifFamily: 'Lato' },
    fitTo: { mode: 'zoom', value: ZOOM },
  });
  const image = resvg.render();
  try {
    const { width, height } = image;
    return { png: encodePng(image.pixels, width, height), width, height, alt: altText(chart, language) };
  } finally {
    image.free();
    resvg.free();
  }
}
