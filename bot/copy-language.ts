import type { TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { CardCopy, Stores } from '../platform/stores.ts';

/** How long an answer is kept: cards are sent by the hundred, and a language changes once in a year. */
const FRESH_MS = 30_000;

/** Slack's user id, or an Entra object id: the conversation is the chat with that one person. */
const PERSON = /^(?:[UW][A-Z0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

type CopyPlace = Pick<CardCopy, 'platform' | 'workspace' | 'conversation' | 'person'>;

export type LanguageOfCopy = (tenant: TenantId, where: CopyPlace) => Promise<Language>;

/** Slack names a chat with one person by them; Teams by an id of its own, beside which the copy says whose it is. */
async function readerOf(
  people: Stores['people'],
  tenant: TenantId,
  { platform, workspace, conversation, person }: CopyPlace,
): Promise<string | null> {
  if (PERSON.test(conversation)) return conversation;
  const theirs = person === null ? [] : await people.accountsOf(tenant, person);
  const here = theirs.find((one) => one.platform === platform && one.workspace === workspace);
  return here?.account ?? null;
}

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
  return (tenant, where) => {
    const { platform, workspace, conversation, person } = where;
    const company = (): Promise<Language> => remember(tenant, () => people.languageOf(tenant));
    if (person === null && !PERSON.test(conversation)) return company();
    return remember(`${tenant} ${platform} ${workspace} ${conversation}`, async () => {
      const account = await readerOf(people, tenant, where);
      const found = account === null ? null : await people.identify(tenant, { platform, workspace, account });
      return (found?.ok ? found.person.language : undefined) ?? company();
    });
  };
}
