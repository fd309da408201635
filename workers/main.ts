import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry-v2';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry-v2/lib/worker/index.js';
import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { TASK_QUEUE } from '../core/activities.ts';
import type { ConnectorDefinition } from '../connectors/definition.ts';
import { createConnectors } from '../connectors/client.ts';
import type { Log } from '../platform/log.ts';
import type { OutboxStore } from '../platform/outbox/index.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Stores } from '../platform/stores.ts';
import {
  connectionOptions,
  connectTemporal,
  dataConverter,
  type TemporalConfig,
} from '../platform/temporal.ts';
import { createActivities } from './activities/index.ts';
import type { Agent, Edges } from './activities/edges.ts';
import { workflowBundle, type WorkflowBundle } from './bundle.ts';
import type { Models } from './models/models.ts';
import { createPost } from './forward/egress.ts';
import { startForwarding } from './forward/index.ts';
import { startQueues } from './queues/index.ts';
import { undrainedBuilds } from './older-builds.ts';
import { beatWhileAlive } from './heartbeat.ts';
import { listenToRuntime } from './runtime.ts';
import { DEPLOYMENT, setCurrentVersion } from './versions.ts';
import { evaluateEveryWeek, watchEvery } from './watch/schedule.ts';

export interface WorkersOptions {
  readonly stores: Stores & { readonly outbox: OutboxStore };
  readonly temporal: TemporalConfig & { readonly encryptionKey: string };
  readonly redisUrl: string;
  readonly models: Models;
  readonly agents: (name: string, version: string) => Agent | null;
  readonly connectors: readonly ConnectorDefinition[];
  readonly secrets: Secrets;
  readonly log: Log;
  /** Where workflow bundles are kept between starts. */
  readonly bundleFolder: string;
  /** Make this build current: for an embedded engine and `migrate`; elsewhere a rollout decides. */
  readonly makeCurrent: boolean;
  /** The share of finished production runs that a judge scores, 0 to 1; missing: none. */
  readonly sampleShare?: number;
  /** Look at the figures, every so many seconds; missing: only when told to. */
  readonly watch?: { readonly everySeconds: number };
  /** Origins inside, or without TLS, that incidents may be forwarded to all the same. */
  readonly forwardTo?: readonly string[];
  /** Sends the workflows' own spans; without it they still carry the trace along. */
  readonly spans?: { readonly processor: SpanProcessor; readonly resource: Resource };
  readonly queuePrefix?: string;
}

export interface Workers {
  readonly buildId: string;
  /** Lets what runs come to a safe point (activities have 10 s), then leaves. */
  close(): Promise<void>;
}

const edgesOf = (
  { stores, models, agents, sampleShare = 0 }: WorkersOptions,
  connectors: Edges['connectors'],
): Edges => ({ stores, models, connectors, agents, sampleShare, nowMs: () => Date.now() });

/** Starts everything that runs agents: the Temporal worker and the queues that feed it. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { stores, temporal, log } = options;
  listenToRuntime(log);
  const converter = dataConverter(temporal.encryptionKey);
  const client = connectTemporal({
    ...temporal,
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
  const bundle = await workflowBundle({
    cacheFolder: options.bundleFolder,
    failureConverterPath: converter.failureConverterPath!,
  });
  const connectors = createConnectors({ definitions: options.connectors, secrets: options.secrets });
  const activities = createActivities(edgesOf(options, connectors));
  const connection = await NativeConnection.connect(connectionOptions(temporal) as NativeConnectionOptions);
  const play = (build: WorkflowBundle): Promise<Running> =>
    startWorker(log, {
      connection,
      namespace: temporal.namespace,
      taskQueue: TASK_QUEUE,
      workflowBundle: { code: build.code },
      activities,
      dataConverter: converter,
      ...versioning(build.buildId),
      ...tracing(options.spans),
      shutdownGraceTime: '10 s',
      // Without Temporal nothing can be handed back to it, and an orderly end would never come.
      shutdownForceTime: '20 s',
      maxConcurrentActivityTaskExecutions: 100,
      maxConcurrentLocalActivityExecutions: 100,
    });
  const playing = [await play(bundle)];
  if (options.makeCurrent)
    for (const build of await takeOver(client, options, bundle.buildId)) playing.push(await play(build));
  if (options.watch)
    await Promise.all([watchEvery(client, options.watch.everySeconds), evaluateEveryWeek(client)]);
  const queues = startQueues({
    client,
    outbox: stores.outbox,
    redisUrl: options.redisUrl,
    log,
    ...(options.queuePrefix ? { prefix: options.queuePrefix } : {}),
  });
  const forwarding = startForwarding({
    ...{ stores, log, redisUrl: options.redisUrl },
    post: createPost({ allowed: new Set(options.forwardTo) }),
    ...(options.queuePrefix ? { prefix: options.queuePrefix } : {}),
  });
  log.info({ buildId: bundle.buildId, builds: playing.length }, 'workers are ready');
  return {
    buildId: bundle.buildId,
    async close() {
      await Promise.all([queues.close(), forwarding.close()]);
      await Promise.all(playing.map((one) => one.stop()));
      await connectors.close();
      await connection.close();
      await client.connection.close();
    },
  };
}

/** Makes the build current, and finds the older ones that have to be played beside it. */
async function takeOver(client: Client, options: WorkersOptions, buildId: string): Promise<WorkflowBundle[]> {
  await setCurrentVersion(client, buildId);
  const older = await undrainedBuilds(client, options.bundleFolder, buildId);
  if (older.lost.length > 0)
    options.log.error(
      { builds: older.lost },
      'open runs belong to builds whose bundles are gone; cancel them',
    );
  return older.bundles;
}

interface Running {
  stop(): Promise<void>;
}

async function startWorker(log: Log, options: WorkerOptions): Promise<Running> {
  const worker = await Worker.create(options);
  const running = worker.run();
  running.catch((error: unknown) => log.error({ err: error }, 'the Temporal worker stopped'));
  return {
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => {});
    },
  };
}

const versioning = (buildId: string): Pick<WorkerOptions, 'workerDeploymentOptions'> => ({
  workerDeploymentOptions: {
    version: { deploymentName: DEPLOYMENT, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  },
});

/** The interceptors in the bundle always export; without a processor it goes nowhere. */
export const NO_EXPORT = { export: { fn: () => {} } };

/** The workflow side of the interceptors lies in the bundle; this is the other half. */
const tracing = (spans: WorkersOptions['spans']): Pick<WorkerOptions, 'interceptors' | 'sinks'> => ({
  interceptors: {
    activity: [
      (context) => ({ inbound: beatWhileAlive(context) }),
      (context) => ({
        inbound: new OpenTelemetryActivityInboundInterceptor(context),
        outbound: new OpenTelemetryActivityOutboundInterceptor(context),
      }),
    ],
  },
  sinks: { exporter: spans ? makeWorkflowExporter(spans.processor, spans.resource) : NO_EXPORT },
});
