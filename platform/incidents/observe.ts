import { SEVERITIES, type Finding } from '../../core/alerts/finding.ts';
import { advance } from '../../core/incident/advance.ts';
import { placeFindings } from '../../core/incident/gather.ts';
import { isWorthAThread, openIncident } from '../../core/incident/open.ts';
import type { IncidentState } from '../../core/incident/types.ts';
import type { TenantId } from '../../core/ids.ts';
import { newId } from '../ids.ts';
import { lockHead } from '../ledger/append.ts';
import { around, gatheredIn } from './conditions.ts';
import { gatherIn } from './gather.ts';
import { latest, type Latest } from './latest.ts';
import { ladderOf, move, type IncidentEdges } from './move.ts';
import { writeOpened } from './opened.ts';

/** Null: there is one by now, or it is among others, which somebody else saw to meanwhile. */
async function open(edges: IncidentEdges, tenant: TenantId, finding: Finding): Promise<IncidentState | null> {
  return edges.db.inTenant(tenant, async (tx) => {
    // Those who find it at the same time follow each other; the second finds it open.
    const nowMs = await lockHead(tx, tenant);
    const { fingerprint } = finding;
    if ((await latest(tx, [fingerprint])).has(fingerprint)) return null;
    if ((await gatheredIn(tx, [fingerprint])).has(fingerprint)) return null;
    const context = { nowMs, ladder: await ladderOf(edges, tx, nowMs) };
    const opened = openIncident(newId('inc'), finding, context);
    await writeOpened(tx, tenant, opened, nowMs);
    return opened.state;
  });
}

/** What this finding would do, looked at without a lock, so that what is fine costs no transaction. */
const dryRun = ({ state, nowMs }: Latest, finding: Finding) =>
  advance(state, { kind: 'observe', finding }, { nowMs, ladder: {} });

/** Would this finding change anything at all. */
const isNews = (there: Latest, finding: Finding): boolean => {
  const result = dryRun(there, finding);
  return !result.ok || result.state !== there.state;
};

/** Has it just gone wrong: for the first time, or again after it was over. */
function comesUp(there: Latest | undefined, finding: Finding): boolean {
  if (there === undefined) return isWorthAThread(finding);
  const result = dryRun(there, finding);
  return result.ok && result.happened.some(({ what }) => what === 'reopened');
}

async function observeOne(
  edges: IncidentEdges,
  tenant: TenantId,
  finding: Finding,
  known?: Latest,
): Promise<void> {
  let there = known ?? null;
  if (there === null) {
    if (!isWorthAThread(finding)) return;
    if ((await open(edges, tenant, finding)) !== null) return edges.wake();
    there = await edges.db.inTenant(
      tenant,
      async (tx) => (await latest(tx, [finding.fingerprint])).get(finding.fingerprint) ?? null,
    );
  }
  if (there !== null && isNews(there, finding))
    await move(edges, tenant, there.state.id, { kind: 'observe', finding });
}

const isWorse = (a: Finding, than: Finding): boolean => {
  const rank = ({ state, severity }: Finding): number =>
    state === 'firing' ? SEVERITIES.indexOf(severity) : 9;
  return rank(a) <= rank(than);
};

/** One look says one thing about each: where it says several, the worst, and of equals the last. */
function oneEach(findings: readonly Finding[]): Finding[] {
  const chosen = new Map<string, Finding>();
  for (const finding of findings) {
    const other = chosen.get(finding.fingerprint);
    if (other === undefined || isWorse(finding, other)) chosen.set(finding.fingerprint, finding);
  }
  return [...chosen.values()];
}

interface Sorted {
  /** Each for itself. */
  readonly alone: readonly Finding[];
  readonly gathered: ReadonlyMap<string, readonly Finding[]>;
  readonly known: ReadonlyMap<string, Latest>;
}

/** What belongs where: to its own incident, to one that gathers it, or, where it has just gone wrong, by what came with it. */
async function sortOut(
  { db }: IncidentEdges,
  tenant: TenantId,
  findings: readonly Finding[],
): Promise<Sorted> {
  const fingerprints = findings.map(({ fingerprint }) => fingerprint);
  return db.inTenant(tenant, async (tx) => {
    const known = await latest(tx, fingerprints);
    const within = await gatheredIn(tx, fingerprints);
    const gathered = new Map<string, Finding[]>();
    const add = (key: string, more: readonly Finding[]): void => {
      const there = gathered.get(key) ?? [];
      there.push(...more);
      gathered.set(key, there);
    };
    const [alone, fresh]: [Finding[], Finding[]] = [[], []];
    for (const finding of findings) {
      const own = known.get(finding.fingerprint);
      const among = within.get(finding.fingerprint);
      if (among !== undefined && (own === undefined || own.state.status === 'resolved'))
        add(among, [finding]);
      else (comesUp(own, finding) ? fresh : alone).push(finding);
    }
    if (fresh.length > 0) {
      const placed = placeFindings(fresh, await around(tx));
      alone.push(...placed.alone);
      for (const [key, more] of placed.gathered) add(key, more);
    }
    return { alone, gathered, known };
  });
}

/** Each finding stands for itself: one that fails keeps no other from being told, and is thrown in the end. */
export async function observe(
  edges: IncidentEdges,
  tenant: TenantId,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  const { alone, gathered, known } = await sortOut(edges, tenant, oneEach(findings));
  const failures: unknown[] = [];
  const noted = (error: unknown): unknown => failures.push(error);
  for (const finding of alone)
    await observeOne(edges, tenant, finding, known.get(finding.fingerprint)).catch(noted);
  for (const [fingerprint, together] of gathered)
    await gatherIn(edges, tenant, fingerprint, together).catch(noted);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} findings were not recorded`);
}
