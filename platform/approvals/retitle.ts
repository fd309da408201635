import type { ApprovalState } from '../../core/approval/types.ts';
import { formatMoney } from '../../core/money.ts';

/**
 * The title of an edited request: what it named of the old arguments is named anew, so that no title promises what
 * will not run; when nothing in it changed, it still says that it was edited.
 */
export function retitle(title: string, before: ApprovalState, after: ApprovalState): string {
  let next = title;
  if (before.amount && after.amount)
    next = next.replaceAll(formatMoney(before.amount), formatMoney(after.amount));
  for (const [name, was] of Object.entries(before.action.args)) {
    const is = after.action.args[name];
    if (typeof was === 'string' && typeof is === 'string' && was !== '' && was !== is)
      next = next.replaceAll(was, is);
  }
  return next === title && !title.endsWith(' (edited)') ? `${title} (edited)` : next;
}
