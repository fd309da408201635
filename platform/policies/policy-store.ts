import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import type { Person } from '../../core/people.ts';
import { simulate, type PolicyVersion } from '../../core/policy-views.ts';
import type { Policy } from '../../core/policy-types.ts';
import { chooseWithSums, NEWEST_POLICY, type PolicyCache } from '../approvals/policies.ts';
import { involvedIn, subjectOf } from '../approvals/read.ts';
import type { Database, TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { namedPeople } from '../named-people.ts';
import { PolicyChangeInput } from '../own/change-policy.ts';
import type { Payloads } from '../payloads.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';
import type { PolicyStore } from '../stores.ts';

interface Edges {
  readonly db: Database;
  readonly payloads: Payloads;
  readonly policies: PolicyCache;
}

const SHOWN = 10;

/** Who brought it about is said by the ledger alone; the entry may have lost its body. */
const HISTORY = `SELECT p.version, (extract(epoch FROM p.created_at) * 1000)::bigint AS "atMs",
    CASE WHEN e.actor LIKE 'per\\_%' THEN e.actor END AS by, e.approval
  FROM policies p LEFT JOIN LATERAL (
    SELECT e.header::jsonb ->> 'actor' AS actor, b.body::jsonb ->> 'approval' AS approval
    FROM ledger_entries e JOIN ledger_bodies b ON b.tenant = e.tenant AND b.seq = e.seq
    WHERE e.subject = 'policy/' || (p.doc ->> 'id') AND e.kind = 'policy.set'
      AND b.body::jsonb ->> 'version' = p.version::text
    ORDER BY e.seq LIMIT 1) e ON true
  ORDER BY p.version DESC LIMIT ${SHOWN}`;

async function inForce(tx: TenantTx, tenant: TenantId, { policies }: Edges): Promise<Policy | null> {
  const row = await tx.row<{ version: number; doc: unknown }>({ text: NEWEST_POLICY('0') });
  return policies.take(tenant, row?.version ?? null, row?.doc);
}

interface Past {
  readonly state: ApprovalState;
  readonly agent: string;
  readonly title: string;
  readonly run: RunId;
  readonly askedAtMs: number;
  readonly nowMs: number;
}

const readPast = (tx: TenantTx, approval: ApprovalId): Promise<Past | null> =>
  tx.row<Past>({
    text: `SELECT state, agent, evidence->>'title' AS title, run, (extract(epoch FROM created_at) * 1000)::bigint AS "askedAtMs",
        ${DB_NOW_MS} AS "nowMs" FROM approvals WHERE approval = $1`,
    values: [approval],
  });

/** The policy that an approval would put in force; null when it is about something else. */
async function proposedBy(
  tx: TenantTx,
  tenant: TenantId,
  { payloads }: Edges,
  approval: ApprovalId,
): Promise<Policy | null> {
  const past = await readPast(tx, approval);
  if (past?.agent !== OWN.agent || past.state.action.tool !== 'change_policy') return null;
  const input = await payloads.get(tx, tenant, `${past.run}/input`);
  return PolicyChangeInput.safeParse(input).data?.policy ?? null;
}

async function rightsOfNow(tx: TenantTx, nowMs: number): Promise<ApprovalContext> {
  const people = await tx.rows<Person>({
    text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active`,
  });
  return {
    nowMs,
    requirementNow: null,
    people: new Map(people.map((p) => [p.id, p])),
    delegations: [],
    agentPaused: false,
    tenantStopped: false,
  };
}

async function simulated(
  edges: Edges,
  tenant: TenantId,
  tx: TenantTx,
  about: { approval: ApprovalId; change: ApprovalId | null },
): ReturnType<PolicyStore['simulate']> {
  const past = await readPast(tx, about.approval);
  const policy =
    about.change === null
      ? await inForce(tx, tenant, edges)
      : await proposedBy(tx, tenant, edges, about.change);
  if (!past || !policy) return null;
  const { state, agent, title, askedAtMs, nowMs } = past;
  // Sums are those of when it was asked, so that the answer is about the policy and not about what came since.
  const end = { atMs: askedAtMs, root: state.root };
  const chosen = await chooseWithSums(tx, policy, subjectOf(state, agent), end);
  return {
    ...{ state, agent, title, version: policy.version, proposed: about.change !== null, chosen },
    ...simulate(state, chosen, await rightsOfNow(tx, nowMs)),
    people: await namedPeople(tx, involvedIn(state)),
  };
}

/** Reads what the policy is and was, and asks it about the past. It is changed by an approval (`platform/own`). */
export function createPolicyStore(edges: Edges): PolicyStore {
  const { db } = edges;
  return {
    view: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const policy = await inForce(tx, tenant, edges);
        const history = await tx.rows<PolicyVersion>({ text: HISTORY });
        const by = history.flatMap(({ by: person }) => (person === null ? [] : [person]));
        return { policy, history, people: await namedPeople(tx, [...by, ...namedIn(policy)]) };
      }),
    simulate: (tenant, approval, change) =>
      db.inTenant(tenant, (tx) => simulated(edges, tenant, tx, { approval, change })),
  };
}

/** People whom a policy names in person. */
const namedIn = (policy: Policy | null): PersonId[] =>
  (policy?.rules ?? []).flatMap(({ require }) =>
    [...require.stages.flatMap(({ who }) => who), ...require.escalateTo].flatMap((one) =>
      one.kind === 'person' ? [one.person] : [],
    ),
  );
