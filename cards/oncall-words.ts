import type { Language } from '../core/language.ts';
import type { Place } from '../core/on-call/types.ts';

/** What is said about who is on call, a part of the catalogue. */
export interface OncallWords {
  readonly title: string;
  readonly isOnCall: (name: string) => string;
  readonly nobody: string;
  readonly none: string;
  readonly noneMeans: string;
  readonly asked: Readonly<Record<Place, string>>;
  readonly last: string;
  readonly until: string;
  readonly then: string;
  readonly nobodyThen: string;
  readonly noChange: string;
  readonly gap: string;
  readonly somebody: string;
  readonly left: string;
  readonly twice: string;
  readonly weekly: (when: string, team: string, timeZone: string) => string;
  readonly calendar: (shifts: number, team: string) => string;
  readonly inTurn: string;
  readonly more: (n: number) => string;
  readonly instead: string;
  readonly end: string;
  readonly endRotation: Readonly<Record<Place, string>>;
  readonly override: string;
  readonly set: string;
  readonly importCalendar: string;
  readonly form: {
    readonly setTitle: string;
    readonly setMeans: string;
    readonly place: string;
    readonly places: Readonly<Record<Place, string>>;
    readonly people: string;
    readonly peopleHint: string;
    readonly handOver: string;
    readonly handOverHint: string;
    readonly handOverUsual: string;
    readonly timeZone: string;
    readonly team: string;
    readonly overrideTitle: string;
    readonly overrideMeans: string;
    readonly who: string;
    readonly from: string;
    readonly fromHint: string;
    readonly until: string;
    readonly untilHint: string;
    readonly importTitle: string;
    readonly importMeans: string;
    readonly calendar: string;
    readonly calendarHint: string;
    readonly zoneHint: string;
  };
}

const ENGLISH: OncallWords = {
  title: 'On call',
  isOnCall: (name) => `${name} is on call`,
  nobody: 'Nobody is on call',
  none: 'No rotation is set',
  noneMeans: 'Without one, incidents go to a Manager, else to an Admin.',
  asked: { first: 'Asked first', second: 'Asked second' },
  last: 'Asked last',
  until: 'until',
  then: 'then',
  nobodyThen: 'then nobody',
  noChange: 'with nobody after',
  gap: 'nobody: a gap',
  somebody: 'Somebody',
  left: 'has left, and is passed over',
  twice: 'is on both rotations, and is asked once',
  weekly: (when, team, timeZone) => `Hand-over every ${when} (${timeZone}), team ${team}`,
  calendar: (shifts, team) => `${shifts} ${shifts === 1 ? 'shift' : 'shifts'} of a calendar, team ${team}`,
  inTurn: 'In turn',
  more: (n) => `and ${n} more`,
  instead: 'instead',
  end: 'End it',
  endRotation: { first: 'End the first rotation', second: 'End the second rotation' },
  override: 'Override…',
  set: 'Set a rotation…',
  importCalendar: 'From a calendar…',
  form: {
    setTitle: 'Set a rotation',
    setMeans:
      'What is at that place now ends, and its overrides with it. The first person is on call at once.',
    place: 'Asked',
    places: { first: 'First', second: 'Second, when the first does not acknowledge' },
    people: 'Who, in turn',
    peopleHint: 'Names or addresses with commas between; each for a week.',
    handOver: 'Hand-over',
    handOverHint: 'Day and time, by the clocks of the place below.',
    handOverUsual: 'Monday 09:00',
    timeZone: 'Time zone',
    team: 'Team whose it is',
    overrideTitle: 'Override',
    overrideMeans: 'Somebody is on call instead for a while; the newest override counts.',
    who: 'Who',
    from: 'From (empty: now)',
    fromHint: 'E.g. Friday 18:00, by your clocks.',
    until: 'Until',
    untilHint: 'E.g. Monday 09:00, by your clocks.',
    importTitle: 'From a calendar',
    importMeans:
      'Takes the shifts of the coming year from an iCalendar file. A shift is whose address or whole name it has.',
    calendar: 'The text of the file',
    calendarHint: 'From BEGIN:VCALENDAR to END:VCALENDAR; events that repeat are understood.',
    zoneHint: 'For times in the file that name none.',
  },
};

const GERMAN: OncallWords = {
  title: 'Bereitschaft',
  isOnCall: (name) => `${name} hat Bereitschaft`,
  nobody: 'Niemand hat Bereitschaft',
  none: 'Keine Bereitschaft festgelegt',
  noneMeans: 'Ohne sie gehen Vorfälle an einen Manager, sonst an einen Admin.',
  asked: { first: 'Zuerst gefragt', second: 'Danach gefragt' },
  last: 'Zuletzt gefragt',
  until: 'bis',
  then: 'dann',
  nobodyThen: 'dann niemand',
  noChange: 'ohne Ablösung',
  gap: 'niemand: eine Lücke',
  somebody: 'Jemand',
  left: 'ist nicht mehr hier und wird übergangen',
  twice: 'ist in beiden Bereitschaften und wird einmal gefragt',
  weekly: (when, team, timeZone) => `Übergabe jeden ${when} (${timeZone}), Team ${team}`,
  calendar: (shifts, team) =>
    `${shifts} ${shifts === 1 ? 'Schicht' : 'Schichten'} aus einem Kalender, Team ${team}`,
  inTurn: 'Im Wechsel',
  more: (n) => `und ${n} weitere`,
  instead: 'stattdessen',
  end: 'Beenden',
  endRotation: { first: 'Erste Bereitschaft beenden', second: 'Zweite Bereitschaft beenden' },
  override: 'Ausnahme…',
  set: 'Festlegen…',
  importCalendar: 'Aus Kalender…',
  form: {
    setTitle: 'Bereitschaft festlegen',
    setMeans:
      'Was dort jetzt gilt, endet mitsamt seinen Ausnahmen. Die erste Person hat sofort Bereitschaft.',
    place: 'Gefragt wird sie',
    places: { first: 'Zuerst', second: 'Danach, wenn zuerst niemand übernimmt' },
    people: 'Wer, im Wechsel',
    peopleHint: 'Namen oder Adressen mit Kommas dazwischen; jede Person eine Woche lang.',
    handOver: 'Übergabe',
    handOverHint: 'Tag und Uhrzeit nach den Uhren der Zeitzone unten.',
    handOverUsual: 'Montag 09:00',
    timeZone: 'Zeitzone',
    team: 'Team, dem sie gehört',
    overrideTitle: 'Ausnahme',
    overrideMeans: 'Jemand hat eine Zeit lang stattdessen Bereitschaft; die neueste Ausnahme gilt.',
    who: 'Wer',
    from: 'Ab (leer: sofort)',
    fromHint: 'Z. B. Freitag 18:00 nach Ihrer Uhr.',
    until: 'Bis',
    untilHint: 'Z. B. Montag 09:00 nach Ihrer Uhr.',
    importTitle: 'Aus einem Kalender',
    importMeans:
      'Übernimmt die Schichten des kommenden Jahres aus einer iCalendar-Datei. Wessen Adresse oder ganzer Name darin steht, hat die Schicht.',
    calendar: 'Text der Datei',
    calendarHint: 'Von BEGIN:VCALENDAR bis END:VCALENDAR; Wiederholungen werden verstanden.',
    zoneHint: 'Für Zeiten in der Datei, die keine nennen.',
  },
};

export const ONCALL_WORDS: Readonly<Record<Language, OncallWords>> = { en: ENGLISH, de: GERMAN };
