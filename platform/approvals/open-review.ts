import { digestOf } from '../../core/canonical-json.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { ApprovalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import { ASK_PERSON, questionSchema, readQuestion, type PersonQuestion } from '../../core/person-question.ts';
import type { TenantTx } from '../database.ts';
import { lockHead } from '../ledger/append.ts';
import { useLink } from '../concerned/links.ts';
import type { NewApproval, ReviewOpened, ReviewRequest } from '../stores.ts';
import { askWithin, orRefused, Refused } from './open.ts';
import type { ApprovalEdges } from './transition.ts';

interface Row {
  readonly state: ApprovalState;
  readonly evidence: Evidence;
  readonly agent: string;
  readonly run: RunId;
}

/** Everybody who had a part in what was decided; by a grant, nobody had. */
function decidersOf({ signatures, declined, answer, breakGlass, editors }: ApprovalState): PersonId[] {
  const people = [
    ...signatures.flatMap(({ person, onBehalfOf }) => [person, onBehalfOf]),
    ...editors,
    ...[declined?.person, breakGlass?.person, answer?.person, answer?.onBehalfOf],
  ];
  return [...new Set(people.filter((person) => person !== null && person !== undefined))];
}

const SCHEMA = digestOf(questionSchema(['reviewers']));

/** Once for the company, and once for the person concerned: nobody uses up a right of theirs. */
const callIdOf = ({ of, link }: ReviewRequest): string =>
  link === undefined ? `review/${of}` : `review/${of}/concerned`;

function toAsk({ state, evidence, agent, run }: Row, n: ReviewRequest): NewApproval {
  const args: PersonQuestion = {
    ...{ kind: 'grant_exception', to: 'reviewers', question: n.question, why: n.why, citations: [] },
    review: { of: n.of, decidedBy: decidersOf(state), ...(n.link === undefined ? {} : { concerned: true }) },
  };
  return {
    ...{ run, callId: callIdOf(n), agent, agentVersion: state.action.agentVersion, ...ASK_PERSON },
    toolSchemaHash: SCHEMA,
    args: JSON.parse(JSON.stringify(args)) as NewApproval['args'],
    ...{ effect: 'reversible', amount: null, lowConfidence: false, requester: n.requester.id },
    evidence: { ...evidence, title: n.question },
    // Whoever might have decided it: the machine leaves out those who did, and whoever asks.
    answeredBy: state.policy.requirement.stages.flatMap(({ who }) => who),
  };
}

async function opened(
  edges: ApprovalEdges,
  tx: TenantTx,
  tenant: TenantId,
  n: ReviewRequest,
): Promise<ReviewOpened> {
  const nowMs = await lockHead(tx, tenant);
  const row = await tx.row<Row>({
    text: 'SELECT state, evidence, agent, run FROM approvals WHERE approval = $1',
    values: [n.of],
  });
  if (row === null) throw new Refused('not_found');
  const { state, run } = row;
  const decided = decidersOf(state).length > 0 || state.grant !== null;
  if (!decided || state.status === 'pending' || readQuestion(state.action)?.review !== undefined)
    throw new Refused('wrong_state', { status: state.status });
  const before = await tx.row<{ approval: ApprovalId }>({
    text: 'SELECT approval FROM approvals WHERE run = $1 AND call_id = $2 AND root = approval',
    values: [run, callIdOf(n)],
  });
  // What they wrote is not thrown away unread: by another link, they are told that they have asked before.
  if (n.link !== undefined && (before !== null || !(await useLink(tx, n.link, n.of))))
    throw new Refused('link_over');
  if (before !== null) return { ok: true, approval: before.approval, before: true };
  const approval = await askWithin(edges, tx, { tenant, nowMs }, toAsk(row, n));
  return { ok: true, approval, before: false };
}

/**
 * Asks people who did not decide it whether a decision stands: a question with a clock, copies and entries of its own,
 * whose answer signs nothing. Once for each decision; the same again finds the first.
 */
export async function openReview(
  edges: ApprovalEdges,
  tenant: TenantId,
  n: ReviewRequest,
): Promise<ReviewOpened> {
  return orRefused(edges, tenant, (tx) => opened(edges, tx, tenant, n));
}
