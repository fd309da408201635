import type { Broken } from '../../core/ledger-words.ts';
import type { OpenedBody } from '../personal/seal-entries.ts';

/** Says which keys were destroyed. */
export const ERASED_KIND = 'subject.erased';
/** Says which bodies were exported and may then be gone. */
export const EXPORTED_KIND = 'ledger.month-exported';

type Range = readonly [first: number, last: number];

/** What a walk found gone, and what the ledger itself says is. A body may only be gone when a later entry says so. */
export interface Gone {
  /** Entries without a body, as ranges. */
  readonly missing: Range[];
  /** Destroyed keys, each with the first entry that it sealed. */
  readonly keys: Map<string, number>;
  /** Bodies that a part was erased of. */
  erased: number;
  readonly recordedKeys: Set<string>;
  readonly recordedRanges: Range[];
}

export const nothingGone = (): Gone => ({
  missing: [],
  keys: new Map(),
  erased: 0,
  recordedKeys: new Set(),
  recordedRanges: [],
});

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly body: string | null;
  readonly opened: OpenedBody;
}

/** Takes in the next entries, in order. */
export function gatherGone(gone: Gone, rows: readonly Row[]): void {
  for (const { seq, kind, body, opened } of rows) {
    if (body === null) {
      const last = gone.missing.at(-1);
      if (last?.[1] === seq - 1) gone.missing[gone.missing.length - 1] = [last[0], seq];
      else gone.missing.push([seq, seq]);
    }
    if (opened.erased.length > 0) gone.erased += 1;
    for (const key of opened.erased) if (!gone.keys.has(key)) gone.keys.set(key, seq);
    if (kind === ERASED_KIND)
      for (const key of (opened.body?.['keys'] ?? []) as readonly string[]) gone.recordedKeys.add(key);
    const { firstSeq, lastSeq } = opened.body ?? {};
    if (kind === EXPORTED_KIND && typeof firstSeq === 'number' && typeof lastSeq === 'number')
      gone.recordedRanges.push([firstSeq, lastSeq]);
  }
}

/** How many bodies are gone. */
export const droppedOf = ({ missing }: Gone): number =>
  missing.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** The first of these numbers that no export names, or null. */
function unsaidIn([first, last]: Range, said: readonly Range[]): number | null {
  for (let at = first; at <= last;) {
    const over = said.find((range) => range[0] <= at && at <= range[1]);
    if (over === undefined) return at;
    at = over[1] + 1;
  }
  return null;
}

/** The first thing that is gone without the ledger saying so, or null. */
export function whyGone({ missing, recordedRanges, keys, recordedKeys }: Gone): Broken | null {
  const bodies = missing.map((range) => unsaidIn(range, recordedRanges));
  const sealed = [...keys].map(([id, seq]) => (recordedKeys.has(id) ? null : seq));
  const seqs = [...bodies, ...sealed].filter((seq) => seq !== null);
  return seqs.length === 0 ? null : { why: 'no-body', seq: Math.min(...seqs) };
}
