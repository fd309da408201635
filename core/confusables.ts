/** Shows a reader what they could not see: each such character becomes e.g. `\u{202E}`. */
export interface Escaped {
  readonly text: string;
  /** True when anything was escaped: say so beside the text. */
  readonly flagged: boolean;
}

/**
 * Controls (but line feed and tab), format characters (bidi controls, zero-width, tags: all of Unicode's Cf), line
 * and paragraph separators, variation selectors, and letters that print as nothing.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;

/** Signs that pass for a dot, slash, colon or at sign, where they stand inside a word or an address. */
const FALSE_SIGN =
  /(?<=[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}/:])[\u2024\u3002\uFE52\uFF0E\uFF61\u2044\u2215\u29F8\uFF0F\u29F5\uFF3C\uA789\u02D0\u2236\uFF1A\uFE6B\uFF20](?=[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}/])/gu;

/** Cyrillic, Greek, Armenian and Latin letters that print like a plain Latin one (from Unicode's confusables). */
const LOOKALIKE = new Set(
  'аеорсухіјѕһԁԛԝѵӏԍԌвнкмтгпиАВЕЗЅІЈКМНОРСТУХҮԚԜѴӀ' + // Cyrillic
    'αινοορυωκτχγηµΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ' + // Greek
    'օոսհցզքԼՏՍՕ' + // Armenian
    'ɑɡıȷʏɪꞵ', // Latin letters that are not the ones they seem
);

const SCRIPTS = {
  greek: /\p{Script=Greek}/u,
  latin: /\p{Script=Latin}/u,
  lookalike: /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u,
} as const;

const spelled = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`;

/** A joiner or selector inside an emoji draws that emoji; it hides nothing. */
const EMOJI =
  /\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*/uy;

/** Printable ASCII, line feeds and tabs: nearly every text. It hides nothing and passes for nothing else. */
const PLAIN = /^[\x20-\x7E\n\t]*$/;

/** A word with letters of two scripts, or a part of an address that is nothing but lookalikes. */
function suspects(word: string): (letter: string) => boolean {
  const address = /[.@/]/.test(word);
  const parts = word.split(/[.@/:_]/).filter(Boolean);
  const latinAnywhere = SCRIPTS.latin.test(word);
  const suspectParts = parts.filter((part) => {
    const foreign = [...part].filter((c) => SCRIPTS.lookalike.test(c));
    if (foreign.length === 0) return address && [...part].some((c) => LOOKALIKE.has(c));
    if (SCRIPTS.latin.test(part)) return true;
    return address && latinAnywhere && foreign.every((c) => LOOKALIKE.has(c));
  });
  const suspect = new Set(suspectParts.flatMap((part) => [...part]));
  return (letter) =>
    suspect.has(letter) &&
    (LOOKALIKE.has(letter) || (SCRIPTS.lookalike.test(letter) && !SCRIPTS.greek.test(letter)));
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:[.@/:_][\p{L}\p{M}\p{N}]+)*/gu;

const escapeWord = (word: string): string => {
  if (PLAIN.test(word)) return word;
  const suspect = suspects(word);
  return [...word].map((c) => (suspect(c) ? spelled(c) : c)).join('');
};

function escapeInvisible(text: string): string {
  let shown = '';
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f) {
      // No emoji begins with one of these.
      shown += text[at];
      at += 1;
      continue;
    }
    EMOJI.lastIndex = at;
    const emoji = EMOJI.exec(text)?.[0];
    const piece = emoji ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
    const hidden = !emoji && piece !== '\n' && piece !== '\t' && INVISIBLE.test(piece);
    shown += hidden ? spelled(piece) : piece;
    at += piece.length;
  }
  return shown;
}

/**
 * Text as it may be shown to someone who is to sign it: bidi controls, zero-width and tag characters, false dots and
 * slashes, and letters that pass for Latin ones within a word or an address are spelled out. Line feeds stay.
 */
export function escapeConfusables(text: string): Escaped {
  if (PLAIN.test(text)) return { text, flagged: false };
  const words = text.replace(FALSE_SIGN, spelled).replace(WORD, escapeWord);
  const shown = escapeInvisible(words);
  return { text: shown, flagged: shown !== text };
}
