import { announceCard } from '../../cards/announce-card.ts';
import type { Card } from '../../cards/model.ts';
import { renderTeamsMessage } from '../../cards/teams/message.ts';
import type { Stores } from '../../platform/stores.ts';
import type { ChatTransport, PostTarget, SendFailure, Sent } from '../chat.ts';
import type { Connector, OutMessage, Reach } from './connector.ts';
import { dataUris } from './pictures.ts';
import type { Registration } from './registration.ts';
import type { Registrations } from './registrations.ts';
import type { ServiceUrls } from './service-urls.ts';
import { isUnauthorized, sendFailure } from './send-failure.ts';

const DOES_NOT_FIT: SendFailure = { ok: false, kind: 'refused', why: 'card_does_not_fit' };
/** Nobody registered a bot for that Entra tenant, or ended it; trying tells when there is one again. */
const NO_REGISTRATION: SendFailure = { ok: false, kind: 'cut_off', why: 'no_registration' };
const NO_ID: SendFailure = { ok: false, kind: 'unclear', why: 'no_activity_id' };

/** An Entra object id (a GUID) names a person: the bot writes to its chat with them. */
const isPerson = (conversation: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(conversation);

export interface TransportDeps {
  readonly registrations: Pick<Registrations, 'writing'>;
  readonly serviceUrls: ServiceUrls;
  readonly people: Stores['people'];
}

/** By the registration that serves that company there. `repeatable`: doing it again does nothing more. */
async function attempt(
  deps: TransportDeps,
  target: PostTarget,
  repeatable: boolean,
  work: (connector: Connector, reach: Reach, conversation: string) => Promise<Sent>,
): Promise<Sent> {
  const { tenant, workspace: directory } = target;
  let posting = false;
  let registration: Registration | null = null;
  try {
    registration = await deps.registrations.writing(tenant, directory);
    if (registration === null) return NO_REGISTRATION;
    const { connector, token } = registration;
    const serviceUrl = (await deps.serviceUrls.of(tenant, directory)) ?? registration.config.serviceUrl;
    const reach = { serviceUrl, directory };
    const conversation = isPerson(target.conversation)
      ? await connector.personalChat(reach, target.conversation)
      : target.conversation;
    // Before the post itself, so that a failure to get a token is not taken for a lost answer.
    await token.get();
    posting = true;
    return await work(connector, reach, conversation);
  } catch (error) {
    if (isUnauthorized(error)) registration?.token.drop();
    const failure = sendFailure(error, repeatable || !posting);
    // Failing to make the chat says nothing about a message in it.
    return !posting && failure.kind === 'missing' ? { ...failure, kind: 'gone' } : failure;
  }
}

/**
 * Teams' side of the delivery loop. A message is named by its activity id within the conversation. Teams has no search for
 * bots: a message whose id was lost is found again only when someone clicks on it.
 */
export function createTeamsTransport(deps: TransportDeps): ChatTransport {
  async function render(target: PostTarget, card: Card): Promise<OutMessage | null> {
    const timeZone = await deps.serviceUrls.timeZone(target.tenant, target.workspace);
    const pictures = await dataUris(card);
    const rendered = renderTeamsMessage(card, { copy: target.copy, timeZone, refreshUsers: [], pictures });
    return rendered.fits ? rendered.card : null;
  }

  async function post(target: PostTarget, card: Card): Promise<Sent> {
    const message = await render(target, card);
    if (message === null) return DOES_NOT_FIT;
    return attempt(deps, target, false, async (connector, reach, conversation) => {
      const id = await postTo(connector, reach, { conversation, thread: target.thread }, message);
      return id ? { ok: true, message: id } : NO_ID;
    });
  }

  return {
    platform: 'teams',
    post,
    announce: async (target, card) => {
      // What will not fit later is not announced.
      return (await render(target, card)) === null ? DOES_NOT_FIT : post(target, announceCard(card));
    },
    async update(target, id, card) {
      const message = await render(target, card);
      if (message === null) return DOES_NOT_FIT;
      return attempt(deps, target, true, async (connector, reach, conversation) => {
        await connector.edit(reach, conversation, id, message);
        return { ok: true, message: id };
      });
    },
    remove: (target, id) =>
      attempt(deps, target, true, async (connector, reach, conversation) => {
        await connector.remove(reach, conversation, id);
        return { ok: true, message: id };
      }),
    find: () => Promise.resolve({ ok: true, message: null, certain: false }),
  };
}

function postTo(
  connector: Connector,
  reach: Reach,
  { conversation, thread }: Pick<PostTarget, 'conversation' | 'thread'>,
  message: OutMessage,
): Promise<string> {
  if (!conversation.startsWith('19:')) return connector.post(reach, conversation, message);
  if (thread !== null) return connector.post(reach, `${conversation};messageid=${thread}`, message);
  return conversation.endsWith('@thread.tacv2')
    ? connector.postInChannel(reach, conversation, message)
    : connector.post(reach, conversation, message);
}
