import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Card } from '../../cards/model.ts';
import { renderSlackHome, renderSlackMessage, type SlackMessage } from '../../cards/slack/message.ts';
import type { ChatTransport, PostTarget, SendFailure, Sent } from '../chat.ts';
import type { SlackPictures } from './pictures.ts';
import type { ClientsFor } from './clients.ts';
import { failureOf } from './web-api.ts';

/** The event type under which a message's metadata names its copy; found again after a crash. */
const METADATA = 'countersign_copy';

const NO_TOKEN: SendFailure = { ok: false, kind: 'cut_off', why: 'no_token' };
const TOO_LONG: SendFailure = { ok: false, kind: 'refused', why: 'card_does_not_fit' };

/** A workspace may forbid edits of what was posted long ago. */
const TOO_OLD = new Set(['edit_window_closed']);

/** `U…` and `W…` name a person: Slack writes to the conversation with them. */
const isUser = (conversation: string): boolean => /^[UW][A-Z0-9]+$/.test(conversation);

/** Slack's side of the delivery loop. A message is named by its `ts` within the conversation. */
export function createSlackTransport(clientsFor: ClientsFor, pictures: SlackPictures): ChatTransport {
  const attempt = createAttempt(clientsFor);
  const send = createSend(pictures);
  return {
    platform: 'slack',
    async post(target, card): Promise<Sent> {
      if (render(target, card) === null) return TOO_LONG;
      return attempt(target, async (client, channel): Promise<Sent> => {
        const thread = target.thread === null ? {} : { thread_ts: target.thread };
        const quiet = { unfurl_links: false, unfurl_media: false };
        const posted = await send(client, target, card, (message) =>
          client.chat.postMessage({
            ...{ channel, ...thread, ...message, ...quiet },
            metadata: metadataOf(target),
          }),
        );
        if (posted.ts === undefined) return { ok: false, kind: 'unclear', why: 'no_ts' };
        return { ok: true, message: posted.ts };
      });
    },
    async update(target, ts, card): Promise<Sent> {
      if (card.kind === 'inbox') return publish(clientsFor, target, card);
      if (render(target, card) === null) return TOO_LONG;
      return attempt(target, async (client, channel): Promise<Sent> => {
        try {
          await send(client, target, card, (message) =>
            client.chat.update({ channel, ts, ...message, metadata: metadataOf(target) }),
          );
          return { ok: true, message: ts };
        } catch (error) {
          const failure = failureOf(error);
          // Too old to edit: it must not go on looking alive beside the one that takes its place.
          if (TOO_OLD.has(failure.why)) await client.chat.delete({ channel, ts });
          return failure;
        }
      });
    },
    remove: (target, ts) =>
      attempt(target, async (client, channel): Promise<Sent> => {
        await client.chat.delete({ channel, ts });
        return { ok: true, message: ts };
      }),
    find: (target, sinceMs) =>
      attempt(target, async (client, channel) => ({
        ok: true as const,
        message: await search(client, { channel, target, sinceMs }),
        certain: true,
      })),
  };
}

/** Nothing was sent yet where this fails. */
async function clientIn(clientsFor: ClientsFor, { workspace }: PostTarget): Promise<WebClient | SendFailure> {
  try {
    return (await clientsFor(workspace))?.usual ?? NO_TOKEN;
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === 'unclear' ? { ...failure, kind: 'retry' } : failure;
  }
}

/** A person's inbox is their App Home; the conversation is their account. */
async function publish(clientsFor: ClientsFor, target: PostTarget, card: Card): Promise<Sent> {
  const rendered = renderSlackHome(card, { copy: target.copy });
  if (!rendered.fits) return TOO_LONG;
  const client = await clientIn(clientsFor, target);
  if ('ok' in client) return client;
  try {
    const published = await client.views.publish({ user_id: target.conversation, view: rendered.card });
    return { ok: true, message: published.view?.id ?? '' };
  } catch (error) {
    const failure = failureOf(error);
    // The same view again does no harm, so nothing about it is ever unclear.
    return failure.kind === 'unclear' ? { ...failure, kind: 'retry' } : failure;
  }
}

const metadataOf = ({ copy }: PostTarget) => ({ event_type: METADATA, event_payload: { copy } });

function render(
  target: PostTarget,
  card: Card,
  pictures: ReadonlyMap<string, string> = new Map(),
): SlackMessage | null {
  const rendered = renderSlackMessage(card, { copy: target.copy, pictures });
  return rendered.fits ? rendered.card : null;
}

/** A file is worked on after Slack has said that it has it, and until then a card with it is refused (`invalid_blocks`). */
const FILE_WAITS_MS = [250, 500, 1_000, 2_000];

/** Sends a card with its pictures, and without them where Slack will not show them: the words stand instead. */
function createSend(pictures: SlackPictures) {
  return async <T>(
    client: WebClient,
    target: PostTarget,
    card: Card,
    call: (message: SlackMessage) => Promise<T>,
  ): Promise<T> => {
    const plain = render(target, card);
    if (plain === null) throw new Error('a card that fitted fits no more');
    const ids = await pictures.of(client, target.workspace, card);
    const pictured = ids.size > 0 ? render(target, card, ids) : null;
    const bare = async (): Promise<T> => {
      const sent = await call(plain);
      await pictures.shown(client, target.copy, new Map());
      return sent;
    };
    if (pictured === null) return bare();
    for (const wait of [...FILE_WAITS_MS, null])
      try {
        const sent = await call(pictured);
        await pictures.shown(client, target.copy, ids);
        return sent;
      } catch (error) {
        const { why, kind } = failureOf(error);
        // No message comes of it, now or later; whatever is tried again shows what is there.
        if (why !== 'invalid_blocks' && (kind === 'gone' || kind === 'refused'))
          await pictures.drop(client, target.workspace, card);
        if (why !== 'invalid_blocks') throw error;
        if (wait !== null) await sleep(wait);
      }
    await pictures.drop(client, target.workspace, card);
    return bare();
  };
}

type Attempt = <T>(
  target: PostTarget,
  call: (client: WebClient, channel: string) => Promise<T>,
) => Promise<T | SendFailure>;

const keyOf = ({ workspace, conversation }: PostTarget): string => `${workspace} ${conversation}`;

/** Finds the client and the channel, then calls; what goes wrong is a value. */
function createAttempt(clientsFor: ClientsFor): Attempt {
  const direct = new Map<string, string>();

  async function channelOf(client: WebClient, target: PostTarget): Promise<string> {
    if (!isUser(target.conversation)) return target.conversation;
    const key = keyOf(target);
    const known = direct.get(key);
    if (known !== undefined) return known;
    const opened = await client.conversations.open({ users: target.conversation });
    const channel = opened.channel?.id;
    if (channel === undefined) throw new Error('conversations.open named no channel');
    direct.set(key, channel);
    return channel;
  }

  return async (target, call) => {
    const client = await clientIn(clientsFor, target);
    if ('ok' in client) return client;
    let channel: string;
    try {
      channel = await channelOf(client, target);
    } catch (error) {
      // Nothing was posted yet, whatever became of this call.
      const failure = failureOf(error);
      return failure.kind === 'unclear' ? { ...failure, kind: 'retry' } : failure;
    }
    try {
      return await call(client, channel);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'gone' || !direct.delete(keyOf(target))) return failure;
      // The conversation that was known is closed: opening it anew tells whether the person is gone.
      const why = await channelOf(client, target).then(() => failure, failureOf);
      return why.kind === 'gone' ? why : failure;
    }
  };
}

/** @see https://docs.slack.dev/reference/methods/conversations.history, `include_all_metadata` */
async function search(
  client: WebClient,
  where: { channel: string; target: PostTarget; sinceMs: number },
): Promise<string | null> {
  const { channel, target, sinceMs } = where;
  // The platform's clock and ours may differ a little.
  const oldest = String(Math.floor(sinceMs / 1000) - 60);
  let cursor: string | undefined;
  do {
    const shared = { channel, oldest, include_all_metadata: true, limit: 200, cursor };
    const page =
      target.thread === null
        ? await client.conversations.history(shared)
        : await client.conversations.replies({ ...shared, ts: target.thread });
    for (const message of page.messages ?? []) {
      const metadata = message.metadata as
        { event_type?: string; event_payload?: { copy?: unknown } } | undefined;
      if (metadata?.event_type === METADATA && metadata.event_payload?.copy === target.copy)
        return message.ts ?? null;
    }
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return null;
}
