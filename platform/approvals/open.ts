import { advance } from '../../core/approval/advance.ts';
import { grantable } from '../../core/approval/decisions.ts';
import { openApproval } from '../../core/approval/open.ts';
import { effectiveRequirement, seat } from '../../core/approval/quorum.ts';
import { whyNotAnswerer } from '../../core/approval/who-may-answer.ts';
import { askedIn, countsFor } from '../../core/approval/who-may-sign.ts';
import type { ApprovalContext, ApprovalState, RefusalReason } from '../../core/approval/types.ts';
import { canonicalJson, NotCanonicalError } from '../../core/canonical-json.ts';
import type { ApprovalId, GrantId, TenantId } from '../../core/ids.ts';
import { isOwn, OWN } from '../../core/own-actions.ts';
import { isQuestion, readQuestion } from '../../core/person-question.ts';
import type { Selector } from '../../core/policy-types.ts';
import type { Person } from '../../core/people.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { RunView } from '../../core/views.ts';
import type { Detail } from '../../core/detail.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { findGrant, useUp } from '../grants/grant-store.ts';
import { tellInboxes } from '../inboxes/tell-inboxes.ts';
import { append, lockHead, type LedgerEntry } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';
import type { NewApproval } from '../stores.ts';
import { askedEntry, entriesFor } from './entries.ts';
import { intendCopies } from './plan-copies.ts';
import { chooseWithSums, readPolicy } from './policies.ts';
import type { Locked } from './read.ts';
import type { ApprovalEdges } from './transition.ts';
import { insertApproval } from './write.ts';

type Opened = { ok: true; approval: ApprovalId } | { ok: false; reason: string };

/** Nobody may be asked; thrown, so that the transaction takes back what was written for it. */
export class Refused extends Error {
  readonly reason: RefusalReason;
  readonly detail: Detail;
  constructor(reason: RefusalReason, detail: Detail = {}) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

/** Does it in one transaction, of which nothing is left where it is refused: the refusal is the answer. */
export async function orRefused<T>(
  { db, wake }: ApprovalEdges,
  tenant: TenantId,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T | { readonly ok: false; readonly reason: RefusalReason; readonly detail: Detail }> {
  try {
    const done = await db.inTenant(tenant, work);
    wake();
    return done;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, reason: error.reason, detail: error.detail };
  }
}

interface Circumstances {
  stopped: boolean;
  paused: boolean;
  agentClass: 'standard' | 'restricted';
  environment: 'production' | 'sandbox';
  runStatus: RunView['status'];
}

const readCircumstances = (tx: TenantTx, n: NewApproval): Promise<Circumstances | null> =>
  tx.row<Circumstances>({
    text: `SELECT t.stopped, coalesce(s.paused, false) AS paused, r.agent_class AS "agentClass", r.environment,
        r.status AS "runStatus"
      FROM runs r JOIN tenants t USING (tenant) LEFT JOIN agent_settings s ON s.tenant = r.tenant AND s.agent = $2
      WHERE r.run = $1`,
    values: [n.run, n.agent],
  });

/** Asking what nobody can answer would only run out: is there a full quorum among the people of now, seniors included. */
function whyNobodyCanSign(state: ApprovalState, context: ApprovalContext): string | null {
  if (isQuestion(state.action)) {
    const later = { ...state, escalatedAtMs: context.nowMs };
    const anyone = [...context.people.keys()].some((by) => whyNotAnswerer(later, context, by) === null);
    return anyone ? null : 'nobody-may-answer';
  }
  const { stages } = effectiveRequirement(state.policy.requirement, state.risk);
  const people = [...context.people.keys()];
  const { missing } = seat(
    stages.map((s) => s.quorum),
    people,
    (person, stage) => countsFor(state, context, person, askedIn(state.policy.requirement, stage, true)),
  );
  return missing > 0 ? `It needs ${missing} more people who may sign than there are.` : null;
}

interface Chosen {
  readonly policy: ApprovalState['policy'];
  readonly risk: ApprovalState['risk'];
}

function firstState(
  n: NewApproval,
  at: { tenant: TenantId; id: ApprovalId; nowMs: number },
  { policy, risk }: Chosen,
): ApprovalState {
  const { run, agentVersion, connector, tool, toolSchemaHash, args, effect, amount, requester } = n;
  const { tenant, id: approval, nowMs } = at;
  const action = { tenant, approval, run, agentVersion, connector, tool, toolSchemaHash, args };
  try {
    // Postgres cannot store NUL in a text, so nobody could ever see what it was.
    if (canonicalJson(args).includes('\\u0000')) throw new Refused('arguments_refused', { why: 'holds-nul' });
    return openApproval({ action, effect, amount, requester, nowMs, policy, risk });
  } catch (error) {
    if (error instanceof NotCanonicalError)
      throw new Refused('arguments_refused', {
        ...{ why: 'not-canonical', path: error.path, form: error.form },
      });
    throw error;
  }
}

/** A question keeps the clock and the seniors of its rule. One of those whom the agent may ask answers; nobody signs. */
const toAnswer = ({ policy }: Chosen, who: readonly Selector[]): Chosen => ({
  risk: 'low',
  policy: {
    ...policy,
    requirement: {
      ...policy.requirement,
      stages: [{ name: 'answer', quorum: 1, who: [...who] }],
      breakGlass: false,
      grants: false,
      proof: undefined,
    },
  },
});

async function prepare(edges: ApprovalEdges, tx: TenantTx, tenant: TenantId, nowMs: number, n: NewApproval) {
  const now = await readCircumstances(tx, n);
  if (!now) throw new Refused('not_found');
  // Looking at a decision again does nothing that could be held: whom it concerns may ask at any time.
  const held = readQuestion(n)?.review === undefined;
  // A cancel takes the head's lock as well, so a run that was called off is seen as such here.
  if (held && now.runStatus === 'cancelled') throw new Refused('wrong_state', { status: now.runStatus });
  if (held && now.stopped) throw new Refused('tenant_stopped');
  if (held && now.paused) throw new Refused('agent_paused', { agent: n.agent });
  const policy = await readPolicy(tx, tenant, edges.policies);
  const id = newId('apr');
  const { agent, tool, effect, amount, lowConfidence } = n;
  // The head's lock makes openings of a tenant follow each other, so that each sees the amounts before it.
  const chosen = await chooseWithSums(
    tx,
    policy,
    { agent, tool, effect, amount, lowConfidence },
    { atMs: nowMs, root: id },
  );
  if (!chosen.ok) throw new Refused(chosen.reason, chosen.detail);
  const asks = n.answeredBy ? toAnswer(chosen, n.answeredBy) : chosen;
  const state = firstState(n, { tenant, id, nowMs }, asks);
  const people = await tx.rows<Person>({
    text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active`,
  });
  const context: ApprovalContext = {
    nowMs,
    requirementNow: asks.policy.requirement,
    people: new Map(people.map((p) => [p.id, p])),
    delegations: [],
    agentClass: now.agentClass,
    environment: now.environment,
    agentPaused: false,
    tenantStopped: false,
  };
  const why = whyNobodyCanSign(state, context);
  if (why) throw new Refused('policy_unmet', { why });
  return { state, context };
}

/** What one approval begins with: asked of people, or signed beforehand by a grant, which is then used once. */
async function begin(
  tx: TenantTx,
  n: NewApproval,
  { state, context }: Awaited<ReturnType<typeof prepare>>,
): Promise<{ state: ApprovalState; entries: LedgerEntry[] }> {
  const asking = askedEntry(state, n.evidence.title, n.agent);
  const { agent, agentVersion, connector, tool, toolSchemaHash, args, amount, run } = n;
  const use = { agent, agentVersion, connector, tool, toolSchemaHash, args, amount, nowMs: context.nowMs };
  const found = grantable(state, context) ? await findGrant(tx, use) : null;
  if (found === null) return { state, entries: [asking] };
  const event = { kind: 'grant', grant: found.grant.id } as const;
  const granted = advance(state, event, context);
  if (!granted.ok) return { state, entries: [asking] };
  const locked: Locked = {
    ...{ state, context, run, agent, involved: [], lastSeq: 0 },
    ...{ policyVersionNow: state.policy.version, rowAtMs: context.nowMs },
  };
  return { state: granted.state, entries: [asking, ...entriesFor({ locked, event }, granted, null)] };
}

/**
 * Asks within a transaction that holds the ledger head's lock, so that openings of a tenant follow each other: sums and
 * the caps of grants are those of the moment. @throws Refused
 */
export async function askWithin(
  edges: ApprovalEdges,
  tx: TenantTx,
  { tenant, nowMs }: { tenant: TenantId; nowMs: number },
  n: NewApproval,
): Promise<ApprovalId> {
  const prepared = await prepare(edges, tx, tenant, nowMs, n);
  const { state, entries } = await begin(tx, n, prepared);
  const seq = await append(tx, tenant, ...entries);
  const { evidence, agent, callId, amount } = n;
  const lastSeq = seq + entries.length - 1;
  await insertApproval(tx, { state, evidence, agent, callId, seq, lastSeq, nowMs });
  if (state.grant !== null) await useUp(tx, { id: state.grant as GrantId }, state.id, { amount, nowMs });
  await intendCopies(tx, state, prepared.context);
  await tellInboxes(tx, state.id);
  const { id, version } = state;
  await sendOut(tx, [
    { topic: 'signals', key: id, payload: { kind: 'approval-changed', approval: id, version } },
  ]);
  return id;
}

async function asked(edges: ApprovalEdges, tx: TenantTx, tenant: TenantId, n: NewApproval): Promise<Opened> {
  // What Countersign does itself is asked for by people, through a door of its own.
  if (isOwn(n) || n.agent === OWN.agent)
    throw new Error('an agent asked for an action of Countersign itself');
  if (isQuestion(n) !== (n.answeredBy !== undefined))
    throw new Error('a question, and only a question, names who answers');
  const nowMs = await lockHead(tx, tenant);
  const before = await tx.row<{ approval: ApprovalId }>({
    text: 'SELECT approval FROM approvals WHERE run = $1 AND call_id = $2 AND root = approval',
    values: [n.run, n.callId],
  });
  if (before) return { ok: true, approval: before.approval };
  try {
    return { ok: true, approval: await askWithin(edges, tx, { tenant, nowMs }, n) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { reason, detail } = error;
    await append(tx, tenant, {
      kind: 'refused',
      subject: n.run,
      run: n.run,
      actor: n.requester,
      body: { verb: 'ask', reason, detail: { ...detail }, tool: n.tool, callId: n.callId },
    });
    return { ok: false, reason: refusalSentence({ reason, detail }) };
  }
}

/** Asks people to sign one action: policy, state, ledger, copies and outbox in one transaction, once per tool call. */
export async function open(edges: ApprovalEdges, tenant: TenantId, n: NewApproval): Promise<Opened> {
  const opened = await edges.db.inTenant(tenant, (tx) => asked(edges, tx, tenant, n));
  edges.wake();
  return opened;
}
