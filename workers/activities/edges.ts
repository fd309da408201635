import { ApplicationFailure } from '@temporalio/common';
import { FAILURE_AGENT_GONE, FAILURE_NOT_FOUND, type RunRef } from '../../core/activities.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { GoldenCase } from '../../evals/case.ts';
import type { Connectors } from '../../connectors/client.ts';
import type { RunRow, Stores } from '../../platform/stores.ts';
import type { Models } from '../models/models.ts';

/** An agent as the workers need it: its contract and its prompt. */
export interface Agent {
  readonly contract: AgentContract;
  readonly prompt: string;
  /** By which it is evaluated; missing: it cannot be. */
  readonly cases?: readonly GoldenCase[];
}

/** Everything outside that activities touch; a test hands in others. */
export interface Edges {
  readonly stores: Stores;
  readonly models: Models;
  readonly connectors: Connectors;
  /** That very version, or null when the code has it no more. */
  readonly agents: (name: string, version: string) => Agent | null;
  /** The share of finished production runs that a judge scores, 0 to 1; missing: none. */
  readonly sampleShare?: number;
  /** Epoch ms, for what is recorded; deadlines are judged by the database's clock. */
  readonly nowMs: () => number;
}

/** A failure that no retry mends. The message is a sentence of ours: it reaches history and people. */
export const finalFailure = (type: string, sentence: string): ApplicationFailure =>
  ApplicationFailure.create({ message: sentence, type, nonRetryable: true });

export async function runOf(edges: Pick<Edges, 'stores'>, ref: RunRef): Promise<RunRow> {
  const row = await edges.stores.runs.get(ref.tenant, ref.run);
  if (!row) throw finalFailure(FAILURE_NOT_FOUND, `The run ${ref.run} is not in the store.`);
  return row;
}

/** The agent at the very version the run was recorded with: another version is another agent. */
export function agentOf(edges: Pick<Edges, 'agents'>, row: RunRow): Agent {
  const agent = edges.agents(row.agent, row.agentVersion);
  if (agent && agent.contract.version === row.agentVersion) return agent;
  throw finalFailure(
    FAILURE_AGENT_GONE,
    `This run belongs to ${row.agent} ${row.agentVersion}, which is no longer installed. Start a new run.`,
  );
}
