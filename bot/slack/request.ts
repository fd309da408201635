import { z } from 'zod';

/**
 * What Slack may send to one request URL (https://docs.slack.dev/apis/events-api,
 * https://docs.slack.dev/interactivity/handling-user-interaction). Only what is needed is named; the rest passes by.
 */
const Team = z.looseObject({ id: z.string().min(1) });
const User = z.looseObject({ id: z.string().min(1), team_id: z.string().optional() });

export const EventCallback = z.looseObject({
  type: z.literal('event_callback'),
  team_id: z.string().min(1),
  event_id: z.string().min(1),
  event: z.looseObject({ type: z.string().min(1) }),
});

/** Slack's forms call it `team: null` when the app is installed for a whole organisation. */
const interactive = { team: Team.nullish(), enterprise: Team.nullish(), user: User };

const Interaction = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('block_actions'),
    ...interactive,
    actions: z.array(z.looseObject({ action_id: z.string(), block_id: z.string() })).min(1),
  }),
  z.looseObject({
    type: z.literal(['view_submission', 'view_closed']),
    ...interactive,
    view: z.looseObject({ callback_id: z.string() }),
  }),
  z.looseObject({
    type: z.literal('message_action'),
    ...interactive,
    callback_id: z.string(),
    trigger_id: z.string(),
    channel: z.looseObject({ id: z.string() }),
    message: z.looseObject({}),
  }),
  z.looseObject({
    type: z.literal('shortcut'),
    ...interactive,
    callback_id: z.string(),
    trigger_id: z.string(),
  }),
  z.looseObject({
    type: z.literal('block_suggestion'),
    ...interactive,
    action_id: z.string(),
    value: z.string(),
  }),
  // Retired kinds that Slack may still send: acknowledged, without any effect.
  z.looseObject({
    type: z.literal([
      'interactive_message',
      'dialog_submission',
      'dialog_cancellation',
      'dialog_suggestion',
      'workflow_step_edit',
    ]),
    ...interactive,
    callback_id: z.string(),
  }),
]);

export const SlashCommand = z.looseObject({
  command: z.string().startsWith('/'),
  text: z.string().default(''),
  team_id: z.string().min(1),
  user_id: z.string().min(1),
  channel_id: z.string().min(1),
  trigger_id: z.string().min(1),
});

const UrlVerification = z.looseObject({
  type: z.literal('url_verification'),
  challenge: z.string().min(1).max(500),
});

export type SlackRequest =
  | { kind: 'challenge'; challenge: string }
  /** Slack asks now and then whether TLS works; it wants an empty 200. */
  | { kind: 'ssl-check' }
  | { kind: 'dispatch'; form: 'event' | 'command' | 'interaction'; body: Record<string, unknown> };

/** Node's own form of a media type: without parameters, in lower case. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function decode(type: string, raw: Buffer): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  if (type === 'application/json') return JSON.parse(text);
  if (type !== 'application/x-www-form-urlencoded') return null;
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : JSON.parse(payload);
}

/** A verified body as one of the requests that Slack is known to send, or null when it is malformed. */
export function readSlackRequest(contentType: string | undefined, raw: Buffer): SlackRequest | null {
  const type = mediaType(contentType);
  let body: unknown;
  try {
    body = decode(type, raw);
  } catch {
    return null;
  }
  const challenge = UrlVerification.safeParse(body);
  if (challenge.success) return { kind: 'challenge', challenge: challenge.data.challenge };
  const dispatched = readSlackBody(body);
  if (dispatched !== null) return dispatched;
  const check = z.strictObject({ ssl_check: z.literal('1'), token: z.string().optional() }).safeParse(body);
  return check.success ? { kind: 'ssl-check' } : null;
}

/** What Slack has to say, from a request or from the envelope of a socket; null when it is none of what it is known to send. */
export function readSlackBody(body: unknown): Extract<SlackRequest, { kind: 'dispatch' }> | null {
  const shapes = { event: EventCallback, interaction: Interaction, command: SlashCommand } as const;
  for (const [form, shape] of Object.entries(shapes)) {
    const parsed = shape.safeParse(body);
    if (parsed.success) return { kind: 'dispatch', form: form as keyof typeof shapes, body: parsed.data };
  }
  return null;
}
