import { UNTAKEN } from '../core/forward/kinds.ts';
import { goneIn } from '../core/incident/ladder.ts';
import { incidentEventSubject } from '../core/incident/subject.ts';
import type { IncidentHappening } from '../core/incident/types.ts';
import type { IncidentEventView } from '../core/incident/views.ts';
import { PersonId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import { duration, whole } from './figures.ts';
import { forwardWordsIn, type ForwardWords } from './forward-words.ts';
import { gatheredWordsIn } from './gathered-words.ts';
import { incidentSubject, incidentWordsIn } from './incident-card.ts';
import type { IncidentWords } from './incident-words.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { instant, person, text } from './spans.ts';
import type { CardWords } from './words.ts';

const ICONS: Readonly<Record<string, readonly [icon: string, tone: StateLine['tone']]>> = {
  rose: ['🔺', 'broken'],
  grew: ['📈', 'broken'],
  reopened: ['🔴', 'broken'],
  acknowledged: ['🟠', 'waiting'],
  escalated: ['🔔', 'broken'],
  silenced: ['🔕', 'over'],
  'silence-ended': ['🔔', 'broken'],
  noted: ['📝', 'plain'],
  resolved: ['✅', 'done'],
  'stayed-clear': ['✅', 'done'],
  'not-forwarded': ['📭', 'broken'],
  forwarded: ['📬', 'done'],
};

const systemIn = (say: ForwardWords, { detail }: IncidentHappening): string =>
  say.systems[detail['to'] === 'pagerduty' ? 'pagerduty' : 'webhook'];

/** Another system took it, or did not; null when it is about something else. */
function forwardHeadline(say: ForwardWords, happening: IncidentHappening): string | null {
  if (happening.what === 'not-forwarded') return say.notTaken(systemIn(say, happening));
  return happening.what === 'forwarded' ? say.taken(systemIn(say, happening)) : null;
}

/** Many more than people were told of; null when it is about something else. */
const grownHeadline = (words: CardWords, { what, detail }: IncidentHappening): string | null =>
  what === 'grew' ? gatheredWordsIn(words.language).grew(whole(words, Number(detail['firing'] ?? 0))) : null;

/** Why it did not arrive elsewhere, and what becomes of it. */
function untakenLines(say: ForwardWords, happening: IncidentHappening): string[] {
  const { detail } = happening;
  const why = UNTAKEN.find((one) => one === detail['why']);
  if (why === undefined) return [];
  const said = say.untakenWhy[why](String(detail['code'] ?? ''));
  const next = detail['final'] === 1 ? say.givenUp : say.triedOn;
  return [say.untaken(systemIn(say, happening), said, Number(detail['tries'] ?? 1)), next];
}

/** What happened, in a word or two. */
export function incidentHeadline(say: IncidentWords, { what, detail }: IncidentHappening): string {
  if (what === 'rose') {
    const severity = detail['severity'];
    return say.told.rose(
      severity === 'p1' || severity === 'p2' ? say.severities[severity] : say.severities.p0,
    );
  }
  return Object.hasOwn(say.told, what)
    ? say.told[what as Exclude<keyof IncidentWords['told'], 'rose'>]
    : say.told.other;
}

/** Whoever is asked is named, so that the chat tells them; an edited card tells nobody. */
function askedLine(say: IncidentWords, { detail, people, incident }: IncidentEventView): Block[] {
  const id = PersonId.safeParse(detail['person']).data;
  const who = id === undefined ? undefined : people.get(id);
  if (who === undefined) return [];
  const rung = detail['rung'];
  const named = rung === 'first' || rung === 'second' || rung === 'manager' ? rung : incident.asked.rung;
  const gone = goneIn(detail).flatMap((one) => people.get(one)?.name ?? []);
  const asked: Block = {
    kind: 'paragraph',
    spans: [person(who), text(` ${say.isAsked(say.rungs[named])}`)],
  };
  return [asked, ...gone.map((name): Block => ({ kind: 'context', spans: [text(say.left(name))] }))];
}

/** One thing that happened to an incident, as a message in its thread. */
export function incidentEventCard(view: IncidentEventView, language: Language = 'en'): Card {
  const words = wordsIn(language);
  const say = incidentWordsIn(words.language);
  const { incident, seq, what, detail, by, people, atMs } = view;
  const [icon, tone] = ICONS[what] ?? ['ℹ️', 'plain'];
  const who = by === null ? undefined : people.get(by);
  const forwards = forwardWordsIn(words.language);
  const said = forwardHeadline(forwards, view) ?? grownHeadline(words, view) ?? incidentHeadline(say, view);
  const until = Number(detail['untilMs'] ?? Number.NaN);
  const aside: Span[] = [
    ...(who === undefined ? [] : [text(`${say.by} `), person(who), text(' ')]),
    ...(Number.isFinite(until) ? [text(`${say.until} `), instant(until, 'moment')] : [instant(atMs, 'time')]),
  ];
  const lines: string[] = [
    ...(what === 'noted' ? [String(detail['text'] ?? '')] : []),
    ...(what === 'resolved' || what === 'stayed-clear'
      ? [say.lasted(duration(words, Number(detail['minutes'] ?? 0) * 60_000))]
      : []),
    ...(what === 'resolved' && detail['state'] === 'firing' ? [say.stillFires] : []),
    ...(what === 'not-forwarded' ? untakenLines(forwards, view) : []),
  ];
  const paragraphs = lines.map((line): Block => ({ kind: 'paragraph', spans: [text(line)] }));
  const isNobodys = incident.status === 'open' && detail['person'] !== undefined;
  const ack = { ...commandButton(say.ack, 'ack', incident.id), style: 'primary' as const };
  return {
    v: 1,
    language: words.language,
    kind: 'notice',
    subject: incidentEventSubject({ incident: incident.id, seq }),
    version: 1,
    title: incidentSubject(say, incident),
    state: { icon, words: said, aside, tone },
    blocks: [
      ...paragraphs,
      ...askedLine(say, view),
      ...(isNobodys ? [{ kind: 'actions' as const, actions: [ack], menu: [] }] : []),
    ],
    summary: `${said}: ${incidentSubject(say, incident)}`,
  };
}
