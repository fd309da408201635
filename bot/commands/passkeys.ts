import { passkeysCard, registerCard } from '../../cards/sign-card.ts';
import { signWords } from '../../cards/sign-words.ts';
import { PasskeyId } from '../../core/ids.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { linkTo, LINK_MINUTES, SIGN_IN_MINUTES } from '../sign/site.ts';
import { refusal } from '../words.ts';

/**
 * The link is for whoever asked, in the chat that vouches for them; what it leads to asks for their passkey first if there is
 * one, and else for a fresh sign-in wherever the company's directory can be asked.
 */
async function add({ stores, tenant, person, request, site, links }: CommandContext): Promise<Answered> {
  const { language = 'en' } = person;
  if (site === null) return { kind: 'text', done: false, text: signWords(language).noWay, language };
  const { platform, workspace, account, homeWorkspace } = request.caller;
  const caller = { platform, workspace, account, homeWorkspace };
  const has = (await stores.passkeys.of(tenant, person.id)).length > 0;
  const at = { platform, workspace: homeWorkspace ?? workspace, account };
  const signIn = has ? null : await links.toFirstPasskey(tenant, { person, account: at });
  if (signIn !== null) {
    const card = registerCard({ url: signIn, minutes: SIGN_IN_MINUTES }, language);
    return { kind: 'card', done: true, audience: 'private', card };
  }
  const secret = await stores.passkeys.askToRegister(tenant, { person: person.id, caller, language });
  const card = registerCard({ url: linkTo(site, 'passkey', secret), minutes: LINK_MINUTES }, language);
  return { kind: 'card', done: true, audience: 'private', card };
}

async function remove({ stores, tenant, person }: CommandContext, id: string): Promise<Answered> {
  const passkey = PasskeyId.safeParse(id);
  const removed = passkey.success && (await stores.passkeys.remove(tenant, passkey.data, person.id));
  if (!removed) return { refusal: refusal('not_found'), subject: passkey.success ? passkey.data : 'passkey' };
  const { language = 'en' } = person;
  return { kind: 'text', done: true, text: signWords(language).passkeys.removed(id), language };
}

/** One's own: nobody sees, adds or removes another's. */
export const passkeys: Command = {
  name: 'passkeys',
  takes: '[add | remove pky_…]',
  purpose: 'Your passkeys, which sign what the policy asks a proof for; add or remove one.',
  example: 'passkeys add',
  permission: 'link',
  run: async (context) => {
    const { stores, tenant, person, request } = context;
    const [verb = '', id = ''] = request.words.trim().split(/\s+/);
    if (verb === 'add') return add(context);
    if (verb === 'remove') return remove(context, id);
    if (verb !== '')
      return { refusal: refusal('bad_input', { nearest: 'passkeys add' }), subject: 'passkeys' };
    const all = await stores.passkeys.of(tenant, person.id);
    return { kind: 'card', done: true, audience: 'private', card: passkeysCard(all, person.language) };
  },
};
