import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { TASK_QUEUE } from '../core/activities.ts';
import { WORKER_DEPLOYMENT } from '../platform/temporal.ts';
import { setCurrentVersion } from '../workers/versions.ts';
import { openNamespace } from './namespace.ts';
import { PATIENCE_MS } from './patience.ts';

export interface IdleWorkers {
  readonly namespace: string;
  close(): Promise<void>;
}

/** Which version is current is known by those who ask for workflows; that somebody asks for activities is told apart from it. */
async function untilTheyAsk({ workflowService }: Connection, namespace: string): Promise<void> {
  const ACTIVITIES = 2;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(100)) {
    const asked = { namespace, taskQueue: { name: TASK_QUEUE }, taskQueueType: ACTIVITIES };
    if ((await workflowService.describeTaskQueue(asked)).pollers?.length) return;
  }
  throw new Error('the idle workers do not ask for work');
}

/** Workers as far as Temporal can see, in a namespace of their own: of the current build, asking for work. */
export async function startIdleWorkers(address: string): Promise<IdleWorkers> {
  const namespace = await openNamespace(address);
  const [connection, native] = [
    await Connection.connect({ address }),
    await NativeConnection.connect({ address }),
  ];
  const version = { deploymentName: WORKER_DEPLOYMENT, buildId: '0.0.0-000000000000' };
  const worker = await Worker.create({
    ...{ connection: native, namespace, taskQueue: TASK_QUEUE, activities: { idle: async () => {} } },
    workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' },
  });
  const running = worker.run();
  await setCurrentVersion(new Client({ connection, namespace }), version.buildId);
  await untilTheyAsk(connection, namespace);
  return {
    namespace,
    async close() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}
