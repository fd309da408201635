import { effectiveRequirement } from '../../core/approval/quorum.ts';
import type { ApprovalEvent, ApprovalState, Transitioned } from '../../core/approval/types.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { PersonId } from '../../core/ids.ts';
import { rolesOf } from '../../core/people.ts';
import { isQuestion } from '../../core/person-question.ts';
import { isHappening, tallyOf } from '../../core/sentences.ts';
import { storable } from '../ledger/chain.ts';
import type { LedgerEntry } from '../ledger/append.ts';
import type { Locked } from './read.ts';
import type { AskedEvent } from './asked-event.ts';

/** The ledger's word for what a person or the workflow did. */
const KINDS: Readonly<Record<Exclude<ApprovalEvent['kind'], 'timer'>, string>> = {
  approve: 'approval.signed',
  decline: 'approval.declined',
  respond: 'approval.answered',
  edit: 'approval.edited',
  ask: 'approval.question-asked',
  answer: 'approval.question-answered',
  delegate: 'approval.delegated',
  snooze: 'approval.snoozed',
  'break-glass': 'approval.break-glass',
  grant: 'approval.granted',
  cancel: 'approval.cancelled',
  undeliverable: 'approval.undeliverable',
  'execute-begin': 'action.intended',
  'execute-retry': 'action.retried',
  'execute-done': 'action.executed',
  'execute-failed': 'action.failed',
  'execute-unknown': 'action.unknown',
  compensated: 'action.compensated',
};

function kindOf(event: AskedEvent, before: ApprovalState, after: ApprovalState): string {
  if (event.kind !== 'timer') return KINDS[event.kind];
  if (after.status !== before.status) return `approval.${after.status}`;
  return after.escalatedAtMs !== before.escalatedAtMs ? 'approval.escalated' : 'approval.reminded';
}

/** The ledger's word for what a person did; null where the clock or the workflow did it. */
export const kindOfPersonal = (event: AskedEvent): string | null =>
  event.kind === 'timer' || actorOf(event) === null ? null : KINDS[event.kind];

export const actorOf = (event: AskedEvent): PersonId | null => ('by' in event ? event.by : null);

/** Who did it, as they were when they did: a role may be gone tomorrow. */
function byOf({ locked, event }: About): JsonObject {
  const actor = actorOf(event);
  const person = actor === null ? undefined : locked.context.people.get(actor);
  return person === undefined ? {} : { by: { name: person.name, roles: rolesOf(person), team: person.team } };
}

/** What the event said, without what is said elsewhere in the entry. */
function saidIn(event: AskedEvent): JsonObject {
  const { kind, ...rest } = event;
  const said = { ...rest } as Record<string, unknown>;
  for (const known of ['by', 'successorRequirement', 'successorRisk', 'successorAmount']) delete said[known];
  return { event: kind, ...(storable(said) as JsonObject) };
}

type Happened = Extract<Transitioned, { ok: true }>['happened'];

/** Both: what happened is said anew in a reader's language; the English words are for those who read the entries raw. */
interface Told {
  readonly happened: Happened | null;
  readonly summary: string;
}

interface About {
  readonly locked: Locked;
  readonly event: AskedEvent;
}

function changeEntry(
  { locked, event }: About,
  after: ApprovalState,
  { happened, summary }: Told,
  kind: string,
): LedgerEntry {
  const { signed, needed } = tallyOf(after);
  const { policy } = after;
  return {
    kind,
    subject: after.id,
    run: locked.run,
    actor: actorOf(event),
    body: {
      ...saidIn(event),
      ...byOf({ locked, event }),
      summary,
      ...(happened === null ? {} : { happened: { what: happened.what, ...happened.detail } }),
      version: after.version,
      status: after.status,
      signed,
      needed,
      actionDigest: after.actionDigest,
      policy: { id: policy.id, version: policy.version, versionNow: locked.policyVersionNow },
    },
  };
}

const stagesOf = ({ policy, risk }: ApprovalState): JsonObject[] =>
  effectiveRequirement(policy.requirement, risk).stages.map(({ name, quorum, who }) => ({
    ...{ name, quorum, who: who.map((one) => ({ ...one })) },
  }));

/** The entry that opens an approval, and with it a successor's lineage goes on. */
export function askedEntry(state: ApprovalState, title: string, agent: string): LedgerEntry {
  const { action, actionDigest, effect, risk, amount, requester, policy, root } = state;
  const { needed, signed } = tallyOf(state);
  return {
    kind: 'approval.asked',
    subject: state.id,
    run: action.run,
    actor: requester,
    body: {
      title,
      agent,
      agentVersion: action.agentVersion,
      connector: action.connector,
      tool: action.tool,
      toolSchemaHash: action.toolSchemaHash,
      args: action.args,
      actionDigest,
      effect,
      risk,
      amount: amount ? { ...amount } : null,
      root,
      signed,
      needed,
      // Who had to sign, so that whoever reads it in years needs no policy of then beside it.
      policy: { id: policy.id, version: policy.version, stages: stagesOf(state) },
    },
  };
}

function refusedEntry({ locked, event }: About, refused: Extract<Transitioned, { ok: false }>): LedgerEntry {
  return {
    kind: 'refused',
    subject: locked.state.id,
    run: locked.run,
    actor: actorOf(event),
    body: { verb: event.kind, reason: refused.reason, detail: { ...refused.detail } },
  };
}

/** How it stands, where a refusal showed that it is over. */
function toldOf(moved: ApprovalState): Told {
  const { status, action, closed } = moved;
  const tally = isQuestion(action) ? {} : tallyOf(moved);
  const detail = { ...tally, reason: closed?.reason ?? '' };
  const happened = isHappening(status) ? { what: status, detail } : null;
  return { happened, summary: `It is ${status} now.` };
}

/** What one event leaves in the ledger, in order. */
export function entriesFor(
  about: About,
  result: Transitioned,
  successor: { title: string } | null,
): LedgerEntry[] {
  const { locked, event } = about;
  if (!result.ok) {
    const refused = refusedEntry(about, result);
    if (!result.moved) return [refused];
    const moved = changeEntry(about, result.moved, toldOf(result.moved), `approval.${result.moved.status}`);
    return [{ ...moved, actor: null }, refused];
  }
  const change = changeEntry(about, result.state, result, kindOf(event, locked.state, result.state));
  if (!result.successor || !successor) return [change];
  return [change, askedEntry(result.successor, successor.title, locked.agent)];
}
