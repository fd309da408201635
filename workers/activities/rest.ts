import type { RunId, TenantId } from '../../core/ids.ts';
import type { ToolAnswer } from '../../connectors/client.ts';
import type { Edges } from './edges.ts';

interface Caller {
  readonly tenant: TenantId;
  readonly agent: string;
  readonly version: string;
  readonly run: RunId;
  readonly connector: string;
  readonly atMs: number;
}

/** A connector failed once too often and is given a rest: told as an event of the agent that met it, once for each opening. */
export async function tellRest(
  { stores }: Pick<Edges, 'stores'>,
  { tenant, agent, version, run, connector, atMs }: Caller,
  reply: ToolAnswer,
): Promise<void> {
  if (reply.ok || reply.opened !== true) return;
  await stores.events.record(tenant, {
    ...{ agent, version, run, kind: 'breaker' },
    ...{ key: `${run}/${connector}/${atMs}`, detail: { connector, failure: reply.kind } },
  });
}
