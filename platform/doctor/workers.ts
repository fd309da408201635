import type { Connection } from '@temporalio/client';
import { TASK_QUEUE } from '../../core/activities.ts';
import { WORKER_DEPLOYMENT } from '../temporal.ts';
import { codeOf, ok, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

/** gRPC's code (https://grpc.io/docs/guides/status-codes). */
const NOT_FOUND = '5';
/** temporal.api.enums.v1.TaskQueueType. */
const ACTIVITIES = 2;
/** Temporal remembers who asked for work for five minutes; a worker asks again at least each minute. */
const ASKED_WITHIN_MS = 90_000;

async function currentBuild(connection: Connection, namespace: string): Promise<string | null> {
  const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
    ...{ namespace, deploymentName: WORKER_DEPLOYMENT },
  });
  return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId || null;
}

async function somebodyAsks(connection: Connection, namespace: string, build: string): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    ...{ namespace, taskQueue: { name: TASK_QUEUE }, taskQueueType: ACTIVITIES },
  });
  return (pollers ?? []).some(({ deploymentOptions, lastAccessTime }) => {
    const atMs = Number(lastAccessTime?.seconds ?? 0) * 1000;
    return deploymentOptions?.buildId === build && Date.now() - atMs < ASKED_WITHIN_MS;
  });
}

/** Runs start on the build that is current only, and only while a worker of it asks for work. */
export async function examineWorkers(connection: Connection, namespace: string): Promise<Finding> {
  const what = LINES.workers;
  try {
    const build = await currentBuild(connection, namespace);
    if (build === null) return wrong(what, FOUND.noCurrent, FOUND.makeCurrent);
    return (await somebodyAsks(connection, namespace, build))
      ? ok(what, FOUND.workersCurrent(build))
      : wrong(what, FOUND.noPoller(build), FOUND.startWorkers);
  } catch (error) {
    const code = codeOf(error);
    return code === NOT_FOUND
      ? wrong(what, FOUND.noWorkers, FOUND.startWorkers)
      : wrong(what, FOUND.temporalNo(namespace, code), FOUND.temporalAdvice);
  }
}
