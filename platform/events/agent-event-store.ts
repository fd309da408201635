import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import type { Database, TenantTx } from '../database.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { AgentEvent, AgentEventStore } from '../stores/metrics.ts';

const INSERT = `INSERT INTO agent_events (tenant, event, agent, agent_version, run, kind, key, detail)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, kind, key) DO NOTHING RETURNING event`;

/** Told to whoever is on call at once, not with the next minute's look. */
const CANNOT_WAIT: readonly AgentEvent['kind'][] = ['pii_leak'];

/** In the transaction of what happened, so that both are written or neither. False when it was told before. */
export async function recordEvent(tx: TenantTx, event: AgentEvent): Promise<boolean> {
  const { agent, version, run, kind, key, detail } = event;
  const id = `evt_${randomUUID()}`;
  const values = [id, agent, version, run, kind, key, JSON.stringify(detail)];
  const isNew = (await tx.rows({ text: INSERT, values })).length === 1;
  if (isNew && CANNOT_WAIT.includes(kind))
    await sendOut(tx, [{ topic: 'signals', key: id, payload: { kind: 'look-now' } }]);
  return isNew;
}

/** Something of ours changed for an agent, or for all (`countersign`). `detail.what` says what, in a word. */
export async function recordChange(
  tx: TenantTx,
  agent: string,
  key: string,
  detail: JsonObject & { readonly what: string },
): Promise<void> {
  await recordEvent(tx, { agent, version: null, run: null, kind: 'change', key, detail });
}

const SEEN_LAST = 'SELECT schema_hash AS was FROM tool_schemas WHERE connector = $1 AND tool = $2 FOR UPDATE';
const PUT = `INSERT INTO tool_schemas (tenant, connector, tool, schema_hash) VALUES (current_tenant(), $1, $2, $3)
  ON CONFLICT (tenant, connector, tool) DO UPDATE SET schema_hash = $3, seen_at = now()
  WHERE tool_schemas.schema_hash <> $3 RETURNING tool`;

type Seen = Parameters<AgentEventStore['sawSchema']>[1];

/** The first sight of a tool is no change. */
async function sawSchema(tx: TenantTx, { agent, connector, tool, schemaHash }: Seen): Promise<void> {
  const before = await tx.row<{ was: string }>({ text: SEEN_LAST, values: [connector, tool] });
  const changed = await tx.rows({ text: PUT, values: [connector, tool, schemaHash] });
  if (before === null || changed.length === 0) return;
  const detail = { what: 'schema', connector, tool, from: before.was, to: schemaHash };
  await recordChange(tx, agent, `schema/${connector}/${tool}/${schemaHash}`, detail);
}

const DEPLOYED_LAST = `SELECT detail ->> 'to' AS build, count(*) OVER ()::int AS n FROM agent_events
  WHERE kind = 'change' AND agent = '${OWN.agent}' AND key LIKE 'deploy/%' ORDER BY at DESC, key DESC LIMIT 1`;

/** Processes that start at once tell the same one; going back to what ran before is a deploy like any other. */
async function deployed(tx: TenantTx, build: string): Promise<void> {
  const last = await tx.row<{ build: string; n: number }>({ text: DEPLOYED_LAST });
  if (last?.build === build) return;
  const key = `deploy/${(last?.n ?? 0) + 1}/${build}`;
  await recordChange(tx, OWN.agent, key, { what: 'deploy', from: last?.build ?? null, to: build });
}

const REMEMBERED_AT_MOST = 10_000;

/** What happened to agents beside their runs, each told once. */
export function createAgentEventStore(db: Database): AgentEventStore {
  // Asked before every call of a model, where nearly always nothing is new.
  const known = new Set<string>();
  const sightOf = (tenant: TenantId, s: Seen): string =>
    JSON.stringify([tenant, s.connector, s.tool, s.schemaHash]);
  return {
    record: (tenant, event) => db.inTenant(tenant, (tx) => recordEvent(tx, event)),
    deployed: (tenant, build) => db.inTenant(tenant, (tx) => deployed(tx, build)),
    async sawSchema(tenant, seen) {
      const sight = sightOf(tenant, seen);
      if (known.has(sight)) return;
      await db.inTenant(tenant, (tx) => sawSchema(tx, seen));
      if (known.size >= REMEMBERED_AT_MOST) known.clear();
      known.add(sight);
    },
  };
}
