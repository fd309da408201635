import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { openHome, sharedBundles } from '../local/engines/home.ts';
import type { PlannedCall, RunRef } from '../core/activities.ts';
import type { ApprovalId, TenantId } from '../core/ids.ts';
import { newId } from '../platform/ids.ts';
import type { Activities } from '../workers/activities/index.ts';
import { NO_EXPORT } from '../workers/main.ts';
import { workflowBundle } from '../workers/bundle.ts';
import { setCurrentVersion } from '../workers/versions.ts';

export const FAILURE_CONVERTER = join(import.meta.dirname, '../platform/failure-converter.cjs');
/** Where throwaway stacks have theirs too, so that one is made for the whole run. */
const BUNDLES = sharedBundles(openHome({ ...process.env, COUNTERSIGN_HOME: tmpdir() }));
export const bundleForTests = () =>
  workflowBundle({ cacheFolder: BUNDLES, failureConverterPath: FAILURE_CONVERTER });

export const TENANT = 'harbour-mutual' as TenantId;
/** Into a folder of a test's own. What another process is just writing has another name. */
export async function copyBundles(folder: string): Promise<void> {
  await bundleForTests();
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(BUNDLES).filter((one) => one.endsWith('.js')))
    copyFileSync(join(BUNDLES, name), join(folder, name));
}

export const newRun = (): RunRef => ({ tenant: TENANT, run: newId('run') });
export const newApproval = (): ApprovalId => newId('apr');

export const call = (kind: PlannedCall['kind'], tool: string = kind): PlannedCall => ({
  callId: `toolu_${kind}_${tool}`,
  tool,
  kind,
});

/** Activities that are not expected fail the test by name. */
export function activitiesOf(given: Partial<Activities>): Activities {
  const names: (keyof Activities)[] = [
    'openRun', 'requestApproval', 'readOutcome', 'settleCall', 'closeRun', 'guardInput', 'callModel', 'callTool',
    'guardOutput', 'readApproval', 'applyTimers', 'executeAction', 'tickIncident',
  ]; // prettier-ignore
  const absent = names.map((name) => [name, () => Promise.reject(new Error(`${name} was not expected`))]);
  return { ...(Object.fromEntries(absent) as Activities), ...given };
}

/** Runs `work` beside a worker that plays the real workflows over the given activities. */
export async function withWorker<T>(
  env: TestWorkflowEnvironment,
  activities: Partial<Activities>,
  work: (taskQueue: string) => Promise<T>,
): Promise<T> {
  const taskQueue = `play-${newId('run')}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: { code: (await bundleForTests()).code },
    activities: activitiesOf(activities),
    sinks: { exporter: NO_EXPORT },
    // The time-skipping server knows no deployments, and a real one takes our workflows from none but a deployment.
    ...(env.supportsTimeSkipping ? {} : { workerDeploymentOptions: deploymentOf(taskQueue) }),
  });
  return worker.runUntil(async () => {
    if (!env.supportsTimeSkipping) await setCurrentVersion(env.client, BUILD, taskQueue);
    return work(taskQueue);
  });
}

const BUILD = 'play';
const deploymentOf = (deploymentName: string): WorkerOptions['workerDeploymentOptions'] => ({
  version: { deploymentName, buildId: BUILD },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'PINNED',
});
