import type { Redis } from 'ioredis';
import { agentVersions } from '../agents/index.ts';
import type { AgentContract } from '../core/contract.ts';
import type { GatewayOptions, GoldenSets } from './gateway-options.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { createExposition } from '../platform/metrics/prometheus.ts';
import type { DirectorySource } from '../platform/identity/fresh-rights.ts';
import type { OpenStores } from '../platform/open-store.ts';
import { startConsumer, startDispatcher } from '../platform/outbox/index.ts';
import { openRedis } from '../platform/redis.ts';
import type { FreshRights, Platform } from '../platform/stores.ts';
import { watchEngines, type Away } from './api/engines.ts';
import { reviewRoutes } from './explain/routes.ts';
import { healthRoutes } from './api/health.ts';
import { listenHttp, type HttpServer, type Routes } from './api/http.ts';
import { mcpRoutes } from './api/mcp.ts';
import { apiRoutes } from './api/routes.ts';
import { createMetrics, type Metrics } from './api/metrics.ts';
import type { ChatTransport, Gateway } from './chat.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createGateway } from './gateway.ts';
import { createKeepInbox, type ShowCopy } from './inboxes.ts';
import { startKeepingLines } from './keep-lines.ts';
import { startKeepingRights } from './keep-rights.ts';
import { mountIdentity } from './link/mount.ts';
import { onFirstPasskey, onStepUp } from './sign/on-step-up.ts';
import { signRoutes } from './sign/routes.ts';
import { siteOf } from './sign/site.ts';
import { Remembered } from './remembered.ts';
import { createRateLimit } from './rate-limit.ts';
import { createSendBudget } from './send-budget.ts';
import { mountSlack } from './slack/mount.ts';
import { mountTeams, type TeamsDeps } from './teams/mount.ts';

export interface BotOptions {
  readonly stores: OpenStores;
  readonly redisUrl: string;
  readonly config: Config;
  readonly log: Log;
  /** Every version of every agent: the catalogue in `agents/`, unless somebody brings more. */
  readonly agents?: readonly AgentContract[];
  /** The golden cases of a version, as far as the bot has to know them; missing: nothing can be evaluated from chat. */
  readonly golden?: GoldenSets;
  /** BullMQ's key prefix, for tests that share a Redis. */
  readonly queuePrefix?: string;
  /** False: directories are read for whoever clicks alone, for tests that take back what was read. */
  readonly looksAtDirectories?: boolean;
}

export interface Bot {
  readonly port: number;
  /** For the bench: the same door without HTTP. */
  readonly gateway: Gateway;
  /** Takes nothing new, lets what is under way end. */
  close(): Promise<void>;
}

interface Chats {
  readonly routes: Routes;
  readonly transports: Partial<Record<Platform, ChatTransport>>;
  /** Where Slack's user groups are read. */
  readonly slackGroups: DirectorySource | null;
  /** @throws Error when a chat refuses what this installation has */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The registration of the environment, and whether companies bring their own. */
function teamsOf({ teams, teamsCompanies }: Config): Pick<TeamsDeps, 'config' | 'companies'> {
  const elsewhere = ({ cloud, serviceUrl }: NonNullable<Config['teamsCompanies']>) => ({
    ...(cloud ? { cloud } : {}),
    ...(serviceUrl ? { serviceUrl } : {}),
  });
  const own = teams && {
    ...{ clientId: teams.clientId, clientSecret: teams.clientSecret ?? '', tenantId: teams.tenantId ?? '' },
    ...elsewhere(teams),
  };
  return { config: own, ...(teamsCompanies ? { companies: elsewhere(teamsCompanies) } : {}) };
}

/** The chats that this installation has; an empty secret refuses to start. */
function mountChats({ config, stores, log }: BotOptions, gateway: Gateway, metrics: Metrics): Chats {
  const routes: Record<string, Routes[string]> = {};
  const transports: Partial<Record<Platform, ChatTransport>> = {};
  let slackGroups: DirectorySource | null = null;
  const starting: (() => Promise<void>)[] = [];
  const closing: (() => Promise<void>)[] = [];
  if (config.slack !== null) {
    const { signingSecret, botToken, clientId, clientSecret, appToken, apiUrl } = config.slack;
    const { publicUrl } = config;
    const slack = mountSlack({
      signingSecret,
      botToken,
      appToken,
      apiUrl,
      gateway,
      ...(clientId && clientSecret ? { oauth: { clientId, clientSecret, publicUrl } } : {}),
      stores,
      log,
      count: metrics.count,
    });
    if (slack.handle !== null) routes['POST /slack/events'] = slack.handle;
    if (slack.install !== null) Object.assign(routes, slack.install.routes);
    starting.push(() => slack.start());
    transports.slack = slack.transport;
    slackGroups = slack.groups;
    closing.push(() => slack.close());
  }
  if (config.teams !== null || config.teamsCompanies !== null) {
    const teams = mountTeams({ gateway, ...teamsOf(config), stores, log, count: metrics.count });
    routes['POST /api/messages'] = (req, res) => teams.handle(req, res);
    transports.teams = teams.transport;
    closing.push(() => teams.close());
  }
  return {
    routes,
    transports,
    slackGroups,
    start: async () => void (await Promise.all(starting.map((begin) => begin()))),
    close: async () => void (await Promise.allSettled(closing.map((end) => end()))),
  };
}

const NO_GOLDEN_CASES: GoldenSets = () => null;

/** What operators and Prometheus ask of this process. */
const health = ({ stores, config, log }: BotOptions, away: () => Promise<Away>, metrics: Metrics): Routes =>
  healthRoutes({
    postgresAnswers: stores.answers,
    away,
    metrics,
    exposition: createExposition({ metrics: stores.metrics, log }),
    metricsToken: config.metrics.token,
  });

type Around = Pick<
  GatewayOptions,
  'stores' | 'away' | 'remembered' | 'site' | 'count' | 'links' | 'keepInbox'
>;

/** The one door in, the ways by which programs come to the same, and the page of those whom decisions concern. */
function openGateway(
  { config, log, agents = agentVersions, golden = NO_GOLDEN_CASES, queuePrefix }: BotOptions,
  { redis, ...around }: Around & { readonly redis: Redis },
): { readonly gateway: Gateway; readonly programs: Routes } {
  const limit = createRateLimit(redis, log, config.rates, queuePrefix);
  const { rehearsal, entra, publicUrl, proxies } = config;
  const options: GatewayOptions = {
    ...around,
    agents,
    golden,
    rehearsal,
    signsIn: entra !== null,
    log,
    limit,
  };
  const api = { options, limit };
  const { stores, count, site } = around;
  const review = { stores, versions: agents, limit, proxies, origin: site?.origin ?? '', log, count };
  return {
    gateway: createGateway(options),
    programs: { ...apiRoutes(api), ...mcpRoutes(api, publicUrl), ...(site ? reviewRoutes(review) : {}) },
  };
}

const listen = (
  { config: { host, botPort: port, publicUrl }, log }: BotOptions,
  routes: Routes,
): Promise<HttpServer> =>
  listenHttp({ routes, host, port, log, tls: publicUrl?.startsWith('https:') === true });

/** What goes on by itself: cards on their way, waiting runs, and rights that directories give. */
function startLoops(
  { stores, redisUrl, config, log, queuePrefix: prefix, looksAtDirectories = true }: BotOptions,
  handle: Delivery['handle'],
  rights: FreshRights,
): { close(): Promise<unknown> } {
  const queue = { redisUrl, log, ...(prefix ? { prefix } : {}) };
  const { outbox, intake, identity, metrics } = stores;
  const loops = [
    startConsumer({ ...queue, topic: 'deliver', outbox, concurrency: 16, handle }),
    startDispatcher({
      ...queue,
      dispatcherUrl: config.database.dispatcherUrl ?? '',
      workingLimit: config.workingLimit,
    }),
    startKeepingLines(intake, log),
    ...(looksAtDirectories ? [startKeepingRights({ rights, identity, metrics, log })] : []),
  ];
  return { close: () => Promise.all(loops.map((loop) => loop.close())) };
}

/**
 * The chat edge as one process: one HTTP server for both chats, the gateway behind it, and the sender of cards. Several
 * of them may run side by side. @throws when a secret is empty, the port is busy or Slack refuses the app token
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { redisUrl, config, log, queuePrefix: prefix } = options;
  const metrics = createMetrics();
  const redis = openRedis(redisUrl, { failFast: true, name: 'countersign bot' });
  const away = watchEngines(redis, config.temporal.address);
  const remembered = new Remembered();
  const budget = createSendBudget(redis, prefix);
  // The sender needs the chats, which need the gateway, which shows inboxes through the sender.
  const sender: { delivery?: Delivery } = {};
  const show: ShowCopy = async (tenant, copy) =>
    sender.delivery ? sender.delivery.show(tenant, copy) : { result: 'busy' };
  const at = { port: config.botPort };
  const site = siteOf(config);
  const identity = mountIdentity({
    ...{ config, stores: options.stores, log, count: metrics.count },
    publicUrl: () => config.publicUrl ?? `http://127.0.0.1:${at.port}`,
    onStepUp: onStepUp(options.stores, () => gateway),
    ...{ onFirstPasskey: onFirstPasskey(options.stores, site), site },
  });
  // Whoever is identified has their groups read first, where a directory gives rights.
  const stores = { ...options.stores, people: { ...options.stores.people, rights: identity.rights } };
  const { gateway, programs } = openGateway(options, {
    ...{ stores, redis, away, remembered, site, count: metrics.count, links: identity.links },
    keepInbox: createKeepInbox(stores, show),
  });
  const chats = mountChats(options, gateway, metrics);
  identity.addSlack(chats.slackGroups);
  const signing = signRoutes({
    ...{ stores, gateway, site, links: identity.links, signsIn: config.entra !== null, log },
    count: metrics.count,
  });
  const pages = { ...chats.routes, ...identity.routes, ...signing, ...programs };
  const http = await listen(options, { ...pages, ...health(options, away, metrics) });
  at.port = http.port;
  await chats.start().catch(async (error: unknown) => {
    await Promise.allSettled([http.close(), chats.close()]);
    redis.disconnect();
    throw error;
  });
  const { transports } = chats;
  const delivery = createDelivery({ stores, transports, budget, remembered, log, count: metrics.count });
  sender.delivery = delivery;
  const loops = startLoops(options, delivery.handle, identity.rights);
  return {
    port: http.port,
    gateway,
    async close() {
      await http.close();
      await chats.close();
      await loops.close();
      redis.disconnect();
    },
  };
}
