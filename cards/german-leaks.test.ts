import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGLISH_PARTS, englishIn, withoutData } from '../test/english.ts';
import { approvalCard } from './approval-card.ts';
import { everyCard, everyForm } from './gallery.ts';
import type { Card } from './model.ts';
import { renderPlain } from './plain/plain.ts';
import { approvalView } from './samples.ts';
import { renderSlackMessage } from './slack/message.ts';
import { renderSlackModal } from './slack/modal.ts';
import { renderTeamsDialog } from './teams/dialog.ts';
import { renderTeamsMessage } from './teams/message.ts';

/** What the samples say in other people's words: claims, reasons, comments, names. */
const SAMPLES = readdirSync(import.meta.dirname)
  .filter((name) => /samples|gallery/.test(name))
  .flatMap((name) => {
    const source = readFileSync(join(import.meta.dirname, name), 'utf8').replace(/^import[^;]+;/gm, '');
    return [...source.matchAll(/'([^'\n]*)'|`([^`]*)`|"([^"\n]*)"/g)].flatMap(([, a = '', b = '', c = '']) =>
      `${a}${b}${c}`.split(/\$\{[^}]*\}/),
    );
  })
  .map((said) => said.trim());

/** Names of things that are the same in every language. */
const PRODUCT = ['countersign doctor'];
/** The title as its connector wrote it, with the amount of the edit. */
const RETITLED = ['Pay £5,830.00 on claim CLM-0847'];
const DATA = [...SAMPLES, ...PRODUCT, ...RETITLED];

const NONE = { copy: null, cardDigest: null };

const SPOKEN =
  /^(text|title|label|placeholder|altText|fallbackText|speak|value|content|hint|initial_value|description|errorMessage)$/;

/** All that a chat or a screen reader would say: neither the names of JSON, nor what a button or a choice sends back. */
function wordsIn(value: unknown, sends = false): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => wordsIn(one, sends));
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'value' && (sends || 'text' in value)) return [];
    return typeof inner === 'string' && !SPOKEN.test(key) ? [] : wordsIn(inner, key === 'choices');
  });
}

const leaksIn = (spoken: readonly string[]): string[] => [
  ...new Set(spoken.flatMap((one) => englishIn(one, DATA))),
];

describe('a German card', () => {
  it.each(everyCard('de'))('%s holds no English of ours, in Slack, in Teams and as plain text', (_, card) => {
    const slack = renderSlackMessage(card, { copy: null });
    const teams = renderTeamsMessage(card, { copy: null, timeZone: 'Europe/Berlin', refreshUsers: [] });
    expect(leaksIn(wordsIn(slack))).toEqual([]);
    expect(leaksIn(wordsIn(teams))).toEqual([]);
    expect(leaksIn(renderPlain(card, 'Europe/Berlin').split('\n'))).toEqual([]);
  });

  it.each(everyForm('de'))('the form "%s" holds none either', (_, form) => {
    expect(leaksIn(wordsIn(renderSlackModal(form, NONE)))).toEqual([]);
    expect(leaksIn(wordsIn(renderTeamsDialog(form, NONE, 'Europe/Berlin')))).toEqual([]);
  });
});

/** Amounts, dates and figures as English readers write them. */
const ENGLISH_FIGURES = [
  /[£€¥$]\d/,
  /(?<![\d,.])[1-9]\d{0,2}(?:,\d{3})+(?!\d)/,
  /(?<![\d.])\d+\.\d{1,2}(?![\d.])/,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day)? \d/,
  /\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b(?!\.)/,
  /\d ?(?:am|pm)\b/,
];

const figuresIn = (spoken: readonly string[]): string[] =>
  spoken
    .map((one) => withoutData(one, DATA))
    .filter((one) => ENGLISH_FIGURES.some((figure) => figure.test(one)));

describe('amounts, dates and figures', () => {
  const forms = (card: Card): string[] => [
    ...wordsIn(renderSlackMessage(card, { copy: null })),
    ...wordsIn(renderTeamsMessage(card, { copy: null, timeZone: 'Europe/Berlin', refreshUsers: [] })),
    ...renderPlain(card, 'Europe/Berlin').split('\n'),
  ];
  it.each(everyCard('de'))('of %s are as German readers write them', (_, card) =>
    expect(figuresIn(forms(card))).toEqual([]),
  );
  it.each(everyForm('de'))('of the form "%s", too', (_, form) =>
    expect(
      figuresIn([
        ...wordsIn(renderSlackModal(form, NONE)),
        ...wordsIn(renderTeamsDialog(form, NONE, 'Europe/Berlin')),
      ]),
    ).toEqual([]),
  );
  it('are found where they are English', () => {
    expect(everyCard('en').filter(([, card]) => figuresIn(forms(card)).length > 0).length).toBeGreaterThan(
      20,
    );
  });
});

describe('this test', () => {
  it('knows the sentences, and finds each of them in an English card', () => {
    expect(ENGLISH_PARTS.length).toBeGreaterThan(500);
    for (const part of ENGLISH_PARTS) expect(englishIn(`Vorher ${part} danach`)).toContain(part);
    const english = renderPlain(approvalCard(approvalView(), 'en'), 'Europe/London').split('\n');
    expect(leaksIn(english).length).toBeGreaterThan(10);
  });

  it('takes no English for German: names of fields, ids, commands and words of others stay', () => {
    expect(englishIn('Das Protokoll #12 hält: run_01J, „runs“, /countersign who-is')).toEqual([]);
    expect(englishIn('„The roof is open“ steht da.', ['The roof is open'])).toEqual([]);
    expect(englishIn('„The roof is open“ steht da.')).not.toEqual([]);
  });
});
