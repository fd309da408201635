import { crc32, deflateSync } from 'node:zlib';

/** So many colours make one byte a pixel and keep the edges of letters smooth. */
const COLOURS = 48;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return framed;
}

const red = (colour: number): number => (colour >> 16) & 0xff;
const green = (colour: number): number => (colour >> 8) & 0xff;
const blue = (colour: number): number => colour & 0xff;

/** How far two colours lie apart; green weighs most, as in the eye. */
const distance = (a: number, b: number): number =>
  3 * (red(a) - red(b)) ** 2 + 6 * (green(a) - green(b)) ** 2 + (blue(a) - blue(b)) ** 2;

/** The colours used most, at steps that the eye cannot tell apart. */
function paletteOf(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const chosen: number[] = [];
  for (const colour of ranked) {
    if (chosen.length === COLOURS) break;
    if (chosen.every((one) => distance(one, colour) > 400)) chosen.push(colour);
  }
  return chosen;
}

/**
 * An opaque picture as a PNG with a palette: a quarter of the bytes of the renderer's own, which decides whether two fit
 * a Teams card (28 KB with everything on it).
 */
export function encodePng(rgba: Uint8Array, width: number, height: number): Buffer {
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i += 1)
    colours[i] = ((rgba[i * 4] ?? 0) << 16) | ((rgba[i * 4 + 1] ?? 0) << 8) | (rgba[i * 4 + 2] ?? 0);
  const palette = paletteOf(colours);
  const nearest = new Map(palette.map((colour, i) => [colour, i]));
  const indexOf = (colour: number): number => {
    const known = nearest.get(colour);
    if (known !== undefined) return known;
    let best = 0;
    for (let i = 1; i < palette.length; i += 1)
      if (distance(palette[i] ?? 0, colour) < distance(palette[best] ?? 0, colour)) best = i;
    nearest.set(colour, best);
    return best;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = indexOf(colours[y * width + x] ?? 0);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, colours from the palette, no interlacing.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((one) => [red(one), green(one), blue(one)]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
