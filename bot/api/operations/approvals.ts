import { z } from 'zod';
import { ApprovalId } from '../../../core/ids.ts';
import { mayRead } from '../../read-request.ts';
import { receiptFor } from '../../receipt-for.ts';
import { refusal } from '../../words.ts';
import { operation, viaOf } from '../operation.ts';
import { ApprovalOut, approvalOut, NONE, ReceiptOut, WaitingOut, waitingOut } from '../views.ts';

const Named = z.strictObject({ approval: z.string().max(100).describe('The id of an approval, apr_…') });

export const listApprovals = operation({
  ...{ id: 'listApprovals', tool: 'list_approvals', method: 'GET', path: '/approvals', permission: 'inbox' },
  summary:
    'What waits for people’s signatures, as far as you may read it, the soonest deadline first. To be read only.',
  ...{ params: NONE, query: NONE, body: NONE },
  output: z.object({ approvals: z.array(WaitingOut) }),
  run: async (context) => {
    const { stores, tenant, person } = context;
    const { waiting } = await stores.approvals.inbox(tenant, person);
    const views = await Promise.all(waiting.map(({ id }) => stores.approvals.view(tenant, id)));
    const mine = waiting.filter((_, i) => {
      const view = views[i];
      return view !== null && view !== undefined && mayRead({ ok: true, tenant, person }, view);
    });
    return { body: { approvals: mine.map(waitingOut) } };
  },
});

export const getApproval = operation({
  ...{ id: 'getApproval', tool: 'get_approval', method: 'GET', path: '/approvals/{approval}' },
  permission: 'see-output',
  summary:
    'What was asked, why, who signed, and what ran. That it was read is recorded. People sign in Slack or Teams.',
  ...{ params: Named, query: NONE, body: NONE, output: ApprovalOut },
  run: async (context, { approval }) => {
    const { stores, tenant, person } = context;
    const id = ApprovalId.safeParse(approval);
    const view = id.success ? await stores.approvals.view(tenant, id.data) : null;
    if (view === null) return { refusal: refusal('not_found') };
    if (!mayRead({ ok: true, tenant, person }, view))
      return { refusal: refusal('not_permitted', { verb: 'open' }), subject: view.state.id };
    await stores.approvals.recordRead(tenant, {
      ...{ approval: view.state.id, person: person.id, what: 'open', page: 1, via: viaOf(context) },
    });
    return { body: approvalOut(view) };
  },
});

export const getReceipt = operation({
  ...{ id: 'getReceipt', tool: 'get_receipt', method: 'GET', path: '/approvals/{approval}/receipt' },
  permission: 'verify',
  summary:
    'What was decided, with its proof: to be checked offline by “countersign verify” and the public key.',
  ...{ params: Named, query: NONE, body: NONE },
  output: ReceiptOut,
  run: async (context, { approval }) => {
    // a run has a receipt of its own, at its own address
    if (!ApprovalId.safeParse(approval).success) return { refusal: refusal('not_found') };
    const receipt = await receiptFor(context, approval, viaOf(context));
    return 'refusal' in receipt ? receipt : { body: receipt };
  },
});
