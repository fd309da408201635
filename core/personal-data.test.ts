import { describe, expect, test } from 'vitest';
import { findLeaks, namesOf, withoutPersonalData } from './personal-data.ts';

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

describe('a text that is kept', () => {
  test.each([
    ['Ask Mara.Lindqvist@harbour.example first', 'Ask […] first'],
    ['paid to GB29 NWBK 6016 1331 9268 19 before', 'paid to […] before'],
    ['card 5500-0055-5555-5559.', 'card […].'],
    ['call 020 7946 0958 or +49 30 901820', 'call […] or […]'],
    ['Marian Odell said so, and odell signed', '[…] said so, and […] signed'],
    ['Mariana is somebody else', 'Mariana is somebody else'],
    ['CLM-0847, DOC-3322, £6,180.00 on 2026-11-17', 'CLM-0847, DOC-3322, £6,180.00 on 2026-11-17'],
  ])('%s', (text, kept) => {
    expect(withoutPersonalData(text, ['Marian Odell', '(x'])).toBe(kept);
  });
});

test('a record says names of people in its fields for them, however deep, and nothing else is one', () => {
  const record = {
    ...{ policy: 'POL-11', holder: { party: 'PTY-1', name: 'Marian Odell' } },
    links: [{ full_name: 'Jörg von der Heide' }, { holderName: 'A. O’Neil' }, { name: 'plumber' }],
    files: [{ name: 'burst pipe.pdf' }, { name: 'Photo 12' }],
    ...{ title: 'Escape Water', reason: 'Marian Odell said so', fileNames: ['Not This'] },
  };
  expect(namesOf(record)).toEqual(['Marian Odell', 'Jörg von der Heide', 'A. O’Neil']);
  expect(namesOf('Marian Odell')).toEqual([]);
});
