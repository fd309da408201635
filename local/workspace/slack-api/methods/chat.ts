import type { SlackChannel, SlackMessage } from '../../state/slack-types.ts';
import { flag, refuse, word, type Args, type Refused } from '../answer.ts';
import type { ApiContext, Method } from '../context.ts';
import { LIMITS } from '../limits.ts';
import { whyNoPictures } from '../pictures.ts';
import { messageJson } from '../shapes.ts';
import { isEmpty, isRefused, readContent, type Content } from './content.ts';

/** The channel of a call; a user id means the direct message with that person. */
async function target(args: Args, { store, app }: ApiContext): Promise<SlackChannel | Refused> {
  const id = word(args, 'channel') ?? '';
  if (/^[UW]/.test(id) && (await store.user(id))) return (await store.openIm(id, app.botUser)).channel;
  const channel = await store.channel(id);
  if (!channel) return refuse('channel_not_found');
  return (await store.isMember(channel.id, app.botUser)) ? channel : refuse('not_in_channel');
}

const fresh = (content: Content): Pick<SlackMessage, 'text' | 'blocks' | 'attachments' | 'metadata'> => ({
  text: content.text ?? '',
  blocks: content.blocks ?? [],
  attachments: content.attachments ?? [],
  metadata: content.metadata ?? null,
});

/** What a call holds, with pictures that this workspace can show. */
async function readPictured(args: Args, maxText: number, context: ApiContext): Promise<Content | Refused> {
  const content = readContent(args, maxText);
  if (isRefused(content)) return content;
  const errors = await whyNoPictures(content.blocks, context);
  return errors.length > 0 ? refuse('invalid_blocks', errors) : content;
}

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage: Method = async (args, context) => {
  const { store, app } = context;
  const channel = await target(args, context);
  if ('ok' in channel) return channel;
  const content = await readPictured(args, LIMITS.messageText, context);
  if (isRefused(content)) return content;
  if (isEmpty(content)) return refuse('no_text');
  const threadTs = word(args, 'thread_ts');
  if (threadTs && !(await store.message(channel.id, threadTs))) return refuse('thread_not_found');
  const from = { user: app.botUser, botId: app.botId, threadTs, visibleTo: null };
  const message = await store.post({ channel: channel.id, ...fresh(content), ...from });
  return {
    ok: true,
    channel: channel.id,
    ts: message.ts,
    message: { subtype: 'bot_message', ...messageJson(message, app) },
  };
};

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral: Method = async (args, context) => {
  const { store, app } = context;
  const channel = await target(args, context);
  if ('ok' in channel) return channel;
  const visibleTo = word(args, 'user') ?? '';
  if (!(await store.user(visibleTo))) return refuse('user_not_found');
  if (!(await store.isMember(channel.id, visibleTo))) return refuse('user_not_in_channel');
  const content = await readPictured(args, LIMITS.messageText, context);
  if (isRefused(content)) return content;
  if (isEmpty(content)) return refuse('no_text');
  const from = { user: app.botUser, botId: app.botId, threadTs: word(args, 'thread_ts'), visibleTo };
  const message = await store.post({ channel: channel.id, ...fresh(content), ...from });
  return { ok: true, message_ts: message.ts };
};

/** https://docs.slack.dev/reference/methods/chat.update: what the call does not name stays. */
export const update: Method = async (args, context) => {
  const { store, app } = context;
  const channel = await target(args, context);
  if ('ok' in channel) return channel;
  const old = await store.message(channel.id, word(args, 'ts') ?? '');
  // An ephemeral message can only be changed through its response_url.
  if (!old || old.visibleTo) return refuse('message_not_found');
  if (old.user !== app.botUser) return refuse('cant_update_message');
  const content = await readPictured(args, LIMITS.updateText, context);
  if (isRefused(content)) return content;
  if (Object.keys(content).length === 0) return refuse('no_text');
  const message = await store.edit(old, content, app.botUser);
  if (!message) return refuse('message_not_found');
  return {
    ok: true,
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messageJson(message, app),
  };
};

/** https://docs.slack.dev/reference/methods/chat.delete */
export const remove: Method = async (args, context) => {
  const { store, app } = context;
  const channel = await target(args, context);
  if ('ok' in channel) return channel;
  const old = await store.message(channel.id, word(args, 'ts') ?? '');
  if (!old || old.visibleTo) return refuse('message_not_found');
  if (old.user !== app.botUser) return refuse('cant_delete_message');
  await store.remove(channel.id, old.ts);
  return { ok: true, channel: channel.id, ts: old.ts };
};

const TS = /^\d+(\.\d+)?$/;

async function read(args: Args, context: ApiContext, thread: string | null): ReturnType<Method> {
  const { store, app } = context;
  const channel = await target(args, context);
  if ('ok' in channel) return channel;
  const oldest = word(args, 'oldest') ?? '0';
  const cursor = word(args, 'cursor');
  const latest = cursor ? Buffer.from(cursor, 'base64').toString() : (word(args, 'latest') ?? '9999999999');
  if (!TS.test(oldest)) return refuse('invalid_ts_oldest');
  if (!TS.test(latest)) return refuse(cursor ? 'invalid_cursor' : 'invalid_ts_latest');
  const limit = Number(word(args, 'limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 999) return refuse('invalid_limit');
  const inclusive = flag(args, 'inclusive') && !cursor;
  const found = await store.history({
    ...{ channel: channel.id, thread, oldest, latest, inclusive },
    ...{ limit: limit + 1, seenBy: null },
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length > limit && last !== undefined;
  const messages = page.map((m) => messageJson(m, app, flag(args, 'include_all_metadata')));
  return {
    ok: true,
    messages: thread ? messages.reverse() : messages,
    has_more: more,
    pin_count: 0,
    ...(more ? { response_metadata: { next_cursor: Buffer.from(last.ts).toString('base64') } } : {}),
  };
}

/** https://docs.slack.dev/reference/methods/conversations.history */
export const history: Method = (args, context) => read(args, context, null);

/** https://docs.slack.dev/reference/methods/conversations.replies */
export const replies: Method = async (args, context) => {
  const ts = word(args, 'ts');
  const channel = await context.store.channel(word(args, 'channel') ?? '');
  if (!channel) return refuse('channel_not_found');
  if (!ts || !(await context.store.message(channel.id, ts))) return refuse('thread_not_found');
  return read(args, context, ts);
};
