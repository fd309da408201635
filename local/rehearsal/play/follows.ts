import { givesOrders } from './papers.ts';
import { daysBetween, monthsBetween } from './words.ts';

/** What counts as saying the same, by rules: most of its words, and every figure, date and record, are there. */
const SAME_WORDS = 0.6;

/** Words that say how things hang together and not what they are, by their beginnings. */
const FRAME =
  /^(first|secon|third|fourt|fifth|sixth|month|days?$|after|began|agree|dated?$|says|also|same|were|they|this|that|with|from|alrea|canno|tell|noth|done|peopl|score|fraud|propo)/;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO = /\b\d{4}-\d{2}-\d{2}\b/g;
const WRITTEN = /\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]*)\.?,? (\d{4})\b/gi;
const DISTANCE = /\b(\d{1,4}) (day|month)s?\b/g;

const isoOf = (day: string, month: string, year: string): string =>
  `${year}-${String(MONTHS.indexOf(month.toLowerCase()) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;

/** Days of the year, however they are written, as ISO dates. */
const withIsoDates = (text: string): string =>
  text.replace(WRITTEN, (_, day: string, month: string, year: string) => isoOf(day, month, year));

const datesOf = (text: string): string[] => [...new Set(text.match(ISO) ?? [])];

/** Amounts as numbers, names of records as they are. */
export const figuresOf = (text: string): string[] =>
  (text.match(/[A-Z]*-?\d[\d,.]*\d|\d/g) ?? []).map((figure) =>
    /^\d[\d,]*(\.\d+)?$/.test(figure) ? String(Number(figure.replaceAll(',', ''))) : figure,
  );

/** Words by their beginning, so that "burst" and "bursting" are one. */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}]{4,}/gu) ?? []).map((word) => word.slice(0, 5));

export const share = (words: readonly string[], among: ReadonlySet<string>): number =>
  words.length === 0 ? 0 : words.filter((word) => among.has(word)).length / words.length;

/** How far apart any two of the days that are told lie, as people say it: "14 month", "9 day". */
function distancesIn(dates: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const from of dates)
    for (const to of dates)
      if (from < to) found.add(`${daysBetween(from, to)} day`).add(`${monthsBetween(from, to)} month`);
  return found;
}

interface Known {
  readonly dates: readonly string[];
  readonly distances: ReadonlySet<string>;
  readonly figures: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly orders: boolean;
}

function read(evidence: string): Known {
  const text = withIsoDates(evidence);
  const dates = datesOf(text);
  return {
    dates,
    distances: distancesIn(dates),
    figures: new Set(figuresOf(evidence)),
    words: new Set(wordsOf(evidence)),
    orders: givesOrders(evidence),
  };
}

function isKnown(item: string, { dates, distances, figures, words, orders }: Known): boolean {
  if (/\bgives orders\b/.test(item)) return orders;
  const text = withIsoDates(item);
  if (!datesOf(text).every((date) => dates.includes(date))) return false;
  const told = text.replace(ISO, ' ');
  for (const [, many, unit] of told.matchAll(DISTANCE))
    if (!distances.has(`${many} ${unit}`) && !figures.has(many ?? '')) return false;
  if (!figuresOf(told.replace(DISTANCE, ' ')).every((figure) => figures.has(figure))) return false;
  const told5 = wordsOf(told).filter((word) => !FRAME.test(word));
  return told5.length === 0 || share(told5, words) >= SAME_WORDS;
}

/** What is asked about one evidence, item by item: the evidence is read once. */
export function followsFrom(evidence: string): (item: string) => boolean {
  const known = read(evidence);
  return (item) => isKnown(item, known);
}
