import { z } from 'zod';
import { explain } from '../../core/explanation/explain.ts';
import type { Explanation, ExplanationSource } from '../../core/explanation/types.ts';
import type { AgentContract, SourceRead } from '../../core/contract.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import type { Stores } from '../../platform/stores.ts';

/** As much of a stored message as says what was read, where, and how old that was. */
const Answer = z.looseObject({
  sources: z
    .array(z.looseObject({ citation: z.string(), readAtMs: z.number(), asOf: z.string().nullable() }))
    .default([]),
});

type Edges = {
  readonly stores: Pick<Stores, 'runs' | 'concerned'>;
  /** Every version of every agent that the code has. */
  readonly versions: readonly AgentContract[];
};

/** Everything that the run read until it asked, cited or not: each record as it was read last. */
async function sourcesRead(
  { stores }: Edges,
  tenant: TenantId,
  { view: { state, evidence } }: ExplanationSource,
): Promise<SourceRead[]> {
  const latest = new Map(evidence.sources.map((source) => [source.citation, source]));
  for (const { role, content } of await stores.runs.messages(tenant, state.action.run)) {
    const read = role === 'user' ? Answer.safeParse(content) : null;
    for (const { citation, readAtMs, asOf } of read?.data?.sources ?? [])
      if (readAtMs <= state.createdAtMs && !latest.has(citation))
        latest.set(citation, { citation, readAtMs, asOf });
  }
  return [...latest.values()];
}

/** Which records may be told is said by the very version that read them; by the newest where that one is gone. */
function disclosesOf({ versions }: Edges, { view }: ExplanationSource): AgentContract['discloses'] {
  const own = versions.filter(({ name }) => name === view.agent);
  const { agentVersion } = view.state.action;
  return (own.find(({ version }) => version === agentVersion) ?? own.at(-1))?.discloses;
}

/** A decision for the person whom it concerns, from what is stored and by no model. Null: there is no such request. */
export async function readExplanation(
  edges: Edges,
  tenant: TenantId,
  approval: ApprovalId,
): Promise<Explanation | null> {
  const source = await edges.stores.concerned.source(tenant, approval);
  if (source === null) return null;
  const sources = source.erased ? source.view.evidence.sources : await sourcesRead(edges, tenant, source);
  const view = { ...source.view, evidence: { ...source.view.evidence, sources } };
  return explain({ ...source, view }, disclosesOf(edges, source));
}
