import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { z } from 'zod';
import {
  ApprovalId,
  CopyId,
  DelegationId,
  CheckpointPostId,
  DigestId,
  EvalId,
  IncidentId,
  PersonId,
  RunId,
  SubscriptionId,
  TroubleId,
  type PasskeyId,
  type TenantId,
} from '../core/ids.ts';
import {
  BREAK_GLASS,
  isReminder,
  readQuestionSubject,
  type QuestionSubject,
} from '../core/approval/card-subjects.ts';
import { readPasskeySubject } from '../core/passkey.ts';
import { readIncidentEventSubject } from '../core/incident/subject.ts';
import { readLineSubject } from '../core/intake/line-card.ts';
import { eligible } from '../core/approval/who-may-sign.ts';
import { approvalCard } from '../cards/approval-card.ts';
import { breakGlassCard } from '../cards/break-glass-card.ts';
import { checkpointCard } from '../cards/checkpoint-card.ts';
import { digestPostCard } from '../cards/digest-post-card.ts';
import { evalCard } from '../cards/eval-card.ts';
import { delegationNotice } from '../cards/delegations-card.ts';
import { incidentCard } from '../cards/incident-card.ts';
import { incidentEventCard } from '../cards/incident-event-card.ts';
import { personQuestionCard } from '../cards/person-question-card.ts';
import { questionCard } from '../cards/question-card.ts';
import { reminderCard } from '../cards/reminder-card.ts';
import { passkeyNotice } from '../cards/sign-card.ts';
import { waitingCard } from '../cards/line-card.ts';
import { runCard, startedCard } from '../cards/run-card.ts';
import { troubleCard } from '../cards/trouble-card.ts';
import type { Handled, OutboxRow } from '../platform/outbox/index.ts';
import type { Platform, Stores } from '../platform/stores.ts';
import type { Count } from './api/metrics.ts';
import type { ChatTransport } from './chat.ts';
import { createLanguageOfCopy } from './copy-language.ts';
import type { Language } from '../core/language.ts';
import { loadInbox, type ShowCopy } from './inboxes.ts';
import { readOrigin } from './origin.ts';
import { reconcile, type LoadCard, type Reconciled } from './reconcile.ts';
import type { Remembered } from './remembered.ts';
import type { SendBudget } from './send-budget.ts';

export interface DeliveryEdges {
  readonly stores: Stores;
  readonly transports: Readonly<Partial<Record<Platform, ChatTransport>>>;
  readonly budget: SendBudget;
  readonly remembered: Remembered;
  readonly log: Logger;
  readonly count: Count;
}

/** A copy to bring up to date, a window of absence that opens, or news for whoever keeps an inbox. */
const Payload = z.union([
  z.strictObject({ copy: CopyId }),
  z.strictObject({ delegation: DelegationId }),
  z.strictObject({ digest: SubscriptionId }),
  z.strictObject({ concerns: ApprovalId }),
  z.strictObject({ inboxesOf: z.array(PersonId).max(20) }),
]);

/** How long a row waits for the sender that holds its copy, and may have died with it (`LEASE_MS`). */
const BUSY_RETRY_MS = 1_500;

/** What a copy's subject looks like now: an approval's card, a question's, or a run's result in the thread that asked for it. */
export function cardLoader(stores: Stores): LoadCard {
  const languageOf = createLanguageOfCopy(stores.people);
  return async (tenant, subject, where) => {
    const language = await languageOf(tenant, where);
    const question = readQuestionSubject(subject);
    if (question !== null) return loadAside(stores, tenant, question, { language, where });
    const approval = ApprovalId.safeParse(subject);
    if (approval.success) {
      const view = await stores.approvals.view(tenant, approval.data);
      const card = view && (personQuestionCard(view, language) ?? approvalCard(view, language));
      return view && card && { card, version: view.state.version, thread: null };
    }
    const posted = DigestId.safeParse(subject);
    if (posted.success) {
      const counted = await stores.digests.view(tenant, posted.data);
      const card = counted && digestPostCard(counted, { kind: 'post', subject }, language);
      return card && { card, version: null, thread: null };
    }
    const checkpoint = CheckpointPostId.safeParse(subject);
    if (checkpoint.success) {
      const told = await stores.checkpoints.posted(tenant, checkpoint.data);
      return told && { card: checkpointCard(told, language), version: null, thread: null };
    }
    const evaluated = EvalId.safeParse(subject);
    if (evaluated.success) {
      const view = await stores.evals.card(tenant, evaluated.data);
      return view && { card: evalCard(view, language), version: null, thread: null };
    }
    const trouble = TroubleId.safeParse(subject);
    if (trouble.success) {
      const view = await stores.troubles.view(tenant, trouble.data);
      return view && { card: troubleCard(view, language), version: view.version, thread: null };
    }
    const passkey = readPasskeySubject(subject);
    if (passkey !== null) return loadPasskey(stores, tenant, passkey, language);
    const delegation = DelegationId.safeParse(subject);
    if (delegation.success) {
      const view = await stores.delegations.view(tenant, delegation.data);
      return view && { card: delegationNotice(view, language), version: null, thread: null };
    }
    const incident = await loadIncident(stores, tenant, subject, language);
    if (incident !== undefined) return incident;
    const inLine = readLineSubject(subject);
    if (inLine !== null) return loadLine(stores, tenant, inLine, language);
    const reader = PersonId.safeParse(subject);
    if (reader.success) return loadInbox(stores, tenant, reader.data, where);
    const run = RunId.safeParse(subject);
    if (!run.success) return null;
    const [view, row] = await Promise.all([
      stores.runs.view(tenant, run.data),
      stores.runs.get(tenant, run.data),
    ]);
    return (
      view &&
      row && { card: runCard(view, language), version: null, thread: readOrigin(row.origin)?.thread ?? null }
    );
  };
}

/** That something can sign in a person's name now, or cannot any more. */
async function loadPasskey(
  { passkeys }: Stores,
  tenant: TenantId,
  passkey: PasskeyId,
  language: Language,
): ReturnType<LoadCard> {
  const view = await passkeys.view(tenant, passkey);
  if (view === null) return null;
  return { card: passkeyNotice(view, language), version: view.removedMs === null ? 1 : 2, thread: null };
}

/** An incident's card, or one thing that happened to it; undefined when the subject is neither. */
async function loadIncident(
  { incidents }: Stores,
  tenant: TenantId,
  subject: string,
  language: Language,
): Promise<Awaited<ReturnType<LoadCard>> | undefined> {
  const id = IncidentId.safeParse(subject);
  if (id.success) {
    const view = await incidents.view(tenant, id.data);
    return view && { card: incidentCard(view, language), version: view.state.version, thread: null };
  }
  const event = readIncidentEventSubject(subject);
  if (event === null) return undefined;
  const view = await incidents.event(tenant, event.incident, event.seq);
  return view && { card: incidentEventCard(view, language), version: 1, thread: null };
}

/** A question, a reminder or the notice of a broken glass. */
async function loadAside(
  stores: Stores,
  tenant: TenantId,
  { approval, question }: QuestionSubject,
  { language, where }: { language: Language; where: Parameters<LoadCard>[2] },
): ReturnType<LoadCard> {
  const view = await stores.approvals.view(tenant, approval);
  if (view === null) return null;
  if (isReminder(question)) {
    const copies = await stores.copies.ofSubject(tenant, approval);
    const cardIsHere = copies.some(
      (one) => one.platform === where.platform && one.conversation === where.conversation,
    );
    const card = reminderCard(view, { reminder: question, cardIsHere }, language);
    return { card, version: view.state.version, thread: null };
  }
  const card =
    question === BREAK_GLASS ? breakGlassCard(view, language) : questionCard(view, question, language);
  return card && { card, version: view.state.version, thread: null };
}

/** A run's place in line; once it has none, that it started, or how it ended before it could. */
async function loadLine(
  stores: Stores,
  tenant: TenantId,
  run: RunId,
  language: Language,
): ReturnType<LoadCard> {
  const [view, row, line] = await Promise.all([
    stores.runs.view(tenant, run),
    stores.runs.get(tenant, run),
    stores.intake.line(tenant),
  ]);
  if (view === null || row === null) return null;
  const place = line.get(run);
  const begun = view.status === 'cancelled' ? runCard(view, language) : startedCard(view, language);
  const card = place ? waitingCard(view, place, language) : begun;
  return { card, version: null, thread: readOrigin(row.origin)?.thread ?? null };
}

export interface Delivery {
  readonly handle: (row: OutboxRow) => Promise<Handled>;
  /** The same for one copy, at once: for somebody who waits. */
  readonly show: ShowCopy;
}

/**
 * The one door out: handles `deliver` rows. A row is done when its copy shows the newest version, when a row for the
 * next attempt took its place, or when the copy failed for good.
 */
export function createDelivery(edges: DeliveryEdges): Delivery {
  const { stores, log, count } = edges;
  const inner = {
    copies: stores.copies,
    transports: edges.transports,
    budget: edges.budget,
    remembered: edges.remembered,
    loadCard: cardLoader(stores),
    owner: `${hostname()} ${process.pid}`,
  };
  const show: Delivery['show'] = async (tenant, copy) => {
    const outcome = await reconcile(inner, tenant, copy);
    note(outcome);
    return outcome;
  };
  const handle: Delivery['handle'] = async (row) => {
    const payload = Payload.safeParse(row.payload);
    if (!payload.success) return { error: 'the payload names no copy', useless: 'unreadable' };
    if ('delegation' in payload.data) {
      await stores.delegations.begin(row.tenant, payload.data.delegation);
      return 'done';
    }
    if ('digest' in payload.data) {
      const made = await stores.digests.post(row.tenant, payload.data.digest);
      if (made.result !== 'early') return 'done';
      return { retryInMs: made.inMs, error: 'the digest is not due yet', waits: true };
    }
    if ('inboxesOf' in payload.data) {
      await stores.inboxes.touch(row.tenant, payload.data.inboxesOf);
      return 'done';
    }
    if ('concerns' in payload.data) {
      await stores.inboxes.concern(row.tenant, payload.data.concerns);
      return 'done';
    }
    const outcome = await show(row.tenant, payload.data.copy);
    if (outcome.result === 'busy')
      return { retryInMs: BUSY_RETRY_MS, error: 'another sender holds the copy', waits: true };
    if (outcome.result === 'failed') await whenNobodyIsReached(stores, row.tenant, outcome.copy.subject);
    return 'done';
  };
  return { handle, show };

  function note(outcome: Reconciled): void {
    if (!('copy' in outcome)) return count('deliveries', { result: outcome.result });
    const { platform, copy, attempts } = outcome.copy;
    const final = outcome.result === 'failed';
    count('deliveries', { result: outcome.result, platform, why: outcome.why });
    const words = final ? 'a card could not be delivered, for good' : 'a card waits to be delivered';
    log[final ? 'error' : 'info']({ copy, platform, attempts, why: outcome.why }, words);
  }
}

/**
 * Every copy failed for good: whoever may sign and has a chat account still finds it in their inbox. Only when there is
 * no such person is the approval undeliverable.
 */
async function whenNobodyIsReached(stores: Stores, tenant: TenantId, subject: string): Promise<void> {
  const approval = ApprovalId.safeParse(subject);
  if (!approval.success) return;
  const copies = await stores.copies.ofSubject(tenant, subject);
  if (copies.some(({ status }) => status !== 'failed')) return;
  const state = await stores.approvals.get(tenant, approval.data);
  if (state?.status !== 'pending') return;
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...escalateTo];
  for (const person of await stores.people.everyone(tenant)) {
    if (person.id === state.requester || !eligible(person, asked)) continue;
    const accounts = await stores.people.accountsOf(tenant, person.id);
    if (accounts.some(({ kind }) => kind === 'member')) return;
  }
  await stores.approvals.transition(tenant, approval.data, { kind: 'undeliverable' });
}
