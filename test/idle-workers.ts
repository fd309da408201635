import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { randomBytes } from 'node:crypto';
import { TASK_QUEUE } from '../core/activities.ts';
import { WORKER_DEPLOYMENT } from '../platform/temporal.ts';
import { setCurrentVersion } from '../workers/versions.ts';

export interface IdleWorkers {
  readonly namespace: string;
  readonly buildId: string;
  close(): Promise<void>;
}

const DAY_SECONDS = 86_400;

/** Worked through by Temporal's caches after a moment only. */
async function untilThere<T>(work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + 30_000; ; await new Promise((done) => setTimeout(done, 250)))
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
}

/** Workers as far as Temporal can see, in a namespace of their own: of the current build, asking for work. */
export async function startIdleWorkers(address: string): Promise<IdleWorkers> {
  const namespace = `idle-${randomBytes(4).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod: { seconds: DAY_SECONDS as never } },
  });
  const native = await NativeConnection.connect({ address });
  const buildId = '0.0.0-000000000000';
  const version = { deploymentName: WORKER_DEPLOYMENT, buildId };
  const worker = await untilThere(() =>
    Worker.create({
      ...{ connection: native, namespace, taskQueue: TASK_QUEUE, activities: { idle: async () => {} } },
      workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' },
    }),
  );
  const running = worker.run();
  await untilThere(() => setCurrentVersion(new Client({ connection, namespace }), buildId));
  return {
    ...{ namespace, buildId },
    async close() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}
