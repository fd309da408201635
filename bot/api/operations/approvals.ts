import { z } from 'zod';
import { ApprovalId } from '../../../core/ids.ts';
import { verifiable } from '../../commands/verify.ts';
import { mayRead } from '../../read-request.ts';
import { refusal } from '../../words.ts';
import { operation } from '../operation.ts';
import { ApprovalOut, approvalOut, NONE, WaitingOut, waitingOut } from '../views.ts';

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
  run: async ({ stores, tenant, person, asked }, { approval }) => {
    const id = ApprovalId.safeParse(approval);
    const view = id.success ? await stores.approvals.view(tenant, id.data) : null;
    if (view === null) return { refusal: refusal('not_found') };
    if (!mayRead({ ok: true, tenant, person }, view))
      return { refusal: refusal('not_permitted', { verb: 'open' }), subject: view.state.id };
    const via = asked.source === 'mcp' ? 'mcp' : 'api';
    await stores.approvals.recordRead(tenant, {
      ...{ approval: view.state.id, person: person.id, what: 'open', page: 1, via },
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
  output: z.looseObject({ v: z.int(), kind: z.string() }).meta({ id: 'Receipt' }),
  run: async (context, { approval }) => {
    const what = await verifiable(context, approval);
    if (typeof what !== 'string') return what;
    const id = ApprovalId.safeParse(what);
    if (!id.success) return { refusal: refusal('not_found') };
    const receipt = await context.stores.checkpoints.receipt(context.tenant, id.data);
    if (receipt === 'none') return { refusal: refusal('not_found') };
    if (receipt === 'not-yet')
      return { refusal: refusal('wrong_state', { why: 'no-checkpoint-yet', minutes: 1 }), subject: id.data };
    if (receipt === 'dropped')
      return { refusal: refusal('wrong_state', { why: 'bodies-dropped' }), subject: id.data };
    return { body: receipt };
  },
});
