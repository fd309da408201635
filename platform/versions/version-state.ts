import type { JsonObject } from '../../core/canonical-json.ts';
import type { ApprovalId, PersonId, RunId } from '../../core/ids.ts';
import { beginWith, type VersionState, type WantedVersions } from '../../core/versions.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import type { LedgerEntry } from '../ledger/append.ts';
import type { AgentPlace } from '../stores.ts';

const COLUMNS = 'revision, active, next, percent, previous';
const NEWEST = `SELECT ${COLUMNS} FROM agent_versions WHERE agent = $1 AND environment = $2
  ORDER BY revision DESC LIMIT 1`;
/** Evals and replays name their version themselves, so they say nothing about what a company runs. */
const RAN_LAST = `SELECT agent_version AS version FROM runs
  WHERE agent = $1 AND environment = $2 AND source <> 'eval' AND replay_of IS NULL ORDER BY created_at DESC LIMIT 1`;
const WHEN_ACTIVE = `SELECT ${COLUMNS} FROM agent_versions WHERE agent = $1 AND environment = $2 AND active = $3
  ORDER BY revision DESC LIMIT 1`;

/** What was recorded last, else what the first run begins with. Reads only. */
export async function versionsNow(
  tx: TenantTx,
  { agent, environment, known }: AgentPlace,
): Promise<VersionState | null> {
  const values = [agent, environment];
  const state = await tx.row<VersionState>({ name: 'versions_now', text: NEWEST, values });
  if (state !== null) return state;
  const last = await tx.row<{ version: string }>({ text: RAN_LAST, values });
  return beginWith(known, last?.version ?? null);
}

/** The last state in which that version was active. */
export const stateWhenActive = (
  tx: TenantTx,
  { agent, environment }: Omit<AgentPlace, 'known'>,
  version: string,
): Promise<VersionState | null> =>
  tx.row<VersionState>({ text: WHEN_ACTIVE, values: [agent, environment, version] });

const IN_FORCE = `SELECT DISTINCT ON (agent) agent, active, next FROM agent_versions
  WHERE environment = 'production' ORDER BY agent, revision DESC`;

/** What plays production runs now, agent by agent. */
export async function inForceNow(tx: TenantTx): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx.rows<{ agent: string; active: string; next: string | null }>({ text: IN_FORCE });
  return new Map(rows.map(({ agent, active, next }) => [agent, next === null ? [active] : [active, next]]));
}

export interface VersionMove {
  readonly place: Omit<AgentPlace, 'known'>;
  readonly from: VersionState;
  readonly to: WantedVersions;
  readonly why: 'begun' | 'set' | 'rolled_back';
  readonly actor: PersonId | null;
  readonly approval: ApprovalId | null;
  readonly run: RunId | null;
}

const INSERT = `INSERT INTO agent_versions
    (tenant, agent, environment, revision, active, next, percent, previous, why, approval)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)`;
const TELL = `INSERT INTO agent_events (tenant, event, agent, agent_version, kind, key, detail)
  VALUES (current_tenant(), $1, $2, $3, 'change', $4, $5)`;

const ENTRY = { begun: 'version.begun', set: 'version.set', rolled_back: 'version.rolled-back' } as const;

const said = ({ active, next, percent }: WantedVersions): JsonObject => ({ active, next, percent });

/**
 * The only writer of which version plays. Under the ledger head's lock: the next change waits for it, and so does a run
 * that is just being recorded. Answers with the entry, which the same transaction has to append.
 */
export async function writeVersions(tx: TenantTx, move: VersionMove): Promise<LedgerEntry> {
  const { from, to, why, actor, approval, run } = move;
  const { agent, environment } = move.place;
  const revision = from.revision + 1;
  const { active, next, percent, previous } = to;
  await tx.rows({
    text: INSERT,
    values: [agent, environment, revision, active, next, percent, previous, why, approval],
  });
  const body = { agent, environment, revision, before: said(from), ...said(to), previous, approval };
  if (why !== 'begun')
    await tx.rows({
      text: TELL,
      values: [
        newId('evt'),
        agent,
        active,
        `version/${agent}/${environment}/${revision}`,
        JSON.stringify({ what: 'version', why, ...body }),
      ],
    });
  return { kind: ENTRY[why], subject: agent, run, actor, body };
}
