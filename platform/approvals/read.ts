import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { Delegation, Person } from '../../core/people.ts';
import type { TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { Pseudonym } from '../personal/subject-keys.ts';
import { chooseWithSums, NEWEST_POLICY, type PolicyCache } from './policies.ts';
import type { AskedEvent } from './asked-event.ts';

/** An approval under lock, and everything that the machine may look at. */
export interface Locked {
  readonly state: ApprovalState;
  readonly context: ApprovalContext;
  readonly run: RunId;
  readonly agent: string;
  readonly involved: readonly PersonId[];
  readonly lastSeq: number;
  readonly policyVersionNow: number | null;
  /** When the row was made, epoch ms: a successor's is later than its lineage's `createdAtMs`. */
  readonly rowAtMs: number;
}

interface Row {
  state: ApprovalState;
  run: RunId;
  agent: string;
  involved: PersonId[];
  last_seq: number;
  row_at: number;
  now_ms: number;
  stopped: boolean;
  paused: boolean;
  grant_revoked: boolean;
  agent_class: 'standard' | 'restricted';
  environment: 'production' | 'sandbox';
  party: Pseudonym | null;
  policy_version: number | null;
  policy_doc: unknown;
  people: Person[] | null;
  delegations: Delegation[] | null;
}

/**
 * One trip: locks the approval and reads the clock after the wait. The ledger's head is locked later, by the write.
 * People, delegations, policy, pause and stop are as of the start of the statement, which is after the click came in.
 */
const LOCK_AND_READ = `WITH a AS MATERIALIZED (
    SELECT tenant, approval, run, agent, state, involved, last_seq, created_at FROM approvals WHERE approval = $1 FOR UPDATE),
  d AS (
    SELECT l.from_person, l.to_person, l.from_at, l.until_at, l.created_by, l.created_at FROM delegations l, a
    WHERE (l.from_person = ANY(a.involved || $2::text[]) OR l.to_person = ANY(a.involved || $2::text[]))
      AND l.until_at >= to_timestamp((a.state ->> 'createdAtMs')::bigint / 1000.0)),
  p AS (
    SELECT ${PERSON_COLUMNS} FROM people p, a
    WHERE p.person = ANY(a.involved || $2::text[]) OR p.person IN (SELECT from_person FROM d UNION SELECT to_person FROM d))
  SELECT a.state, a.run, a.agent, a.involved, a.last_seq, (extract(epoch FROM a.created_at) * 1000)::bigint AS row_at,
    t.stopped, coalesce(s.paused, false) AS paused,
    a.state ->> 'grant' IS NOT NULL AND (g.grant_id IS NULL OR g.revoked_at IS NOT NULL) AS grant_revoked, r.agent_class, r.environment, r.party,
    n.version AS policy_version, n.doc AS policy_doc,
    (SELECT jsonb_agg(to_jsonb(p)) FROM p) AS people,
    (SELECT jsonb_agg(jsonb_build_object('from', d.from_person, 'to', d.to_person, 'createdBy', d.created_by,
      'fromMs', (extract(epoch FROM d.from_at) * 1000)::bigint, 'untilMs', (extract(epoch FROM d.until_at) * 1000)::bigint,
      'createdAtMs', (extract(epoch FROM d.created_at) * 1000)::bigint)) FROM d) AS delegations,
    ${DB_NOW_MS} AS now_ms
  FROM a
    JOIN tenants t ON t.tenant = a.tenant JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
    LEFT JOIN agent_settings s ON s.tenant = a.tenant AND s.agent = a.agent
    LEFT JOIN grants g ON g.tenant = a.tenant AND g.grant_id = a.state ->> 'grant'
    LEFT JOIN LATERAL (${NEWEST_POLICY('$3')}) n ON true`;

const PEOPLE_FIELDS = ['by', 'to'] as const;

/** Everyone whom an event names. */
export const namedIn = (event: AskedEvent): PersonId[] =>
  PEOPLE_FIELDS.flatMap((field) => {
    const person = (event as Partial<Record<(typeof PEOPLE_FIELDS)[number], PersonId | null>>)[field];
    return person ? [person] : [];
  });

/** Locks an approval and reads its context; null when the tenant has none of that id. */
export async function lockApproval(
  tx: TenantTx,
  cache: PolicyCache,
  at: { tenant: TenantId; approval: ApprovalId },
  named: readonly PersonId[],
): Promise<Locked | null> {
  const row = await tx.row<Row>({
    name: 'lock_approval',
    text: LOCK_AND_READ,
    values: [at.approval, named, cache.known(at.tenant)],
  });
  if (!row) return null;
  const { state } = row;
  tx.keys?.rememberParty(at.tenant, row.run, row.party);
  const policy = cache.take(at.tenant, row.policy_version, row.policy_doc);
  const chosen = await chooseWithSums(tx, policy, subjectOf(state, row.agent), {
    atMs: row.row_at,
    root: state.root,
  });
  const context: ApprovalContext = {
    nowMs: row.now_ms,
    requirementNow: chosen.ok ? chosen.policy.requirement : null,
    ...(chosen.ok ? { riskNow: chosen.risk } : {}),
    people: new Map((row.people ?? []).map((p) => [p.id, p])),
    delegations: row.delegations ?? [],
    agentClass: row.agent_class,
    environment: row.environment,
    agentPaused: row.paused,
    tenantStopped: row.stopped,
    grantRevoked: row.grant_revoked,
  };
  const { run, agent, involved, last_seq: lastSeq, row_at: rowAtMs } = row;
  const policyVersionNow = policy?.version ?? null;
  return { state, context, run, agent, involved, lastSeq, policyVersionNow, rowAtMs };
}

/** What the policy is asked about; a grant that was refused at creation stays refused. */
export const subjectOf = (state: ApprovalState, agent: string) => ({
  agent,
  tool: state.action.tool,
  effect: state.effect,
  amount: state.amount,
  lowConfidence: !state.policy.requirement.grants,
});

/** Everyone whose rights have to be looked up at the next event. */
export function involvedIn(state: ApprovalState): PersonId[] {
  const people = [
    state.requester,
    ...state.editors,
    ...state.signatures.flatMap((s) => [s.person, ...(s.onBehalfOf ? [s.onBehalfOf] : [])]),
    ...state.questions.map((q) => q.by),
    ...state.delegations.flatMap((d) => [d.from, d.to, d.by]),
    ...(state.declined ? [state.declined.person] : []),
    ...(state.answer
      ? [state.answer.person, ...(state.answer.onBehalfOf ? [state.answer.onBehalfOf] : [])]
      : []),
    ...(state.breakGlass ? [state.breakGlass.person] : []),
  ];
  return [...new Set(people)];
}
