import type { Amount, CaseFile } from './file.ts';

type Paper = NonNullable<CaseFile['papers']>['documents'][number];

/** One line of a report that names a day. */
export interface Finding {
  readonly document: string;
  /** Who or what says so: "Plumber", "Photos". */
  readonly witness: string;
  /** 2026-11-17 */
  readonly date: string;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DATE = new RegExp(`\\b(\\d{1,2}) (${MONTHS.join('|')}) (\\d{4})\\b`);

/** The lines under "Findings:" that name a day. */
export function findingsOf(paper: Paper): Finding[] {
  const lines = paper.content.split('\n');
  const start = lines.findIndex((line) => /^findings:/i.test(line));
  if (start < 0) return [];
  return lines.slice(start + 1).flatMap((line) => {
    const [, witness, said] = /^- ([^:]{2,40}): (.+)$/.exec(line) ?? [];
    const [, day, month, year] = DATE.exec(said ?? '') ?? [];
    if (!witness || !day || !month || !year) return [];
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
    return [{ document: paper.document, witness, date: `${year}-${number}-${day.padStart(2, '0')}` }];
  });
}

/** A paper with a total on it. */
export interface Bill {
  readonly document: string;
  readonly kind: string;
  readonly total: Amount;
  readonly excess: 'deducted' | 'not deducted' | 'not said';
}

const CURRENCIES: Readonly<Record<string, string>> = { '£': 'GBP', '€': 'EUR', $: 'USD' };

/** The first amount in a text, e.g. "£60,000" as micros. */
export function amountIn(text: string): Amount | null {
  const [, sign, digits] = /([£€$])\s?(\d[\d,]*(?:\.\d{1,2})?)/.exec(text) ?? [];
  if (!sign || !digits) return null;
  const micros = Math.round(Number(digits.replaceAll(',', '')) * 100) * 10_000;
  return { currency: CURRENCIES[sign] ?? 'GBP', micros };
}

export function billOf(paper: Paper): Bill | null {
  const line = paper.content.split('\n').findLast((l) => /\btotal\b/i.test(l));
  const total = line ? amountIn(line) : null;
  if (!total) return null;
  const said = paper.content
    .split('\n')
    .filter((l) => /\bexcess\b/i.test(l))
    .join(' ');
  const excess =
    said === ''
      ? 'not said'
      : /not (yet )?(deducted|taken off)|before the excess/i.test(said)
        ? 'not deducted'
        : 'deducted';
  return { document: paper.document, kind: paper.kind, total, excess };
}

/** Words that a document about a claim has no reason to hold: they speak to whoever reads it for the insurer. */
const ORDERS =
  /ignore (all |any )?(previous|earlier|prior) instructions|already approved|do not ask (anybody|anyone)|\bcall \w+_\w+|you are now\b|system prompt/i;

export const givesOrders = (text: string): boolean => ORDERS.test(text);
