/** Half a phone's width at twice its pixels: letters of 12 stay readable in a chat's column. */
export const WIDTH = 360;
export const PAD = 14;

/**
 * A chat shows one picture on light and on dark ground alike: so the picture brings its own ground, with an edge. Every
 * letter stands at 4.5:1 or more on it; lines differ in dashes too, since colour is never the only signal.
 */
export const INK = {
  ground: '#ffffff',
  edge: '#c9cdd8',
  text: '#1b1d26',
  muted: '#565b6b',
  grid: '#e4e6ed',
  gap: '#eef0f4',
  bar: '#a9b0ea',
  threshold: '#b3261e',
  series: ['#3b43a8', '#b4470f', '#0a6e69', '#7a3e9d'],
  dashes: ['', '7 3', '2 3', '9 3 2 3'],
} as const;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that XML takes: marks escaped, characters that it knows no way to hold left out. */
export const escapeXml = (words: string): string =>
  words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? '');

interface Look {
  readonly size?: number;
  readonly fill?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Stands over lines, which it keeps off its letters. */
  readonly halo?: boolean;
}

const at = (value: number): string => String(Math.round(value * 10) / 10);

export function label(x: number, y: number, words: string, look: Look = {}): string {
  const { size = 12, fill = INK.muted, bold = false, anchor = 'start', halo = false } = look;
  const around = halo ? ` stroke="${INK.ground}" stroke-width="4" paint-order="stroke"` : '';
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}" font-weight="${bold ? 700 : 400}" fill="${fill}" text-anchor="${anchor}"${around}>${escapeXml(words)}</text>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, more = ''): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${stroke}" ${more}/>`;

export const box = (x: number, y: number, width: number, height: number, fill: string, more = ''): string =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" fill="${fill}" ${more}/>`;

export const dot = (x: number, y: number, fill: string, radius = 3.2): string =>
  `<circle cx="${at(x)}" cy="${at(y)}" r="${radius}" fill="${fill}" stroke="${INK.ground}" stroke-width="1"/>`;

export const path = (
  points: readonly (readonly [number, number])[],
  stroke: string,
  dashes: string,
): string =>
  `<path d="${points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('')}" fill="none" stroke="${stroke}" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/>`;

/** Lato's letters are about so wide; enough to keep words from running into each other. */
export const widthOf = (words: string, size = 12): number => Array.from(words).length * size * 0.56;

/** The words that fit a width, with an ellipsis where some are left out. */
export function fitting(words: string, room: number, size = 12): string {
  if (widthOf(words, size) <= room) return words;
  const most = Math.max(1, Math.floor(room / (size * 0.56)) - 1);
  return `${Array.from(words).slice(0, most).join('').trimEnd()}…`;
}

export const picture = (height: number, title: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="Lato">`,
    box(0.5, 0.5, WIDTH - 1, height - 1, INK.ground, `stroke="${INK.edge}"`),
    label(PAD, 24, fitting(title, WIDTH - 2 * PAD, 14), { size: 14, bold: true, fill: INK.text }),
    ...parts,
    '</svg>',
  ].join('');
