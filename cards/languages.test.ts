import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../core/language.ts';
import { approvalCard } from './approval-card.ts';
import { cardDigest } from './digest.ts';
import { readEditedArguments } from './edit-arguments.ts';
import { editForm } from './approval-forms.ts';
import { everyCard, everyForm } from './gallery.ts';
import { wordsIn } from './languages.ts';
import { SLACK } from './limits.ts';
import { moneyText, readMoney } from './money-text.ts';
import { renderPlain } from './plain/plain.ts';
import { ARGS, approvalView } from './samples.ts';
import { renderSlackMessage } from './slack/message.ts';
import { renderSlackModal } from './slack/modal.ts';
import { renderTeamsDialog } from './teams/dialog.ts';
import { renderTeamsMessage } from './teams/message.ts';

const NONE = { copy: null, cardDigest: null };

/** Every text of a catalogue, functions asked with figures, by where it stands. */
function textsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String((value as (...given: unknown[]) => string)(3, 2))]];
  return Object.entries(value as object).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
}

/** The same word in both languages. */
const SHARED = /^\.(separator|team|rights\.roles\.(manager|admin))$/;

describe.each(LANGUAGES.map((language) => [language] as const))('in %s', (language) => {
  it.each(everyCard(language))('%s fits both chats whole', (_, card) => {
    expect(card.language).toBe(language);
    expect(renderSlackMessage(card, { copy: null }).fits).toBe(true);
    expect(renderTeamsMessage(card, { copy: null, timeZone: 'UTC', refreshUsers: [] }).fits).toBe(true);
    expect(renderPlain(card, 'UTC')).not.toMatch(/undefined|\[object|NaN/);
  });

  it.each(everyForm(language))('the form "%s" fits both chats, and no title is cut', (_, form) => {
    expect(form.language).toBe(language);
    expect(renderSlackModal(form, NONE).fits).toBe(true);
    expect(renderTeamsDialog(form, NONE, 'UTC').fits).toBe(true);
    for (const short of [form.title, form.submit, form.cancel])
      expect(short.length).toBeLessThanOrEqual(SLACK.modalTitle);
  });

  it('reads amounts as it writes them', () => {
    for (const micros of [0, 6_180_000_000, 1_234_560_000, 500_000]) {
      const money = { currency: 'EUR', micros };
      expect(readMoney(moneyText(money, language), 'EUR', language)).toEqual(money);
    }
  });

  it('leaves an edit that was left alone unchanged', () => {
    const args = { ...ARGS, share: 0.25, count: 1200 };
    const { inputs } = editForm(
      {
        ...approvalView(),
        state: { ...approvalView().state, action: { ...approvalView().state.action, args } },
      },
      language,
    );
    const fields = Object.fromEntries(inputs.map(({ name, initial }) => [name, initial]));
    expect(readEditedArguments(args, fields, language)).toMatchObject({ ok: true, changed: false, args });
  });
});

describe('German', () => {
  const plain = (): string => renderPlain(approvalCard(approvalView(), 'de'), 'Europe/Berlin');

  it('has another text for every one of the English catalogue', () => {
    const german = new Map(textsOf(wordsIn('de')));
    const english = textsOf(wordsIn('en'));
    expect([...german.keys()].sort()).toEqual(english.map(([path]) => path).sort());
    const same = english.filter(([path, words]) => german.get(path) === words && words !== '');
    expect(same.map(([path]) => path).filter((path) => !SHARED.test(path))).toEqual([]);
  });

  it('writes money, figures and times as German readers do', () => {
    expect(plain()).toContain('6.180,00\u00a0£');
    expect(plain()).toContain('Bewertung 0,41');
    expect(plain()).toContain('Do., 26. Nov., 10:12 MEZ');
  });

  it('reads an amount in one way only, whatever the language of the form was', () => {
    expect(readMoney('6.180', 'GBP', 'de')).toEqual({ currency: 'GBP', micros: 6_180_000_000 });
    expect(readMoney('6.180,5 £', 'GBP', 'de')).toEqual({ currency: 'GBP', micros: 6_180_500_000 });
    for (const [typed, language] of [
      ['6.180', 'en'],
      ['6,180', 'de'],
      ['6180.00', 'de'],
      ['6180,00', 'en'],
    ] as const)
      expect(readMoney(typed, 'GBP', language), `${typed} in ${language}`).toBeNull();
    for (const language of LANGUAGES)
      for (const typed of ['6.180', '6,180'])
        if (readMoney(typed, 'BHD', language) !== null)
          expect(readMoney(typed, 'BHD', language)).toEqual({ currency: 'BHD', micros: 6_180_000 });
  });

  it('is part of what was shown, so that the digests differ', () => {
    const [en, de] = LANGUAGES.map((language) => approvalCard(approvalView(), language));
    expect(en && de && cardDigest(en) === cardDigest(de)).toBe(false);
    expect(en && cardDigest({ ...en, language: 'de' }) === cardDigest(en)).toBe(false);
  });
});

it('no card takes a catalogue but by its reader', () => {
  const files = ['.', 'slack', 'teams', 'plain'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'languages.ts')
      .map((name) => join(import.meta.dirname, folder, name)),
  );
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toMatch(/import \{[^}]*\bWORDS\b/);
});
