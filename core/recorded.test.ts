import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORDED_GERMAN, STEPS_GERMAN } from './recorded-words.ts';
import { recordedIn, stepLabelIn } from './recorded.ts';
import { approvalState } from '../cards/samples.ts';
import { refusalSentence, statusWords } from './sentences.ts';

const ROOT = join(import.meta.dirname, '..');
/** Where sentences are written that a run's record keeps. */
const ROOMS = ['workers/activities', 'workflows', 'workflows/patterns', 'platform/own'];

const sources = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(ROOT, room, name), 'utf8')),
);

const STRING = String.raw`(?:'((?:[^'\\\n]|\\.)+)'|\`([^\`]+)\`|"([^"\n]+)")`;
const written = (before: string): string[] =>
  sources.flatMap((source) =>
    [...source.matchAll(new RegExp(`${before}\\s*${STRING}`, 'g'))].map(([, a = '', b = '', c = '']) =>
      `${a}${b}${c}`.replace(/\$\{[^}]*\}/g, '{}'),
    ),
  );

describe('what our own workers write into a record', () => {
  it('has its German, sentence by sentence', () => {
    const sentences = [
      ...written('(?:reason|summary):(?:[^\'`";\n]*\\?)?'),
      ...written('const summary ='),
      ...written('finalFailure\\(\\s*[A-Z_]+,'),
      ...written('\\breturn').filter((text) => / .*\\.$/.test(text) && text.startsWith('The ')),
    ].filter((text) => !/^[a-z]+(?:_[a-z]+)*$/.test(text));
    expect(sentences.length).toBeGreaterThan(25);
    expect(sentences.filter((text) => RECORDED_GERMAN[text] === undefined)).toEqual([]);
  });

  it('has its German, label by label', () => {
    const labels = [...written('label:(?:[^\'`";\n]*\\?)?'), ...written('\\bstep\\(')];
    expect(labels.length).toBeGreaterThan(10);
    expect(labels.filter((text) => STEPS_GERMAN[text] === undefined)).toEqual([]);
  });

  it.each([...Object.entries(RECORDED_GERMAN), ...Object.entries(STEPS_GERMAN)])('%s', (english, german) => {
    expect(german).not.toBe(english);
    const holes = (text: string): number => text.split('{}').length;
    expect(holes(german)).toBe(holes(english));
    const filled = english.replaceAll('{}', '7');
    const say = RECORDED_GERMAN[english] === undefined ? stepLabelIn : recordedIn;
    expect(say(filled, 'de')).toBe(german.replaceAll('{}', '7'));
    expect(say(filled, 'en')).toBe(filled);
  });

  it('is said with what was put in, and others are not touched', () => {
    expect(recordedIn('Policy claims version 4 is in force for harbour.', 'de')).toBe(
      'Die Richtlinie claims, Fassung 4, gilt jetzt für harbour.',
    );
    expect(
      recordedIn(
        "The run's budget of US$0.50 would be passed: US$0.49 is spent. A person has to look at it.",
        'de',
      ),
    ).toBe(
      'Das Budget des Laufs von US$0.50 würde überschritten: US$0.49 sind ausgegeben. Ein Mensch muss es ansehen.',
    );
    expect(recordedIn('Nothing was done: the account is closed', 'de')).toBe(
      'Nichts wurde ausgeführt: the account is closed',
    );
    for (const said of ['£5,830.00 to account ending 4471', 'pass', 'The run failed. Or did it?'])
      expect(recordedIn(said, 'de')).toBe(said);
    expect(stepLabelIn('CLM-0847', 'de')).toBe('CLM-0847');
  });

  it('knows what the catalogues say of a held run and of an ended request', () => {
    const paused = { reason: 'agent_paused', detail: { agent: 'fraud-review' } } as const;
    expect(recordedIn(refusalSentence(paused), 'de')).toBe(refusalSentence(paused, { language: 'de' }));
    for (const status of ['declined', 'expired', 'cancelled', 'undeliverable', 'lapsed', 'failed'] as const) {
      const state = approvalState({ status });
      expect(recordedIn(statusWords(state), 'de')).toBe(statusWords(state, { language: 'de' }));
    }
  });
});
