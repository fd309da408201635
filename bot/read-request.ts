import { formDigest } from '../cards/digest.ts';
import type { Form } from '../cards/model.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import { changesForm, evidenceForm, pagesOfRequest, requestForm } from '../cards/request-forms.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { eligible } from '../core/approval/who-may-sign.ts';
import type { TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import { authorise } from '../core/roles.ts';
import type { ApprovalView, Refusal } from '../core/views.ts';
import type { Platform, Stores } from '../platform/stores.ts';
import type { FormToOpen } from './chat.ts';
import type { Who } from './identity.ts';
import { readPassages } from './passages.ts';
import { refusal } from './words.ts';

/** The buttons behind which there is only something to read; the whole request can be signed at its end. */
export const READING = ['open', 'evidence', 'changes'] as const;
export type ReadingVerb = (typeof READING)[number];

export const isReading = (verb: string): verb is ReadingVerb => (READING as readonly string[]).includes(verb);

type Known = Extract<Who, { ok: true }>;

/** Was this person put on it: they asked, are asked by its policy, or had a part in it. */
function isPartOf(state: ApprovalState, person: Person): boolean {
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...escalateTo];
  const had = [
    state.requester,
    ...state.editors,
    ...state.signatures.map(({ person: signer }) => signer),
    ...state.delegations.map(({ to }) => to),
    state.declined?.person,
  ];
  return had.includes(person.id) || eligible(person, asked);
}

/** May they read what a request would do and what it rests on: the roles table's row for an agent's output, read now. */
export function mayRead({ tenant, person }: Known, { state, people }: ApprovalView): boolean {
  const on = {
    tenant,
    team: people.get(state.requester)?.team ?? null,
    owner: state.requester,
    assigned: isPartOf(state, person),
    class: 'restricted',
    environment: 'production',
  } as const;
  return authorise(person, 'see-output', on, tenant).ok;
}

async function passagesOf(stores: Stores, tenant: TenantId, { state, evidence }: ApprovalView) {
  const cited = evidence.assessment.signals.map(({ citation }) => citation);
  return readPassages(stores, { tenant, run: state.action.run }, cited);
}

async function formOf(
  stores: Stores,
  who: Known,
  verb: ReadingVerb,
  view: ApprovalView,
  page: number,
): Promise<Form> {
  const { language } = who.person;
  if (verb === 'open') return requestForm(view, page, language);
  if (verb === 'changes') return changesForm(view, page, language);
  return evidenceForm(view, await passagesOf(stores, who.tenant, view), page, language);
}

/** Is there nothing left to read before this page's button signs. */
export async function isLastPage(
  stores: Stores,
  { tenant, person }: Known,
  payload: ButtonPayload,
): Promise<boolean> {
  const view = await stores.approvals.view(tenant, payload.approval);
  return view === null || (payload.page ?? 1) >= pagesOfRequest(view, person.language);
}

/** A page to read, and a ledger entry that says who read it; or why this person gets none. */
export async function readingFor(
  stores: Stores,
  who: Known,
  asked: { readonly verb: ReadingVerb; readonly payload: ButtonPayload; readonly via: Platform },
): Promise<FormToOpen | { refusal: Refusal }> {
  const { verb, payload, via } = asked;
  const view = await stores.approvals.view(who.tenant, payload.approval);
  // What somebody may not read is not even there for them.
  if (view === null || !mayRead(who, view))
    return { refusal: refusal(view === null ? 'not_found' : 'not_permitted', view === null ? {} : { verb }) };
  const { state } = view;
  if (payload.actionDigest !== state.actionDigest) return { refusal: refusal('digest_mismatch') };
  const page = payload.page ?? 1;
  const form = await formOf(stores, who, verb, view, page);
  await stores.approvals.recordRead(who.tenant, {
    approval: state.id,
    person: who.person.id,
    what: verb,
    page,
    via,
  });
  return { form, binding: { copy: payload.copy, cardDigest: formDigest(form) } };
}
