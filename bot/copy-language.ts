import type { TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { CardCopy, Stores } from '../platform/stores.ts';

/** How long an answer is kept: cards are sent by the hundred, and a language changes once in a year. */
const FRESH_MS = 30_000;

/** Slack's user id, or an Entra object id: the conversation is the chat with that one person. */
const PERSON = /^(?:[UW][A-Z0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export type LanguageOfCopy = (
  tenant: TenantId,
  where: Pick<CardCopy, 'platform' | 'workspace' | 'conversation'>,
) => Promise<Language>;

/** A direct message is in its reader's language; what many read is in the company's. */
export function createLanguageOfCopy(people: Stores['people'], now: () => number = Date.now): LanguageOfCopy {
  const kept = new Map<string, { readonly language: Language; readonly untilMs: number }>();
  const remember = async (key: string, read: () => Promise<Language>): Promise<Language> => {
    const known = kept.get(key);
    if (known !== undefined && known.untilMs > now()) return known.language;
    if (kept.size > 10_000) kept.clear();
    const language = await read();
    kept.set(key, { language, untilMs: now() + FRESH_MS });
    return language;
  };
  return (tenant, { platform, workspace, conversation }) => {
    const company = (): Promise<Language> => remember(tenant, () => people.languageOf(tenant));
    if (!PERSON.test(conversation)) return company();
    return remember(`${tenant} ${platform} ${workspace} ${conversation}`, async () => {
      const found = await people.identify(tenant, { platform, workspace, account: conversation });
      return (found.ok ? found.person.language : undefined) ?? company();
    });
  };
}
