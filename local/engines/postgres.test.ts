import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openHome } from './home.ts';
import { startPostgres } from './postgres.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

const nothing = (): void => {};

test('what was written is there after the next start, and a deleted home means a new beginning', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-engine-'));
  const open = () => openHome({ ...process.env, COUNTERSIGN_HOME: dir });
  const { postgresData } = open();
  onTestFinished(() => {
    const aside = readdirSync(dirname(postgresData)).filter((name) =>
      name.startsWith(basename(postgresData)),
    );
    for (const name of aside) rmSync(join(dirname(postgresData), name), { recursive: true });
    rmSync(dir, { recursive: true, force: true });
  });
  const first = await startPostgres({ home: open(), say: nothing, durable: true });
  await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.stop();
  const second = await startPostgres({ home: open(), say: nothing, durable: true });
  expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  await second.stop();

  rmSync(dir, { recursive: true });
  const third = await startPostgres({ home: open(), say: nothing, durable: true });
  expect(await ask(third.url, `SELECT to_regclass('kept') AS kept`)).toEqual([{ kept: null }]);
  await third.stop();
});
