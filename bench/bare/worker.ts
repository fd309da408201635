import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import pg from 'pg';

/** Plays `bareApproval` in a process of its own, with the SDK's own defaults. Ends on SIGTERM. */
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
const pool = new pg.Pool({ connectionString: process.env['BARE_DATABASE_URL'] ?? '', max: 16 });
const worker = await Worker.create({
  connection,
  taskQueue: 'bare',
  workflowsPath: join(import.meta.dirname, 'workflow.ts'),
  activities: {
    async writeRow(id: string): Promise<void> {
      await pool.query({ name: 'done', text: 'INSERT INTO done (id) VALUES ($1)', values: [id] });
    },
  },
});
const running = worker.run();
console.log('the bare worker is ready');
await running;
await pool.end();
await connection.close();
