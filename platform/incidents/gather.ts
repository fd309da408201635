import type { Finding } from '../../core/alerts/finding.ts';
import { gatheredFinding, seenCondition } from '../../core/incident/gather.ts';
import { openIncident } from '../../core/incident/open.ts';
import type { IncidentId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { lockHead } from '../ledger/append.ts';
import { keepConditions, type Kept } from './conditions.ts';
import { latest } from './latest.ts';
import { ladderOf, lock, moveLocked, type IncidentEdges, type Locked } from './move.ts';
import { writeOpened } from './opened.ts';

/** Null: there is one by now, which somebody else opened meanwhile. */
async function openGathering(
  edges: IncidentEdges,
  tx: TenantTx,
  tenant: TenantId,
  fingerprint: string,
  findings: readonly Finding[],
): Promise<true | null> {
  const nowMs = await lockHead(tx, tenant);
  if ((await latest(tx, [fingerprint])).has(fingerprint)) return null;
  const firing = findings.filter(({ state }) => state === 'firing');
  if (firing.length === 0) return true;
  const conditions = firing.map((finding) => seenCondition(null, finding, nowMs));
  const finding = gatheredFinding(fingerprint, conditions, null);
  const context = { nowMs, ladder: await ladderOf(edges, tx, nowMs) };
  const opened = openIncident(newId('inc'), finding, context);
  await writeOpened(tx, tenant, opened, nowMs);
  await keepConditions(tx, opened.state.id, firing, nowMs);
  return true;
}

/** How many people were told of: all over again where it was quiet for a while, so that a second wave is news. */
function toldOf({ state }: Locked, { joined, wasGathering, firingBefore }: Kept): number | null {
  const { gathered } = state.finding;
  if (state.resolved !== null || gathered === undefined) return null;
  return joined > 0 && !wasGathering ? Math.min(gathered.told, Math.floor(firingBefore / 2)) : gathered.told;
}

/** What a person called over was not about what has come since: it opens again. */
const newsToWhoResolved = (locked: Locked, { joined }: Kept): Locked => {
  const { state } = locked;
  if (state.resolved === null || joined === 0) return locked;
  return { ...locked, state: { ...state, resolved: { ...state.resolved, armed: true } } };
};

async function lookAtGathering(
  edges: IncidentEdges,
  tx: TenantTx,
  tenant: TenantId,
  incident: IncidentId,
  findings: readonly Finding[],
): Promise<void> {
  const locked = await lock(tx, incident);
  if (locked === null) throw new Error(`the incident ${incident} is gone`);
  // Those who open one of their own for the same thing wait for each other here.
  if (findings.some(({ state }) => state === 'firing')) await lockHead(tx, tenant);
  const { nowMs, state } = locked;
  const kept = await keepConditions(tx, incident, findings, nowMs);
  const finding = gatheredFinding(state.fingerprint, kept.conditions, toldOf(locked, kept));
  await moveLocked(edges, tx, tenant, newsToWhoResolved(locked, kept), { kind: 'observe', finding });
}

/** Many things at once, in one incident: opened, or the one that there is looked at again. One transaction, however many. */
export async function gatherIn(
  edges: IncidentEdges,
  tenant: TenantId,
  fingerprint: string,
  findings: readonly Finding[],
): Promise<void> {
  for (;;) {
    const done = await edges.db.inTenant(tenant, async (tx) => {
      const there = (await latest(tx, [fingerprint])).get(fingerprint);
      if (there === undefined) return openGathering(edges, tx, tenant, fingerprint, findings);
      await lookAtGathering(edges, tx, tenant, there.state.id, findings);
      return true;
    });
    if (done) return edges.wake();
  }
}
