import { announceCard } from '../../cards/announce-card.ts';
import type { Card } from '../../cards/model.ts';
import { renderTeamsMessage } from '../../cards/teams/message.ts';
import type { Stores } from '../../platform/stores.ts';
import type { ChatTransport, PostTarget, SendFailure, Sent } from '../chat.ts';
import type { BotToken } from './bot-token.ts';
import type { Connector, OutMessage } from './connector.ts';
import { dataUris } from './pictures.ts';
import type { ServiceUrls } from './service-urls.ts';
import { isUnauthorized, sendFailure } from './send-failure.ts';

const DOES_NOT_FIT: SendFailure = { ok: false, kind: 'refused', why: 'card_does_not_fit' };
const NO_ID: SendFailure = { ok: false, kind: 'unclear', why: 'no_activity_id' };

/** An Entra object id (a GUID) names a person: the bot writes to its chat with them. */
const isPerson = (conversation: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(conversation);

export interface TransportDeps {
  readonly connector: Connector;
  readonly token: BotToken;
  readonly serviceUrls: ServiceUrls;
  readonly people: Stores['people'];
}

/**
 * Teams' side of the delivery loop. A message is named by its activity id within the conversation. Teams has no search for
 * bots: a message whose id was lost is found again only when someone clicks on it.
 */
export function createTeamsTransport(deps: TransportDeps): ChatTransport {
  const { connector, token } = deps;

  async function render(target: PostTarget, card: Card): Promise<OutMessage | null> {
    const timeZone = await deps.serviceUrls.timeZone(target.tenant, target.workspace);
    const pictures = await dataUris(card);
    const rendered = renderTeamsMessage(card, { copy: target.copy, timeZone, refreshUsers: [], pictures });
    return rendered.fits ? rendered.card : null;
  }

  async function attempt(
    target: PostTarget,
    repeatable: boolean,
    work: (serviceUrl: string, conversation: string) => Promise<Sent>,
  ): Promise<Sent> {
    let posting = false;
    try {
      const serviceUrl = await deps.serviceUrls.of(target.tenant, target.workspace);
      const conversation = isPerson(target.conversation)
        ? await connector.personalChat(serviceUrl, target.conversation)
        : target.conversation;
      // Before the post itself, so that a failure to get a token is not taken for a lost answer.
      await token.get();
      posting = true;
      return await work(serviceUrl, conversation);
    } catch (error) {
      if (isUnauthorized(error)) token.drop();
      const failure = sendFailure(error, repeatable || !posting);
      // Failing to make the chat says nothing about a message in it.
      return !posting && failure.kind === 'missing' ? { ...failure, kind: 'gone' } : failure;
    }
  }

  async function post(target: PostTarget, card: Card): Promise<Sent> {
    const message = await render(target, card);
    if (message === null) return DOES_NOT_FIT;
    return attempt(target, false, async (serviceUrl, conversation) => {
      const id = await postTo(connector, serviceUrl, { conversation, thread: target.thread }, message);
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
      return attempt(target, true, async (serviceUrl, conversation) => {
        await connector.edit(serviceUrl, conversation, id, message);
        return { ok: true, message: id };
      });
    },
    remove: (target, id) =>
      attempt(target, true, async (serviceUrl, conversation) => {
        await connector.remove(serviceUrl, conversation, id);
        return { ok: true, message: id };
      }),
    find: () => Promise.resolve({ ok: true, message: null, certain: false }),
  };
}

function postTo(
  connector: Connector,
  serviceUrl: string,
  { conversation, thread }: Pick<PostTarget, 'conversation' | 'thread'>,
  message: OutMessage,
): Promise<string> {
  if (!conversation.startsWith('19:')) return connector.post(serviceUrl, conversation, message);
  if (thread !== null) return connector.post(serviceUrl, `${conversation};messageid=${thread}`, message);
  return conversation.endsWith('@thread.tacv2')
    ? connector.postInChannel(serviceUrl, conversation, message)
    : connector.post(serviceUrl, conversation, message);
}
