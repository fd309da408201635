import type { Pool } from 'pg';
import type { SlackFile, SlackStore } from './slack-types.ts';

interface FileRow {
  id: string;
  ticket: string;
  account: string;
  name: string;
  size: number;
  alt: string | null;
  bytes: Buffer | null;
  completed_at_ms: string | null;
}

const toFile = (r: FileRow): SlackFile => ({
  ...{ id: r.id, ticket: r.ticket, owner: r.account, name: r.name, size: r.size, alt: r.alt, bytes: r.bytes },
  completedAtMs: r.completed_at_ms === null ? null : Number(r.completed_at_ms),
});

/** Files that apps put into the local Slack. */
export function filesIn(pool: Pool): Pick<SlackStore, 'putFile' | 'removeFile' | 'file' | 'fileOfTicket'> {
  const by = async (column: 'id' | 'ticket', value: string): Promise<SlackFile | null> => {
    const { rows } = await pool.query<FileRow>(`select * from slack_files where ${column} = $1`, [value]);
    return rows[0] ? toFile(rows[0]) : null;
  };
  return {
    async putFile(f) {
      await pool.query(
        `insert into slack_files values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do update set bytes = $7, completed_at_ms = $8`,
        [f.id, f.ticket, f.owner, f.name, f.size, f.alt, f.bytes, f.completedAtMs],
      );
    },
    async removeFile(id) {
      await pool.query('delete from slack_files where id = $1', [id]);
    },
    file: (id) => by('id', id),
    fileOfTicket: (ticket) => by('ticket', ticket),
  };
}
