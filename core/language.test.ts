import { expect, test } from 'vitest';
import { languageOf } from './language.ts';

test.each([
  ['de-DE', 'de'],
  ['de_AT', 'de'],
  ['DE', 'de'],
  ['en-US', 'en'],
  [' en ', 'en'],
  ['fr-FR', null],
  ['den', null],
  ['', null],
  [null, null],
  [undefined, null],
])('%s is read as %s', (locale, language) => expect(languageOf(locale)).toBe(language));
