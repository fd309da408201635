import { inflateSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Lato, as npm ships it for the web: Latin letters of most languages of Europe, upright, regular and bold. */
const FILES = ['latin-400', 'latin-700', 'latin-ext-400', 'latin-ext-700'].map(
  (name) => `@fontsource/lato/files/lato-${name}-normal.woff`,
);

const HEADER = 44;
const ENTRY = 20;

/** WOFF 1 (https://www.w3.org/TR/WOFF/) is a TrueType file whose tables are deflated one by one. */
function unpackWoff(woff: Buffer): Uint8Array {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = HEADER + i * ENTRY;
    const [offset, packed, whole] = [
      woff.readUInt32BE(at + 4),
      woff.readUInt32BE(at + 8),
      woff.readUInt32BE(at + 12),
    ];
    const data = woff.subarray(offset, offset + packed);
    return {
      head: woff.subarray(at, at + 4),
      sum: woff.subarray(at + 16, at + 20),
      data: packed < whole ? inflateSync(data) : data,
    };
  });
  const power = 2 ** Math.floor(Math.log2(count));
  const directory = Buffer.alloc(12 + count * 16);
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(count, 4);
  directory.writeUInt16BE(power * 16, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE((count - power) * 16, 10);
  let end = directory.length;
  const bodies = tables.map(({ head, sum, data }, i) => {
    const at = 12 + i * 16;
    head.copy(directory, at);
    sum.copy(directory, at + 4);
    directory.writeUInt32BE(end, at + 8);
    directory.writeUInt32BE(data.length, at + 12);
    const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4);
    data.copy(padded);
    end += padded.length;
    return padded;
  });
  return new Uint8Array(Buffer.concat([directory, ...bodies]));
}

/** Unpacked once here: the renderer reads them anew for every picture, and packed ones take it ten times as long. */
export async function loadFonts(): Promise<readonly Uint8Array[]> {
  const find = createRequire(import.meta.url);
  return Promise.all(FILES.map(async (name) => unpackWoff(await readFile(find.resolve(name)))));
}
