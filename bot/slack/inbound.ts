import { z } from 'zod';
import { readPress, readSlackAction, readSlackFields, type Press } from '../../cards/payload.ts';
import type { Caller, CommandRequest, Place, PressedButton, SubmittedForm } from '../chat.ts';

/** Verified Slack requests, parsed once, here, into the chat-neutral seams. */

const Who = z.looseObject({
  team: z.looseObject({ id: z.string() }).nullish(),
  enterprise: z.looseObject({ id: z.string() }).nullish(),
  is_enterprise_install: z.boolean().optional(),
  user: z.looseObject({ id: z.string(), team_id: z.string().nullish() }),
});

/**
 * The workspace is the one Slack names for this request; `user.team_id` is where the person lives. An installation for
 * a whole organisation names no team: then the person's own workspace decides which tenant it is.
 */
export function callerOf(body: unknown): Caller {
  const { team, user, enterprise } = Who.parse(body);
  const home = user.team_id ?? null;
  return {
    platform: 'slack',
    workspace: team?.id ?? home ?? enterprise?.id ?? '',
    account: user.id,
    homeWorkspace: home,
  };
}

const placeOf = (conversation: string, thread: string | null): Place => ({
  conversation,
  thread,
  kind: conversation.startsWith('D') ? 'personal' : 'channel',
});

const Click = z.looseObject({
  trigger_id: z.string().optional(),
  channel: z.looseObject({ id: z.string() }).optional(),
  container: z
    .looseObject({ message_ts: z.string().optional(), is_ephemeral: z.boolean().optional() })
    .optional(),
  message: z.looseObject({ ts: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  /** Where the button sat in a modal of ours, or in the home tab. */
  view: z.looseObject({ type: z.string().optional(), private_metadata: z.string().optional() }).optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        action_ts: z.string().optional(),
        value: z.string().optional(),
        selected_option: z.looseObject({ value: z.string().optional() }).nullish(),
      }),
    )
    .min(1),
});

/** A `block_actions` payload (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
export function readClick(body: unknown): PressedButton {
  const click = Click.parse(body);
  const action = click.actions[0]!;
  const caller = callerOf(body);
  const stamp = click.trigger_id ?? `${caller.account} ${action.action_ts ?? ''} ${action.action_id}`;
  return {
    caller,
    place: placeOfClick(click),
    requestKey: `action ${stamp}`,
    press: readSlackAction(action),
    message: click.container?.is_ephemeral ? null : (click.container?.message_ts ?? null),
  };
}

/** In the home tab nothing can be said; a button in a modal is where the modal was opened. */
function placeOfClick({ view, channel, message }: z.infer<typeof Click>): Place {
  if (view?.type === 'home') return HOME;
  const opened = view === undefined ? null : parseMetadata(view.private_metadata);
  if (opened !== null) return placeOf(opened.conversation, opened.thread);
  return placeOf(channel?.id ?? '', message?.thread_ts ?? null);
}

export const HOME: Place = { conversation: '', thread: null, kind: 'home' };

const HomeOpened = z.looseObject({
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({ user: z.string(), tab: z.string() }),
});

/** `app_home_opened` (https://docs.slack.dev/reference/events/app_home_opened) as the verb; null for the other tab. */
export function readHomeOpened(body: unknown): CommandRequest | null {
  const parsed = HomeOpened.safeParse(body);
  if (!parsed.success || parsed.data.event.tab !== 'home') return null;
  const { team_id: workspace, event_id: id, event } = parsed.data;
  return {
    caller: { platform: 'slack', workspace, account: event.user, homeWorkspace: null },
    ...{ place: HOME, requestKey: `event ${id}`, verb: 'inbox', words: '' },
  };
}

const AppTaken = z.looseObject({
  team_id: z.string().min(1),
  event: z.looseObject({
    type: z.enum(['app_uninstalled', 'tokens_revoked']),
    tokens: z.looseObject({ bot: z.array(z.string()).nullish() }).nullish(),
  }),
});

/**
 * `app_uninstalled` and `tokens_revoked` (https://docs.slack.dev/reference/events/tokens_revoked): which workspace took our
 * access away; null when only tokens of people were revoked, which we do not have.
 */
export function readAppTaken(
  body: unknown,
): { readonly workspace: string; readonly why: 'app_uninstalled' | 'tokens_revoked' } | null {
  const parsed = AppTaken.safeParse(body);
  if (!parsed.success) return null;
  const { type: why, tokens } = parsed.data.event;
  if (why === 'tokens_revoked' && !tokens?.bot?.length) return null;
  return { workspace: parsed.data.team_id, why };
}

/** What a modal of ours carries: the button's payload, and where it was pressed. */
const Metadata = z.strictObject({
  payload: z.unknown(),
  conversation: z.string().max(100),
  thread: z.string().max(100).nullable(),
});

export const packMetadata = (payload: unknown, place: Place): string =>
  JSON.stringify({ payload, conversation: place.conversation, thread: place.thread });

const Submission = z.looseObject({
  trigger_id: z.string().optional(),
  view: z.looseObject({
    id: z.string().optional(),
    hash: z.string().optional(),
    callback_id: z.string(),
    private_metadata: z.string().optional(),
    state: z.looseObject({ values: z.unknown() }).optional(),
  }),
});

/** A `view_submission` payload; `press` is null when the view is none of ours. */
export function readSubmission(body: unknown): SubmittedForm {
  const { view, trigger_id: trigger } = Submission.parse(body);
  const metadata = parseMetadata(view.private_metadata);
  const press: Press | null = metadata && readPress(view.callback_id, metadata.payload);
  return {
    caller: callerOf(body),
    place: placeOf(metadata?.conversation ?? '', metadata?.thread ?? null),
    // A view is handed in once: its id and hash name this very state of it.
    requestKey: `view ${view.id ?? trigger ?? ''} ${view.hash ?? ''}`,
    press,
    message: null,
    fields: readSlackFields(view.state?.values ?? {}),
  };
}

function parseMetadata(text: string | undefined): z.infer<typeof Metadata> | null {
  try {
    const parsed = Metadata.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const Slash = z.looseObject({
  team_id: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
});

/** The verb is the first word, in any case; the rest are the words. */
export function splitWords(text: string): { verb: string; words: string } {
  const [, verb = '', words = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  return { verb: verb.toLowerCase(), words };
}

/** `/countersign` and `/cs` (https://docs.slack.dev/interactivity/implementing-slash-commands). */
export function readSlash(body: unknown): CommandRequest {
  const slash = Slash.parse(body);
  return {
    caller: { platform: 'slack', workspace: slash.team_id, account: slash.user_id, homeWorkspace: null },
    place: placeOf(slash.channel_id, null),
    requestKey: `command ${slash.trigger_id}`,
    ...splitWords(slash.text),
  };
}

const Mention = z.looseObject({
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({
    type: z.string(),
    user: z.string(),
    text: z.string(),
    ts: z.string(),
    channel: z.string(),
    thread_ts: z.string().optional(),
    team: z.string().optional(),
    user_team: z.string().optional(),
    bot_id: z.string().optional(),
    subtype: z.string().optional(),
    edited: z.unknown().optional(),
  }),
});

/** The three characters that Slack escapes in what people write. */
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** An `app_mention`; null for what bots, edits and system messages say. */
export function readMention(body: unknown): CommandRequest | null {
  const parsed = Mention.safeParse(body);
  if (!parsed.success) return null;
  const { event, team_id: workspace, event_id: id } = parsed.data;
  if (event.bot_id !== undefined || event.subtype !== undefined || event.edited !== undefined) return null;
  const text = event.text.replace(/^\s*<@[UW][A-Z0-9]+(\|[^>]*)?>/, '');
  const said = { ...splitWords(text), typed: unescaped(text).trim() };
  return {
    caller: {
      platform: 'slack',
      workspace,
      account: event.user,
      homeWorkspace: event.user_team ?? event.team ?? null,
    },
    place: placeOf(event.channel, event.thread_ts ?? event.ts),
    requestKey: `event ${id}`,
    ...said,
  };
}

const Shortcut = z.looseObject({
  callback_id: z.string(),
  trigger_id: z.string(),
  channel: z.looseObject({ id: z.string() }).optional(),
  message: z
    .looseObject({
      ts: z.string().optional(),
      thread_ts: z.string().optional(),
      blocks: z.array(z.unknown()).optional(),
    })
    .optional(),
});

/** The ones that the manifest offers on a message (`app-manifest.ts`). */
const SHORTCUT = /^countersign_(ask|trace|verify)$/;

/**
 * A shortcut of ours on a message (https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload):
 * a command about what the message is about, or the question behind the card's own buttons. Null when it is none of ours.
 */
export function readShortcut(
  body: unknown,
): { readonly command: CommandRequest } | { readonly press: PressedButton } | null {
  const shortcut = Shortcut.parse(body);
  const verb = SHORTCUT.exec(shortcut.callback_id)?.[1];
  if (verb === undefined) return null;
  const { message } = shortcut;
  const at = {
    caller: callerOf(body),
    place: placeOf(shortcut.channel?.id ?? '', message?.thread_ts ?? message?.ts ?? null),
    requestKey: `shortcut ${shortcut.trigger_id}`,
    message: message?.ts ?? null,
  };
  if (verb !== 'ask') return { command: { ...at, verb, words: '' } };
  return { press: { ...at, press: asQuestion(message?.blocks ?? []) } };
}

const Buttons = z.looseObject({
  elements: z.array(z.looseObject({ action_id: z.string().optional(), value: z.string().optional() })),
});

/** The approval that a message's own buttons are about, asked about; as untrusted as a click on them. */
function asQuestion(blocks: readonly unknown[]): Press | null {
  for (const block of blocks)
    for (const element of Buttons.safeParse(block).data?.elements ?? []) {
      const on = readSlackAction({ action_id: element.action_id ?? '', value: element.value });
      if (on?.kind === 'approval') return { ...on, verb: 'ask' };
    }
  return null;
}
