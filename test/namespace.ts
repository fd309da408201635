import { Connection } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.ts';

const DAY_SECONDS = 86_400;

/** A Temporal namespace of a test's own, once the server's caches know of it. */
export async function openNamespace(address: string): Promise<string> {
  const namespace = `test-${randomBytes(5).toString('hex')}`;
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  await workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod: { seconds: DAY_SECONDS as never } },
  });
  const known = (): Promise<boolean> =>
    workflowService.listWorkflowExecutions({ namespace }).then(
      () => true,
      () => false,
    );
  for (const until = Date.now() + PATIENCE_MS; !(await known()) && Date.now() < until;) await sleep(200);
  await connection.close();
  return namespace;
}
