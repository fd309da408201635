import type { Language } from '../language.ts';
import type { ReadyPointName, ReadyReason, ReadyState } from './judge.ts';

/** Figures as a reader of that language writes them. */
export interface ReadySay {
  readonly count: (value: number) => string;
  readonly share: (value: number) => string;
  /** Of one task: to a hundredth of a cent. */
  readonly price: (micros: number) => string;
  readonly money: (micros: number) => string;
  readonly seconds: (ms: number) => string;
}

type Of<K extends ReadyReason['key']> = Extract<ReadyReason, { key: K }>;
type Reasons = { readonly [K in ReadyReason['key']]: (reason: Of<K>, say: ReadySay) => string };

interface ReadyWords {
  readonly title: (agent: string, version: string) => string;
  /** Before the time of what a point was made from. */
  readonly measuredLabel: string;
  readonly ready: string;
  readonly notReady: (missing: number, notOk: number) => string;
  readonly heads: readonly [point: string, state: string, evidence: string, measured: string, from: string];
  readonly points: Readonly<Record<ReadyPointName, string>>;
  readonly states: Readonly<Record<ReadyState, string>>;
  readonly never: string;
  readonly from: Readonly<Record<ReadyPointName, string>>;
  readonly noStore: string;
  readonly reasons: Reasons;
}

/** What `countersign ready` says, in each language. */
export const READY_WORDS: Readonly<Record<Language, ReadyWords>> = {
  en: {
    title: (agent, version) => `Ready for production? ${agent} ${version}`,
    measuredLabel: 'measured',
    ready: 'Ready for production: all seven points are ok.',
    notReady: (missing, notOk) => `Not ready for production: ${notOk} not ok, ${missing} missing.`,
    heads: ['point', 'state', 'evidence', 'measured', 'from'],
    points: {
      cases: 'at least 50 golden cases passing',
      cost: 'cost per task at ten times the work',
      latency: 'p95 under load',
      traces: 'trace from end to end',
      'red-team': 'red-team pass',
      cards: 'cards that show doubt: citations, confidence, refusal, a human on what cannot be undone',
      weekly: 'weekly evaluation scheduled',
    },
    states: { ok: 'ok', not_ok: 'NOT OK', missing: 'missing' },
    never: 'never',
    from: {
      cases: 'evaluations',
      cost: 'runs of the last 7 days in production',
      latency: 'the busiest hour of the last 7 days in production',
      traces: 'the newest 20 runs of the last 7 days in production',
      'red-team': 'nothing',
      cards: 'requests of the last 7 days in production',
      weekly: 'evaluations that the schedule asked for',
    },
    noStore: 'No store is named (DATABASE_URL), so that nothing was looked at.',
    reasons: {
      'no-eval': () => 'this version was never evaluated',
      rehearsed: ({ n }, s) =>
        `not measured with a real model: there are only figures of the rehearsal model (${s.count(n)})`,
      'stale-eval': ({ id }) => `${id} was of another prompt or of other cases than this version has now`,
      cases: ({ id, model, passing, of, mean }, s) =>
        `${s.count(passing)} of ${s.count(of)} passed, mean mark ${s.share(mean)} (${id}, ${model})`,
      'few-runs': ({ n, need }, s) => `${s.count(n)} runs, and ${s.count(need)} are needed`,
      cost: ({ n, perTask, budget, monthTenfold }, s) =>
        `${s.price(perTask)} a task over ${s.count(n)} runs, of ${s.price(budget)} at most; a month of ten times the work is ${s.money(monthTenfold)}`,
      'no-load': ({ n, need }, s) =>
        `no load was measured: ${s.count(n)} runs in the busiest hour, and ${s.count(need)} are needed`,
      latency: ({ n, p95Ms, limitMs }, s) =>
        `${s.seconds(p95Ms)} over ${s.count(n)} runs in an hour; below ${s.seconds(limitMs)} is needed`,
      traces: ({ n, whole }, s) => `${s.count(whole)} of ${s.count(n)} runs have a whole trace`,
      'no-red-team': () => 'there are no red-team runs yet',
      'no-schedule': () => 'no evaluation was ever asked for by a schedule',
      'no-cards': () => 'it asked nobody for anything',
      'no-refusal': () =>
        'it was never seen to refuse, or to ask for what cannot be undone: nobody knows that it would',
      cards: ({ n, cited, sure, refusals, irreversible, unsigned }, s) =>
        `of ${s.count(n)} requests ${s.count(cited)} cite what was read and ${s.count(sure)} say how sure they are; refused rightly: ${s.count(refusals)}; irreversible: ${s.count(irreversible)}, run unsigned: ${s.count(unsigned)}`,
      weekly: ({ id, days }, s) => `the newest is ${s.count(days)} days old (${id})`,
    },
  },
  de: {
    title: (agent, version) => `Bereit für den Betrieb? ${agent} ${version}`,
    measuredLabel: 'gemessen',
    ready: 'Bereit für den Betrieb: Alle sieben Punkte sind in Ordnung.',
    notReady: (missing, notOk) =>
      `Nicht bereit für den Betrieb: ${notOk} nicht in Ordnung, ${missing} nicht vorhanden.`,
    heads: ['Punkt', 'Stand', 'Beleg', 'gemessen', 'aus'],
    points: {
      cases: 'mindestens 50 goldene Fälle bestanden',
      cost: 'Kosten je Aufgabe bei zehnfacher Arbeit',
      latency: 'p95 unter Last',
      traces: 'lückenloser Ablauf',
      'red-team': 'Angriffsübung bestanden',
      cards:
        'Karten, die Zweifel zeigen: Quellen, Zuversicht, Verweigerung, ein Mensch vor dem Unumkehrbaren',
      weekly: 'wöchentliche Bewertung eingeplant',
    },
    states: { ok: 'in Ordnung', not_ok: 'NICHT IN ORDNUNG', missing: 'nicht vorhanden' },
    never: 'nie',
    from: {
      cases: 'Bewertungen',
      cost: 'Läufe der letzten 7 Tage im Betrieb',
      latency: 'vollste Stunde der letzten 7 Tage im Betrieb',
      traces: 'jüngste 20 Läufe der letzten 7 Tage im Betrieb',
      'red-team': 'nichts',
      cards: 'Anfragen der letzten 7 Tage im Betrieb',
      weekly: 'Bewertungen nach Plan',
    },
    noStore: 'Es ist kein Speicher genannt (DATABASE_URL); nichts wurde angesehen.',
    reasons: {
      'no-eval': () => 'diese Version wurde nie bewertet',
      rehearsed: ({ n }, s) =>
        `nicht mit einem echten Modell gemessen: Es gibt nur Werte des Probemodells (${s.count(n)})`,
      'stale-eval': ({ id }) =>
        `${id} galt einem anderen Prompt oder anderen Fällen, als die Version jetzt hat`,
      cases: ({ id, model, passing, of, mean }, s) =>
        `${s.count(passing)} von ${s.count(of)} bestanden, mittlere Note ${s.share(mean)} (${id}, ${model})`,
      'few-runs': ({ n, need }, s) => `${s.count(n)} Läufe; nötig sind ${s.count(need)}`,
      cost: ({ n, perTask, budget, monthTenfold }, s) =>
        `${s.price(perTask)} je Aufgabe aus ${s.count(n)} Läufen, höchstens ${s.price(budget)}; ein Monat zehnfacher Arbeit kostet ${s.money(monthTenfold)}`,
      'no-load': ({ n, need }, s) =>
        `keine Last gemessen: ${s.count(n)} Läufe in der vollsten Stunde; nötig sind ${s.count(need)}`,
      latency: ({ n, p95Ms, limitMs }, s) =>
        `${s.seconds(p95Ms)} aus ${s.count(n)} Läufen einer Stunde; nötig sind weniger als ${s.seconds(limitMs)}`,
      traces: ({ n, whole }, s) =>
        `${s.count(whole)} von ${s.count(n)} Läufen haben einen lückenlosen Ablauf`,
      'no-red-team': () => 'es gibt noch keine Angriffsübungen',
      'no-schedule': () => 'nie hat ein Plan eine Bewertung angestoßen',
      'no-cards': () => 'er hat niemanden um etwas gebeten',
      'no-refusal': () =>
        'nie wurde gesehen, dass er sich verweigert oder um Unumkehrbares bittet: Niemand weiß, ob er es täte',
      cards: ({ n, cited, sure, refusals, irreversible, unsigned }, s) =>
        `von ${s.count(n)} Anfragen nennen ${s.count(cited)} gelesene Quellen und ${s.count(sure)} ihre Zuversicht; zu Recht verweigert: ${s.count(refusals)}; unumkehrbar: ${s.count(irreversible)}, davon ohne Unterschrift ausgeführt: ${s.count(unsigned)}`,
      weekly: ({ id, days }, s) => `die jüngste ist ${s.count(days)} Tage alt (${id})`,
    },
  },
};
