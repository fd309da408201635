import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import pg from 'pg';
import { createInsurerServer } from './tools.ts';

/** Run as `node --import tsx connectors/insurer/server.ts` with `INSURER_DATABASE_URL` set; speaks MCP on stdio. */
const connectionString = process.env['INSURER_DATABASE_URL'];
if (!connectionString) {
  console.error('INSURER_DATABASE_URL is not set: the address of the insurer database, role insurer_app.');
  process.exit(2);
}
const pool = new pg.Pool({
  connectionString,
  max: 4,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
});
// an idle connection that dies must not take the server with it; the next call opens another
pool.on('error', () => {});

const server = createInsurerServer(pool);
const stop = (): void => {
  void server
    .close()
    .then(() => pool.end())
    .finally(() => process.exit(0));
};
process.stdin.once('end', stop);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
await server.connect(new StdioServerTransport());
