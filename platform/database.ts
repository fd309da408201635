import type { Duplex } from 'node:stream';
import pg from 'pg';
import { TenantId } from '../core/ids.ts';
import { createSubjectKeys } from './personal/subject-keys.ts';
import type { Database, Statement, SubjectKeys, TenantTx } from './transaction.ts';

export type { Database, Statement, TenantTx };

/** COMMIT was sent and no answer came: the transaction may or may not have happened. */
export class CommitUnknownError extends Error {
  readonly code = 'commit_unknown';
}

/** bigint columns hold counts, sequence numbers and micros: all must fit a JavaScript number exactly. */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond 2^53`);
  return value;
}

const INT8_OID = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? safeInteger
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** A pool with our number parsing and limits: no statement may hang for ever, no transaction may sit idle. */
export function createPool(connectionString: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    types,
    max: 16,
    connectionTimeoutMillis: 5_000,
    // A new one costs a process of Postgres and the parsing and planning of all that is asked: far more than keeping it.
    idleTimeoutMillis: 60_000,
    statement_timeout: 20_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'countersign',
    // Our statements are all by key: one plan serves every value, and planning anew costs more than running.
    options: '-c plan_cache_mode=force_generic_plan',
    ...options,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  // The same for one that breaks in use: whoever uses it learns of it from the statement that fails.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/** A pipelined statement may fail before anybody waits for it; the failure is met where it is awaited. */
function noted<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function commit(client: pg.PoolClient): Promise<void> {
  const done = await client.query('COMMIT').catch((error: unknown) => {
    throw new CommitUnknownError('the commit was sent, its answer did not come', { cause: error });
  });
  // COMMIT of a failed transaction answers ROLLBACK without an error.
  if (done.command !== 'COMMIT') throw new Error('the transaction was rolled back');
}

class Transaction implements TenantTx {
  committed = false;
  readonly keys: SubjectKeys | null;
  private readonly client: pg.PoolClient;
  constructor(client: pg.PoolClient, keys: SubjectKeys | null) {
    this.client = client;
    this.keys = keys;
  }

  private async send<Row extends object>({ name, text, values }: Statement): Promise<Row[]> {
    const query = { text, values: values ? [...values] : [], ...(name ? { name } : {}) };
    return (await this.client.query<Row & pg.QueryResultRow>(query)).rows;
  }

  rows<Row extends object>(statement: Statement): Promise<Row[]> {
    return this.send<Row>(statement);
  }

  async row<Row extends object>(statement: Statement): Promise<Row | null> {
    const rows = await this.send<Row>(statement);
    if (rows.length > 1) throw new Error(`expected one row, found ${rows.length}`);
    return rows[0] ?? null;
  }

  async commitWith<Row extends object>(statement: Statement): Promise<Row[]> {
    this.committed = true;
    sendTogether(this.client);
    const sent = noted(this.send<Row>(statement));
    const ended = noted(commit(this.client));
    const rows = await sent;
    await ended;
    return rows;
  }
}

/** Both in one message: neither has a plan to make, and a message less is a tenth of a short transaction, here and there. */
const beginFor = (tenant: TenantId): string => `BEGIN; SET LOCAL app.tenant = ${pg.escapeLiteral(tenant)}`;

/** What is sent until the caller yields goes out in one write, instead of one for each statement. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Duplex } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * The application's only way to Postgres. Statements are pipelined: BEGIN and the tenant's setting travel with the first
 * statement. Should one of them fail, the statements behind them meet a transaction without a tenant, in which
 * row-level security shows and takes nothing.
 * @param encryptionKey as in `COUNTERSIGN_ENCRYPTION_KEY`; missing: nothing personal can be recorded, or read of the record
 */
export function openDatabase(
  url: string,
  options: pg.PoolConfig = {},
  encryptionKey: string | null = null,
): Database {
  const pool = createPool(url, { pipeline: true, ...options });
  // Keys are made on connections of their own: whoever holds a ledger's head waits for nobody who waits for it.
  const own = encryptionKey === null ? null : openDatabase(url, { max: 2, idleTimeoutMillis: 5_000 });
  const keys = own && createSubjectKeys(own, encryptionKey ?? '');
  return {
    async inTenant(tenant, fn) {
      const setting = TenantId.parse(tenant);
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        sendTogether(client);
        const begun = noted(client.query(beginFor(setting)));
        const tx = new Transaction(client, keys);
        const result = await fn(tx);
        await begun;
        if (!tx.committed) await commit(client);
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
        if (error instanceof CommitUnknownError) broken = error;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await Promise.all([pool.end(), own?.close()]);
    },
  };
}
