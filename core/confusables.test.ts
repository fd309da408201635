import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeConfusables } from './confusables.ts';

const shown = (text: string): string => escapeConfusables(text).text;

describe('attack 29: what a signer could not see', () => {
  it.each([
    ['pay \u202Eevil\u202C now', 'pay \\u{202E}evil\\u{202C} now'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['CLM\u200B-0847', 'CLM\\u{200B}-0847'],
    ['\uFEFFCLM', '\\u{FEFF}CLM'],
    ['soft\u00ADhyphen', 'soft\\u{00AD}hyphen'],
    ['hi\u{E0041}\u{E007F}', 'hi\\u{E0041}\\u{E007F}'],
    ['x\u{E0101}', 'x\\u{E0101}'],
    ['fill\u3164er', 'fill\\u{3164}er'],
    ['bell\u0007', 'bell\\u{0007}'],
    ['line\u2028sep', 'line\\u{2028}sep'],
    ['return\rhere', 'return\\u{000D}here'],
    ['half\uD800', 'half\\u{D800}'],
    ['p\u0430ypal.com', 'p\\u{0430}ypal.com'],
    ['g\u043E\u043Egle', 'g\\u{043E}\\u{043E}gle'],
    ['\u0430\u0440\u0440\u04CF\u0435.com', '\\u{0430}\\u{0440}\\u{0440}\\u{04CF}\\u{0435}.com'],
    ['k\u03BFwn', 'k\\u{03BF}wn'],
    ['bank\u2024com', 'bank\\u{2024}com'],
    ['bank.com\u2215path', 'bank.com\\u{2215}path'],
    ['pay@\u0455afe.com', 'pay@\\u{0455}afe.com'],
  ])('spells out %j', (text, expected) =>
    expect(escapeConfusables(text)).toEqual({ text: expected, flagged: true }),
  );

  it.each([
    'Escape of water, invoice DOC-3312',
    'Zoë Ångström, £6,180.00 → 50 %',
    'Привет, Москва',
    'Москва-London',
    'отчёт.pdf',
    '東京の住所：千代田区。',
    'שלום עולם',
    'Αθήνα',
    '10 kΩ ± 5 µm',
    '👨‍👩‍👧 ❤️ 👍🏽 🇬🇧',
    'two\nlines\tand a tab',
    '\\u{202E} typed out',
    '',
  ])('leaves %j alone', (text) => expect(escapeConfusables(text)).toEqual({ text, flagged: false }));

  it('never leaves a bidi control, zero-width or tag character, hides nothing else, and is done after once', () => {
    const piece = fc.constantFrom(
      '\u202A',
      '\u202E',
      '\u2066',
      '\u2069',
      '\u200B',
      '\u200D',
      '\u200F',
      '\uFEFF',
      '\u{E0020}',
      'a',
      '\u0430',
      '\u03BF',
      '.',
      '/',
      ' ',
      '1',
      '👩',
      '\uFE0F',
      '\n',
      '漢',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const once = shown(text);
        expect(once).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\u200F\uFEFF\u{E0000}-\u{E007F}]/u);
        expect(
          once.replace(/\\u\{([0-9A-F]+)\}/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16))),
        ).toBe(text);
        expect(shown(once)).toBe(once);
      }),
    );
  });
});
