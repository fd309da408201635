import type { SlackChannel, SlackMessage, SlackUser, SlackView } from '../state/slack-types.ts';
import type { SlackApp } from './context.ts';

/** How Slack writes its things in JSON. */
export const messageJson = (
  m: SlackMessage,
  app: SlackApp,
  withMetadata = true,
): Record<string, unknown> => ({
  type: 'message',
  user: m.user,
  ts: m.ts,
  text: m.text,
  team: app.team,
  ...(m.botId ? { bot_id: m.botId, app_id: app.appId } : {}),
  ...(m.threadTs ? { thread_ts: m.threadTs } : {}),
  ...(m.blocks.length ? { blocks: m.blocks } : {}),
  ...(m.attachments.length ? { attachments: m.attachments } : {}),
  ...(m.edited ? { edited: m.edited } : {}),
  ...(withMetadata && m.metadata ? { metadata: m.metadata } : {}),
});

export const channelJson = (c: SlackChannel, app: SlackApp): Record<string, unknown> =>
  c.kind === 'im'
    ? {
        ...{ id: c.id, created: Math.floor(c.createdAtMs / 1000), is_im: true, is_org_shared: false },
        ...{ user: c.imUser, context_team_id: app.team, is_archived: false, is_open: true },
      }
    : {
        ...{
          id: c.id,
          name: c.name,
          name_normalized: c.name,
          is_channel: true,
          is_group: false,
          is_im: false,
        },
        ...{ is_private: false, is_archived: false, is_member: true, is_shared: false, is_ext_shared: false },
        ...{ created: Math.floor(c.createdAtMs / 1000), context_team_id: app.team, creator: app.botUser },
      };

/** Minutes east of UTC as Slack gives them, in seconds. */
function offsetSeconds(timeZone: string): number {
  const now = new Date();
  const there = new Date(now.toLocaleString('en-US', { timeZone }));
  const utc = new Date(now.toLocaleString('en-US', { timeZone: 'UTC' }));
  return Math.round((there.getTime() - utc.getTime()) / 1000);
}

export const userJson = (u: SlackUser, app: SlackApp): Record<string, unknown> => ({
  ...{ id: u.id, team_id: app.team, name: u.name, real_name: u.realName, deleted: u.deleted },
  ...{ tz: u.timeZone, tz_offset: offsetSeconds(u.timeZone), is_bot: u.isBot, is_app_user: false },
  ...{ is_admin: false, is_owner: false, is_restricted: u.isRestricted, is_ultra_restricted: false },
  profile: {
    ...{ real_name: u.realName, display_name: u.realName, team: app.team },
    ...(u.email ? { email: u.email } : {}),
    ...(u.isBot ? { bot_id: app.botId, api_app_id: app.appId } : {}),
  },
});

type Values = Record<string, Record<string, unknown>>;

export const viewJson = (v: SlackView, app: SlackApp, values: Values = {}): Record<string, unknown> => ({
  ...{
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
  },
  ...{ close: null, submit: null },
  ...v.content,
  ...{ id: v.id, team_id: app.team, app_id: app.appId, app_installed_team_id: app.team, bot_id: app.botId },
  ...{ hash: v.hash, root_view_id: v.root, previous_view_id: v.previous, state: { values } },
});
