/** Spells out characters that a reader cannot see or that reorder what they see. */
export function visible(text: string): string {
  return text.replace(
    /(?<!\p{Extended_Pictographic})\uFE0F|[\p{Cc}\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFFA0\uFE00-\uFE0E]/gu,
    (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
