import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { agents } from '../agents/index.ts';
import { findAgent, loadAgents } from '../bin/load-agents.ts';
import type { ConnectorDefinition } from '../connectors/definition.ts';
import { connectors } from '../connectors/registry.ts';
import { prepareInsurer } from '../connectors/insurer/prepare.ts';
import { seedInsurer } from '../connectors/insurer/seed.ts';
import type { ApprovalState, Signature } from '../core/approval/types.ts';
import type { ApprovalId, RunId } from '../core/ids.ts';
import type { RunView } from '../core/views.ts';
import { startRehearsal, type Rehearsal } from '../local/rehearsal/server.ts';
import { newId } from '../platform/ids.ts';
import { createLog } from '../platform/log.ts';
import { startDispatcher } from '../platform/outbox/index.ts';
import type { Agent } from '../workers/activities/edges.ts';
import { createAnthropicModels } from '../workers/models/anthropic.ts';
import { startWorkers, type Workers, type WorkersOptions } from '../workers/main.ts';
import { testEngines } from './engines.ts';
import { copyBundles } from './workflow-play.ts';
import { PATIENCE_MS } from './patience.ts';
import { openTestStores, type ExamplePerson, type TestStores } from './test-stores.ts';

export interface World extends TestStores {
  readonly rehearsal: Rehearsal;
  readonly insurer: { readonly ownerUrl: string; readonly appUrl: string };
  readonly workers: () => Workers;
  /** Ends the workers and starts others, as a deploy does. */
  restart(): Promise<void>;
  /** Where its workflows are. */
  readonly temporal: WorkersOptions['temporal'];
  /** As if the workflows' source were another one: the kept bundle becomes an older build. */
  changeWorkflows(): Promise<void>;
  ask(words: string, more?: { environment?: 'production' | 'sandbox' }): Promise<RunId>;
  sign(approval: ApprovalId, who: ExamplePerson): Promise<ApprovalState>;
  decline(approval: ApprovalId, who: ExamplePerson, reason: string): Promise<void>;
  /** Waits until the run is where it is expected, or fails with where it is. */
  until(run: RunId, holds: (view: RunView) => boolean): Promise<RunView>;
  untilAsked(run: RunId): Promise<ApprovalState>;
}

async function makeNamespace(address: string): Promise<string> {
  const namespace = newId('run').toLowerCase().replace('_', '-');
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // The server's own caches learn of a namespace a little later.
  for (;;) {
    const known = await connection.workflowService
      .listWorkflowExecutions({ namespace })
      .then(() => true, () => false); // prettier-ignore
    if (known) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await connection.close();
  return namespace;
}

/** A model may take its time: another try after three seconds would be one more step than a test has counted. */
export const patientAgents = (loaded = loadAgents()): readonly Agent[] =>
  loaded.map((agent) => ({ ...agent, contract: { ...agent.contract, maxLatencyMsPerCall: PATIENCE_MS } }));

/** Everything that plays a run, for real and apart from other tests: stores, queues, Temporal, insurer, rehearsal model. */
export async function openWorld(
  more: Partial<Pick<WorkersOptions, 'connectors' | 'agents' | 'watch' | 'sampleShare'>> = {},
): Promise<World> {
  const { redisUrl, temporalAddress } = testEngines();
  const base = await openTestStores();
  const log = createLog({ level: process.env['LOG_LEVEL'] ?? 'silent', name: 'world' });
  const insurer = await prepareInsurer({
    superuserUrl: base.superuserUrl,
    database: `insurer_${newId('run').slice(-8).toLowerCase()}`,
  });
  await seedInsurer(insurer.ownerUrl);
  const rehearsal = await startRehearsal();
  const queuePrefix = `world-${newId('run')}`;
  const namespace = await makeNamespace(temporalAddress);
  const dispatcher = startDispatcher({
    dispatcherUrl: base.urls.dispatcherUrl,
    redisUrl,
    log,
    prefix: queuePrefix,
  });
  const bundleFolder = mkdtempSync(join(tmpdir(), 'world-bundles-'));
  await copyBundles(bundleFolder);
  const { encryptionKey } = base;
  const temporal = { address: temporalAddress, namespace, apiKey: null, tls: null, encryptionKey };
  const start = () =>
    startWorkers({
      stores: base.stores,
      temporal,
      redisUrl,
      models: createAnthropicModels({ apiKey: 'rehearsal', baseUrl: rehearsal.url }),
      agents: findAgent(patientAgents()),
      connectors: connectors as readonly ConnectorDefinition[],
      secrets: () => insurer.appUrl,
      log,
      bundleFolder,
      makeCurrent: true,
      queuePrefix,
      ...more,
    });
  let workers = await start();
  const { stores, tenant, people } = base;
  const contract = agents[0]!;

  const until: World['until'] = async (run, holds) => {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const view = await stores.runs.view(tenant, run);
      if (view && holds(view)) return view;
      if (Date.now() > end) throw new Error(`the run is ${JSON.stringify(view, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const stateOf = async (approval: ApprovalId): Promise<ApprovalState> => {
    const state = await stores.approvals.get(tenant, approval);
    if (!state) throw new Error(`no approval ${approval}`);
    return state;
  };
  const via: Signature['via'] = 'api';
  return {
    ...base,
    rehearsal,
    insurer,
    temporal,
    workers: () => workers,
    async restart() {
      await workers.close();
      workers = await start();
    },
    async changeWorkflows() {
      for (const name of readdirSync(bundleFolder)) {
        const code = readFileSync(join(bundleFolder, name), 'utf8');
        writeFileSync(join(bundleFolder, `old-${name}`), code);
        writeFileSync(join(bundleFolder, name), `/* another version */ ${code}`);
      }
    },
    async ask(words, { environment = 'production' } = {}) {
      const input = contract.parseInput(words);
      const { run } = await stores.runs.create(tenant, {
        agent: contract,
        input,
        requester: people.robin,
        source: 'api',
        dedupeKey: null,
        environment,
        rehearsal: true,
        origin: {},
      });
      return run;
    },
    async sign(approval, who) {
      const { actionDigest } = await stateOf(approval);
      const by = people[who].id;
      const said = await stores.approvals.transition(tenant, approval, { kind: 'approve', by, via, actionDigest, cardDigest: null, comment: null }); // prettier-ignore
      if (!said.ok) throw new Error(`${who} was refused: ${said.reason}`);
      return said.state;
    },
    async decline(approval, who, reason) {
      const { actionDigest } = await stateOf(approval);
      const by = people[who].id;
      const said = await stores.approvals.transition(tenant, approval, { kind: 'decline', by, via, actionDigest, cardDigest: null, reason }); // prettier-ignore
      if (!said.ok) throw new Error(`${who} was refused: ${said.reason}`);
    },
    until,
    async untilAsked(run) {
      const view = await until(run, (v) => v.approvals.some((a) => a.status === 'pending'));
      return stateOf(view.approvals.find((a) => a.status === 'pending')!.id);
    },
    async close() {
      await workers.close();
      await dispatcher.close();
      await rehearsal.close();
      rmSync(bundleFolder, { recursive: true, force: true });
      await base.close();
    },
  };
}
