import { openReview } from '../approvals/open-review.ts';
import type { ApprovalEdges } from '../approvals/transition.ts';
import type { ConcernedStore } from '../stores/concerned.ts';
import { listLinks, lookAtLink, makeLink, revokeLinks } from './links.ts';
import { readSource } from './source.ts';

/** What those whom decisions concern are told, and how they ask for another look. */
export function createConcernedStore(edges: ApprovalEdges): ConcernedStore {
  const { db } = edges;
  return {
    source: (tenant, approval) => db.inTenant(tenant, (tx) => readSource(tx, tenant, approval)),
    makeLink: (tenant, asked) => makeLink(db, tenant, asked),
    links: (tenant, approval) => listLinks(db, tenant, approval),
    revokeLinks: (tenant, approval, by) => revokeLinks(db, tenant, approval, by),
    look: (secret) => lookAtLink(db, secret),
    ask: ({ tenant, link, approval, madeBy }, asked) =>
      openReview(edges, tenant, { of: approval, requester: { id: madeBy }, ...asked, link }),
  };
}
