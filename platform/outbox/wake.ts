import type pg from 'pg';

export const CHANNEL = 'countersign_outbox';
/** A run came, or gave its place back. */
export const INTAKE_CHANNEL = 'countersign_intake';

/**
 * Tells the dispatcher that rows were committed. The notification travels alone, after the commit, since a NOTIFY inside
 * a transaction makes all commits of the database wait for each other; and it carries nothing, since every role may
 * listen. If it is lost, the dispatcher's polling finds the rows.
 */
export function createWake(pool: pg.Pool, channel = CHANNEL): () => void {
  let sending = false;
  let again = false;
  const send = async (): Promise<void> => {
    do {
      again = false;
      await pool.query(`NOTIFY ${channel}`).catch(() => {});
    } while (again);
    sending = false;
  };
  return () => {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    void send();
  };
}
