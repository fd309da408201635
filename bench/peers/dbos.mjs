import { DBOS } from '@dbos-inc/dbos-sdk';
import { serve, writeRow } from './serve.mjs';

/** A durable workflow that waits for a message from a person and then acts in a step. */
const approval = DBOS.registerWorkflow(
  async (id) => {
    const signed = await DBOS.recv('signed', 3600);
    if (signed) await DBOS.runStep(() => writeRow(id).then(() => true), { name: 'act' });
  },
  { name: 'approval' },
);
DBOS.setConfig({
  name: 'peer',
  systemDatabaseUrl: process.env.PEER_DATABASE_URL,
  systemDatabasePoolSize: 16,
  runAdminServer: false,
});
await DBOS.launch();

serve({
  ask: (id) => DBOS.startWorkflow(approval, { workflowID: id })(id),
  sign: (id) => DBOS.send(id, true, 'signed'),
});
