import type { ApprovalState } from '../../core/approval/types.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import { append } from '../ledger/append.ts';
import { noteRead } from '../reads/read-store.ts';
import type { ApprovalStore } from '../stores.ts';
import { openOwn } from '../own/open-own.ts';
import { open } from './open.ts';
import { openReview } from './open-review.ts';
import { putPolicy, readPolicy } from './policies.ts';
import { transition, type ApprovalEdges } from './transition.ts';
import { viewFlagged, viewInbox } from '../inboxes/inbox-view.ts';
import { createKeptItems } from '../inboxes/kept-items.ts';
import { viewApproval } from './views.ts';

type Refusal = Parameters<ApprovalStore['recordRefusal']>[1];

/** The refused account is personal data; it lies in the body, which can be erased. */
async function recordRefusal({ db }: ApprovalEdges, tenant: TenantId, refusal: Refusal): Promise<number> {
  const { subject, person, account, verb, reason } = refusal;
  return db.inTenant(tenant, async (tx) => {
    const known = await tx.row<{ run: RunId }>({
      text: 'SELECT run FROM approvals WHERE approval = $1 UNION SELECT run FROM runs WHERE run = $1',
      values: [subject],
    });
    return append(tx, tenant, {
      kind: 'refused',
      subject,
      run: known?.run ?? null,
      actor: person,
      body: { verb, reason, detail: {}, account: account ? { ...account } : null },
    });
  });
}

type Read = Parameters<ApprovalStore['recordRead']>[1];

async function recordRead({ db }: ApprovalEdges, tenant: TenantId, read: Read): Promise<number> {
  const { approval, person, what, page, via } = read;
  return db.inTenant(tenant, async (tx) => {
    const row = await tx.row<{ run: RunId }>({
      text: 'SELECT run FROM approvals WHERE approval = $1',
      values: [approval],
    });
    await noteRead(tx, {
      ...{ subject: approval, reader: person, via },
      what: what === 'open' ? 'request' : what,
    });
    return append(tx, tenant, {
      ...{ kind: 'request.read', subject: approval, run: row?.run ?? null, actor: person },
      body: { what, page, via },
    });
  });
}

/** Approvals: asked, decided, shown; `transition` is the only writer of their state. */
export function createApprovalStore(edges: ApprovalEdges): ApprovalStore {
  const { db, policies } = edges;
  const kept = createKeptItems();
  return {
    open: (tenant, approval) => open(edges, tenant, approval),
    openOwn: (tenant, request) => openOwn(edges, tenant, request),
    openReview: (tenant, request) => openReview(edges, tenant, request),
    transition: (tenant, approval, event) => transition(edges, { tenant, approval }, event),
    edit: (tenant, approval, edit) => transition(edges, { tenant, approval }, { kind: 'edit', ...edit }),
    get: (tenant, approval) =>
      db.inTenant(tenant, async (tx) => {
        const [row] = await tx.commitWith<{ state: ApprovalState }>({
          name: 'get_approval',
          text: 'SELECT state FROM approvals WHERE approval = $1',
          values: [approval],
        });
        return row?.state ?? null;
      }),
    view: (tenant, approval) => db.inTenant(tenant, (tx) => viewApproval(tx, approval)),
    inbox: (tenant, reader) => db.inTenant(tenant, (tx) => viewInbox(tx, kept, tenant, reader)),
    flagged: (tenant, reader, among) =>
      db.inTenant(tenant, (tx) => viewFlagged(tx, kept, tenant, reader, among)),
    recordRefusal: (tenant, refusal) => recordRefusal(edges, tenant, refusal),
    recordRead: (tenant, read) => recordRead(edges, tenant, read),
    policy: (tenant) => db.inTenant(tenant, (tx) => readPolicy(tx, tenant, policies)),
    putPolicy: (tenant, policy) => putPolicy(db, tenant, policy),
  };
}
