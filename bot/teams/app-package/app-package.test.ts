import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import Ajv from 'ajv-draft-04';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { LOGO } from './icons.ts';
import { teamsPackage } from './index.ts';

const OPTIONS = {
  clientId: '3c5b7a90-84d1-4a52-9f0e-6b2d8c1f7a44',
  company: 'Harbour Mutual',
  website: 'https://harbour.example',
  privacy: 'https://harbour.example/privacy',
  terms: 'https://harbour.example/terms',
};
const files = unzipSync(teamsPackage(OPTIONS));
const file = (name: string): Uint8Array => files[name] ?? new Uint8Array();
const manifest = JSON.parse(strFromU8(file('manifest.json'))) as Record<string, unknown> & {
  manifestVersion: string;
  icons: Record<string, string>;
  bots: { botId: string }[];
};

/** Microsoft's own schema of the version that the manifest names, from the package that their toolkit uses. */
function validator() {
  const toolkit = createRequire(import.meta.url).resolve('@microsoft/app-manifest');
  const path = `json-schemas/teams/v${manifest.manifestVersion}/MicrosoftTeams.schema.json`;
  const schema = JSON.parse(readFileSync(join(toolkit, '..', path), 'utf8')) as object;
  const uri = /^https?:\/\//;
  return new Ajv({ allErrors: true, strict: false, formats: { uri } }).compile(schema);
}

test('the manifest passes Microsoft’s schema, and a broken one does not', () => {
  const validate = validator();
  expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...manifest, name: { short: 'x'.repeat(31) } })).toBe(false);
  expect(validate({ ...manifest, unheardOf: 1 })).toBe(false);
});

test('the zip holds three files at its top, and the manifest names the icons and the bot', () => {
  expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
  expect(manifest.icons).toEqual({ color: 'color.png', outline: 'outline.png' });
  expect(manifest.bots.map((b) => b.botId)).toEqual([OPTIONS.clientId]);
});

test('the same options make the same bytes, so that a rebuilt package can be compared', () => {
  expect(Buffer.from(teamsPackage(OPTIONS)).equals(Buffer.from(teamsPackage(OPTIONS)))).toBe(true);
});

test.each([
  ['a client id that is none', { clientId: 'countersign' }],
  ['a company name beyond 32 characters', { company: 'x'.repeat(33) }],
  ['an address without https', { website: 'http://harbour.example' }],
])('%s is refused', (_what, change) => {
  expect(() => teamsPackage({ ...OPTIONS, ...change })).toThrow();
});

type Pixel = [number, number, number, number];

/** Decodes what we encode, checking every chunk's sum on the way. */
function readPng(bytes: Uint8Array): { size: number; pixel: (x: number, y: number) => Pixel } {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(crc32(body)).toBe(png.readUInt32BE(at + 8 + length));
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const size = header.readUInt32BE(0);
  expect(header.readUInt32BE(4)).toBe(size);
  const raw = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect(raw.length).toBe(size * (size * 4 + 1));
  return {
    size,
    pixel: (x, y) => [...raw.subarray(y * (size * 4 + 1) + 1 + x * 4).subarray(0, 4)] as Pixel,
  };
}

const everyPixel = (size: number): [number, number][] =>
  Array.from({ length: size * size }, (_, i) => [i % size, Math.floor(i / size)]);

test('color.png: 192 by 192, opaque, nothing but background outside the middle 120 by 120', () => {
  const { size, pixel } = readPng(file('color.png'));
  expect(size).toBe(192);
  let drawn = 0;
  for (const [x, y] of everyPixel(size)) {
    const [red, green, blue, alpha] = pixel(x, y);
    expect(alpha).toBe(255);
    const isBackground = [red, green, blue].every((c, i) => c === LOGO.background[i]);
    if (isBackground) continue;
    drawn++;
    expect(Math.max(Math.abs(x + 0.5 - 96), Math.abs(y + 0.5 - 96))).toBeLessThanOrEqual(60);
  }
  expect(drawn).toBeGreaterThan(1_000);
});

test('outline.png: 32 by 32, white on transparent', () => {
  const { size, pixel } = readPng(file('outline.png'));
  expect(size).toBe(32);
  const pixels = everyPixel(size).map(([x, y]) => pixel(x, y));
  expect(pixels.every(([r, g, b]) => r === 255 && g === 255 && b === 255)).toBe(true);
  expect(pixels.filter((p) => p[3] === 255).length).toBeGreaterThan(20);
  expect(pixels.filter((p) => p[3] === 0).length).toBeGreaterThan(500);
});

test('the logo is the one that the page shows', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../local/workspace/serve-page.ts'), 'utf8');
  const hex = (colour: readonly number[]): string =>
    colour.map((c) => c.toString(16).padStart(2, '0')).join('');
  expect(page).toContain(`fill="#${hex(LOGO.background)}"`);
  expect(page).toContain(`stroke-width="${LOGO.strokeWidth}"`);
  const [first, second] = LOGO.ticks.map(({ points: [a, b, c] }) => {
    const to = [b[0] - a[0], b[1] - a[1]].join(' ');
    return `M${a.join(' ')}l${to}L${c.join(' ')}`;
  });
  expect(page).toContain(`d="${first}"`);
  expect(page).toContain(`d="${second}"`);
});
