import { linkCard } from '../../cards/link-card.ts';
import type { Language } from '../../core/language.ts';
import type { Person } from '../../core/people.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { refusal } from '../words.ts';

/** A private way to sign in. Also for an account that is nobody's yet: only the sign-in says whose it becomes. */
export async function answerLink(
  { links, tenant, request }: Pick<CommandContext, 'links' | 'tenant' | 'request'>,
  person: Person | null,
  language?: Language,
): Promise<Answered> {
  const { platform, workspace, homeWorkspace, account } = request.caller;
  const at = { platform, workspace: homeWorkspace ?? workspace, account };
  const url = await links.toLink(tenant, at, person);
  if (url === null) return { refusal: refusal('sign_in_refused', { why: 'sign-in-not-set-up' }) };
  const card = linkCard(url, person?.name ?? null, language);
  return { kind: 'card', done: true, audience: 'private', card };
}

export const link: Command = {
  name: 'link',
  takes: '',
  purpose: 'Links this chat account to you by a sign-in with your company’s directory.',
  example: 'link',
  permission: 'link',
  run: (context) => answerLink(context, context.person, context.person.language),
};
