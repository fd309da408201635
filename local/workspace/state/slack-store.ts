import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Bus } from '../bus.ts';
import { toChannel, toHook, toMessage, toUser, toView, type ChannelRow } from './slack-rows.ts';
import { filesIn } from './slack-files.ts';
import type { SlackChannel, SlackStore } from './slack-types.ts';

/** Seconds and microseconds, never the same twice in one process: the clock of message ids. */
export function createTs(): () => string {
  let last = 0;
  return () => {
    last = Math.max(Date.now() * 1000, last + 1);
    return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
  };
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

const imId = (user: string): string =>
  `D${createHash('sha256').update(user).digest('hex').slice(0, 10).toUpperCase()}`;

type People = Pick<SlackStore, 'putUser' | 'user' | 'users'>;

function people(pool: Pool): People {
  return {
    async putUser(u) {
      await pool.query(
        `insert into slack_users values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set
         name = $2, real_name = $3, email = $4, time_zone = $5, is_bot = $6, is_restricted = $7, deleted = $8`,
        [u.id, u.name, u.realName, u.email, u.timeZone, u.isBot, u.isRestricted, u.deleted],
      );
    },
    async user(id) {
      const { rows } = await pool.query('select * from slack_users where id = $1', [id]);
      return rows[0] ? toUser(rows[0]) : null;
    },
    users: async () => (await pool.query('select * from slack_users order by id')).rows.map(toUser),
  };
}

type Channels = Pick<SlackStore, 'putChannel' | 'channel' | 'channels' | 'openIm' | 'isMember' | 'members'>;

function channels(pool: Pool): Channels {
  const channel = async (id: string): Promise<SlackChannel | null> => {
    const { rows } = await pool.query('select * from slack_channels where id = $1', [id]);
    return rows[0] ? toChannel(rows[0]) : null;
  };
  return {
    async putChannel(c, members) {
      await pool.query(
        `insert into slack_channels (id, kind, name, im_user) values ($1, $2, $3, $4)
         on conflict (id) do update set name = $3`,
        [c.id, c.kind, c.name, c.imUser],
      );
      await pool.query('insert into slack_members select $1, unnest($2::text[]) on conflict do nothing', [
        c.id,
        members,
      ]);
    },
    channel,
    channels: async () => (await pool.query('select * from slack_channels order by id')).rows.map(toChannel),
    async openIm(user, bot) {
      const { rows, rowCount } = await pool.query<ChannelRow>(
        `insert into slack_channels (id, kind, name, im_user) values ($1, 'im', $2, $2) on conflict do nothing returning *`,
        [imId(user), user],
      );
      await pool.query('insert into slack_members values ($1, $2), ($1, $3) on conflict do nothing', [
        imId(user),
        user,
        bot,
      ]);
      const made = rows[0] ? toChannel(rows[0]) : await channel(imId(user));
      if (!made) throw new Error('the direct message was not made');
      return { channel: made, isNew: rowCount === 1 };
    },
    async isMember(id, user) {
      const found = await pool.query('select 1 from slack_members where channel = $1 and account = $2', [
        id,
        user,
      ]);
      return found.rowCount === 1;
    },
    async members(id) {
      const { rows } = await pool.query<{ account: string }>(
        'select account from slack_members where channel = $1 order by account',
        [id],
      );
      return rows.map((r) => r.account);
    },
  };
}

type Reading = Pick<SlackStore, 'message' | 'findMessage' | 'latest' | 'ephemerals' | 'history'>;

function reading(pool: Pool): Reading {
  return {
    async message(channel, ts) {
      const { rows } = await pool.query('select * from slack_messages where channel = $1 and ts = $2', [
        channel,
        ts,
      ]);
      return rows[0] ? toMessage(rows[0]) : null;
    },
    async findMessage(ts) {
      const { rows } = await pool.query('select * from slack_messages where ts = $1', [ts]);
      return rows[0] ? toMessage(rows[0]) : null;
    },
    async latest(channel, reader, limit) {
      const { rows } = await pool.query(
        `select * from slack_messages where channel = $1 and (visible_to is null or visible_to = $2)
         order by ts::numeric desc limit $3`,
        [channel, reader, limit],
      );
      return rows.map(toMessage).reverse();
    },
    async ephemerals(user) {
      const { rows } = await pool.query(
        'select * from slack_messages where visible_to = $1 order by ts::numeric',
        [user],
      );
      return rows.map(toMessage);
    },
    async history(q) {
      const before = q.inclusive ? '<=' : '<';
      const after = q.inclusive ? '>=' : '>';
      const { rows } = await pool.query(
        `select * from slack_messages where channel = $1
         and (case when $2::text is null then thread_ts is null else thread_ts = $2 or ts = $2 end)
         and ts::numeric ${after} $3::numeric and ts::numeric ${before} $4::numeric
         and (visible_to is null or visible_to = $5)
         order by ts::numeric desc limit $6`,
        [q.channel, q.thread, q.oldest, q.latest, q.seenBy, q.limit],
      );
      return rows.map(toMessage);
    },
  };
}

type Writing = Pick<SlackStore, 'post' | 'edit' | 'remove'>;

function writing(pool: Pool, bus: Bus): Writing {
  const nextTs = createTs();
  return {
    async post(m) {
      const { rows } = await pool.query(
        `insert into slack_messages (channel, ts, thread_ts, account, bot_id, body, blocks, attachments, metadata, visible_to)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
        [
          ...[m.channel, nextTs(), m.threadTs, m.user, m.botId, m.text],
          ...[json(m.blocks), json(m.attachments), json(m.metadata), m.visibleTo],
        ],
      );
      const message = toMessage(rows[0]);
      bus.tell({ kind: 'slack-message', message });
      return message;
    },
    async edit(old, change, by) {
      const next = { ...old, ...change, edited: { user: by, ts: nextTs() } };
      const { rows } = await pool.query(
        `update slack_messages set body = $3, blocks = $4, attachments = $5, metadata = $6, edited = $7
         where channel = $1 and ts = $2 returning *`,
        [
          ...[old.channel, old.ts, next.text, json(next.blocks), json(next.attachments)],
          ...[json(next.metadata), json(next.edited)],
        ],
      );
      if (!rows[0]) return null;
      const message = toMessage(rows[0]);
      bus.tell({ kind: 'slack-message', message });
      return message;
    },
    async remove(channel, ts) {
      const gone = await pool.query('delete from slack_messages where channel = $1 and ts = $2', [
        channel,
        ts,
      ]);
      if (gone.rowCount) bus.tell({ kind: 'slack-gone', channel, ts });
      return gone.rowCount === 1;
    },
  };
}

type Files = ReturnType<typeof filesIn>;
type Interactions = Omit<
  SlackStore,
  keyof People | keyof Channels | keyof Reading | keyof Writing | keyof Files
>;

function interactions(pool: Pool, bus: Bus): Interactions {
  return {
    async putView(v) {
      const { rows } = await pool.query(
        `insert into slack_views (id, account, kind, hash, root, previous, content, open)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set
         hash = $4, previous = $6, content = $7, open = $8, updated_at = now() returning *`,
        [v.id, v.user, v.kind, v.hash, v.root, v.previous, json(v.content), v.open],
      );
      const view = toView(rows[0]);
      bus.tell({ kind: 'slack-view', view });
      return view;
    },
    async view(id) {
      const { rows } = await pool.query('select * from slack_views where id = $1', [id]);
      return rows[0] ? toView(rows[0]) : null;
    },
    async viewByExternalId(externalId) {
      const { rows } = await pool.query(
        `select * from slack_views where content->>'external_id' = $1 and open order by updated_at desc limit 1`,
        [externalId],
      );
      return rows[0] ? toView(rows[0]) : null;
    },
    async openViews(user) {
      const { rows } = await pool.query(
        'select * from slack_views where account = $1 and open order by updated_at',
        [user],
      );
      return rows.map(toView);
    },
    async closeViews(ids) {
      const { rows } = await pool.query(
        'update slack_views set open = false, updated_at = now() where id = any($1) and open returning *',
        [ids],
      );
      const closed = rows.map(toView);
      for (const view of closed) bus.tell({ kind: 'slack-view', view });
      return closed;
    },
    async putHook(h) {
      await pool.query(
        `insert into slack_hooks (id, channel, account, message_ts, message_private, expires_at)
         values ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000))`,
        [h.id, h.channel, h.user, h.messageTs, h.messagePrivate, h.expiresAtMs],
      );
    },
    async useHook(id) {
      const { rows } = await pool.query('update slack_hooks set uses = uses + 1 where id = $1 returning *', [
        id,
      ]);
      return rows[0] ? toHook(rows[0]) : null;
    },
  };
}

/** The local Slack over Postgres; every change is told to the bus after it is written. */
export function createSlackStore(pool: Pool, bus: Bus): SlackStore {
  return {
    ...people(pool),
    ...channels(pool),
    ...reading(pool),
    ...writing(pool, bus),
    ...interactions(pool, bus),
    ...filesIn(pool),
  };
}
