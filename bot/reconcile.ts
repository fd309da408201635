import { setTimeout as sleep } from 'node:timers/promises';
import { cardDigest } from '../cards/digest.ts';
import type { Card } from '../cards/model.ts';
import type { CopyId, TenantId } from '../core/ids.ts';
import type { CardCopy, Platform, Stores } from '../platform/stores.ts';
import type { ChatTransport, PostTarget, SendFailure, Sent } from './chat.ts';
import type { Remembered } from './remembered.ts';
import type { Method, SendBudget } from './send-budget.ts';

/** The newest card of a subject, as its readers read it there, and the version it shows; null when there is no such subject. */
export type LoadCard = (
  tenant: TenantId,
  subject: string,
  where: Pick<CardCopy, 'platform' | 'workspace' | 'conversation'>,
) => Promise<{ card: Card; version: number | null; thread: string | null } | null>;

export interface ReconcileEdges {
  readonly copies: Stores['copies'];
  readonly transports: Readonly<Partial<Record<Platform, ChatTransport>>>;
  readonly budget: SendBudget;
  readonly loadCard: LoadCard;
  readonly remembered: Remembered;
  /** Names this process in the lease. */
  readonly owner: string;
  readonly random?: () => number;
}

/**
 * shown: the copy shows the newest version. nothing: it did already. busy: another sender has it, come again.
 * later: a row for the next attempt is written. failed: given up for good.
 */
export type Reconciled =
  | { readonly result: 'shown' | 'nothing' | 'busy' }
  | { readonly result: 'later' | 'failed'; readonly why: string; readonly copy: CardCopy };

/** Tries of one copy before it counts as failed for good: with the back-off below, about a day. */
const MAX_ATTEMPTS = 300;
/** A copy is never edited more often in one lease; the next row goes on. */
const MAX_ROUNDS = 5;
const SHORT_WAIT_MS = 1_500;
const SHORT_WAITS = 3;

/** Its turn has not come: that is no failure, so it neither counts nor doubles. */
const OUT_OF_BUDGET = 'budget';
const WAITED = new Set([OUT_OF_BUDGET, 'ratelimited']);

/** Doubles from one second to five minutes, with jitter; what the chat asked for comes first. In ms. */
export function retryInMs(failure: SendFailure, attempts: number, random = Math.random): number {
  const asked = failure.retryInMs ?? 0;
  // Thousands of cards for one channel spread out, the longer the more of them there are.
  if (failure.why === OUT_OF_BUDGET) return Math.round(asked + random() * Math.min(60_000, 2_000 * attempts));
  const backoff = Math.min(300_000, 1_000 * 2 ** Math.min(attempts, 9));
  return Math.max(asked, Math.round(backoff * (0.5 + random() / 2)));
}

/** Makes one copy show the newest version of its subject. Safe to run twice, from several processes, at any time. */
export async function reconcile(edges: ReconcileEdges, tenant: TenantId, id: CopyId): Promise<Reconciled> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const copy = await edges.copies.lease(tenant, id, edges.owner);
    if (copy === 'held') return { result: 'busy' };
    if (copy === null) return { result: round === 0 ? 'nothing' : 'shown' };
    const loaded = await edges.loadCard(tenant, copy.subject, copy);
    const transport = edges.transports[copy.platform];
    if (loaded === null) return giveUp(edges, copy, 'no_such_subject');
    if (transport === undefined) return comeBack(edges, copy, NOT_CONNECTED);
    const target: PostTarget = {
      tenant,
      copy: copy.copy,
      workspace: copy.workspace,
      conversation: copy.conversation,
      thread: loaded.thread ?? copy.thread,
    };
    const sent = await bring(edges, transport, { copy, target, card: loaded.card });
    if (!sent.ok) return isFinal(sent, copy) ? giveUp(edges, copy, sent.why) : comeBack(edges, copy, sent);
    edges.remembered.note(copy.copy, sent.message);
    const { again } = await edges.copies.shown(tenant, copy.copy, {
      message: sent.message,
      version: loaded.version ?? copy.wantedVersion,
      cardDigest: cardDigest(loaded.card),
    });
    if (!again) return { result: 'shown' };
  }
  return { result: 'busy' };
}

const NOT_CONNECTED: SendFailure = { ok: false, kind: 'retry', retryInMs: 60_000, why: 'chat_not_connected' };

/** `missing` can only come from a post here: its thread is gone. */
const isFinal = ({ kind, why }: SendFailure, { attempts }: CardCopy): boolean =>
  kind === 'gone' ||
  kind === 'refused' ||
  kind === 'missing' ||
  (attempts >= MAX_ATTEMPTS && !WAITED.has(why));

async function giveUp(edges: ReconcileEdges, copy: CardCopy, why: string): Promise<Reconciled> {
  await edges.copies.failed(copy.tenant, copy.copy, { failure: why, final: true, retryInMs: 0 });
  return { result: 'failed', why, copy };
}

async function comeBack(edges: ReconcileEdges, copy: CardCopy, failure: SendFailure): Promise<Reconciled> {
  const wait = retryInMs(failure, copy.attempts, edges.random);
  await edges.copies.failed(copy.tenant, copy.copy, { failure: failure.why, final: false, retryInMs: wait });
  return { result: 'later', why: failure.why, copy };
}

interface Piece {
  readonly copy: CardCopy;
  readonly target: PostTarget;
  readonly card: Card;
}

/** Edits the message if there is one, else posts it; one posted and not remembered is searched for first. */
async function bring(edges: ReconcileEdges, transport: ChatTransport, piece: Piece): Promise<Sent> {
  const { copy, target, card } = piece;
  let message = copy.message;
  if (message === null && copy.postingSinceMs !== null) {
    const since = copy.postingSinceMs;
    const found = await spend(edges, 'find', target, transport, () => transport.find(target, since));
    if (!found.ok) return found;
    message = found.message;
  }
  if (message !== null) {
    const known = message;
    const updated = await spend(edges, 'update', target, transport, () =>
      transport.update(target, known, card),
    );
    if (updated.ok || updated.kind !== 'missing') return updated;
  }
  return spend(edges, 'post', target, transport, async () => {
    await edges.copies.markPosting(copy.tenant, copy.copy);
    return transport.post(target, card);
  });
}

/** Asks the shared budget first; a Retry-After holds this method back for everyone. */
async function spend<T extends { ok: true } | SendFailure>(
  edges: ReconcileEdges,
  method: Method,
  target: PostTarget,
  transport: ChatTransport,
  call: () => Promise<T>,
): Promise<T | SendFailure> {
  const { workspace, conversation } = target;
  const what = { platform: transport.platform, method, workspace, conversation };
  let wait = await edges.budget.take(what);
  // A short wait is waited here, under the lease: cheaper than coming back.
  for (let i = 0; wait > 0 && wait <= SHORT_WAIT_MS && i < SHORT_WAITS; i += 1) {
    await sleep(wait);
    wait = await edges.budget.take(what);
  }
  if (wait > 0) return { ok: false, kind: 'retry', retryInMs: wait, why: OUT_OF_BUDGET };
  const result = await call();
  if (!result.ok && result.kind === 'retry' && result.retryInMs !== undefined)
    await edges.budget.hold(what, result.retryInMs);
  return result;
}
