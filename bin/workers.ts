import { resolve } from 'node:path';
import { connectors } from '../connectors/registry.ts';
import { loadConfig, type Config } from '../platform/config.ts';
import { openCheckpointPlace } from '../platform/ledger/checkpoint-places.ts';
import { keepCheckpoints } from '../platform/ledger/keep-checkpoints.ts';
import { keepRetention } from '../platform/retention/keep-retention.ts';
import { keepMonths } from '../platform/ledger/keep-months.ts';
import type { NoteSigner } from '../platform/ledger/note.ts';
import { createCosigning } from '../platform/ledger/cosign.ts';
import { openWitness } from '../platform/ledger/witness-client.ts';
import { createLog, type Log } from '../platform/log.ts';
import { createExposition } from '../platform/metrics/prometheus.ts';
import { serveMetrics, type Served } from '../platform/metrics/serve.ts';
import type { OpenStores } from '../platform/open-store.ts';
import { startDispatcher } from '../platform/outbox/index.ts';
import { tellDeploy } from '../platform/events/tell-deploy.ts';
import { requireSchema } from '../platform/require-schema.ts';
import { createSecrets, SecretMissingError, type Secrets } from '../platform/secrets.ts';
import { openSink } from '../platform/siem/sinks.ts';
import { streamLedgers } from '../platform/siem/stream.ts';
import { startTelemetry } from '../platform/telemetry.ts';
import { startWorkers } from '../workers/main.ts';
import { createAnthropicModels } from '../workers/models/anthropic.ts';
import { ledgerSigner } from './ledger-signer.ts';
import { findAgent, loadAgentsFor } from './load-agents.ts';
import { untilSignal } from './until-signal.ts';
import { openStoresOf } from './open-stores.ts';

/** A run that needs such a connector fails only after its retries, so the log names the secret at the start. */
function warnOfMissingSecrets(secrets: Secrets, log: Log): void {
  for (const connector of connectors)
    try {
      connector.connect(secrets);
    } catch (error) {
      const why = error instanceof SecretMissingError ? error.message : 'Its settings cannot be read.';
      log.warn({ connector: connector.name, why }, 'a connector cannot connect');
    }
}

/** For Prometheus, where a port was named: workers listen for nothing else. */
async function serveFigures(
  { host, metrics: { port, token } }: Config,
  { metrics }: OpenStores,
  log: Log,
): Promise<Served | null> {
  if (port === 0) return null;
  const { text } = createExposition({ metrics, log });
  return serveMetrics({ host, port, token, text });
}

/** Signed checkpoints of every ledger. Without a key the chain alone says what happened, and its owner could rewrite it. */
function keepLedgers(
  { checkpointPlaces, witnesses }: Config,
  { checkpoints }: OpenStores,
  signer: NoteSigner | null,
  log: Log,
): { close(): Promise<void> } | null {
  if (signer === null) {
    log.warn('COUNTERSIGN_SIGNING_KEY is not set: no checkpoints of the ledger are made');
    return null;
  }
  const places = checkpointPlaces.map(openCheckpointPlace);
  if (places.length === 0) log.warn('COUNTERSIGN_CHECKPOINTS is not set: checkpoints stay in the database');
  const cosigning = createCosigning({ checkpoints, witnesses: witnesses.map(openWitness), log });
  return keepCheckpoints({ checkpoints, signer, places, cosigning, log });
}

/** `countersign workers`: everything that runs agents and signed actions. */
export async function run(): Promise<number> {
  const config = loadConfig(process.env, 'workers');
  const log = createLog({ name: 'workers', level: config.logLevel });
  await requireSchema(config.database.appUrl ?? '');
  const telemetry = startTelemetry('countersign-workers', { endpoint: config.otlpEndpoint });
  const encryptionKey = config.encryptionKey ?? '';
  const signer = ledgerSigner(config);
  const stores = await openStoresOf(config, log);
  const secrets = createSecrets(config.secrets);
  warnOfMissingSecrets(secrets, log);
  const workers = await startWorkers({
    stores,
    temporal: { ...config.temporal, address: config.temporal.address ?? '', encryptionKey },
    redisUrl: config.redisUrl ?? '',
    models: createAnthropicModels({
      apiKey: config.anthropic.apiKey ?? '',
      baseUrl: config.anthropic.baseUrl,
    }),
    agents: findAgent(await loadAgentsFor(process.env, config.rehearsal)),
    connectors,
    secrets,
    log,
    bundleFolder: resolve(process.env['COUNTERSIGN_HOME'] ?? '.countersign', 'bundles'),
    makeCurrent: config.makeCurrent,
    sampleShare: config.sampleShare,
    watch: { everySeconds: config.watchSeconds },
    forwardTo: config.forwardTo,
    ...(telemetry.spans ? { spans: telemetry.spans } : {}),
  });
  // Every process may dispatch (rows are claimed with SKIP LOCKED), so that none has to be alive for the others.
  const dispatcher = startDispatcher({
    redisUrl: config.redisUrl ?? '',
    dispatcherUrl: config.database.dispatcherUrl ?? '',
    log,
  });
  const told = tellDeploy(stores, log);
  const keeper = keepLedgers(config, stores, signer, log);
  const months = keepMonths(stores.checkpoints, log);
  const retention = keepRetention({ retention: stores.retention, archive: config.archive, log });
  const stream =
    config.siem &&
    streamLedgers({ siem: stores.siem, sink: openSink(config.siem.address, config.siem), log });
  const served = await serveFigures(config, stores, log);
  // Whoever started this process waits for these words, whatever LOG_LEVEL lets through.
  console.log('workers are ready');
  return untilSignal(async () => {
    await served?.close();
    await months.close();
    await retention.close();
    await stream?.close();
    await keeper?.close();
    await dispatcher.close();
    await workers.close();
    await told;
    await stores.close();
    await telemetry.close();
  });
}
