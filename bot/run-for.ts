import { RunId } from '../core/ids.ts';
import type { Verb } from '../core/roles.ts';
import type { RunView } from '../core/views.ts';
import type { Acting, Refused } from './acting.ts';
import { flaggedTo, mayOnRun } from './visible-runs.ts';
import { refusal } from './words.ts';

/** The run that somebody named, as far as they may use that verb on it. Another company's reads like none at all. */
export async function runFor(context: Acting, verb: Verb, said: string): Promise<RunView | Refused> {
  const { stores, tenant } = context;
  const id = RunId.safeParse(said);
  const view = id.success ? await stores.runs.view(tenant, id.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  if (!mayOnRun(context, verb, view, await flaggedTo(context, [view])))
    return { refusal: refusal('not_permitted', { verb }), subject: view.run };
  return view;
}
