import { welcome } from '../../core/approval/quorum.ts';
import { deadlines, snoozedUntil } from '../../core/approval/timers.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { ApprovalId, PersonId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { tallyOf } from '../../core/sentences.ts';
import type { ApprovalView, InboxView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { namedPeople } from '../named-people.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import { involvedIn } from './read.ts';

interface ViewRow {
  state: ApprovalState;
  evidence: Evidence;
  agent: string;
  first: number;
  last: number;
  micros: number;
  workingMs: number;
  steps: number;
}

const VIEW = `SELECT a.state, a.evidence, a.agent, a.last_seq AS last, r.cost_micros AS micros,
    (SELECT min(l.first_seq) FROM approvals l WHERE l.root = a.root) AS first,
    s.steps, s.working AS "workingMs"
  FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
  CROSS JOIN LATERAL (
    SELECT count(*) AS steps, coalesce(sum(latency_ms), 0)::bigint AS working FROM run_steps t
    WHERE t.run = a.run AND t.kind <> 'approval') s
  WHERE a.approval = $1`;

/** Everyone whose name a card may have to say: who took part, and whom the policy names in person. */
function mentioned(state: ApprovalState): PersonId[] {
  const { stages, escalateTo } = state.policy.requirement;
  const selectors = [...stages.flatMap((s) => s.who), ...escalateTo];
  const closer = state.closed?.by ? [state.closed.by] : [];
  const named = selectors.flatMap((s) => (s.kind === 'person' ? [s.person] : []));
  const answerers = state.questions.flatMap((q) => (q.answeredBy ? [q.answeredBy] : []));
  return [...involvedIn(state), ...answerers, ...state.edits.map((e) => e.person), ...closer, ...named];
}

/** Everything that a card of this approval is made of, as it is now. */
export async function viewApproval(tx: TenantTx, approval: ApprovalId): Promise<ApprovalView | null> {
  const row = await tx.row<ViewRow>({ name: 'view_approval', text: VIEW, values: [approval] });
  if (!row) return null;
  const { state, evidence, agent, first, last, micros, workingMs, steps } = row;
  return {
    state,
    evidence,
    agent,
    people: await namedPeople(tx, mentioned(state)),
    cost: { micros, workingMs, steps },
    ledger: { first, last },
    executedBy: '',
  };
}

interface InboxRow {
  state: ApprovalState;
  title: string;
  agent: string;
}
const INBOX_COLUMNS = `a.state, a.evidence->>'title' AS title, a.agent`;
const MOST_WAITING = 200;
const MOST_DECIDED = 10;

/** Would the reader's signature be welcome now. The click decides anew under all rules; this only sorts the list. */
function isMine(state: ApprovalState, reader: Person, context: ApprovalContext): boolean {
  if (reader.id === state.requester || state.signatures.some((s) => s.person === reader.id)) return false;
  return welcome(state, context, reader.id).ok;
}

function mayKnow(state: ApprovalState, reader: Person, people: ReadonlyMap<PersonId, Person>): boolean {
  if (reader.roles.includes('admin') || reader.id === state.requester) return true;
  return people.get(state.requester)?.team === reader.team || involvedIn(state).includes(reader.id);
}

async function contextFor(tx: TenantTx): Promise<ApprovalContext> {
  const people = await tx.rows<Person>({ text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.active` });
  const now = await tx.row<{ now: number }>({ text: `SELECT ${DB_NOW_MS} AS now` });
  return {
    nowMs: now?.now ?? 0,
    requirementNow: null,
    people: new Map(people.map((p) => [p.id, p])),
    delegations: [],
    agentPaused: false,
    tenantStopped: false,
  };
}

function toWaiting(
  { state, title, agent }: InboxRow,
  reader: PersonId,
  mine: boolean,
  nowMs: number,
): InboxView['waiting'][number] {
  const { signed, needed } = tallyOf(state);
  const decideByMs = deadlines(state, nowMs).escalatesAtMs;
  const snoozedUntilMs = snoozedUntil(state, reader, nowMs);
  return { id: state.id, title, agent, signed, needed, decideByMs, risk: state.risk, mine, snoozedUntilMs };
}

function whenBy(state: ApprovalState, person: PersonId): number | null {
  if (state.declined?.person === person) return state.declined.atMs;
  const edit = state.edits.findLast((e) => e.person === person && state.status === 'superseded');
  return state.signatures.find((s) => s.person === person)?.atMs ?? edit?.atMs ?? null;
}

/** Waiting for the reader first, then what else they may know of; and what they decided last. */
export async function viewInbox(tx: TenantTx, reader: Person): Promise<InboxView> {
  const context = await contextFor(tx);
  const pending = await tx.rows<InboxRow>({
    text: `SELECT ${INBOX_COLUMNS} FROM approvals a WHERE a.status = 'pending' ORDER BY a.decide_by LIMIT ${MOST_WAITING}`,
  });
  const settled = await tx.rows<InboxRow>({
    text: `SELECT ${INBOX_COLUMNS} FROM approvals a WHERE a.involved @> ARRAY[$1::text] ORDER BY a.created_at DESC LIMIT 50`,
    values: [reader.id],
  });
  const waiting = pending
    .map((row) => toWaiting(row, reader.id, isMine(row.state, reader, context), context.nowMs))
    .filter((item, i) => item.mine || mayKnow((pending[i] as InboxRow).state, reader, context.people));
  const mine = waiting.filter((w) => w.mine);
  const decided = settled.flatMap(({ state, title }) => {
    const atMs = whenBy(state, reader.id);
    return atMs === null ? [] : [{ id: state.id, title, status: state.status, atMs }];
  });
  decided.sort((a, b) => b.atMs - a.atMs);
  return {
    reader,
    waiting: [
      ...mine.filter((w) => w.snoozedUntilMs === null),
      ...mine.filter((w) => w.snoozedUntilMs !== null),
      ...waiting.filter((w) => !w.mine),
    ],
    decided: decided.slice(0, MOST_DECIDED),
  };
}
