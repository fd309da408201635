import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { agents } from '../agents/index.ts';
import { connectors } from '../connectors/registry.ts';
import { loadConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { openStores } from '../platform/open-store.ts';
import { startDispatcher } from '../platform/outbox/index.ts';
import { createSecrets } from '../platform/secrets.ts';
import { startTelemetry } from '../platform/telemetry.ts';
import { startWorkers } from '../workers/main.ts';
import { createAnthropicModels } from '../workers/models/anthropic.ts';
import { untilSignal } from './until-signal.ts';

/** Every agent with the prompt that lies beside its contract. */
function loadAgents() {
  const loaded = new Map(
    agents.map((contract) => [
      contract.name,
      {
        contract,
        prompt: readFileSync(resolve(import.meta.dirname, '../agents', contract.name, 'prompt.md'), 'utf8'),
      },
    ]),
  );
  return (name: string) => loaded.get(name) ?? null;
}

/** `countersign workers`: everything that runs agents and signed actions. */
export async function run(): Promise<number> {
  const config = loadConfig(process.env, 'workers');
  const log = createLog({ name: 'workers', level: config.logLevel });
  const telemetry = startTelemetry('countersign-workers', { endpoint: config.otlpEndpoint });
  const encryptionKey = config.encryptionKey ?? '';
  const stores = await openStores({
    appUrl: config.database.appUrl ?? '',
    dispatcherUrl: config.database.dispatcherUrl ?? '',
    encryptionKey,
    log,
  });
  const workers = await startWorkers({
    stores,
    temporal: { ...config.temporal, address: config.temporal.address ?? '', encryptionKey },
    redisUrl: config.redisUrl ?? '',
    models: createAnthropicModels({
      apiKey: config.anthropic.apiKey ?? '',
      baseUrl: config.anthropic.baseUrl,
    }),
    agents: loadAgents(),
    connectors,
    secrets: createSecrets(config.secrets),
    log,
    bundleFolder: resolve(process.env['COUNTERSIGN_HOME'] ?? '.countersign', 'bundles'),
    makeCurrent: config.makeCurrent,
    ...(telemetry.spans ? { spans: telemetry.spans } : {}),
  });
  // Every process may dispatch (rows are claimed with SKIP LOCKED), so that none has to be alive for the others.
  const dispatcher = startDispatcher({
    redisUrl: config.redisUrl ?? '',
    dispatcherUrl: config.database.dispatcherUrl ?? '',
    log,
  });
  return untilSignal(async () => {
    await dispatcher.close();
    await workers.close();
    await stores.close();
    await telemetry.close();
  });
}
