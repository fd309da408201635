import { welcome } from '../../core/approval/quorum.ts';
import { deadlines, snoozedUntil } from '../../core/approval/timers.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import { whyNotAnswerer } from '../../core/approval/who-may-answer.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import { isQuestion } from '../../core/person-question.ts';
import type { Person } from '../../core/people.ts';
import { tallyOf } from '../../core/sentences.ts';
import type { GrantedView, InboxView, WaitingItem } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { ofPerson } from '../delegations/delegation-store.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';
import type { Item, ItemName, KeptItems } from './kept-items.ts';

/** The states themselves are read by `kept-items.ts`, once a version. */
const COLUMNS = `a.approval AS id, a.version`;

/** More than one person could ever read. */
const MOST_WAITING = 1_000;
const MOST_FOR_OTHERS = 50;
const MOST_DECIDED = 10;
const MOST_STANDING = 20;

/**
 * Whom an approval asks, as far as its policy of creation names a reader: a rough sieve, so that one person's list does not
 * cost everybody's. What passes is judged by the machine's own rule.
 */
const NAMED = `jsonb_path_exists(a.state, '$.policy.requirement.stages[*].who[*] ?
    (@.group == $team || @.person == $me || @.role == $roles[*])', $2::jsonb)
  OR (a.state -> 'escalatedAtMs' <> 'null' AND jsonb_path_exists(a.state, '$.policy.requirement.escalateTo[*] ?
    (@.group == $team || @.person == $me || @.role == $roles[*])', $2::jsonb))`;

/** What else the reader may know of: their own, their team's, what they had a part in; an Admin all. */
const KNOWN = `$4::boolean OR a.requester = $1 OR a.involved @> ARRAY[$1::text] OR EXISTS (
  SELECT 1 FROM people p WHERE p.tenant = a.tenant AND p.person = a.requester AND p.team = $3)`;

/** Those that name the reader first, so that no crowd of others pushes them out. */
const pending = (which: string): string => `SELECT * FROM (
    SELECT ${COLUMNS}, a.decide_by, (a.requester <> $1 AND (${NAMED})) AS named, (${KNOWN}) AS known
    FROM approvals a WHERE a.status = 'pending' ${which}) w
  WHERE named OR known ORDER BY named DESC, decide_by LIMIT ${MOST_WAITING}`;
const PENDING = pending('');
const PENDING_AMONG = pending('AND a.approval = ANY($5)');

const DECIDED = `SELECT ${COLUMNS} FROM approvals a WHERE a.involved @> ARRAY[$1::text]
  ORDER BY a.created_at DESC LIMIT 50`;

/** Whether the reader's signature would be welcome now. The click decides anew under all rules; this only sorts the list. */
function isMine(state: ApprovalState, reader: Person, context: ApprovalContext): boolean {
  if (isQuestion(state.action))
    return (
      whyNotAnswerer(state, { ...context, requirementNow: state.policy.requirement }, reader.id) === null
    );
  if (reader.id === state.requester || state.signatures.some((s) => s.person === reader.id)) return false;
  return welcome(state, context, reader.id).ok;
}

function toWaiting(
  { state, title, ask, agent, fits }: Item,
  { reader, mine, nowMs }: { reader: PersonId; mine: boolean; nowMs: number },
): WaitingItem {
  const { signed, needed } = tallyOf(state);
  const { id, version, actionDigest, amount, risk } = state;
  const decideByMs = deadlines(state, nowMs).escalatesAtMs;
  const question = isQuestion(state.action);
  const together = mine && !question && risk === 'low' && fits;
  return {
    ...{ id, version, actionDigest, title, ask, agent, amount, risk },
    ...{ signed, needed, decideByMs, mine, together },
    snoozedUntilMs: snoozedUntil(state, reader, nowMs),
    ...(question ? { question } : {}),
  };
}

/** What the reader put off comes last. */
const bySoonest = (a: WaitingItem, b: WaitingItem): number =>
  Number(a.snoozedUntilMs !== null) - Number(b.snoozedUntilMs !== null) ||
  a.decideByMs - b.decideByMs ||
  (a.id < b.id ? -1 : 1);

async function contextFor(tx: TenantTx): Promise<ApprovalContext> {
  const [people, now] = await Promise.all([
    tx.rows<Person>({
      name: 'active_people',
      text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active`,
    }),
    tx.row<{ now: number }>({ name: 'now', text: `SELECT ${DB_NOW_MS} AS now` }),
  ]);
  return {
    nowMs: now?.now ?? 0,
    requirementNow: null,
    people: new Map(people.map((p) => [p.id, p])),
    delegations: [],
    agentPaused: false,
    tenantStopped: false,
  };
}

interface PendingRow extends ItemName {
  readonly named: boolean;
  readonly known: boolean;
}

function readPending(
  tx: TenantTx,
  { id, team, roles }: Person,
  among?: readonly ApprovalId[],
): Promise<PendingRow[]> {
  const values = [id, JSON.stringify({ me: id, team, roles }), team, roles.includes('admin')];
  if (among === undefined) return tx.rows({ name: 'inbox_pending', text: PENDING, values });
  return tx.rows({ name: 'inbox_pending_among', text: PENDING_AMONG, values: [...values, among] });
}

function whenBy(state: ApprovalState, person: PersonId): number | null {
  if (state.declined?.person === person) return state.declined.atMs;
  if (state.answer?.person === person) return state.answer.atMs;
  const edit = state.edits.findLast((e) => e.person === person && state.status === 'superseded');
  return state.signatures.find((s) => s.person === person)?.atMs ?? edit?.atMs ?? null;
}

const readDecided = (tx: TenantTx, reader: Person): Promise<ItemName[]> =>
  tx.rows<ItemName>({ name: 'inbox_decided', text: DECIDED, values: [reader.id] });

function decidedBy(reader: PersonId, items: readonly Item[]): InboxView['decided'] {
  const decided = items.flatMap(({ state, title }) => {
    const atMs = whenBy(state, reader);
    return atMs === null ? [] : [{ id: state.id, title, status: state.status, atMs }];
  });
  return decided.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_DECIDED);
}

const readGrants = (tx: TenantTx, reader: Person): Promise<GrantedView[]> =>
  tx.rows<GrantedView>({
    name: 'inbox_grants',
    text: `SELECT grant_id AS id, concat_ws(', ', doc->'request'->>'agent', doc->'request'->>'tool') AS title, uses,
        (doc->'request'->>'uses')::int AS "mostUses",
        (extract(epoch FROM (doc->'request'->>'expires_at')::timestamptz) * 1000)::bigint AS "untilMs"
      FROM grants WHERE doc->'signedBy' @> to_jsonb($1::text) AND revoked_at IS NULL
        AND (doc->'request'->>'expires_at')::timestamptz > now() ORDER BY created_at DESC LIMIT ${MOST_STANDING}`,
    values: [reader.id],
  });

interface Judged {
  readonly item: Item;
  readonly known: boolean;
  /** Whether it waits for the reader. */
  readonly mine: boolean;
}

const judge = (
  pending: readonly PendingRow[],
  items: ReadonlyMap<ApprovalId, Item>,
  reader: Person,
  context: ApprovalContext,
): Judged[] =>
  pending.flatMap(({ id, named, known }) => {
    const item = items.get(id);
    if (item?.state.status !== 'pending') return [];
    const mine = (named || isQuestion(item.state.action)) && isMine(item.state, reader, context);
    return [{ item, known, mine }];
  });

/** Those of these approvals that wait for the reader, and whatever their inbox says that they decided. */
export async function viewFlagged(
  tx: TenantTx,
  kept: KeptItems,
  tenant: TenantId,
  reader: Person,
  among: readonly ApprovalId[],
): Promise<ReadonlySet<ApprovalId>> {
  const [context, pending, decided] = await Promise.all([
    contextFor(tx),
    readPending(tx, reader, among),
    readDecided(tx, reader),
  ]);
  const items = await kept.read(tx, tenant, [...pending, ...decided]);
  const waiting = judge(pending, items, reader, context).filter(({ mine }) => mine);
  const done = decidedBy(
    reader.id,
    decided.flatMap(({ id }) => items.get(id) ?? []),
  );
  return new Set([...waiting.map(({ item }) => item.state.id), ...done.map(({ id }) => id)]);
}

/** Everything a person's inbox says: what waits for them first, then what else they may know of; and what they did. */
export async function viewInbox(
  tx: TenantTx,
  kept: KeptItems,
  tenant: TenantId,
  reader: Person,
): Promise<InboxView> {
  const [context, pending, decided, delegations, grants] = await Promise.all([
    contextFor(tx),
    readPending(tx, reader),
    readDecided(tx, reader),
    ofPerson(tx, reader.id),
    readGrants(tx, reader),
  ]);
  const items = await kept.read(tx, tenant, [...pending, ...decided]);
  const judged = judge(pending, items, reader, context);
  const list = (some: readonly Judged[]): WaitingItem[] =>
    some
      .map(({ item, mine }) => toWaiting(item, { reader: reader.id, mine, nowMs: context.nowMs }))
      .sort(bySoonest);
  const others = judged.filter(({ mine, known }) => !mine && known).slice(0, MOST_FOR_OTHERS);
  const waiting = [...list(judged.filter(({ mine }) => mine)), ...list(others)];
  return {
    reader,
    waiting,
    decided: decidedBy(
      reader.id,
      decided.flatMap(({ id }) => items.get(id) ?? []),
    ),
    delegations: [...delegations.mine, ...delegations.forMe],
    grants,
  };
}
