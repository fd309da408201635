import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFENCES } from '../bin/attacks/defences.ts';
import { takenOut } from '../bin/attacks/without-defences.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** 39 to 50 are about agents and guardrails. */
const NUMBERS = [...upTo(1, 38), ...upTo(51, 62)];

/** The rows of docs/security/attacks.md. */
const rows = read('docs/security/attacks.md')
  .split('\n')
  .flatMap((line) => {
    const [, no = '', , outcome = '', test = ''] = line.split('|').map((cell) => cell.trim());
    return /^\d+$/.test(no) ? [{ no: Number(no), outcome, test }] : [];
  });

describe('docs/security/attacks.md', () => {
  it('names every attack once', () => expect(rows.map(({ no }) => no)).toEqual(NUMBERS));

  it.each(rows)('$no is tried under its number', ({ no, test }) => {
    const file = /\]\(\.\.\/\.\.\/([^)]+\.test\.ts)\)/.exec(test)?.[1] ?? '';
    expect(existsSync(join(ROOT, file)), test).toBe(true);
    expect(read(file)).toMatch(new RegExp(`['"\`]attack ${no}:`));
  });
});

describe('the defences that can be taken out', () => {
  it.each(DEFENCES)('$attack: $what, stands once in $file', (defence) => {
    const source = read(defence.file);
    expect(takenOut(source, defence)).not.toBe(source);
    const { attack } = defence;
    expect(read(defence.test)).toContain(`'${attack}${attack.includes(':') ? '' : ':'}`);
  });
});
