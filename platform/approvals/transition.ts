import { advance } from '../../core/approval/advance.ts';
import {
  asidesMoved,
  looksTheSame,
  openQuestions,
  questionSubject,
  remindersOf,
} from '../../core/approval/card-subjects.ts';
import type { ApprovalEvent, ApprovalState, Transitioned } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import { isOwn } from '../../core/own-actions.ts';
import { CommitUnknownError, type Database, type TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { tellInboxes } from '../inboxes/tell-inboxes.ts';
import { append, appendStatement, type LedgerEntry } from '../ledger/append.ts';
import type { Log } from '../log.ts';
import { carryOut, endOwnRun, type CarriedOut } from '../own/execute-own.ts';
import type { Payloads } from '../payloads.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { Recorded } from '../stores.ts';
import type { AskedEvent } from './asked-event.ts';
import { whyNotBorneOut } from './borne-out.ts';
import { actorOf, entriesFor } from './entries.ts';
import { hasMoreToShow, intendWhatFollows } from './plan-copies.ts';
import { chooseWithSums, readPolicy, type PolicyCache } from './policies.ts';
import { lockApproval, namedIn, subjectOf, type Locked } from './read.ts';
import { retitle } from './retitle.ts';
import { entryOfBefore } from './said-before.ts';
import { insertApproval, recordChange } from './write.ts';

export interface ApprovalEdges {
  readonly db: Database;
  readonly policies: PolicyCache;
  readonly payloads: Payloads;
  readonly wake: () => void;
  readonly log: Log;
}

interface At {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
}

type Refusal = Extract<Transitioned, { ok: false }>;

const notWritten = (refused: Refusal): Recorded => ({ ...refused, ledgerSeq: 0 });

/** Nobody here has such an approval: said the same whether it never was or is another tenant's. */
async function notFound(tx: TenantTx, at: At, event: AskedEvent): Promise<Recorded> {
  const ledgerSeq = await append(tx, at.tenant, {
    kind: 'refused',
    subject: at.approval,
    run: null,
    actor: actorOf(event),
    body: { verb: event.kind, reason: 'not_found', detail: {} },
  });
  return { ok: false, reason: 'not_found', detail: {}, ledgerSeq };
}

/** An edit's successor is judged by the policy of now and its own amount, never by what the caller says. */
async function completed(
  edges: ApprovalEdges,
  tx: TenantTx,
  at: At,
  locked: Locked,
  event: AskedEvent,
): Promise<ApprovalEvent | Refusal> {
  if (event.kind !== 'edit') return event;
  const policy = await readPolicy(tx, at.tenant, edges.policies);
  const subject = { ...subjectOf(locked.state, locked.agent), amount: event.successorAmount };
  const end = { atMs: locked.context.nowMs, root: locked.state.root };
  const chosen = await chooseWithSums(tx, policy, subject, end);
  if (!chosen.ok) return { ok: false, reason: chosen.reason, detail: chosen.detail };
  const successor = 'successor' in event ? event.successor : newId('apr');
  return { ...event, successor, successorRequirement: chosen.policy, successorRisk: chosen.risk };
}

interface Parent {
  evidence: Evidence;
  callId: string;
}

const readParent = (tx: TenantTx, approval: ApprovalId): Promise<Parent | null> =>
  tx.row<Parent>({
    text: 'SELECT evidence, call_id AS "callId" FROM approvals WHERE approval = $1',
    values: [approval],
  });

/**
 * The live copies change their subject: the same messages show the new approval, and old buttons name the old one. With
 * them reminders and questions that are still open, whose subjects begin with the approval's id.
 */
const REBIND = `UPDATE card_copies SET subject = $2 || substr(subject, length($1) + 1), wanted_version = $3,
    shown_version = 0, updated_at = now()
  WHERE subject = $1 OR subject = ANY($4::text[]) RETURNING copy, status`;

async function writeSuccessor(
  tx: TenantTx,
  locked: Locked,
  successor: ApprovalState,
  made: { parent: Parent; title: string; seq: number },
): Promise<void> {
  const { nowMs } = locked.context;
  const evidence = { ...made.parent.evidence, title: made.title };
  const { agent } = locked;
  await insertApproval(tx, {
    state: successor,
    evidence,
    agent,
    callId: made.parent.callId,
    seq: made.seq,
    nowMs,
  });
  const copies = await tx.rows<{ copy: string; status: string }>({
    text: REBIND,
    values: [
      locked.state.id,
      successor.id,
      successor.version,
      [...openQuestions(locked.state).map(({ id }) => id), ...remindersOf(locked.state)].map((question) =>
        questionSubject({ approval: locked.state.id, question }),
      ),
    ],
  });
  await sendOut(tx, [
    ...copies
      .filter((c) => c.status !== 'failed')
      .map(({ copy }) => ({ topic: 'deliver' as const, key: copy, payload: { copy } })),
    {
      topic: 'signals',
      key: successor.id,
      payload: { kind: 'approval-changed', approval: successor.id, version: successor.version },
    },
  ]);
  await tellInboxes(tx, successor.id);
}

/** Time and the action belong to the approval's workflow, which is already there when they move it. */
const isOfWorkflow = ({ kind }: AskedEvent): boolean => kind === 'timer' || kind.startsWith('execute-');

interface Event {
  readonly at: At;
  readonly locked: Locked;
  readonly event: AskedEvent;
  /** Where more was done than the event says. */
  readonly entries?: readonly LedgerEntry[] | null;
}

/** An edit: both approvals' entries first, then the successor, then the old one's end. */
async function writeEdit(
  tx: TenantTx,
  { at, locked, event }: Event,
  result: Extract<Transitioned, { ok: true }>,
  successor: ApprovalState,
): Promise<number> {
  const parent = await readParent(tx, locked.state.id);
  if (!parent) throw new Error('the edited approval has no evidence');
  const title = retitle(parent.evidence.title, locked.state, successor);
  const entries = entriesFor({ locked, event }, result, { title });
  const first = await append(tx, at.tenant, ...entries);
  await writeSuccessor(tx, locked, successor, { parent, title, seq: first + 1 });
  const { nowMs } = locked.context;
  const lastSeqOffset = -entries.length;
  await tx.commitWith(
    await recordChange(tx, {
      tenant: at.tenant,
      state: result.state,
      entries: [],
      lastSeqOffset,
      nowMs,
      tellWorkflow: true,
    }),
  );
  return first;
}

async function write(tx: TenantTx, what: Event, result: Transitioned): Promise<number> {
  const { at, locked, event } = what;
  if (result.ok && result.successor) return writeEdit(tx, what, result, result.successor);
  const entries = what.entries ?? entriesFor({ locked, event }, result, null);
  const after = result.ok ? result.state : (result.moved ?? null);
  const { nowMs } = locked.context;
  const lastSeqOffset = entries.length - 1;
  const statement = after
    ? await recordChange(tx, {
        tenant: at.tenant,
        state: after,
        entries,
        lastSeqOffset,
        nowMs,
        asides: asidesMoved(locked.state, after),
        quiet: looksTheSame(locked.state, after),
        tellWorkflow: !isOfWorkflow(event),
      })
    : await appendStatement(tx, at.tenant, entries);
  if (after === null || !hasMoreToShow(locked.state, after))
    return (await tx.commitWith<{ first: number }>(statement))[0]?.first ?? 0;
  const [row] = await tx.rows<{ first: number }>(statement);
  await intendWhatFollows(tx, locked.state, after, locked.context);
  return row?.first ?? 0;
}

/** What is about to run has to stand in the ledger as well: the row alone could have been changed by another way. */
async function comparedWithLedger(tx: TenantTx, locked: Locked, { kind }: AskedEvent): Promise<Locked> {
  if (kind !== 'execute-begin' && kind !== 'execute-retry') return locked;
  const notBorneOut = await whyNotBorneOut(tx, locked.state);
  return notBorneOut === null ? locked : { ...locked, context: { ...locked.context, notBorneOut } };
}

/** One of our own actions is carried out where an agent's would only begin. */
const ofOurs = async (
  edges: ApprovalEdges,
  tx: TenantTx,
  { at, locked, event }: Event,
): Promise<CarriedOut | null> =>
  event.kind === 'execute-begin' && isOwn(locked.state.action)
    ? carryOut(tx, edges.payloads, at.tenant, locked, event)
    : null;

async function inOneTransaction(edges: ApprovalEdges, at: At, event: AskedEvent): Promise<Recorded> {
  return edges.db.inTenant(at.tenant, async (tx): Promise<Recorded> => {
    const found = await lockApproval(tx, edges.policies, at, namedIn(event));
    if (!found) return notFound(tx, at, event);
    const locked = await comparedWithLedger(tx, found, event);
    const whole = await completed(edges, tx, at, locked, event);
    const own = await ofOurs(edges, tx, { at, locked, event });
    const advanced = 'ok' in whole ? whole : advance(locked.state, whole, locked.context);
    const result = own?.result ?? advanced;
    if (result.ok && result.duplicate)
      return { ...result, ledgerSeq: await entryOfBefore(tx, locked, event, locked.lastSeq) };
    await endOwnRun(tx, at.tenant, locked.run, result);
    const recorded = 'ok' in whole ? event : whole;
    const what = { at, locked, event: recorded, entries: own?.entries ?? null };
    return { ...result, ledgerSeq: await write(tx, what, result) };
  });
}

const DEADLOCK = '40P01';
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** A person's doing is answered with a value; the workflow's and the clock's is tried again by the workflow. */
const isPersonal = (event: AskedEvent): boolean => actorOf(event) !== null;

/** Postgres said no (rights, a broken chain, a full disk): then it is known that nothing was written. */
const saidNo = (error: unknown): boolean =>
  !(error instanceof CommitUnknownError) && /^(CSL|42|23|53|25|XX)/.test(String(codeOf(error) ?? ''));

/**
 * The only writer of an approval. One transaction, two trips: lock and read; write and commit. Fails closed: whatever
 * goes wrong, nobody is told that anything was recorded.
 * @throws Error for an event that no person caused, so that its activity is retried
 */
export async function transition(edges: ApprovalEdges, at: At, event: AskedEvent): Promise<Recorded> {
  for (let attempt = 1; ; attempt++) {
    try {
      const recorded = await inOneTransaction(edges, at, event);
      edges.wake();
      return recorded;
    } catch (error) {
      if (codeOf(error) === DEADLOCK && attempt < 3) continue;
      if (!isPersonal(event)) throw error;
      edges.log.error(
        { err: error, approval: at.approval, event: event.kind },
        'a decision was not recorded',
      );
      return notWritten({
        ok: false,
        reason: saidNo(error) ? 'ledger_unwritable' : 'not_confirmed',
        detail: {},
      });
    }
  }
}
