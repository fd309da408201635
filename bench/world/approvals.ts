import pg from 'pg';
import { agents } from '../../agents/index.ts';
import type { Stack } from '../../bin/stack/open-stack.ts';
import { createConnectors, type GrantedTool } from '../../connectors/client.ts';
import { connectors as definitions } from '../../connectors/registry.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { RunId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { databaseUrl } from './open.ts';
import { inParallel } from './statistics.ts';

/** Referring asks for one signature, denying for two (the example's policy). */
export type ActionTool = 'refer_to_siu' | 'deny_claim';

interface Prepared {
  readonly claim: string;
  readonly run: RunId;
}

/** Real approvals of real runs, made through the stores: only the model is left out. */
export interface Approvals {
  /** Runs and open claims to ask about; before the programs start, since no model is to play these runs. */
  prepare(count: number): Promise<void>;
  /** Asks for so many signatures, as an agent's run does. */
  open(count: number, tool: ActionTool): Promise<ApprovalState[]>;
  readonly tenant: typeof EXAMPLE.tenant;
  readonly database: pg.Pool;
  readonly insurer: pg.Pool;
  close(): Promise<void>;
}

const MORE_CLAIMS = `INSERT INTO claims (claim, policy, cause, summary, incident_on, reported_on, currency, claimed_micros, status)
  SELECT 'CLM-' || n, policy, cause, summary, incident_on, reported_on, currency, claimed_micros, 'open'
  FROM generate_series(1000, 9999) AS n, (SELECT * FROM claims WHERE status = 'open' ORDER BY claim LIMIT 1) c
  WHERE NOT EXISTS (SELECT 1 FROM claims WHERE claim = 'CLM-' || n) LIMIT $1 RETURNING claim`;

const evidence = (title: string): Evidence => ({
  title,
  assessment: {
    score: 0.71,
    baseRate: 0.18,
    signals: [
      { name: 'second claim', weight: 0.4, text: 'Second water claim in 14 months', citation: 'CLM-0312' },
    ],
    confidence: 0.8,
    unsure: 'Whether both claims have one cause.',
    recommendation: 'refer',
    ask: 'Look at both claims together.',
  },
  sources: [{ citation: 'CLM-0312', readAtMs: 0, asOf: null }],
  argumentLabels: { claim: 'Claim', reason: 'Reason' },
  connectorLabel: 'Insurer database',
  rehearsal: true,
});

async function readTools(stack: Stack): Promise<readonly GrantedTool[]> {
  const connectors = createConnectors({ definitions, secrets: () => stack.insurerUrl });
  try {
    return await connectors.tools(EXAMPLE.tenant, { insurer: ['refer_to_siu', 'deny_claim'] });
  } finally {
    await connectors.close();
  }
}

async function requesterOf(stack: Stack): Promise<Person> {
  const everyone = await stack.stores.people.everyone(EXAMPLE.tenant);
  const robin = everyone.find((person) => person.email.startsWith('robin.'));
  if (!robin) throw new Error('Robin is not among the example people.');
  return robin;
}

export async function createApprovals(stack: Stack): Promise<Approvals> {
  const { stores } = stack;
  const { tenant, slack } = EXAMPLE;
  const [tools, robin] = await Promise.all([readTools(stack), requesterOf(stack)]);
  const agent = agents[0]!;
  const database = new pg.Pool({ connectionString: databaseUrl(stack, 'countersign'), max: 4 });
  const insurer = new pg.Pool({ connectionString: databaseUrl(stack, 'insurer'), max: 2 });
  const ready: Prepared[] = [];

  async function ask({ claim, run }: Prepared, name: ActionTool): Promise<ApprovalState> {
    const tool = tools.find((t) => t.name === name);
    if (!tool || tool.grant.effect === 'read') throw new Error(`The insurer has no action ${name}.`);
    const args = { claim, reason: 'Looks like an earlier one' };
    const opened = await stores.approvals.open(tenant, {
      ...{ run, callId: 'bench', agent: agent.name, agentVersion: agent.version, connector: 'insurer' },
      ...{ tool: name, toolSchemaHash: tool.schemaHash, args, effect: tool.grant.effect, amount: null },
      ...{ lowConfidence: false, requester: robin.id, evidence: evidence(`${name} ${claim}`) },
    });
    if (!opened.ok) throw new Error(opened.reason);
    const state = await stores.approvals.get(tenant, opened.approval);
    if (!state) throw new Error(`${opened.approval} is not in the store.`);
    return state;
  }

  return {
    tenant,
    database,
    insurer,
    async prepare(count) {
      await database.query('UPDATE tenants SET waiting_limit = 1000000, person_waiting_limit = 1000000');
      const { rows } = await insurer.query<{ claim: string }>(MORE_CLAIMS, [count]);
      if (rows.length < count) throw new Error(`Only ${rows.length} of ${count} claims could be made.`);
      await inParallel(rows, 16, async ({ claim }) => {
        const { run } = await stores.runs.create(tenant, {
          ...{ agent, input: { claim }, requester: robin, source: 'api', dedupeKey: null },
          ...{ environment: 'production', rehearsal: true },
          origin: { platform: 'slack', conversation: slack.channel },
        });
        ready.push({ claim, run });
      });
      // As if each had begun and asked: it waits in no line and holds no place.
      await database.query(
        `UPDATE runs SET admitted_at = now(), status = 'waiting' WHERE admitted_at IS NULL`,
      );
      await database.query(`UPDATE outbox SET done_at = now() WHERE topic = 'intake' AND done_at IS NULL`);
    },
    async open(count, tool) {
      const mine = ready.splice(0, count);
      if (mine.length < count) throw new Error('More approvals were wanted than prepared.');
      const opened: ApprovalState[] = [];
      await inParallel(mine, 16, async (prepared) => opened.push(await ask(prepared, tool)));
      return opened;
    },
    close: async () => void (await Promise.all([database.end(), insurer.end()])),
  };
}
