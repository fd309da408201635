import type { Pool } from 'pg';
import type { JsonObject } from '../../../core/canonical-json.ts';
import type { Bus } from '../bus.ts';
import type { TeamsConversation, TeamsMessage, TeamsStore } from '../teams-api/store.ts';

interface Row {
  conversation: string;
  id: string;
  thread: string | null;
  sender: TeamsMessage['from'];
  body: string;
  card: JsonObject | null;
  summary: string | null;
  sent_at_ms: string;
  edited_at_ms: string | null;
  deleted: boolean;
}

const toMessage = (r: Row): TeamsMessage => ({
  conversation: r.conversation,
  id: r.id,
  thread: r.thread,
  from: r.sender,
  text: r.body,
  card: r.card,
  summary: r.summary,
  sentAtMs: Number(r.sent_at_ms),
  editedAtMs: r.edited_at_ms === null ? null : Number(r.edited_at_ms),
  deleted: r.deleted,
});

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

type Conversations = Pick<TeamsStore, 'ensureConversation' | 'conversation' | 'conversations'>;

function keepConversations(pool: Pool): Conversations {
  const find = async (where: string, values: string[]): Promise<TeamsConversation[]> =>
    (await pool.query<TeamsConversation>(`select * from teams_conversations ${where} order by id`, values))
      .rows;
  return {
    async ensureConversation(c) {
      await pool.query('insert into teams_conversations values ($1, $2, $3, $4) on conflict do nothing', [
        ...[c.id, c.kind, c.name, c.person],
      ]);
    },
    conversation: async (id) => (await find('where id = $1', [id]))[0] ?? null,
    conversations: () => find('', []),
  };
}

/** The local Teams over Postgres; every change is told to the bus after it is written. */
export function createTeamsStore(pool: Pool, bus: Bus): TeamsStore {
  const told = (row: Row | undefined): boolean => {
    if (row) bus.tell({ kind: 'teams-message', message: toMessage(row) });
    return row !== undefined;
  };
  return {
    ...keepConversations(pool),
    async insertMessage(m) {
      const { rows } = await pool.query<Row>(
        `insert into teams_messages values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning *`,
        [
          ...[m.conversation, m.id, m.thread, json(m.from), m.text, json(m.card), m.summary],
          ...[m.sentAtMs, m.editedAtMs, m.deleted],
        ],
      );
      return told(rows[0]);
    },
    async message(conversation, id) {
      const { rows } = await pool.query<Row>(
        'select * from teams_messages where conversation = $1 and id = $2',
        [conversation, id],
      );
      return rows[0] ? toMessage(rows[0]) : null;
    },
    async editMessage(conversation, id, content, atMs) {
      const { rows } = await pool.query<Row>(
        `update teams_messages set body = $3, card = $4, summary = $5, edited_at_ms = $6
         where conversation = $1 and id = $2 and not deleted returning *`,
        [conversation, id, content.text, json(content.card), content.summary, atMs],
      );
      return told(rows[0]);
    },
    async deleteMessage(conversation, id, atMs) {
      const { rows } = await pool.query<Row>(
        `update teams_messages set deleted = true, body = '', card = null, summary = null, edited_at_ms = $3
         where conversation = $1 and id = $2 and not deleted returning *`,
        [conversation, id, atMs],
      );
      return told(rows[0]);
    },
    async messages(conversation) {
      const { rows } = await pool.query<Row>(
        'select * from teams_messages where conversation = $1 order by sent_at_ms, id',
        [conversation],
      );
      return rows.map(toMessage);
    },
  };
}
