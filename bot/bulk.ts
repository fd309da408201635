import {
  bulkCard,
  bulkForm,
  bulkSignForm,
  CHOICE_FIELD,
  fittingTogether,
  readChosen,
  type LeftOut,
  type SignedOne,
} from '../cards/bulk-forms.ts';
import { formDigest } from '../cards/digest.ts';
import { wordsIn } from '../cards/languages.ts';
import { TOGETHER_AT_MOST, type BulkPayload } from '../cards/payload.ts';
import { fitsTogether } from '../core/action-limits.ts';
import { ApprovalId, PersonId } from '../core/ids.ts';
import { authorise } from '../core/roles.ts';
import { refusalSentence } from '../core/sentences.ts';
import type { ApprovalView, Refusal } from '../core/views.ts';
import type { Stores } from '../platform/stores.ts';
import type { Caller, Outcome, PressedButton, SubmittedForm } from './chat.ts';
import { whoIs, type Who } from './identity.ts';
import { whyClosed } from './open-form.ts';
import { mayRead } from './read-request.ts';
import { refuse, type RefusalEdges } from './refuse.ts';
import { refusal } from './words.ts';

type Known = Extract<Who, { ok: true }>;

const STRICTEST = {
  team: null,
  owner: null,
  assigned: true,
  class: 'restricted',
  environment: 'production',
} as const;

/** Whoever has an inbox may be offered what stands in it; the machine judges each signature by itself. */
async function known(edges: RefusalEdges, pressed: PressedButton, verb: string): Promise<Known | Outcome> {
  const { caller, requestKey } = pressed;
  const who = await whoIs(edges.stores.people, caller);
  const on = who.ok ? { ...STRICTEST, tenant: who.tenant } : null;
  const may = who.ok && on !== null && authorise(who.person, 'inbox', on, who.tenant).ok;
  if (who.ok && may) return who;
  const about = {
    tenant: who.tenant,
    person: who.ok ? who.person : null,
    caller,
    requestKey,
    subject: verb,
    verb,
  };
  return refuse(edges, {
    ...about,
    refusal: who.ok ? refusal('not_permitted', { verb: 'inbox' }) : refusal(who.reason),
  });
}

const isWho = (one: Known | Outcome): one is Known => 'person' in one;

/** The form in which several are chosen. */
export async function openBulk(edges: RefusalEdges, pressed: PressedButton): Promise<Outcome> {
  const who = await known(edges, pressed, 'bulk');
  if (!isWho(who)) return who;
  const { language } = who.person;
  const { waiting } = await edges.stores.approvals.inbox(who.tenant, who.person);
  const form = bulkForm(waiting, language);
  if (form.inputs.length === 0)
    return {
      kind: 'text',
      done: false,
      text: wordsIn(language).nothingWaitsForYou,
      ...(language ? { language } : {}),
    };
  return { kind: 'form', form, binding: { copy: null, cardDigest: null } };
}

/** Why one that was named cannot be signed beside others, or null. What somebody may not read is not there for them. */
function whyLeftOut(who: Known, view: ApprovalView | null, mine: ReadonlySet<string>): Refusal | null {
  if (view === null || !mayRead(who, view)) return refusal('not_found');
  const closed = whyClosed(view.state);
  if (closed !== null) return closed;
  if (view.state.requester === who.person.id) return refusal('own_request');
  if (view.state.risk === 'high' || !fitsTogether(view.state.action.args)) return refusal('one_by_one');
  return mine.has(view.state.id) ? null : refusal('not_an_approver');
}

const titleFor = (who: Known, view: ApprovalView | null, id: string): string =>
  view !== null && mayRead(who, view) ? view.evidence.title : id.slice(0, 40);

/** What was ticked, each shown whole; what was not offered is refused here already, and again when it is signed. */
export async function chooseBulk(edges: RefusalEdges, submitted: SubmittedForm): Promise<Outcome> {
  const who = await known(edges, submitted, 'bulk');
  if (!isWho(who)) return who;
  const { stores } = edges;
  const { tenant, person } = who;
  const { language } = person;
  const chosen = readChosen(submitted.fields).slice(0, TOGETHER_AT_MOST);
  const none = wordsIn(language).bulkNone;
  if (chosen.length === 0) return { kind: 'invalid', text: none, fieldErrors: { [CHOICE_FIELD]: none } };
  const { waiting } = await stores.approvals.inbox(tenant, person);
  const mine = new Set<string>(waiting.filter((one) => one.mine).map(({ id }) => id));
  const views: ApprovalView[] = [];
  const leftOut: LeftOut[] = [];
  for (const id of chosen) {
    const view = await viewOf(stores, who, id);
    const why = whyLeftOut(who, view, mine);
    if (why === null && view !== null) views.push(view);
    if (why === null) continue;
    leftOut.push({ title: titleFor(who, view, id), refusal: why });
    await recordLeftOut(edges, who, submitted.caller, { subject: id, reason: why.reason });
  }
  const fitting = fittingTogether(views, language);
  const [first] = leftOut;
  if (fitting.length === 0 && first !== undefined)
    return {
      kind: 'text',
      done: false,
      text: refusalSentence(first.refusal, { language: language ?? 'en' }),
      ...(language ? { language } : {}),
    };
  const form = bulkSignForm(fitting, leftOut, language);
  return { kind: 'form', form, binding: { copy: null, cardDigest: formDigest(form) } };
}

async function viewOf(stores: Stores, { tenant }: Known, id: string): Promise<ApprovalView | null> {
  const parsed = ApprovalId.safeParse(id);
  return parsed.success ? stores.approvals.view(tenant, parsed.data) : null;
}

async function recordLeftOut(
  { stores, count }: RefusalEdges,
  { tenant, person }: Known,
  { platform, workspace, account }: Caller,
  { subject, reason }: { subject: string; reason: Refusal['reason'] },
): Promise<void> {
  count('refusals', { reason, platform });
  const known = ApprovalId.safeParse(subject);
  await stores.approvals.recordRefusal(tenant, {
    ...{ subject: known.success ? known.data : 'unknown', person: person.id, verb: 'bulk', reason },
    account: { platform, workspace, account },
  });
}

/** One signature each, in order, each through the machine: one that is refused holds up no other. */
export async function signBulk(
  edges: RefusalEdges,
  submitted: SubmittedForm,
  payload: BulkPayload,
): Promise<Outcome> {
  const who = await known(edges, submitted, 'bulk_sign');
  if (!isWho(who)) return who;
  const { stores, count } = edges;
  const { platform } = submitted.caller;
  const signed: SignedOne[] = [];
  for (const { a: approval, d: actionDigest } of payload.items) {
    const recorded = await stores.approvals.transition(who.tenant, approval, {
      ...{ kind: 'approve', by: who.person.id, via: platform, seen: 'together', comment: null },
      ...{ actionDigest, cardDigest: payload.cardDigest ?? null },
    });
    count('decisions', { verb: 'approve', platform, result: recorded.ok ? 'recorded' : 'refused' });
    const title = titleFor(who, await stores.approvals.view(who.tenant, approval), approval);
    if (recorded.ok) {
      const { happened, ledgerSeq } = recorded;
      signed.push({ approval, title, outcome: { ok: true, ...happened, ledgerSeq } });
    } else {
      count('refusals', { reason: recorded.reason, platform });
      const { reason, detail } = recorded;
      signed.push({ approval, title, outcome: { ok: false, refusal: { reason, detail } } });
    }
  }
  const card = bulkCard(signed, await namesIn(stores, who, signed), who.person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}

/** Names for the people whom refusals mention. */
async function namesIn(
  stores: Stores,
  { tenant }: Known,
  all: readonly SignedOne[],
): Promise<ReadonlyMap<string, string>> {
  const ids = all.flatMap(({ outcome }) => {
    const by = PersonId.safeParse(outcome.ok ? undefined : outcome.refusal.detail['by']);
    return by.success ? [by.data] : [];
  });
  const people = await Promise.all([...new Set(ids)].map((id) => stores.people.person(tenant, id)));
  return new Map(people.flatMap((one) => (one === null ? [] : [[one.id, one.name] as const])));
}
