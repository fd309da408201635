import { describe, expect, test } from 'vitest';
import { findLeaks } from './leaks.ts';

describe('personal data that must not leave', () => {
  test.each([
    ['4111 1111 1111 1111', 'card number'],
    ['card 5500-0055-5555-5559.', 'card number'],
    ['write to mara.lindqvist@harbour.example today', 'email address'],
    ['zero\u200bwidth: a\u200bda@harbour.example', 'email address'],
    ['pay to GB29 NWBK 6016 1331 9268 19 please', 'IBAN'],
    ['DE89370400440532013000', 'IBAN'],
  ])('%s', (text, kind) => {
    expect(findLeaks(text)).toEqual([kind]);
  });

  test.each([
    'CLM-0847 and DOC-3322, PAY-20931, £6,180.00',
    '4111 1111 1111 1112 has the wrong sum',
    'GB29 NWBK 6016 1331 9268 18 has the wrong sum',
    '0000 0000 0000 0000',
    'account ending 4471, reported 2026-11-17 at 10:04',
    'run_01M7YZ2A6PB50GS65H9FBS9RT9 micros 6180000000',
    'user at example dot com',
  ])('not in: %s', (text) => {
    expect(findLeaks(text)).toEqual([]);
  });
});
