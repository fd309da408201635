import type { Json, JsonObject } from './canonical-json.ts';

/** What one entry's sentence is made of: names and times as its reader has them, the rest as it lies in the body. */
export interface Entry {
  readonly body: JsonObject;
  /** Who did it: a name, "Countersign", or "somebody" where the name is gone. */
  readonly who: string;
  /** A text or number of the body; anything else is nothing. */
  readonly said: (key: string) => string;
  /** The same, where our own workers wrote it. */
  readonly recorded: (key: string) => string;
  /** The same of a step's label. */
  readonly step: (key: string) => string;
  /** A person whom the body names. */
  readonly person: (key: string) => string;
  /** An instant of the body. */
  readonly moment: (key: string) => string;
  /** An answer: text, a number, yes or no, an amount. */
  readonly answer: (value: Json | undefined) => string;
  /** The refusal that the body holds, as its reader would have been told. */
  readonly refusal: string;
  /** Is it a question of an agent's, and not a request to sign. */
  readonly asksPerson: boolean;
}

/** The first thing that is wrong with a chain of entries; the words for it are in the catalogues. */
export interface Broken {
  readonly why:
    | 'no-head'
    | 'missing'
    | 'missing-end'
    | 'not-following'
    | 'other-end'
    | 'no-canonical-header'
    | 'other-tenant'
    | 'other-number'
    | 'other-hash'
    | 'other-kind'
    | 'other-subject'
    | 'other-run'
    | 'other-time'
    | 'no-body'
    | 'half-body'
    | 'short-salt'
    | 'other-body'
    | 'checkpoint-not-ours'
    | 'checkpoint-fork'
    | 'checkpoint-other-root'
    | 'checkpoint-beyond'
    | 'cosignature-false'
    | 'nothing';
  /** The entry's number. */
  readonly seq: number;
  /** What is there instead, or what nothing is known about. */
  readonly is?: string | number;
}

export const textIn = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** One language; the English record says which entries there are. */
export interface LedgerWords<Kind extends string> {
  readonly entries: Readonly<Record<Kind, (entry: Entry) => string>>;
  readonly broken: Readonly<Record<Broken['why'], (broken: Broken) => string>>;
  /** Who somebody is whose name is not known any more, at the head of a sentence and within one. */
  readonly somebody: { readonly first: string; readonly within: string };
  /** Follows the sentence of an entry that was erased in part. */
  readonly erased: string;
  readonly yes: string;
  readonly no: string;
}
