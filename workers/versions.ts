import type { Client } from '@temporalio/client';
import { WORKER_DEPLOYMENT } from '../platform/temporal.ts';

export const DEPLOYMENT = WORKER_DEPLOYMENT;
const WAIT_MS = 60_000;
const STEP_MS = 250;

/** gRPC codes of "this version has not polled yet": NOT_FOUND and FAILED_PRECONDITION. */
const NOT_YET: readonly unknown[] = [5, 9];

/**
 * Makes a build the one that new runs start on. A versioned worker makes no progress before; the server learns of
 * a build from its first poll, so this waits for that.
 * @throws when the build has not polled within a minute
 */
export async function setCurrentVersion(
  client: Client,
  buildId: string,
  deploymentName = DEPLOYMENT,
): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: client.options.namespace,
        deploymentName,
        buildId,
        version: `${deploymentName}.${buildId}`,
        // An older build may have polled queues that this one does not know; that must not hold a start back.
        ignoreMissingTaskQueues: true,
        identity: 'countersign',
      });
      return;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (!NOT_YET.includes(code) || Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
