import type { IncomingMessage } from 'node:http';
import type { Stores, TokenHolder } from '../../platform/stores.ts';

/** A token comes in this header and nowhere else: an address with one in it is kept by logs and histories. */
const BEARER = /^Bearer ([!-~]{1,200})$/i;

/**
 * Whoever came, or null: then nothing is said of why. Groups that give them roles are read anew first, as for a click; whose
 * cannot be read is known for that, and has of them only what was read within the last minute.
 */
export async function holderOf(
  req: IncomingMessage,
  { tokens, people }: Pick<Stores, 'tokens' | 'people'>,
): Promise<TokenHolder | null> {
  const [, text] = BEARER.exec(req.headers.authorization ?? '') ?? [];
  const before = text === undefined ? null : await tokens.holder(text);
  if (text === undefined || before === null || people.rights === undefined) return before;
  const { anew, away } = await people.rights.ofPerson(before.tenant, before.person.id);
  const holder = anew ? await tokens.holder(text) : before;
  if (holder === null || away.length === 0) return holder;
  return { ...holder, person: { ...holder.person, unread: away } };
}

/** RFC 6750: what is wanted, and whether something was brought. */
export const challenge = (req: IncomingMessage): string =>
  `Bearer realm="countersign"${req.headers.authorization === undefined ? '' : ', error="invalid_token"'}`;
