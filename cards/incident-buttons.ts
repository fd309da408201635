import type { IncidentView } from '../core/incident/views.ts';
import type { IncidentWords } from './incident-words.ts';
import type { Block, CardAction } from './model.ts';
import { commandButton } from './run-buttons.ts';

/** What can be done about the agent itself; one whose feature or reason is not there is not offered. */
function levers(
  say: IncidentWords,
  { state, paused, failedRuns, previousVersion }: IncidentView,
): CardAction[] {
  const { agent, id } = state;
  if (agent === null) return [];
  return [
    ...(previousVersion === null
      ? []
      : [
          commandButton(
            `${say.rollBack} → ${previousVersion}`,
            'rollback',
            `${agent} ${id} → ${previousVersion}`,
          ),
        ]),
    ...(paused ? [] : [commandButton(say.pause, 'pause', agent)]),
    ...(failedRuns.length === 0 ? [] : [commandButton(say.replayFailed(failedRuns.length), 'replay', id)]),
  ];
}

/** The acts on the incident; whoever clicks is asked about anew, and levers of risk ask others to sign. */
export function incidentButtons(say: IncidentWords, view: IncidentView): Block[] {
  const { state } = view;
  const { id, status } = state;
  const note = commandButton(say.note, 'note', id, 'form');
  if (status === 'resolved') return [{ kind: 'actions', actions: [note], menu: [] }];
  const ack: CardAction = { ...commandButton(say.ack, 'ack', id), style: 'primary' };
  const escalate = commandButton(say.escalate, 'escalate', id);
  const resolve = commandButton(say.resolve, 'resolve', id);
  const silence = commandButton(say.silence, 'silence', id, 'form');
  const tools = levers(say, view);
  const [first, rest] =
    status === 'open' ? [ack, [escalate, resolve, note, silence]] : [resolve, [escalate, note, silence]];
  return [{ kind: 'actions', actions: [first, ...tools], menu: rest }];
}
