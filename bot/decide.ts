import { readEditedArguments } from '../cards/edit-arguments.ts';
import { LONGEST_WORDS } from '../cards/approval-forms.ts';
import { wordsIn } from '../cards/languages.ts';
import { ButtonPayload } from '../cards/payload.ts';
import { whyArgumentsDoNotFit } from '../core/action-limits.ts';
import type { ApprovalEvent } from '../core/approval/types.ts';
import type { Language } from '../core/language.ts';
import { happeningSentence } from '../core/sentences.ts';
import type { ApprovalId, TenantId } from '../core/ids.ts';
import { readStatement } from '../core/passkey.ts';
import type { Proof } from '../core/proof.ts';
import type { Refusal } from '../core/views.ts';
import type { EditOfArguments, Recorded, Stores } from '../platform/stores.ts';
import type { InboundDecision, Outcome } from './chat.ts';
import { isAside, recordAside } from './asides.ts';
import { whoIs, type Who } from './identity.ts';
import { recordResponse } from './respond.ts';
import { forWantOfGroups, refuse, sayRefusal, type RefusalEdges } from './refuse.ts';
import { handOut, type HandOut } from './sign/hand-out.ts';
import { amountAfterEdit } from './successor-amount.ts';
import { sayIn } from './languages.ts';
import { refusal } from './words.ts';

type Known = Extract<Who, { ok: true }>;

/** Not a decision of ours but a failure to record one: the platform must not be told that it was received. */
const UNWRITTEN: ReadonlySet<Refusal['reason']> = new Set(['not_confirmed', 'ledger_unwritable']);

export const unconfirmed = (said: Outcome): Outcome =>
  said.kind === 'text' ? { ...said, unconfirmed: true } : said;

export interface DecisionEdges extends RefusalEdges, HandOut {
  /** A click on a known approval's card: shows where a copy really hangs. Must not hold up the answer. */
  readonly clicked: (tenant: TenantId, decision: InboundDecision, payload: ButtonPayload) => void;
}

/**
 * One click into one transaction: who is it, is the payload ours, then `transition`, which reads rights and policy
 * again under the approval's lock and writes state and ledger together. Nothing here caches a right, and the same click
 * again ends in the same place: the machine tells a repetition from a second person.
 */
export async function recordDecision(edges: DecisionEdges, decision: InboundDecision): Promise<Outcome> {
  const { stores } = edges;
  const { caller, requestKey, choice } = decision;
  const who = await whoIs(stores.people, caller);
  const payload = ButtonPayload.safeParse(decision.payload);
  const subject = payload.success ? payload.data.approval : 'unknown';
  const turnAway = (why: Refusal): Promise<Outcome> =>
    refuse(edges, {
      tenant: who.tenant,
      person: who.ok ? who.person : null,
      caller,
      requestKey,
      subject,
      verb: choice.verb,
      refusal: why,
    });
  if (!who.ok) return turnAway(refusal(who.reason));
  // An id that does not exist, another tenant's and a forged payload read alike: nothing can be guessed at.
  if (!payload.success) return turnAway(refusal('not_found'));
  // Earlier signers are judged again with each click. Where their groups cannot be read, theirs would count no more.
  const { rights } = stores.people;
  const others =
    who.mapped === false ? undefined : await rights?.ofApproval(who.tenant, payload.data.approval);
  const [away] = others?.away ?? [];
  if (away !== undefined) return turnAway(refusal('directory_away', { directory: away }));
  const recorded = await record(stores, who, decision, payload.data);
  if ('kind' in recorded) return recorded;
  if ('refusal' in recorded) return turnAway(recorded.refusal);
  if (recorded.ok || recorded.reason !== 'not_found') edges.clicked(who.tenant, decision, payload.data);
  if (!recorded.ok && UNWRITTEN.has(recorded.reason))
    return unconfirmed(await sayRefusal(stores, null, who.person, refusal(recorded.reason)));
  if (!recorded.ok) {
    edges.count('refusals', { reason: recorded.reason, platform: caller.platform });
    const why = forWantOfGroups({ reason: recorded.reason, detail: recorded.detail }, who.person);
    const way = await handOut(edges, who, decision, { payload: payload.data, refusal: why });
    if (way !== null) return way;
    return sayRefusal(stores, who.tenant, who.person, why);
  }
  const { language = 'en' } = who.person;
  const { what, detail } = recorded.happened;
  const sentence = happeningSentence(what, detail, { language, timeZone: who.person.timeZone });
  const text = sayIn(language).recorded(sentence, recorded.ledgerSeq);
  return { kind: 'text', done: true, text, language };
}

type Tried = Recorded | { refusal: Refusal } | Extract<Outcome, { kind: 'invalid' }>;

async function record(
  stores: Stores,
  { tenant, person }: Known,
  decision: InboundDecision,
  payload: ButtonPayload,
): Promise<Tried> {
  const { choice, caller } = decision;
  const proof = 'proof' in choice ? choice.proof : undefined;
  // Whoever pressed is read anew: a proof of somebody else, or of something else, is none.
  if (proof !== undefined && !isAbout(proof, { tenant, person, payload, verb: choice.verb }))
    return { refusal: refusal('passkey_refused') };
  const proved = proof === undefined ? {} : { proof };
  if (isAside(choice))
    return recordAside(stores, { tenant, approval: payload.approval, by: person, caller }, choice);
  const shown = {
    by: person.id,
    via: proof === undefined ? caller.platform : ('page' as const),
    actionDigest: payload.actionDigest,
    cardDigest: payload.cardDigest ?? null,
  };
  if (choice.verb === 'respond') {
    const given = { fields: choice.fields, language: person.language };
    return recordResponse(stores, { tenant, approval: payload.approval }, shown, given);
  }
  if (choice.verb === 'break_glass') {
    // Where the proof is given, the phrase was typed before.
    const wrong = proof === undefined ? whyNotConfirmed(choice, person.language) : null;
    if (wrong !== null) return { kind: 'invalid', text: Object.values(wrong).join(' '), fieldErrors: wrong };
    const { by, via, actionDigest } = shown;
    const { reason } = choice;
    const event: ApprovalEvent = { kind: 'break-glass', by, via, actionDigest, reason, ...proved };
    return stores.approvals.transition(tenant, payload.approval, event);
  }
  if (choice.verb !== 'edit') {
    const event: ApprovalEvent =
      choice.verb === 'approve'
        ? {
            ...{ kind: 'approve', ...shown, comment: choice.comment },
            ...(choice.seen === undefined ? {} : { seen: choice.seen }),
            ...proved,
          }
        : { kind: 'decline', ...shown, reason: choice.reason };
    return stores.approvals.transition(tenant, payload.approval, event);
  }
  const edit = { ...shown, fields: choice.fields, language: person.language };
  return recordEdit(stores, tenant, payload.approval, edit);
}

/** What was signed names exactly this decision of this person. */
function isAbout(
  { statement }: Proof,
  is: { tenant: TenantId; person: Known['person']; payload: ButtonPayload; verb: string },
): boolean {
  const said = readStatement(statement);
  return (
    said !== null &&
    said.tenant === is.tenant &&
    said.person === is.person.id &&
    said.approval === is.payload.approval &&
    said.actionDigest === is.payload.actionDigest &&
    said.decision === (is.verb === 'break_glass' ? 'break-glass' : is.verb)
  );
}

/** Nobody breaks the glass by a slip: a reason, and the phrase in the language of the form. */
function whyNotConfirmed(
  { reason, confirmation }: Extract<InboundDecision['choice'], { verb: 'break_glass' }>,
  language: Language | undefined,
): Readonly<Record<string, string>> | null {
  const say = wordsIn(language);
  const wrong = {
    ...(reason.trim() === '' ? { reason: say.fieldNeeded } : {}),
    ...(reason.length > LONGEST_WORDS ? { reason: say.textTooLong } : {}),
    ...(confirmation.trim() === say.breakGlassPhrase
      ? {}
      : { confirmation: say.breakGlassNotConfirmed(say.breakGlassPhrase) }),
  };
  return Object.keys(wrong).length === 0 ? null : wrong;
}

/** What was typed, read against the arguments as they are; the store chooses the policy of what takes their place. */
async function recordEdit(
  stores: Stores,
  tenant: TenantId,
  approval: ApprovalId,
  edit: Omit<EditOfArguments, 'args' | 'successorAmount' | 'comment'> & {
    fields: Readonly<Record<string, string>>;
    language: Language | undefined;
  },
): Promise<Tried> {
  const { fields, language, ...shown } = edit;
  const state = await stores.approvals.get(tenant, approval);
  if (state === null) return { refusal: refusal('not_found') };
  const read = readEditedArguments(state.action.args, fields, language);
  if (!read.ok)
    return { kind: 'invalid', text: Object.values(read.errors).join(' '), fieldErrors: read.errors };
  const tooLong = whyArgumentsDoNotFit(read.args);
  if (tooLong !== null) return { refusal: refusal('arguments_too_long', tooLong) };
  const successorAmount = amountAfterEdit(state, read.args);
  if (successorAmount === undefined) return { refusal: refusal('arguments_refused', { why: 'amount-lost' }) };
  return stores.approvals.edit(tenant, approval, {
    ...shown,
    args: read.args,
    successorAmount,
    comment: read.comment,
  });
}
