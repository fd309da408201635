import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { TASK_QUEUE } from '../core/activities.ts';
import { WORKER_DEPLOYMENT } from '../platform/temporal.ts';
import { setCurrentVersion } from '../workers/versions.ts';
import { openNamespace } from './namespace.ts';

export interface IdleWorkers {
  readonly namespace: string;
  close(): Promise<void>;
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
