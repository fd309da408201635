import { signCard, type WayToSign } from '../../cards/sign-card.ts';
import { pageDigest, signPage } from '../../cards/sign-page.ts';
import type { ButtonPayload } from '../../cards/payload.ts';
import type { SignedStatement } from '../../core/passkey.ts';
import type { Refusal } from '../../core/views.ts';
import type { Site, Stores, TypedWords } from '../../platform/stores.ts';
import type { InboundDecision, Outcome } from '../chat.ts';
import type { Who } from '../identity.ts';
import { linkTo, LINK_MINUTES } from './site.ts';

export interface HandOut {
  readonly stores: Stores;
  /** Null: there are no pages here. */
  readonly site: Site | null;
  /** Somebody can sign in afresh here. */
  readonly signsIn: boolean;
}

type Known = Extract<Who, { ok: true }>;

/** Decisions that a proof can be asked for. */
function decidedIn({ choice }: InboundDecision): {
  decision: SignedStatement['decision'];
  words: TypedWords;
} | null {
  if (choice.verb === 'approve') return { decision: 'approve', words: { comment: choice.comment } };
  if (choice.verb === 'break_glass') return { decision: 'break-glass', words: { reason: choice.reason } };
  return null;
}

/**
 * Who pressed, what they were shown and what the page will show are bound together here, before anybody opens it. Null where
 * the request is gone meanwhile.
 */
async function pageFor(
  { stores }: HandOut,
  { tenant, person }: Known,
  { caller }: InboundDecision,
  about: { payload: ButtonPayload } & NonNullable<ReturnType<typeof decidedIn>>,
): Promise<string | null> {
  const { payload, decision, words } = about;
  const view = await stores.approvals.view(tenant, payload.approval);
  if (view === null || view.state.actionDigest !== payload.actionDigest) return null;
  const { language = 'en' } = person;
  const { platform, workspace, account, homeWorkspace } = caller;
  return stores.passkeys.askToSign(tenant, {
    ...{ person: person.id, language, approval: payload.approval, words },
    caller: { platform, workspace, account, homeWorkspace },
    statement: {
      ...{ v: 1, kind: 'countersign-signature', decision, tenant, person: person.id },
      ...{ approval: payload.approval, actionDigest: payload.actionDigest },
      cardDigest: payload.cardDigest ?? null,
      pageDigest: pageDigest(signPage(view, decision, language)),
    },
  });
}

async function wayFor(
  edges: HandOut,
  who: Known,
  decision: InboundDecision,
  about: Parameters<typeof pageFor>[3] & { readonly wanted: unknown },
): Promise<WayToSign | null> {
  const { site, stores, signsIn } = edges;
  if (site === null) return { kind: 'none' };
  const has = (await stores.passkeys.of(who.tenant, who.person.id)).length > 0;
  if (!has && !(about.wanted === 'sign-in' && signsIn)) return { kind: 'add-passkey' };
  const secret = await pageFor(edges, who, decision, about);
  return secret === null ? null : { kind: 'page', url: linkTo(site, 'sign', secret), minutes: LINK_MINUTES };
}

/**
 * What somebody is answered whose click needs a proof: why, and the link to give it by, for their eyes only. Null: there is
 * nothing that a proof would mend.
 */
export async function handOut(
  edges: HandOut,
  who: Known,
  decision: InboundDecision,
  about: { readonly payload: ButtonPayload; readonly refusal: Refusal },
): Promise<Outcome | null> {
  const decided = decidedIn(decision);
  if (decided === null || about.refusal.reason !== 'step_up_needed') return null;
  const wanted = about.refusal.detail['proof'];
  const way = await wayFor(edges, who, decision, { ...decided, payload: about.payload, wanted });
  if (way === null) return null;
  const card = signCard(about.refusal, way, who.person.language);
  return { kind: 'card', done: false, audience: 'private', card };
}
