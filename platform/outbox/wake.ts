import type pg from 'pg';

export const CHANNEL = 'countersign_outbox';

/**
 * Tells the dispatcher that rows were committed. The notification travels alone, after the commit, since a NOTIFY inside
 * a transaction makes all commits of the database wait for each other; and it carries nothing, since every role may
 * listen. If it is lost, the dispatcher's polling finds the rows.
 */
export function createWake(pool: pg.Pool): () => void {
  let sending = false;
  let again = false;
  const send = async (): Promise<void> => {
    do {
      again = false;
      await pool.query(`NOTIFY ${CHANNEL}`).catch(() => {});
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
