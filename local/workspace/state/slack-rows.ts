import type { JsonObject } from '../../../core/canonical-json.ts';
import type { SlackChannel, SlackHook, SlackMessage, SlackUser, SlackView } from './slack-types.ts';

interface UserRow {
  id: string;
  name: string;
  real_name: string;
  email: string | null;
  time_zone: string;
  is_bot: boolean;
  is_restricted: boolean;
  deleted: boolean;
}
export interface ChannelRow {
  id: string;
  kind: 'channel' | 'im';
  name: string;
  im_user: string | null;
  created_at: Date;
}
interface MessageRow {
  channel: string;
  ts: string;
  thread_ts: string | null;
  account: string;
  bot_id: string | null;
  body: string;
  blocks: JsonObject[];
  attachments: JsonObject[];
  metadata: JsonObject | null;
  visible_to: string | null;
  edited: { user: string; ts: string } | null;
}
interface ViewRow {
  id: string;
  account: string;
  kind: 'modal' | 'home';
  hash: string;
  root: string;
  previous: string | null;
  content: JsonObject;
  open: boolean;
}
interface HookRow {
  id: string;
  channel: string;
  account: string;
  message_ts: string | null;
  message_private: boolean;
  uses: number;
  expires_at: Date;
}

export const toUser = (r: UserRow): SlackUser => ({
  id: r.id,
  name: r.name,
  realName: r.real_name,
  email: r.email,
  timeZone: r.time_zone,
  isBot: r.is_bot,
  isRestricted: r.is_restricted,
  deleted: r.deleted,
});

export const toChannel = (r: ChannelRow): SlackChannel => ({
  id: r.id,
  kind: r.kind,
  name: r.name,
  imUser: r.im_user,
  createdAtMs: r.created_at.getTime(),
});

export const toMessage = (r: MessageRow): SlackMessage => ({
  channel: r.channel,
  ts: r.ts,
  threadTs: r.thread_ts,
  user: r.account,
  botId: r.bot_id,
  text: r.body,
  blocks: r.blocks,
  attachments: r.attachments,
  metadata: r.metadata,
  visibleTo: r.visible_to,
  edited: r.edited,
});

export const toView = (r: ViewRow): SlackView => ({
  id: r.id,
  user: r.account,
  kind: r.kind,
  hash: r.hash,
  root: r.root,
  previous: r.previous,
  content: r.content,
  open: r.open,
});

export const toHook = (r: HookRow): SlackHook => ({
  id: r.id,
  channel: r.channel,
  user: r.account,
  messageTs: r.message_ts,
  messagePrivate: r.message_private,
  uses: r.uses,
  expiresAtMs: r.expires_at.getTime(),
});
