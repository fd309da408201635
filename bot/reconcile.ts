import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cardDigest } from '../cards/digest.ts';
import type { Card } from '../cards/model.ts';
import type { CopyId, TenantId } from '../core/ids.ts';
import { LEASE_MS } from '../platform/copies/copy-store.ts';
import type { CardCopy, CopyFailure, Platform, Stores } from '../platform/stores.ts';
import type { ChatTransport, PostTarget, SendFailure, Sent } from './chat.ts';
import type { Remembered } from './remembered.ts';
import type { Method, SendBudget } from './send-budget.ts';

/** The newest card of a subject, as its readers read it there, and the version it shows; null when there is no such subject. */
export type LoadCard = (
  tenant: TenantId,
  subject: string,
  where: Pick<CardCopy, 'platform' | 'workspace' | 'conversation' | 'page' | 'person'>,
) => Promise<{ card: Card; version: number | null; thread: string | null } | null>;

export interface ReconcileEdges {
  readonly copies: Stores['copies'];
  readonly transports: Readonly<Partial<Record<Platform, ChatTransport>>>;
  readonly budget: SendBudget;
  readonly loadCard: LoadCard;
  readonly remembered: Remembered;
  /** Names this process; each lease has a name of its own that begins with it. */
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
const MAX_ATTEMPTS = 3_500;
/** The longest back-off: a chat that is back shows every card within the minute that is promised. */
const LONGEST_WAIT_MS = 30_000;
/** After so many tries, about a minute and a half, an Admin is told that the chat does not take what is sent. */
const SILENT_AFTER = 8;
/** A copy is never edited more often in one lease; the next row goes on. */
const MAX_ROUNDS = 5;
const SHORT_WAIT_MS = 1_500;
const SHORT_WAITS = 3;
/** How often a workspace that took our access away is asked again: by one sender, whatever waits. */
const CUT_OFF_MS = 20_000;
const REMOVE_TRIES = 3;

/** Its turn has not come: that is no failure, so it neither counts nor doubles. */
const OUT_OF_BUDGET = 'budget';
const TURN_JITTER_MS = 500;
const WAITED = new Set([OUT_OF_BUDGET, 'ratelimited', 'Throttled', 'http_429']);

/** Doubles from one second to half a minute, with jitter; what the chat asked for comes first. In ms. */
export function retryInMs(failure: SendFailure, attempts: number, random = Math.random): number {
  const asked = failure.retryInMs ?? 0;
  // Each was told a turn of its own; other processes told theirs.
  if (failure.why === OUT_OF_BUDGET) return Math.round(asked + random() * TURN_JITTER_MS);
  if (failure.kind === 'cut_off') return Math.round(CUT_OFF_MS * (1 + random()));
  const backoff = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(attempts, 9));
  return Math.max(asked, Math.round(backoff * (0.5 + random() / 2)));
}

/** Makes one copy show the newest version of its subject. Safe to run twice, from several processes, at any time. */
export async function reconcile(edges: ReconcileEdges, tenant: TenantId, id: CopyId): Promise<Reconciled> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const holder = `${edges.owner} ${randomUUID()}`;
    const copy = await edges.copies.lease(tenant, id, holder);
    if (copy === 'held') return { result: 'busy' };
    if (copy === null) return { result: round === 0 ? 'nothing' : 'shown' };
    const outcome = await whileHeld(edges, { copy, holder }, () => oneRound(edges, { copy, holder }));
    if (outcome !== 'again') return outcome;
  }
  return { result: 'busy' };
}

interface Lease {
  readonly copy: CardCopy;
  readonly holder: string;
}

/** The lease is short, so that a sender that dies is soon replaced; one that lives goes on holding it. */
async function whileHeld<T>(
  { copies }: ReconcileEdges,
  { copy, holder }: Lease,
  work: () => Promise<T>,
): Promise<T> {
  const renew = (): void => void copies.renew(copy.tenant, copy.copy, holder).catch(() => {});
  const beat = setInterval(renew, LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

async function oneRound(edges: ReconcileEdges, lease: Lease): Promise<Reconciled | 'again'> {
  const { copy, holder } = lease;
  const { tenant } = copy;
  const turn = whenInLine(edges, copy);
  if (turn > 0)
    return comeBack(edges, lease, { ok: false, kind: 'retry', retryInMs: turn, why: OUT_OF_BUDGET });
  const loaded = await edges.loadCard(tenant, copy.subject, copy);
  const transport = edges.transports[copy.platform];
  if (loaded === null) return giveUp(edges, lease, NO_SUBJECT);
  if (transport === undefined) return comeBack(edges, lease, NOT_CONNECTED);
  const shut = whyShut(copy, transport);
  if (shut !== null)
    return isFinal(shut, copy) ? giveUp(edges, lease, shut) : comeBack(edges, lease, shut, null);
  const target: PostTarget = {
    tenant,
    copy: copy.copy,
    workspace: copy.workspace,
    conversation: copy.conversation,
    thread: loaded.thread ?? copy.thread,
  };
  const piece = { ...lease, target, card: loaded.card };
  const sent = await bring(edges, transport, piece);
  if (sent === 'lost') return { result: 'busy' };
  if (!sent.ok) return isFinal(sent, copy) ? giveUp(edges, lease, sent) : comeBack(edges, lease, sent);
  const { again, lost } = await edges.copies.shown(tenant, copy.copy, {
    ...{ holder, instead: copy.message, message: sent.message },
    version: loaded.version ?? copy.wantedVersion,
    cardDigest: cardDigest(loaded.card),
  });
  if (lost) return withdraw(edges, transport, piece, sent.message);
  edges.remembered.note(copy.copy, sent.message);
  return again ? 'again' : { result: 'shown' };
}

/** A card that comes new where others wait: it takes its turn before it is read and drawn, which is most of the work. In ms. */
function whenInLine({ budget, transports }: ReconcileEdges, copy: CardCopy): number {
  const { platform, workspace, conversation } = copy;
  if (copy.attempts > 1 || copy.shut || transports[platform] === undefined) return 0;
  const method = isTab(copy) ? 'publish' : copy.message === null ? 'post' : 'update';
  return budget.lineUp({ platform, method, workspace, conversation }, SHORT_WAIT_MS);
}

/** What the chat itself said of the place, where that spares a try. */
function whyShut({ shut, workspace }: CardCopy, transport: ChatTransport): SendFailure | null {
  if (!shut) return null;
  const { whole, why } = shut;
  if (!whole) return { ok: false, kind: 'gone', why };
  return transport.awaitsAccess?.(why, workspace) ? { ok: false, kind: 'cut_off', why } : null;
}

/**
 * Another sender took over, or another message turned up, while ours was on its way: ours stays only when it is the only
 * one. What the copy shows is for the next row to mend.
 */
async function withdraw(
  edges: ReconcileEdges,
  transport: ChatTransport,
  { copy, target }: Piece,
  message: string,
): Promise<Reconciled> {
  if (message === copy.message || (await edges.copies.adopt(copy.tenant, copy.copy, message)))
    return { result: 'busy' };
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    const removed = await transport.remove(target, message);
    if (removed.ok || removed.kind !== 'retry') break;
    await sleep(Math.min(removed.retryInMs ?? 1_000, LEASE_MS));
  }
  return { result: 'busy' };
}

const NO_SUBJECT: SendFailure = { ok: false, kind: 'missing', why: 'no_such_subject' };
const NOT_CONNECTED: SendFailure = {
  ok: false,
  kind: 'retry',
  retryInMs: 60_000,
  why: 'chat_not_connected',
};

/** `missing` can only come from a post here: its thread is gone. */
const isFinal = ({ kind, why }: SendFailure, { attempts }: CardCopy): boolean =>
  kind === 'gone' ||
  kind === 'refused' ||
  kind === 'missing' ||
  (attempts >= MAX_ATTEMPTS && kind !== 'cut_off' && !WAITED.has(why));

/** What Admins have to know of, since nobody in the conversation can. */
function troubleOf({ kind, why }: SendFailure, attempts: number): CopyFailure['trouble'] {
  if (kind === 'gone' || kind === 'refused' || kind === 'cut_off') return kind;
  const silent = kind !== 'missing' && !WAITED.has(why) && attempts >= SILENT_AFTER;
  return silent ? 'silent' : null;
}

async function giveUp(
  { copies }: ReconcileEdges,
  { copy, holder }: Lease,
  failure: SendFailure,
): Promise<Reconciled> {
  const { why } = failure;
  const trouble = troubleOf(failure, copy.attempts);
  await copies.failed(copy.tenant, copy.copy, { holder, failure: why, final: true, retryInMs: 0, trouble });
  return { result: 'failed', why, copy };
}

/**
 * @param trouble null where the chat was not asked: what is known already is not told anew, since it may have been found to
 * be over meanwhile
 */
async function comeBack(
  edges: ReconcileEdges,
  { copy, holder }: Lease,
  failure: SendFailure,
  trouble: CopyFailure['trouble'] = troubleOf(failure, copy.attempts),
): Promise<Reconciled> {
  const { why } = failure;
  const wait = retryInMs(failure, copy.attempts, edges.random);
  const ended = { holder, failure: why, final: false, retryInMs: wait, trouble };
  await edges.copies.failed(copy.tenant, copy.copy, ended);
  return { result: 'later', why, copy };
}

const isTab = ({ platform, page }: CardCopy): boolean => platform === 'slack' && page !== null;

interface Piece extends Lease {
  readonly target: PostTarget;
  readonly card: Card;
}

/** Edits the message if there is one, else posts it; one posted and not remembered is searched for first. */
async function bring(edges: ReconcileEdges, transport: ChatTransport, piece: Piece): Promise<Sent | 'lost'> {
  const { copy, target, card } = piece;
  // Slack's tab is one view: there is nothing to look for and nothing to be there twice.
  if (isTab(copy))
    return spend(edges, 'publish', target, transport, () =>
      transport.update(target, copy.message ?? '', card),
    );
  let message = copy.message;
  if (message === null && copy.postingSinceMs !== null) {
    const since = copy.postingSinceMs;
    const found = await spend(edges, 'find', target, transport, () => transport.find(target, since));
    if (!found.ok) return found;
    message = found.message;
  }
  if (message !== null) {
    const updated = await put(edges, transport, piece, message);
    if (updated.ok || updated.kind !== 'missing') return updated;
  }
  return postAnew(edges, transport, { copy, holder: piece.holder, target, card });
}

const put = (
  edges: ReconcileEdges,
  transport: ChatTransport,
  { target, card }: Piece,
  message: string,
): Promise<Sent> => spend(edges, 'update', target, transport, () => transport.update(target, message, card));

async function postAnew(
  edges: ReconcileEdges,
  transport: ChatTransport,
  piece: Piece,
): Promise<Sent | 'lost'> {
  const { copy, holder, target, card } = piece;
  const { tenant, message: instead } = copy;
  const { announce } = transport;
  const posted = await spend<Sent | Lost>(edges, 'post', target, transport, async () => {
    if (!(await edges.copies.markPosting(tenant, copy.copy, { holder, instead }))) return LOST;
    return announce ? announce(target, card) : transport.post(target, card);
  });
  if (posted.ok === 'lost') return 'lost';
  if (!posted.ok || !announce) return posted;
  const { message } = posted;
  if (await edges.copies.markPosted(tenant, copy.copy, { holder, instead, message })) {
    const sent = await put(edges, transport, piece, message);
    // Deleted between the two: it is posted anew by the next row.
    return !sent.ok && sent.kind === 'missing' ? { ...sent, kind: 'retry' } : sent;
  }
  await withdraw(edges, transport, piece, message);
  return 'lost';
}

/** Somebody else has taken the copy over. */
const LOST = { ok: 'lost' } as const;
type Lost = typeof LOST;

/** Asks the shared budget first; a Retry-After holds this method back for everyone. */
async function spend<T extends { ok: true } | SendFailure | Lost>(
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
  const holdMs = result.ok === false ? holdFor(result) : undefined;
  if (holdMs !== undefined) await edges.budget.hold(what, holdMs);
  return result;
}

/** What the chat asked for; a workspace that takes nothing is asked by one sender at a time. */
const holdFor = ({ kind, retryInMs: asked }: SendFailure): number | undefined =>
  kind === 'cut_off' ? CUT_OFF_MS : kind === 'retry' ? asked : undefined;
