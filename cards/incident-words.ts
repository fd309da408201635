import type { AlertRuleName } from '../core/alerts/thresholds.ts';
import type { FindingState, Severity } from '../core/alerts/finding.ts';
import type { Language } from '../core/language.ts';
import type { Rung } from '../core/incident/types.ts';

/** What an incident says, a part of the catalogue. Names and figures come in as they are to be read. */
export interface IncidentWords {
  readonly language: Language;
  readonly severities: Readonly<Record<Severity, string>>;
  /** After the agent's name and version. */
  readonly rules: Readonly<Record<AlertRuleName, string>>;
  /** What the chart's line shows. */
  readonly measures: Readonly<Record<AlertRuleName, string>>;
  readonly otherRule: (rule: string) => string;
  readonly company: string;
  readonly somebody: string;
  readonly open: string;
  readonly reopened: string;
  readonly acknowledged: (by: string) => string;
  readonly resolved: (by: string) => string;
  readonly stayedClear: string;
  readonly silenced: string;
  readonly since: string;
  readonly next: string;
  readonly now: Readonly<Record<FindingState, (value: string, limit: string, sample: string) => string>>;
  readonly clearSince: string;
  readonly overIf: string;
  readonly asked: string;
  readonly nobodyAsked: string;
  readonly left: (name: string) => string;
  readonly rungs: Readonly<Record<Rung, string>>;
  readonly silencedUntil: string;
  readonly agentIs: string;
  readonly paused: string;
  readonly reopenedTimes: (n: number) => string;
  readonly howOften: string;
  readonly worst: string;
  readonly trace: string;
  readonly changed: string;
  readonly nothingChanged: string;
  readonly changes: Readonly<Record<string, string>>;
  readonly notes: string;
  readonly ack: string;
  readonly escalate: string;
  readonly resolve: string;
  readonly note: string;
  readonly silence: string;
  readonly pause: string;
  readonly replayFailed: (n: number) => string;
  readonly rollBack: string;
  readonly verify: string;
  /** One thing that happened, in the thread. */
  readonly told: {
    readonly rose: (severity: string) => string;
    readonly reopened: string;
    readonly acknowledged: string;
    readonly escalated: string;
    readonly silenced: string;
    readonly 'silence-ended': string;
    readonly noted: string;
    readonly resolved: string;
    readonly 'stayed-clear': string;
    readonly other: string;
  };
  readonly by: string;
  readonly isAsked: (rung: string) => string;
  readonly until: string;
  readonly lasted: (minutes: string) => string;
  readonly stillFires: string;
  /** What whoever did it is answered. */
  readonly recorded: (what: string, about: string, seq: string) => string;
  readonly already: (about: string) => string;
  readonly replayed: (runs: string) => string;
  readonly form: {
    readonly incident: string;
    readonly incidentHint: string;
    readonly noteTitle: string;
    readonly noteField: string;
    readonly silenceTitle: string;
    readonly silenceMeans: string;
    readonly until: string;
    readonly untilHint: string;
    readonly ackTitle: string;
    readonly escalateTitle: string;
    readonly resolveTitle: string;
  };
}

export const INCIDENT_WORDS: IncidentWords = {
  language: 'en',
  severities: { p0: 'P0', p1: 'P1', p2: 'P2' },
  rules: {
    'error-rate': 'fails too often',
    'cost-spike': 'costs far more than usual',
    faithfulness: 'says things its sources do not',
    'pii-leak': 'let personal data out',
    slow: 'takes too long',
    overrides: 'is overruled too often',
    'eval-falling': 'scores worse day by day',
    'eval-worse': 'does worse on its golden cases than last week',
    'cost-week': 'costs more than last week',
    'tool-pattern': 'uses its tools in a new way',
    'input-drift': 'is given other inputs than before',
  },
  measures: {
    'error-rate': 'Share of runs that failed',
    'cost-spike': 'Cost against what is usual',
    faithfulness: 'Faithfulness of sampled runs',
    'pii-leak': 'Personal data that got out',
    slow: 'Slow runs, 95th percentile',
    overrides: 'Share of proposals edited or declined',
    'eval-falling': 'Score of the sampled runs',
    'eval-worse': 'Evaluations that were worse',
    'cost-week': 'Cost against the week before',
    'tool-pattern': 'New orders of tools',
    'input-drift': 'Signs of other inputs',
  },
  otherRule: (rule) => `has set off the alarm ${rule}`,
  company: 'Everything',
  somebody: 'somebody else',
  open: 'Open, nobody has acknowledged',
  reopened: 'Open again, nobody has acknowledged',
  acknowledged: (by) => `Acknowledged by ${by}`,
  resolved: (by) => `Resolved by ${by}`,
  stayedClear: 'Over: it stayed clear',
  silenced: 'Silenced, nobody is woken',
  since: 'since',
  next: 'the next is asked',
  now: {
    firing: (value, limit, sample) => `Now ${value}, where the limit is ${limit}. Counted from ${sample}.`,
    clear: (value, limit, sample) =>
      `Fine just now: ${value}, where the limit is ${limit}. Counted from ${sample}.`,
    no_data: (_, limit, sample) =>
      `No data: too little happened lately to say whether it is over (counted from ${sample}; the limit is ${limit}). It stays open until a person resolves it or figures say that it is clear.`,
    cannot_know: (_, limit) =>
      `It cannot be known just now: what would tell is not measured. That is not the same as fine, so it stays open (the limit is ${limit}).`,
  },
  clearSince: 'Clear since',
  overIf: 'over if it stays so until',
  asked: 'Asked',
  nobodyAsked: 'Nobody is on call',
  left: (name) => `⚠️ It would be ${name}’s turn, who has left: somebody else is asked.`,
  rungs: { first: 'first on call', second: 'second on call', manager: 'manager' },
  silencedUntil: 'Silenced until',
  agentIs: 'Agent',
  paused: 'Paused',
  reopenedTimes: (n) => (n === 1 ? 'came back once' : `came back ${n} times`),
  howOften: 'How often',
  worst: 'Worst runs',
  trace: 'Trace',
  changed: 'What changed before',
  nothingChanged: 'Nothing of ours changed in the 24 hours before.',
  changes: {
    version: 'version, with its prompt and models',
    model: 'model',
    prompt: 'prompt',
    deploy: 'deploy',
    schema: 'a tool of a connector',
    connector: 'connector',
    policy: 'policy',
    grant: 'a grant was made',
    'grant-revoked': 'a grant was taken back',
    paused: 'the agent was paused',
    resumed: 'the agent was resumed',
    stopped: 'everything was stopped',
    lifted: 'the stop was lifted',
  },
  notes: 'Notes',
  ack: 'Acknowledge',
  escalate: 'Escalate',
  resolve: 'Resolve',
  note: 'Add a note…',
  silence: 'Silence…',
  pause: 'Pause the agent',
  replayFailed: (n) => `Replay the failed (${n})`,
  rollBack: 'Roll back',
  verify: 'Ledger',
  told: {
    rose: (severity) => `It is worse now: ${severity}`,
    reopened: 'It is back',
    acknowledged: 'Acknowledged',
    escalated: 'Escalated',
    silenced: 'Silenced',
    'silence-ended': 'Silence is over',
    noted: 'Note',
    resolved: 'Resolved',
    'stayed-clear': 'Over: it stayed clear',
    other: 'Something happened',
  },
  by: 'by',
  isAsked: (rung) => `is asked now, as ${rung}.`,
  until: 'until',
  lasted: (time) => `It lasted ${time}.`,
  stillFires:
    'The alarm has not cleared by then. It opens again when it comes back, or in an hour if it lasts.',
  recorded: (what, about, seq) => `${what}: ${about}. Ledger ${seq}.`,
  already: (about) => `It was so already: ${about}.`,
  replayed: (runs) => `Runs again: ${runs}.`,
  form: {
    incident: 'Incident',
    incidentHint: 'inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
    noteTitle: 'Note on an incident',
    noteField: 'What others should know',
    silenceTitle: 'Silence an incident',
    silenceMeans:
      'Nobody is woken for it until then, and the thread stays true. It ends earlier when it gets worse.',
    until: 'Until when',
    untilHint: '2 hours, or Friday 09:00; a week at most',
    ackTitle: 'Acknowledge',
    escalateTitle: 'Escalate',
    resolveTitle: 'Resolve',
  },
};

export const INCIDENT_GERMAN: IncidentWords = {
  language: 'de',
  severities: { p0: 'P0', p1: 'P1', p2: 'P2' },
  rules: {
    'error-rate': 'scheitert zu oft',
    'cost-spike': 'kostet weit mehr als sonst',
    faithfulness: 'sagt, was seine Quellen nicht sagen',
    'pii-leak': 'hat persönliche Daten hinausgelassen',
    slow: 'braucht zu lange',
    overrides: 'wird zu oft überstimmt',
    'eval-falling': 'schneidet Tag für Tag schlechter ab',
    'eval-worse': 'besteht seine Prüffälle schlechter als letzte Woche',
    'cost-week': 'kostet mehr als letzte Woche',
    'tool-pattern': 'benutzt seine Werkzeuge auf neue Weise',
    'input-drift': 'bekommt andere Eingaben als früher',
  },
  measures: {
    'error-rate': 'Anteil gescheiterter Läufe',
    'cost-spike': 'Kosten gegen das Übliche',
    faithfulness: 'Treue zu den Quellen, Stichprobe',
    'pii-leak': 'Persönliche Daten, die hinausgelangten',
    slow: 'Dauer, 95. Perzentil',
    overrides: 'Anteil geänderter oder abgelehnter Vorschläge',
    'eval-falling': 'Wertung der Stichprobe',
    'eval-worse': 'Schlechtere Bewertungen',
    'cost-week': 'Kosten gegen die Woche davor',
    'tool-pattern': 'Neue Abfolgen von Werkzeugen',
    'input-drift': 'Zeichen anderer Eingaben',
  },
  otherRule: (rule) => `hat den Alarm ${rule} ausgelöst`,
  company: 'Alles',
  somebody: 'jemand anderes',
  open: 'Offen, niemand hat übernommen',
  reopened: 'Wieder offen, niemand hat übernommen',
  acknowledged: (by) => `Übernommen von ${by}`,
  resolved: (by) => `Beendet von ${by}`,
  stayedClear: 'Vorbei: es blieb gut',
  silenced: 'Stummgeschaltet, niemand wird geweckt',
  since: 'seit',
  next: 'als Nächstes wird gefragt',
  now: {
    firing: (value, limit, sample) => `Jetzt ${value}, die Grenze ist ${limit}. Gezählt aus ${sample}.`,
    clear: (value, limit, sample) => `Gerade gut: ${value}, die Grenze ist ${limit}. Gezählt aus ${sample}.`,
    no_data: (_, limit, sample) =>
      `Keine Daten: zuletzt geschah zu wenig, um zu sagen, ob es vorbei ist (gezählt aus ${sample}; die Grenze ist ${limit}). Es bleibt offen, bis ein Mensch es beendet oder Zahlen sagen, dass es gut ist.`,
    cannot_know: (_, limit) =>
      `Gerade lässt es sich nicht wissen: was es sagen würde, wird nicht gemessen. Das ist nicht dasselbe wie gut, also bleibt es offen (die Grenze ist ${limit}).`,
  },
  clearSince: 'Gut seit',
  overIf: 'vorbei, wenn es so bleibt bis',
  asked: 'Gefragt ist',
  nobodyAsked: 'Niemand hat Bereitschaft',
  left: (name) => `⚠️ Dran wäre ${name}, nicht mehr hier: gefragt wird jemand anderes.`,
  rungs: { first: 'erste Bereitschaft', second: 'zweite Bereitschaft', manager: 'Leitung' },
  silencedUntil: 'Stumm bis',
  agentIs: 'Agent',
  paused: 'Pausiert',
  reopenedTimes: (n) => (n === 1 ? 'kam einmal zurück' : `kam ${n} Mal zurück`),
  howOften: 'Wie oft',
  worst: 'Schlimmste Läufe',
  trace: 'Spur',
  changed: 'Was sich davor änderte',
  nothingChanged: 'Von uns hat sich in den 24 Stunden davor nichts geändert.',
  changes: {
    version: 'Version, mit ihrer Anweisung und ihren Modellen',
    model: 'Modell',
    prompt: 'Anweisung',
    deploy: 'Auslieferung',
    schema: 'ein Werkzeug eines Anschlusses',
    connector: 'Anschluss',
    policy: 'Richtlinie',
    grant: 'eine Dauerfreigabe wurde erteilt',
    'grant-revoked': 'eine Dauerfreigabe wurde widerrufen',
    paused: 'der Agent wurde angehalten',
    resumed: 'der Agent läuft wieder',
    stopped: 'alles wurde angehalten',
    lifted: 'der Halt wurde aufgehoben',
  },
  notes: 'Notizen',
  ack: 'Übernehmen',
  escalate: 'Weitergeben',
  resolve: 'Beenden',
  note: 'Notiz …',
  silence: 'Stumm schalten …',
  pause: 'Agent anhalten',
  replayFailed: (n) => `Gescheiterte wiederholen (${n})`,
  rollBack: 'Zurücksetzen',
  verify: 'Protokoll',
  told: {
    rose: (severity) => `Es ist schlimmer geworden: ${severity}`,
    reopened: 'Es ist wieder da',
    acknowledged: 'Übernommen',
    escalated: 'Weitergegeben',
    silenced: 'Stummgeschaltet',
    'silence-ended': 'Die Stille ist vorbei',
    noted: 'Notiz',
    resolved: 'Beendet',
    'stayed-clear': 'Vorbei: es blieb gut',
    other: 'Etwas ist geschehen',
  },
  by: 'von',
  isAsked: (rung) => `ist jetzt gefragt, als ${rung}.`,
  until: 'bis',
  lasted: (time) => `Es dauerte ${time}.`,
  stillFires:
    'Der Alarm war da noch nicht vorbei. Es öffnet sich wieder, wenn er zurückkommt, oder in einer Stunde, wenn er anhält.',
  recorded: (what, about, seq) => `${what}: ${about}. Protokoll ${seq}.`,
  already: (about) => `Es war schon so: ${about}.`,
  replayed: (runs) => `Läuft noch einmal: ${runs}.`,
  form: {
    incident: 'Vorfall',
    incidentHint: 'inc_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
    noteTitle: 'Notiz zum Vorfall',
    noteField: 'Was andere wissen sollten',
    silenceTitle: 'Vorfall stumm schalten',
    silenceMeans:
      'Bis dahin wird niemand deswegen geweckt, und der Faden bleibt wahr. Wird es schlimmer, endet die Stille früher.',
    until: 'Bis wann',
    untilHint: '2 Stunden oder Freitag 09:00; höchstens eine Woche',
    ackTitle: 'Übernehmen',
    escalateTitle: 'Weitergeben',
    resolveTitle: 'Beenden',
  },
};
