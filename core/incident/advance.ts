import { calls, escalatesAtMs, firstAsked, nextAsked } from './ladder.ts';
import { LONGEST_NOTE, LONGEST_SILENCE_MS, staysClearMs } from './limits.ts';
import { onObserve, resolvedByItself, silenceLeft, stayedClear } from './observe.ts';
import type {
  Advanced,
  IncidentContext,
  IncidentEvent,
  IncidentHappening,
  IncidentState,
  WhyNot,
} from './types.ts';

const refused = (why: WhyNot, detail: IncidentHappening['detail'] = {}): Advanced => ({
  ok: false,
  why,
  detail,
});

const moved = (state: IncidentState, nowMs: number, ...happened: IncidentHappening[]): Advanced => ({
  ok: true,
  state: { ...state, version: state.version + 1, drawnAtMs: nowMs },
  happened,
  quiet: false,
});

const nothing = (state: IncidentState): Advanced => ({ ok: true, state, happened: [], quiet: true });

type By<K extends IncidentEvent['kind']> = Extract<IncidentEvent, { kind: K }>;

function acknowledge(state: IncidentState, { by }: By<'acknowledge'>, { nowMs }: IncidentContext): Advanced {
  const { acknowledged } = state;
  if (acknowledged?.by === by) return nothing(state);
  if (acknowledged) return refused('incident-acknowledged', { by: acknowledged.by });
  const next: IncidentState = { ...state, status: 'acknowledged', acknowledged: { by, atMs: nowMs } };
  const minutes = Math.round((nowMs - state.asked.atMs) / 60_000);
  return moved(next, nowMs, { what: 'acknowledged', detail: { minutes } });
}

/** By a person, whenever they want help: what was acknowledged needs somebody else now, so it is open again. */
function escalate(state: IncidentState, context: IncidentContext): Advanced {
  const { nowMs, ladder } = context;
  const asked = nextAsked(state, ladder, nowMs);
  if (asked === null || asked.person === null) return refused('nobody-further');
  const next: IncidentState = { ...state, status: 'open', acknowledged: null, silence: null, asked };
  return moved(next, nowMs, { what: 'escalated', detail: calls(asked) });
}

function silence(state: IncidentState, event: By<'silence'>, { nowMs }: IncidentContext): Advanced {
  const { by, untilMs } = event;
  if (untilMs <= nowMs) return refused('time-passed');
  if (untilMs - nowMs > LONGEST_SILENCE_MS) return refused('silence-too-long');
  if (state.silence?.by === by && state.silence.untilMs === untilMs) return nothing(state);
  return moved({ ...state, silence: { by, untilMs } }, nowMs, { what: 'silenced', detail: { untilMs } });
}

function note(state: IncidentState, { text }: By<'note'>, { nowMs }: IncidentContext): Advanced {
  const words = text.trim();
  if (words === '') return refused('note-empty');
  if (words.length > LONGEST_NOTE) return refused('note-too-long', { most: LONGEST_NOTE });
  return moved(state, nowMs, { what: 'noted', detail: { text: words } });
}

/** Their word is taken while the rule still fires; `armed` where it does not, so that what returns opens it again. */
function resolve(state: IncidentState, { by }: By<'resolve'>, { nowMs }: IncidentContext): Advanced {
  const armed = state.clearSinceMs !== null;
  const resolved = { by, atMs: nowMs, armed };
  const next: IncidentState = {
    ...{ ...state, status: 'resolved', resolved },
    silence: silenceLeft(state, nowMs),
  };
  const minutes = Math.round((nowMs - state.sinceMs) / 60_000);
  return moved(next, nowMs, { what: 'resolved', detail: { minutes, state: state.finding.state } });
}

/** Silence is over: what is still wrong and nobody took on is asked for anew. */
function endSilence(state: IncidentState, { nowMs, ladder }: IncidentContext): Advanced {
  const isNobodys = state.status === 'open' && state.clearSinceMs === null;
  const asked = isNobodys ? firstAsked(ladder, nowMs) : state.asked;
  const detail = { state: state.finding.state, ...(isNobodys ? calls(asked) : {}) };
  return moved({ ...state, silence: null, asked }, nowMs, { what: 'silence-ended', detail });
}

/** The incident itself stays as it is; whoever looks after it learns that somebody else has not heard of it, or has after all. */
function forwarding(
  state: IncidentState,
  { to, untaken }: By<'forwarding'>,
  { nowMs }: IncidentContext,
): Advanced {
  if (untaken === null) return moved(state, nowMs, { what: 'forwarded', detail: { to } });
  const { why, code, tries, final } = untaken;
  const detail = { to, why, code, tries, final: final ? 1 : 0 };
  return moved(state, nowMs, { what: 'not-forwarded', detail });
}

/** Whatever is due by the clock of the store; nothing when a timer came early or somebody was faster. */
function onTimer(state: IncidentState, context: IncidentContext): Advanced {
  const { nowMs, ladder } = context;
  if (state.status === 'resolved') return nothing(state);
  if (stayedClear(state, nowMs)) return resolvedByItself(state, nowMs);
  if (state.silence !== null && state.silence.untilMs <= nowMs) return endSilence(state, context);
  const dueMs = escalatesAtMs(state);
  if (dueMs === null || dueMs > nowMs) return nothing(state);
  const asked = nextAsked(state, ladder, nowMs);
  // Nobody is further up: looked for again after as long, since whoever is on call changes.
  if (asked === null || asked.person === null)
    return nothing({ ...state, asked: { ...state.asked, triedAtMs: nowMs } });
  return moved({ ...state, asked }, nowMs, { what: 'escalated', detail: calls(asked) });
}

/** The whole of what may become of an incident; pure, by the store's clock and the ladder of now. */
export function advance(state: IncidentState, event: IncidentEvent, context: IncidentContext): Advanced {
  if (event.kind === 'observe') return onObserve(state, event.finding, context);
  if (event.kind === 'timer') return onTimer(state, context);
  if (event.kind === 'note') return note(state, event, context);
  if (event.kind === 'forwarding') return forwarding(state, event, context);
  if (state.status === 'resolved') {
    const again = event.kind === 'resolve' && state.resolved?.by === event.by;
    return again ? nothing(state) : refused('incident-over');
  }
  switch (event.kind) {
    case 'acknowledge':
      return acknowledge(state, event, context);
    case 'escalate':
      return escalate(state, context);
    case 'silence':
      return silence(state, event, context);
    case 'resolve':
      return resolve(state, event, context);
  }
}

/** When the clock has something to do next, epoch ms; null while only news can move it. */
export function nextTimerMs(state: IncidentState, nowMs: number): number | null {
  if (state.status === 'resolved') return null;
  const { clearSinceMs, silence } = state;
  const clearMs = clearSinceMs === null ? null : clearSinceMs + staysClearMs(state.finding);
  // Its time came and nobody had looked: the next who looks says whether it is over.
  const isLeftToNews = clearMs !== null && clearMs <= nowMs && !stayedClear(state, nowMs);
  const all = [isLeftToNews ? null : clearMs, silence?.untilMs ?? null, escalatesAtMs(state)];
  const due = all.filter((atMs) => atMs !== null);
  return due.length === 0 ? null : Math.min(...due);
}
