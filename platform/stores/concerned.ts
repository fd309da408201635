import type { ExplanationSource } from '../../core/explanation/types.ts';
import type { ApprovalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { RecordRead, RecordReadView } from '../../core/read.ts';
import type { ReviewOpened } from './approvals.ts';

/** A link for the person whom a decision concerns, as a list shows it. */
export interface ReviewLinkView {
  /** The beginning of its digest: enough to tell it from others, of no use to whoever reads it. */
  readonly name: string;
  readonly madeBy: PersonId;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  /** Null: nobody asked by it yet. */
  readonly usedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** What a link that holds stands for: read from the store, never from the browser. */
export interface FoundReviewLink {
  readonly tenant: TenantId;
  /** The digest of its secret. */
  readonly link: string;
  readonly approval: ApprovalId;
  readonly run: RunId;
  readonly agent: string;
  /** Who made it: the request counts as passed on by them. */
  readonly madeBy: PersonId;
  readonly expiresAtMs: number;
  readonly used: boolean;
}

export type LookedAtReviewLink =
  | { readonly ok: true; readonly link: FoundReviewLink }
  /** `link` only where it was ours once: then there is a ledger to write into. */
  | { readonly ok: false; readonly link: FoundReviewLink | null };

/** What the person concerned asks for by a link, in the company's language and in their own words. */
export interface AskedByLink {
  readonly question: string;
  readonly why: string;
}

/** Explanations for those whom decisions concern, and the links by which they read and answer them. */
export interface ConcernedStore {
  /** All that an explanation is made of; an edited request is followed to the one that was decided. Null: no such request. */
  source(tenant: TenantId, approval: ApprovalId): Promise<ExplanationSource | null>;
  /** Makes a link; what is handed out is kept nowhere. Null: there is no such request. A ledger entry. */
  makeLink(
    tenant: TenantId,
    asked: { readonly approval: ApprovalId; readonly by: PersonId; readonly days: number },
  ): Promise<{ readonly secret: string; readonly expiresAtMs: number } | null>;
  links(tenant: TenantId, approval: ApprovalId): Promise<readonly ReviewLinkView[]>;
  /** Takes back every link of a decision that still holds; says how many. A ledger entry where there was one. */
  revokeLinks(tenant: TenantId, approval: ApprovalId, by: PersonId): Promise<number>;
  look(secret: string): Promise<LookedAtReviewLink>;
  /** Uses the link up and opens the review, both or neither. */
  ask(link: FoundReviewLink, asked: AskedByLink): Promise<ReviewOpened>;
}

/** Who read what of the record: rows are added, and forgotten after two years. */
export interface ReadStore {
  /** The first time in an hour is kept; awaited before anything is shown, so that nothing is read unseen. */
  note(tenant: TenantId, read: RecordRead): Promise<void>;
  /** Newest first. `of`: a run with its requests, or a request with its run; missing: everything. */
  list(
    tenant: TenantId,
    page: { readonly of?: RunId | ApprovalId; readonly before?: number; readonly limit: number },
  ): Promise<readonly RecordReadView[]>;
}
