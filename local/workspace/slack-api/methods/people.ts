import { count, flag, refuse, word } from '../answer.ts';
import type { Method } from '../context.ts';
import { channelJson, userJson } from '../shapes.ts';

/** https://docs.slack.dev/reference/methods/auth.test */
export const authTest: Method = async (_args, { app, url }) => ({
  ok: true,
  url: `${url()}/`,
  team: app.teamName,
  user: 'countersign',
  team_id: app.team,
  user_id: app.botUser,
  bot_id: app.botId,
  is_enterprise_install: false,
});

/** https://docs.slack.dev/reference/methods/auth.revoke; the one token that was not given by OAuth is never taken away so. */
export const authRevoke: Method = async (_args, { oauth, token }) =>
  oauth?.revoke(token) ?? refuse('not_allowed_token_type');

/** https://docs.slack.dev/reference/methods/apps.connections.open */
export const connectionsOpen: Method = async (_args, { url, sockets }) => ({
  ok: true,
  url: sockets.open(url()),
});

const LARGEST_PAGE = 1000;

/** One page of a list and the cursor of the next, as Slack pages: by an opaque offset. */
function page<T>(
  all: readonly T[],
  cursor: string | null,
  size: number,
): { items: T[]; next: string } | null {
  const from = cursor ? Number(Buffer.from(cursor, 'base64').toString()) : 0;
  if (!Number.isInteger(from) || from < 0) return null;
  const next = from + size < all.length ? Buffer.from(String(from + size)).toString('base64') : '';
  return { items: all.slice(from, from + size), next };
}

export const usersInfo: Method = async (args, { store, app }) => {
  const user = await store.user(word(args, 'user') ?? '');
  if (!user) return refuse('user_not_found');
  // Everyone of the example reads English.
  const locale = flag(args, 'include_locale') ? { locale: 'en-GB' } : {};
  return { ok: true, user: { ...userJson(user, app), ...locale } };
};

export const usersList: Method = async (args, { store, app }) => {
  const size = count(args, 'limit', LARGEST_PAGE, LARGEST_PAGE);
  if (size === null) return refuse('invalid_limit');
  const found = page(await store.users(), word(args, 'cursor'), size);
  if (!found) return refuse('invalid_cursor');
  const members = found.items.map((u) => userJson(u, app));
  return {
    ok: true,
    members,
    cache_ts: Math.floor(Date.now() / 1000),
    response_metadata: { next_cursor: found.next },
  };
};

/** https://docs.slack.dev/reference/methods/usergroups.list: members only where they are asked for. */
export const userGroupsList: Method = async (args, { userGroups, app }) => ({
  ok: true,
  usergroups: [...userGroups].map(([id, users]) => ({
    ...{ id, team_id: app.team, is_usergroup: true, handle: id.toLowerCase(), user_count: users.length },
    ...(flag(args, 'include_users') ? { users } : {}),
  })),
});

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
export const userGroupMembers: Method = async (args, { userGroups }) => {
  const users = userGroups.get(word(args, 'usergroup') ?? '');
  return users === undefined ? refuse('no_such_subteam') : { ok: true, users };
};

export const usersLookupByEmail: Method = async (args, { store, app }) => {
  const email = word(args, 'email');
  const user = (await store.users()).find((u) => u.email !== null && u.email === email && !u.deleted);
  return user ? { ok: true, user: userJson(user, app) } : refuse('users_not_found');
};

export const conversationsInfo: Method = async (args, { store, app }) => {
  const channel = await store.channel(word(args, 'channel') ?? '');
  if (!channel) return refuse('channel_not_found');
  const members = flag(args, 'include_num_members')
    ? { num_members: (await store.members(channel.id)).length }
    : {};
  return { ok: true, channel: { ...channelJson(channel, app), ...members } };
};

const KINDS = ['public_channel', 'private_channel', 'mpim', 'im'];

export const conversationsList: Method = async (args, { store, app }) => {
  const size = count(args, 'limit', 100, LARGEST_PAGE);
  if (size === null) return refuse('invalid_limit');
  const types = (word(args, 'types') ?? 'public_channel').split(',').map((t) => t.trim());
  if (types.some((t) => !KINDS.includes(t))) return refuse('invalid_types');
  const wanted = (await store.channels()).filter((c) =>
    types.includes(c.kind === 'im' ? 'im' : 'public_channel'),
  );
  const found = page(wanted, word(args, 'cursor'), size);
  if (!found) return refuse('invalid_cursor');
  const channels = found.items.map((c) => channelJson(c, app));
  return { ok: true, channels, response_metadata: { next_cursor: found.next } };
};

export const conversationsMembers: Method = async (args, { store }) => {
  const channel = await store.channel(word(args, 'channel') ?? '');
  if (!channel) return refuse('channel_not_found');
  const size = count(args, 'limit', 100, LARGEST_PAGE);
  if (size === null) return refuse('invalid_limit');
  const found = page(await store.members(channel.id), word(args, 'cursor'), size);
  if (!found) return refuse('invalid_cursor');
  return { ok: true, members: found.items, response_metadata: { next_cursor: found.next } };
};

/** https://docs.slack.dev/reference/methods/conversations.open: direct messages with one person. */
export const conversationsOpen: Method = async (args, { store, app }) => {
  const known = word(args, 'channel');
  if (known) {
    const channel = await store.channel(known);
    return channel ? { ok: true, channel: channelJson(channel, app) } : refuse('channel_not_found');
  }
  const users = (word(args, 'users') ?? '').split(',').filter(Boolean);
  if (users.length === 0) return refuse('users_list_not_supplied');
  if (users.length > 1) return refuse('method_not_supported_for_channel_type');
  const user = await store.user(users[0] ?? '');
  if (!user) return refuse('user_not_found');
  if (user.deleted) return refuse('user_disabled');
  const { channel, isNew } = await store.openIm(user.id, app.botUser);
  const already = isNew ? {} : { no_op: true, already_open: true };
  return {
    ok: true,
    ...already,
    channel: flag(args, 'return_im') ? channelJson(channel, app) : { id: channel.id },
  };
};
