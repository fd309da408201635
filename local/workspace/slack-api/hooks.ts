import { randomBytes } from 'node:crypto';
import type { SlackHook, SlackMessage } from '../state/slack-types.ts';
import { isObject } from './check.ts';
import type { Args } from './answer.ts';
import type { ApiContext } from './context.ts';
import { HOOK_MS, HOOK_USES, LIMITS } from './limits.ts';
import { isEmpty, isRefused, readContent } from './methods/content.ts';

/** A new response_url for what this person just did. */
export async function createHook(
  context: ApiContext,
  at: { channel: string; user: string; message: SlackMessage | null },
): Promise<string> {
  const id = randomBytes(18).toString('base64url');
  const { channel, user, message } = at;
  await context.store.putHook({
    ...{ id, channel, user, messageTs: message?.ts ?? null },
    ...{ messagePrivate: message?.visibleTo != null, expiresAtMs: Date.now() + HOOK_MS },
  });
  return `${context.url()}/slack/hooks/${message ? 'actions' : 'commands'}/${context.app.team}/${id}`;
}

interface Answered {
  readonly status: number;
  readonly body: string;
}
const OK: Answered = { status: 200, body: 'ok' };

/** Shows what the app answered to a command or sent to a response_url. */
export async function showResponse(
  context: ApiContext,
  at: Pick<SlackHook, 'channel' | 'user' | 'messageTs'>,
  args: Args,
): Promise<Answered> {
  const { store, app } = context;
  const original = at.messageTs ? await store.message(at.channel, at.messageTs) : null;
  if (args['delete_original'] === true) {
    if (original) await store.remove(at.channel, original.ts);
    return OK;
  }
  const content = readContent(args, LIMITS.messageText);
  if (isRefused(content)) return { status: 400, body: content.error };
  if (isEmpty(content)) return { status: 400, body: 'no_text' };
  if (original && args['replace_original'] === true) {
    await store.edit(original, { blocks: [], attachments: [], ...content }, app.botUser);
    return OK;
  }
  const visibleTo = args['response_type'] === 'in_channel' ? null : at.user;
  const threadTs = typeof args['thread_ts'] === 'string' ? args['thread_ts'] : (original?.threadTs ?? null);
  await store.post({
    ...{ channel: at.channel, user: app.botUser, botId: app.botId, threadTs, visibleTo },
    ...{ text: content.text ?? '', blocks: content.blocks ?? [], attachments: content.attachments ?? [] },
    metadata: content.metadata ?? null,
  });
  return OK;
}

/** A post to a response_url: five within thirty minutes, no token, JSON only. */
export async function useHook(context: ApiContext, id: string, body: string): Promise<Answered> {
  const hook = await context.store.useHook(id);
  const no = (error: string): Answered => ({ status: 404, body: JSON.stringify({ ok: false, error }) });
  if (!hook || hook.expiresAtMs < Date.now()) return no('expired_url');
  if (hook.uses > HOOK_USES) return no('used_url');
  try {
    const args: unknown = JSON.parse(body);
    return isObject(args)
      ? await showResponse(context, hook, args)
      : { status: 400, body: 'invalid_payload' };
  } catch {
    return { status: 400, body: 'invalid_payload' };
  }
}
