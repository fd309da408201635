import { describe, expect, it } from 'vitest';
import type { JsonObject } from './canonical-json.ts';
import { LANGUAGES } from './language.ts';
import { brokenSentence, COUNTERSIGN, ledgerSentence } from './ledger-sentence.ts';
import { LEDGER_ENGLISH } from './ledger-words-english.ts';
import { LEDGER_GERMAN } from './ledger-words-german.ts';
import type { Broken } from './ledger-words.ts';

const nameOf = (person: string): string | undefined =>
  ({ per_ada: 'Ada Okafor', per_ben: 'Ben Kowalski' })[person];
const german = { language: 'de', timeZone: 'Europe/Berlin', nameOf } as const;
const english = { timeZone: 'Europe/London', nameOf } as const;

/** All that any entry's body holds. */
const BODY: JsonObject = {
  ...{ name: 'Harbour', people: 11, person: 'per_ada', policy: 'claims', version: 3, limits: '{"share":2}' },
  ...{ grant: 'grt_1', agent: 'fraud-review', tool: 'settle_claim', reason: 'not_found', to: 'per_ben' },
  ...{ from: '2026-11-24T09:12:00.000Z', until: '2026-11-27T17:00:00.000Z', about: 'run', as: 'run_2' },
  ...{
    cause: 'handed-over',
    tries: 3,
    thumb: 'down',
    before: 'up',
    word: 'Nein',
    status: 'done',
    summary: 'S.',
  },
  ...{ ok: false, label: 'CLM-0847', title: 'T', value: true, what: 'evidence', page: 2, platform: 'teams' },
  ...{ failure: 'x', conversation: 'C1', why: 'is_archived', verb: 'approve', environment: 'sandbox' },
  ...{ replayOf: 'run_1', replayRun: 'run_2' },
};
const KINDS = Object.keys(LEDGER_ENGLISH.entries);
const say = (kind: string, body: JsonObject = BODY, actor = 'per_ada') => ({ kind, body, actor });

describe('an entry of the ledger', () => {
  it.each(KINDS)('%s is a sentence of its own in each language, whatever its body lacks', (kind) => {
    const [en, de] = [english, german].map((reader) => ledgerSentence(say(kind), reader));
    expect(de).not.toBe(en);
    for (const body of [BODY, {}])
      for (const language of LANGUAGES) {
        const said = ledgerSentence(say(kind, body), { language, nameOf });
        expect(said.trim()).not.toBe('');
        expect(said).not.toMatch(/undefined|NaN|null|\[object/);
      }
  });

  it('names people, times, ends and amounts as its reader does', () => {
    expect(ledgerSentence(say('delegation.made'), german)).toBe(
      'Ada Okafor ist abwesend (Di., 24. Nov., 10:12 bis Fr., 27. Nov., 18:00); Vertretung: Ben Kowalski.',
    );
    expect(ledgerSentence(say('delegation.made'), english)).toBe(
      'Ada Okafor is away from Tue 24 Nov, 09:12 until Fri 27 Nov, 17:00; Ben Kowalski is asked as well.',
    );
    expect(ledgerSentence(say('run.finished'), german)).toBe('Der Lauf ist zu Ende (fertig). S.');
    expect(ledgerSentence(say('approval.answered'), german)).toBe('Ada Okafor hat geantwortet: ja');
    const value = { currency: 'GBP', micros: 6_180_000_000 };
    expect(ledgerSentence(say('approval.answered', { value }), german)).toMatch(/: 6\.180,00.£$/);
    expect(ledgerSentence(say('approval.answered', { value }))).toBe('Somebody answered: £6,180.00');
  });

  it('tells a refusal as whoever was refused was told, in the language of now', () => {
    expect(ledgerSentence(say('refused'), german)).toBe(
      'Zurückgewiesen, Ada Okafor (approve): Das gibt es hier nicht. Prüfen Sie die Nummer.',
    );
    expect(ledgerSentence(say('refused', { reason: 'of another version', verb: 'x' }), german)).toBe(
      'Zurückgewiesen, Ada Okafor (x): of another version',
    );
  });

  it('says anew what the machine did; one without that keeps what was recorded', () => {
    const happened = { what: 'signed', signed: 1, needed: 2 };
    const signed = say('approval.signed', { happened, summary: 'Signed, 1 of 2.' });
    expect(ledgerSentence(signed, german)).toBe('Ada Okafor: Unterschrieben, 1 von 2.');
    expect(ledgerSentence(signed, english)).toBe('Ada Okafor: Signed, 1 of 2.');
    const old = say('approval.signed', { summary: 'Signed, 1 of 2.' }, COUNTERSIGN);
    expect(ledgerSentence(old, german)).toBe('Countersign: Signed, 1 of 2.');
    expect(ledgerSentence(say('of.tomorrow', {}), german)).toBe('of.tomorrow');
    expect(ledgerSentence(say('toString', {}), german)).toBe('toString');
  });
});

it('what is wrong with a ledger is a sentence in each language', () => {
  const whys = Object.keys(LEDGER_ENGLISH.broken) as Broken['why'][];
  expect(Object.keys(LEDGER_GERMAN.broken).sort()).toEqual([...whys].sort());
  for (const why of whys) {
    const broken = { why, seq: 7, is: 9 };
    expect(brokenSentence(broken)).toMatch(/^[A-Z][^\n]+\.$/);
    expect(brokenSentence(broken, german)).toMatch(/^[A-ZÄÖÜ][^\n]+\.$/);
    expect(brokenSentence(broken, german)).not.toBe(brokenSentence(broken));
  }
});
