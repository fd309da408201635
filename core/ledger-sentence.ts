import type { Json, JsonObject } from './canonical-json.ts';
import { LOCALES, type Language } from './language.ts';
import { ERASED } from './ledger-personal.ts';
import { LEDGER_ENGLISH, type EntryKind } from './ledger-words-english.ts';
import { LEDGER_GERMAN } from './ledger-words-german.ts';
import { textIn, type Broken, type Entry, type LedgerWords } from './ledger-words.ts';
import { formatMoney, Money } from './money.ts';
import { ASK_PERSON } from './person-question.ts';
import { recordedIn, stepLabelIn } from './recorded.ts';
import { happeningSentence, isHappening, momentText, refusalSentence, type Reader } from './sentences.ts';
import type { Refusal } from './views.ts';
import type { Detail } from './detail.ts';

const LEDGER_WORDS: Readonly<Record<Language, LedgerWords<EntryKind>>> = {
  en: LEDGER_ENGLISH,
  de: LEDGER_GERMAN,
};

const wordsOf = (reader: Reader): LedgerWords<EntryKind> => LEDGER_WORDS[reader.language ?? 'en'];

/** Who acts when nobody does. */
export const COUNTERSIGN = 'countersign';

export interface LedgerLine {
  readonly kind: string;
  readonly actor: string;
  readonly body: JsonObject;
}

function refusalOf(body: JsonObject, reader: Reader): string {
  const detail = (body['detail'] ?? {}) as Refusal['detail'];
  try {
    return refusalSentence({ reason: textIn(body['reason']) as Refusal['reason'], detail }, reader);
  } catch {
    // A reason that this version does not know: an entry of another version is still an entry.
    return textIn(body['reason']);
  }
}

function entryOf({ actor, body }: LedgerLine, reader: Reader): Entry {
  const { somebody, yes, no } = wordsOf(reader);
  const { nameOf = () => undefined, language = 'en' } = reader;
  return {
    body,
    who: actor === COUNTERSIGN ? 'Countersign' : (nameOf(actor) ?? somebody.first),
    said: (key) => textIn(body[key]),
    person: (key) => nameOf(textIn(body[key])) ?? somebody.within,
    moment: (key) => {
      const atMs = Date.parse(textIn(body[key]));
      return Number.isNaN(atMs) ? textIn(body[key]) : momentText(atMs, reader);
    },
    answer: (value: Json | undefined) => {
      if (typeof value === 'boolean') return value ? yes : no;
      const money = Money.safeParse(value);
      return money.success ? formatMoney(money.data, LOCALES[language]) : textIn(value);
    },
    recorded: (key) => recordedIn(textIn(body[key]), language),
    step: (key) => stepLabelIn(textIn(body[key]), language),
    refusal: body['reason'] === undefined ? '' : refusalOf(body, reader),
    asksPerson: body['tool'] === ASK_PERSON.tool && body['connector'] === ASK_PERSON.connector,
  };
}

/** What the machine said of a change, anew in the reader's language; an entry without it keeps what was recorded. */
function changeWords({ happened, summary }: JsonObject, reader: Reader): string {
  const { what, ...detail } = (happened ?? {}) as JsonObject;
  const known = typeof what === 'string' && isHappening(what);
  return known ? happeningSentence(what, detail as Detail, reader) : textIn(summary);
}

function sentenceOf(line: LedgerLine, reader: Reader): string {
  const { kind, body } = line;
  const { entries } = wordsOf(reader);
  const entry = entryOf(line, reader);
  if (Object.hasOwn(entries, kind)) return entries[kind as EntryKind](entry);
  const said = changeWords(body, reader);
  return said === '' ? kind : `${entry.who}: ${said}`;
}

/** One entry of the ledger as a person reads it. `erased`: what else to say of parts that are not there. */
export function ledgerSentence(line: LedgerLine, reader: Reader & { readonly erased?: string } = {}): string {
  const said = sentenceOf(line, reader);
  return line.body[ERASED] === undefined ? said : `${said} (${reader.erased ?? wordsOf(reader).erased})`;
}

/** The first thing that is wrong with a ledger, in a sentence. */
export const brokenSentence = (broken: Broken, reader: Reader = {}): string =>
  wordsOf(reader).broken[broken.why](broken);
