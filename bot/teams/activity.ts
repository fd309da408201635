import { z } from 'zod';
import { languageOf } from '../../core/language.ts';
import type { Caller, Place } from '../chat.ts';

const Account = z.looseObject({
  id: z.string().min(1).max(300),
  aadObjectId: z.string().min(1).max(100).optional(),
  tenantId: z.string().min(1).max(100).optional(),
  name: z.string().max(300).optional(),
});

const HEARD_INVOKES = ['adaptiveCard/action', 'task/fetch', 'task/submit', 'application/search'] as const;

const Shared = {
  id: z.string().min(1).max(300),
  channelId: z.literal('msteams'),
  serviceUrl: z.string().min(1).max(2_000),
  from: Account,
  recipient: Account,
  conversation: z.looseObject({
    id: z.string().min(1).max(1_000),
    tenantId: z.string().min(1).max(100).optional(),
    conversationType: z.string().optional(),
  }),
  channelData: z
    .looseObject({ tenant: z.looseObject({ id: z.string().min(1).max(100) }).optional() })
    .optional(),
  replyToId: z.string().max(300).optional(),
  /** What the person's Teams is set to, e.g. de-DE. */
  locale: z.string().max(100).optional().catch(undefined),
};

/** What the bot listens to; everything else that Teams sends is acknowledged and left alone. */
export const Heard = z.discriminatedUnion('type', [
  z.looseObject({
    ...Shared,
    type: z.literal('message'),
    text: z.string().max(80_000).nullish(),
    value: z.unknown().optional(),
  }),
  z.looseObject({
    ...Shared,
    type: z.literal('invoke'),
    name: z.enum(HEARD_INVOKES),
    value: z.unknown().optional(),
  }),
  z.looseObject({ ...Shared, type: z.literal('conversationUpdate') }),
  z.looseObject({ ...Shared, type: z.literal('installationUpdate'), action: z.string() }),
]);
export type Heard = z.infer<typeof Heard>;

/** Any activity at all: enough to tell an unheard kind from junk. */
export const AnyActivity = z.looseObject({
  type: z.string().min(1).max(100),
  serviceUrl: z.string().optional(),
  name: z.unknown().optional(),
});
export type AnyActivity = z.infer<typeof AnyActivity>;

const HEARD_TYPES: readonly string[] = ['message', 'invoke', 'conversationUpdate', 'installationUpdate'];

/**
 * 'unheard' is for kinds that Teams may send and we do not act on, `unknown_invoke` for questions that we cannot answer.
 * They never reach the SDK's routes: it would also take `type: "dialog.open"` for a dialog, and act on sign-in invokes.
 */
export function kindOf(activity: AnyActivity): 'heard' | 'unheard' | 'unknown_invoke' {
  if (!HEARD_TYPES.includes(activity.type)) return 'unheard';
  const asks = activity.type === 'invoke' && typeof activity.name === 'string';
  return asks && !HEARD_INVOKES.some((heard) => heard === activity.name) ? 'unknown_invoke' : 'heard';
}

/**
 * The Entra tenant that an activity happened in; null when it is not named, or named twice and differently: then nobody
 * can say whose data it touches.
 */
export function tenantOfActivity(activity: Heard): string | null {
  const named = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter(
    (t) => t !== undefined,
  );
  return named.length > 0 && new Set(named).size === 1 ? (named[0] ?? null) : null;
}

/** Teams account ids differ per app, so a person is their Entra object; who has none (bots, anonymous) is linked to nobody. */
export const callerOf = (activity: Heard, workspace: string): Caller => ({
  platform: 'teams',
  workspace,
  account: activity.from.aadObjectId ?? activity.from.id,
  homeWorkspace: activity.from.tenantId ?? null,
  language: languageOf(activity.locale),
});

/** `19:...@thread.tacv2;messageid=123`: channel and thread. */
export function placeOf(activity: Heard): Place {
  const { id, conversationType } = activity.conversation;
  const [conversation = id, ...rest] = id.split(';');
  const thread = rest.find((part) => part.startsWith('messageid='))?.slice('messageid='.length) ?? null;
  return conversationType === 'personal'
    ? { conversation, thread: null, kind: 'personal' }
    : { conversation, thread, kind: 'channel' };
}

/** Activity ids are unique within a conversation only. */
export const requestKeyOf = (activity: Heard): string => `${activity.conversation.id}/${activity.id}`;

/** `run fraud-review CLM-0847` or `/countersign run ...` as verb and words; no words at all: help. */
export function readCommand(text: string): { verb: string; words: string; typed: string } {
  const plain = text
    .replaceAll(/<at\b[^>]*>(.*?)<\/at>/gi, ' @$1 ')
    .replaceAll(/&nbsp;|\u00a0/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^[/@](?:countersign|cs)\b\s*/i, '');
  const [verb = '', ...words] = plain.split(' ');
  return { verb: verb === '' ? 'help' : verb.toLowerCase(), words: words.join(' '), typed: plain };
}
