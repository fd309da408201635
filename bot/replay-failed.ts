import { incidentWordsIn } from '../cards/incident-card.ts';
import type { IncidentId, RunId } from '../core/ids.ts';
import { askedInChat } from './acting.ts';
import type { Answered, CommandContext } from './command.ts';
import { flaggedTo, mayOnRun } from './visible-runs.ts';
import { startReplay } from './start-replay.ts';
import { refusal } from './words.ts';

/**
 * Runs again what failed since an incident began, each once whoever presses how often; what they may not replay stays.
 * Whatever the runs then want to do asks people as ever.
 */
export async function replayFailed(context: CommandContext, incident: IncidentId): Promise<Answered> {
  const { stores, tenant, agents, person } = context;
  const view = await stores.incidents.view(tenant, incident);
  if (view === null) return { refusal: refusal('not_found'), subject: incident };
  const agent = agents.find(({ name }) => name === view.state.agent);
  if (view.failedRuns.length === 0 || agent === undefined)
    return { refusal: refusal('wrong_state', { why: 'nothing-failed' }), subject: incident };
  const started: RunId[] = [];
  let refused: Answered = { refusal: refusal('not_permitted', { verb: 'replay' }), subject: incident };
  for (const run of view.failedRuns) {
    const first = await stores.runs.view(tenant, run);
    if (first === null || !mayOnRun(context, 'replay', first, await flaggedTo(context, [first]))) continue;
    const asked = { ...askedInChat(context), key: `incident ${incident} ${run}` };
    const wanted = { agent, first, from: null, asked };
    const again = await startReplay(context, wanted);
    if ('run' in again) started.push(again.run);
    else refused = again;
  }
  if (started.length === 0) return refused;
  const language = person.language ?? 'en';
  return { kind: 'text', done: true, text: incidentWordsIn(language).replayed(started.join(', ')), language };
}
