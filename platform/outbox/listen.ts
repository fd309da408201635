import pg from 'pg';

const AGAIN_MS = 1_000;

/** Listens for wakes on a connection of its own, and connects again for as long as it is not closed. */
export function listen(
  url: string,
  onWake: Readonly<Record<string, () => void>>,
): { close(): Promise<void> } {
  let closed = false;
  let current: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    if (!closed) timer = setTimeout(() => void connect(), AGAIN_MS);
  };
  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, application_name: 'countersign listener' });
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      if (current === client) current = null;
      client.end().catch(() => {});
      again();
    };
    client.on('error', end);
    client.on('end', end);
    client.on('notification', ({ channel }) => onWake[channel]?.());
    try {
      await client.connect();
      for (const channel of Object.keys(onWake)) await client.query(`LISTEN ${channel}`);
      current = client;
      for (const wake of Object.values(onWake)) wake();
      if (closed) end();
    } catch {
      end();
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await current?.end().catch(() => {});
    },
  };
}
