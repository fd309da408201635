import { describe, expect, it } from 'vitest';
import { asks, HOUR, id, opened, START } from './approval/examples.ts';
import type { ApprovalState } from './approval/types.ts';
import { happeningSentence, refusalSentence, statusNextStep, statusNote, statusWords } from './sentences.ts';
import type { Refusal } from './views.ts';
import { LANGUAGES } from './language.ts';
import { ENGLISH } from './words-english.ts';
import { GERMAN } from './words-german.ts';

const reader = {
  timeZone: 'Europe/Madrid',
  nameOf: (p: string) => (p === id('ada') ? 'Ada Okafor' : undefined),
};
const base = opened(asks(2));
const as = (status: ApprovalState['status'], more: Partial<ApprovalState> = {}): ApprovalState => ({
  ...base,
  status,
  ...more,
});
const edited = { edits: [{ person: id('ada'), atMs: START, comment: null, before: {}, after: {} }] };

describe('how an approval stands', () => {
  it.each<[string, ApprovalState]>([
    ['Waiting for 2 more signatures', as('pending')],
    ['Waiting for 1 more signature', as('pending', { progress: { signed: 1, needed: 2, stages: [] } })],
    ['Waiting for an answer, then 2 more signatures', as('pending', { pausedSinceMs: START })],
    ['Approved, not executed yet', as('approved')],
    ['Approved, executing now', as('executing')],
    ['Approved, then executed', as('executed')],
    ['Approved with an edit, then executed', as('executed', edited)],
    ['Approved by a grant, then executed', as('executed', { grant: 'grt_1' })],
    [
      'Approved by break-glass, then executed',
      as('executed', { breakGlass: { person: id('ines'), reason: 'r', atMs: 0 } }),
    ],
    ['Approved, but the action failed', as('failed')],
    ['Approved, but it is not known whether the action ran', as('unknown')],
    ['Approved, executed, then undone', as('compensated')],
    ['Declined by Ada Okafor', as('declined', { declined: { person: id('ada'), atMs: START, reason: 'r' } })],
    [
      'Expired with 1 of 2 · not a decline',
      as('expired', { progress: { signed: 1, needed: 2, stages: [] } }),
    ],
    ['Cancelled by Ada Okafor', as('cancelled', { closed: { by: id('ada'), reason: 'r', atMs: START } })],
    ['Cancelled', as('cancelled', { closed: { by: null, reason: 'r', atMs: START } })],
    ['Replaced by an edit', as('superseded')],
    ['Could not be delivered to anyone who may sign', as('undeliverable')],
    [
      'Approved, but not executed in time',
      as('lapsed', { closed: { by: null, reason: 'lapsed', atMs: START } }),
    ],
    [
      'Approved, but its signatures no longer count',
      as('lapsed', { closed: { by: null, reason: 'policy_unmet', atMs: START } }),
    ],
    [
      'Approved, but what it relied on has changed',
      as('lapsed', { closed: { by: null, reason: 'preconditions_failed', atMs: START } }),
    ],
  ])('%s', (words, state) => expect(statusWords(state, reader)).toBe(words));

  it('is told apart in every status', () => {
    const statuses = [
      'pending',
      'approved',
      'declined',
      'expired',
      'cancelled',
      'superseded',
      'undeliverable',
      'executing',
      'executed',
      'failed',
      'unknown',
      'compensated',
      'lapsed',
    ] as const;
    expect(new Set(statuses.map((s) => statusWords(as(s)))).size).toBe(statuses.length);
    expect(statusWords(as('approved'))).not.toMatch(/executed$/);
    for (const status of ['declined', 'expired', 'cancelled', 'undeliverable', 'lapsed'] as const)
      expect(statusNote(as(status)), status).toContain('Nothing ran');
  });

  it('has notes and next steps', () => {
    expect(statusNote(opened(asks(1), { risk: 'high' }))).toBe('Cannot be undone · high risk');
    expect(statusNote(as('pending', { escalatedAtMs: START }))).toBe('Cannot be undone · escalated');
    expect(statusNextStep(as('expired'))).toBe('Run it again to ask anew, with evidence of now.');
    expect(statusNextStep(as('executed'))).toBe('');
  });

  it('counts from the policy where the machine has not counted', () => {
    expect(statusWords({ ...opened(asks(1), { risk: 'high' }), progress: undefined })).toBe(
      'Waiting for 2 more signatures',
    );
  });
});

describe('a refusal', () => {
  const say = (reason: Refusal['reason'], detail: Refusal['detail'] = {}): string =>
    refusalSentence({ reason, detail }, reader);

  it("names who, when and what next, in the reader's time", () => {
    expect(say('already_decided', { status: 'declined', by: id('ada'), atMs: START })).toBe(
      'This request was already declined (Ada Okafor) on Tue 24 Nov, 10:12. Your click changed nothing. The card shows what came of it.',
    );
    expect(
      refusalSentence({ reason: 'expired', detail: { atMs: START + 96 * HOUR, signed: 1, needed: 2 } }),
    ).toBe(
      'The time to decide ran out on Sat 28 Nov, 09:12 UTC, with 1 of 2 signatures. That is not a decline; nothing ran. Run it again to ask anew, with evidence of now.',
    );
    expect(say('superseded', { successor: 'apr_2' })).toContain('apr_2 takes its place');
    expect(say('unknown_verb', { verb: 'rnu', nearest: 'run' })).toBe(
      'There is no command "rnu". Did you mean "run"? "help" lists them all.',
    );
    expect(say('unknown_agent', { agent: 'frod', nearest: 'fraud-review' })).toBe(
      'There is no agent "frod". Did you mean "fraud-review"? "help" lists them all.',
    );
    expect(say('bad_input', { why: 'expected a claim number such as CLM-0847.' })).toBe(
      'That cannot be understood: expected a claim number such as CLM-0847. Type "help" and the verb for an example.',
    );
    expect(say('not_an_approver', { openStage: 'team' })).toContain('The stage "team" signs first');
    expect(say('not_confirmed')).toBe('Not confirmed, please click again (that is safe).');
  });

  it('tells nothing of another tenant that it would not tell of what does not exist', () => {
    expect(say('wrong_tenant')).toBe(say('not_found'));
  });

  it('is a whole sentence for every reason, with no detail at all and with every detail', () => {
    const all = {
      by: id('ada'),
      atMs: START,
      status: 'approved',
      signed: 1,
      needed: 2,
      successor: 'apr_2',
      agent: 'a',
      verb: 'v',
      nearest: 'n',
      why: 'Because.',
      engine: 'Temporal',
      openStage: 's',
    };
    const seen = new Map<string, string>();
    for (const reason of Object.keys(ENGLISH.refusals) as Refusal['reason'][])
      for (const detail of [{}, all]) {
        const sentence = say(reason, detail);
        expect(sentence, reason).toMatch(/^[A-Z"].+[.)?]$/);
        expect(sentence, reason).not.toMatch(/undefined|NaN|null|\s{2}|Invalid/);
        seen.set(sentence, reason);
      }
    const shared = new Set(['wrong_tenant', 'not_found']);
    const reasons = Object.keys(ENGLISH.refusals).filter((r) => !shared.has(r));
    expect(new Set(seen.values()).size).toBeGreaterThanOrEqual(reasons.length + 1);
  });
});

describe('what happened', () => {
  it('is a sentence each', () => {
    expect(happeningSentence('signed', { signed: 1, needed: 2 })).toBe('Signed, 1 of 2.');
    const detail = { signed: 1, needed: 2, successor: 'apr_2', attempts: 2 };
    for (const what of Object.keys(ENGLISH.happenings) as (keyof typeof ENGLISH.happenings)[])
      expect(happeningSentence(what, detail)).toMatch(/^[A-Z][^\n]+\.$/);
  });
});

describe('German', () => {
  const german = { ...reader, language: 'de', timeZone: 'Europe/Berlin' } as const;
  const every = {
    by: id('ada'),
    atMs: START,
    status: 'approved',
    signed: 1,
    needed: 2,
    missing: 1,
    approved: 'A',
    successor: 'apr_2',
    attempts: 2,
    agent: 'a',
    verb: 'v',
    nearest: 'n',
    why: 'nothing-changed',
    count: 3,
    most: 2,
    argument: 'x',
    ended: 'Done',
    said: 'x',
    name: 'Ada',
    names: 'Ada; Ben',
    engine: 'Temporal',
    openStage: 's',
    rule: 2,
    currency: 'EUR',
    tool: 'settle_claim',
    form: 'key-twice',
    path: 'rules[1]',
    findings: '[{"rule":1,"what":"no-admin","detail":{}}]',
    version: '1.2.0',
    known: '1.0.0, 1.1.0',
  };

  /** Every sentence of a catalogue, by where it stands. */
  const all = (words: typeof ENGLISH): Map<string, string> => {
    const say = { name: () => 'Ada', time: () => 'T' };
    const found = new Map<string, string>();
    const walk = (path: string, value: unknown): void => {
      if (typeof value === 'function')
        found.set(path, String(value({ ...every, weekday: 'Mo', day: '2', month: 'Nov', time: 'T' }, say)));
      else if (typeof value === 'string') found.set(path, value);
      else for (const [key, inner] of Object.entries(value as object)) walk(`${path}.${key}`, inner);
    };
    walk('', words);
    return found;
  };

  it('has every sentence of the English catalogue, and another one', () => {
    const [en, de] = [all(ENGLISH), all(GERMAN)];
    expect([...de.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [path, sentence] of de) {
      expect(sentence, path).not.toMatch(/undefined|NaN|null|\s{2}|"/);
      expect(sentence === '', path).toBe(en.get(path) === '');
      if (sentence !== '' && !path.startsWith('.moment')) expect(sentence, path).not.toBe(en.get(path));
    }
  });

  it("says names, dates and reasons in the reader's language and time", () => {
    expect(
      refusalSentence(
        { reason: 'already_decided', detail: { status: 'declined', by: id('ada'), atMs: START } },
        german,
      ),
    ).toBe(
      'Diese Anfrage wurde bereits abgelehnt (von Ada Okafor): Di., 24. Nov., 10:12. Ihr Klick hat nichts geändert. Die Karte zeigt das Ergebnis.',
    );
    expect(refusalSentence({ reason: 'arguments_refused', detail: { why: 'nothing-changed' } }, german)).toBe(
      'Diese Angaben können nicht übernommen werden. Es wurde nichts geändert. Ändern Sie sie und versuchen Sie es erneut.',
    );
    expect(
      refusalSentence({ reason: 'bad_input', detail: { why: 'expected a claim number.' } }, german),
    ).toContain('zu verstehen: expected a claim number. Geben Sie „help“');
    expect(statusWords(as('pending', { progress: { signed: 1, needed: 2, stages: [] } }), german)).toBe(
      'Wartet auf 1 weitere Unterschrift',
    );
    expect(statusNote(as('executed'), german)).toBe('Einmal ausgeführt');
  });

  it('tells every standing apart in each language', () => {
    const statuses = [
      'approved',
      'declined',
      'expired',
      'cancelled',
      'executed',
      'failed',
      'lapsed',
    ] as const;
    for (const language of LANGUAGES)
      expect(new Set(statuses.map((s) => statusWords(as(s), { language }))).size).toBe(statuses.length);
  });
});
