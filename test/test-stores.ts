import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { fraudReview } from '../agents/fraud-review/agent.ts';
import type { AgentContract } from '../core/contract.ts';
import type { PersonId, RunId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { Policy } from '../core/policy-types.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../local/example/example.ts';
import { createLog } from '../platform/log.ts';
import { openStores, type OpenStores } from '../platform/open-store.ts';
import type { PreparedDatabase } from '../platform/prepare-database.ts';
import { newEncryptionKey } from '../platform/seal.ts';
import type { NewApproval } from '../platform/stores.ts';
import { openAdmin } from '../platform/tenants.ts';
import { migratedDatabase } from './engines.ts';

/** Of the example's people those that tests live with: one Admin, so that who is told what stays short to say. */
const EXAMPLE_PEOPLE = ['robin', 'ada', 'ben', 'sofia', 'mara', 'ines'] as const;
export type ExamplePerson = (typeof EXAMPLE_PEOPLE)[number];

export interface TestStores {
  readonly stores: OpenStores;
  readonly urls: PreparedDatabase;
  readonly superuserUrl: string;
  readonly tenant: typeof EXAMPLE.tenant;
  readonly people: Readonly<Record<ExamplePerson, Person>>;
  readonly encryptionKey: string;
  /** One client per call, ended by `close`. */
  as(role: 'superuser' | 'app' | 'migrator' | 'dispatcher'): Promise<pg.Client>;
  close(): Promise<void>;
}

const PEOPLE_CSV = readFileSync(join(import.meta.dirname, '../local/example/people.csv'), 'utf8')
  .split('\n')
  .filter((line, i) => i === 0 || EXAMPLE_PEOPLE.some((name) => line.startsWith(`${name}.`)))
  .join('\n');

/** The example's, before a grant could sign anything; a test that needs more puts a version of its own. */
const FIRST_POLICY: Policy = {
  ...EXAMPLE_POLICY,
  version: 1,
  rules: EXAMPLE_POLICY.rules.map((rule) => ({ ...rule, require: { ...rule.require, grants: false } })),
};

const WIDE = 100_000;

/** Most tests leave their runs unplayed, which then hold their places for good. */
async function widenLimits(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const columns = ['working_limit', 'person_working_limit', 'waiting_limit', 'person_waiting_limit'];
  await client.query(`UPDATE tenants SET ${columns.map((name) => `${name} = ${WIDE}`).join(', ')}`);
  await client.end();
}

/** The example insurer in a database of its own on the real Postgres: migrated, with people and policy. */
export async function openTestStores(
  options: { poolSize?: number; usualLimits?: boolean } = {},
): Promise<TestStores> {
  const { superuserUrl, ...urls } = await migratedDatabase();
  const encryptionKey = newEncryptionKey();
  const log = createLog({ level: 'silent' });
  // A hundred at one instant stand in line for sixteen connections; a slow machine may take its time over it.
  const pool = { poolSize: options.poolSize ?? 16, poolWaitMs: 60_000 };
  const stores = await openStores({ ...urls, encryptionKey, log, ...pool });
  const admin = openAdmin({ appUrl: urls.appUrl });
  const { tenant, name, slack, teams } = EXAMPLE;
  await admin.createTenant({
    tenant,
    name,
    workspaces: [
      { platform: 'slack', workspace: slack.team, settings: { approvalsChannel: slack.channel } },
      { platform: 'teams', workspace: teams.tenant, settings: { approvalsChannel: teams.channel } },
    ],
  });
  await admin.importPeople(tenant, PEOPLE_CSV);
  await admin.putPolicy(tenant, FIRST_POLICY);
  await admin.close();
  const everyone = await stores.people.everyone(tenant);
  const people = Object.fromEntries(everyone.map((p) => [p.email.split('.')[0], p]));
  const clients: pg.Client[] = [];
  if (!options.usualLimits) await widenLimits(superuserUrl);
  const url = {
    superuser: superuserUrl,
    app: urls.appUrl,
    migrator: urls.migratorUrl,
    dispatcher: urls.dispatcherUrl,
  };
  return {
    stores,
    urls,
    superuserUrl,
    tenant,
    people: people as TestStores['people'],
    encryptionKey,
    async as(role) {
      const client = new pg.Client({ connectionString: url[role] });
      await client.connect();
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((c) => c.end()));
      await stores.close();
    },
  };
}

/** As much of an agent as the store looks at. */
export const TEST_AGENT = {
  name: 'fraud-review',
  version: fraudReview.version,
  class: 'standard',
  environment: 'production',
  budget: { tokens: 100_000, costMicros: 500_000 },
  inputLabel: (input: unknown) => (input as { claim: string }).claim,
  concerns: (input: unknown) => `claim ${(input as { claim: string }).claim}`,
} as unknown as AgentContract;

/** A run asked for by Robin. */
export async function startTestRun(
  { stores, tenant, people }: TestStores,
  claim = 'CLM-0847',
): Promise<RunId> {
  const { run } = await stores.runs.create(tenant, {
    agent: TEST_AGENT,
    input: { claim },
    requester: people.robin,
    source: 'slack',
    dedupeKey: null,
    environment: 'production',
    rehearsal: true,
    origin: { platform: 'slack', conversation: EXAMPLE.slack.channel },
  });
  return run;
}

let calls = 0;

/** A request to pay £6,180.00, which is irreversible and so needs two signatures. */
export const testApproval = (
  run: RunId,
  requester: PersonId,
  change: Partial<NewApproval> = {},
): NewApproval => ({
  run,
  callId: `call-${++calls}`,
  agent: 'fraud-review',
  agentVersion: fraudReview.version,
  connector: 'insurer',
  tool: 'settle_claim',
  toolSchemaHash: 'a'.repeat(64) as NewApproval['toolSchemaHash'],
  args: {
    claim: 'CLM-0847',
    amount: { currency: 'GBP', micros: 6_180_000_000 },
    pay_to: 'policyholder',
    reason: 'Escape of water',
  },
  effect: 'irreversible',
  amount: { currency: 'GBP', micros: 6_180_000_000 },
  lowConfidence: false,
  requester,
  evidence: {
    title: 'Pay £6,180.00 on claim CLM-0847',
    assessment: {
      score: 0.41,
      baseRate: 0.18,
      signals: [
        { name: 'second claim', weight: 0.18, text: 'Second water claim in 14 months', citation: 'CLM-0312' },
      ],
      confidence: 0.78,
      unsure: 'Whether the excess is taken off.',
      recommendation: 'settle',
      ask: 'Pay the policyholder for kitchen water damage.',
    },
    sources: [{ citation: 'CLM-0312', readAtMs: 0, asOf: null }],
    argumentLabels: { claim: 'Claim', amount: 'Amount', pay_to: 'Pay to', reason: 'Reason' },
    connectorLabel: 'Insurer database',
    rehearsal: true,
  },
  ...change,
});
