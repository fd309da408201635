import { z } from 'zod';

/** The languages that everything a person reads comes in; a new one is a record of each catalogue. */
export const LANGUAGES = ['en', 'de'] as const;
export const Language = z.enum(LANGUAGES);
export type Language = z.infer<typeof Language>;

/** How figures, dates and amounts of money are written in each. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** The language of a locale such as `de-AT`, as chats name them; null when we do not speak it. */
export function languageOf(locale: string | null | undefined): Language | null {
  const [first = ''] = (locale ?? '').trim().toLowerCase().split(/[-_]/);
  return Language.safeParse(first).data ?? null;
}
