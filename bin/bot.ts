import { chatsWait } from '../bot/deadline.ts';
import { startBot } from '../bot/main.ts';
import { loadConfig } from '../platform/config.ts';
import { createLog } from '../platform/log.ts';
import { tellDeploy } from '../platform/events/tell-deploy.ts';
import { requireSchema } from '../platform/require-schema.ts';
import { startTelemetry } from '../platform/telemetry.ts';
import { goldenSets, loadAgentsFor } from './load-agents.ts';
import { untilSignal } from './until-signal.ts';
import { openStoresOf } from './open-stores.ts';

/** `countersign bot`: the chat edge, the only room that speaks to Slack and Teams. */
export async function run(): Promise<number> {
  const config = loadConfig(process.env, 'bot');
  if (config.chatsWaitMs !== null) chatsWait(config.chatsWaitMs);
  const log = createLog({ name: 'bot', level: config.logLevel });
  await requireSchema(config.database.appUrl ?? '');
  const telemetry = startTelemetry('countersign-bot', { endpoint: config.otlpEndpoint });
  const stores = await openStoresOf(config, log);
  const loaded = await loadAgentsFor(process.env, config.rehearsal);
  const agents = loaded.map(({ contract }) => contract);
  const golden = goldenSets(loaded, config.rehearsal);
  const bot = await startBot({ stores, redisUrl: config.redisUrl ?? '', config, log, agents, golden }).catch(
    async (error: unknown) => {
      // What is open would keep the process alive, and the reason unseen.
      await Promise.allSettled([stores.close(), telemetry.close()]);
      throw error;
    },
  );
  const told = tellDeploy(stores, log);
  log.info({ port: bot.port }, 'the bot is ready');
  return untilSignal(async () => {
    await bot.close();
    await told;
    await stores.close();
    await telemetry.close();
  });
}
