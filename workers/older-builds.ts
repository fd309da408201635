import type { Client } from '@temporalio/client';
import { keptBundles, type WorkflowBundle } from './bundle.ts';
import { DEPLOYMENT } from './versions.ts';

/** temporal.api.enums.v1.VersionDrainageStatus: runs that are pinned to the version are still open. */
const DRAINING = 1;

/**
 * Builds that open runs are pinned to and whose bundles are kept here. In a cluster the old workers live until they
 * are drained; on one machine there is only this process, so it plays them beside its own build.
 */
export async function undrainedBuilds(
  client: Client,
  cacheFolder: string,
  current: string,
): Promise<{ bundles: WorkflowBundle[]; lost: string[] }> {
  const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
    namespace: client.options.namespace,
    deploymentName: DEPLOYMENT,
  });
  const draining = (workerDeploymentInfo?.versionSummaries ?? []).flatMap((summary) => {
    const buildId = summary.deploymentVersion?.buildId;
    const open = (summary.drainageInfo?.status ?? summary.drainageStatus) === DRAINING;
    return buildId && open && buildId !== current ? [buildId] : [];
  });
  if (draining.length === 0) return { bundles: [], lost: [] };
  const kept = await keptBundles(cacheFolder);
  // The package's version leads the id and may have risen since; the digest after it names the code.
  const digestOf = (buildId: string): string => buildId.slice(buildId.lastIndexOf('-') + 1);
  const found = draining.map((buildId) => ({
    buildId,
    code: kept.find((bundle) => digestOf(bundle.buildId) === digestOf(buildId))?.code,
  }));
  return {
    bundles: found.flatMap(({ buildId, code }) => (code === undefined ? [] : [{ buildId, code }])),
    lost: found.flatMap(({ buildId, code }) => (code === undefined ? [buildId] : [])),
  };
}
