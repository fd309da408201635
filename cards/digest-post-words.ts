import type { Count } from '../core/digest/rows.ts';
import type { Every } from '../core/digest/period.ts';
import type { Language } from '../core/language.ts';

interface DigestWords {
  readonly title: Readonly<Record<Every, (from: string, to: string) => string>>;
  readonly steady: Readonly<Record<Every, string>>;
  readonly needsYou: (n: number) => string;
  readonly empty: Readonly<Record<Every, string>>;
  readonly all: string;
  readonly team: (team: string) => string;
  readonly own: string;
  readonly was: (before: string) => string;
  readonly same: string;
  readonly counts: Readonly<Record<Count, string>>;
  readonly tenfold: (amount: string) => string;
  readonly median: string;
  readonly longest: string;
  readonly byDay: (n: number) => string;
  readonly howEnded: string;
  readonly endings: Readonly<Record<'as_asked' | 'edited' | 'declined' | 'expired', string>>;
  readonly needs: string;
  readonly expiredLine: (n: number) => string;
  readonly overloadedLine: (name: string, n: number) => string;
  readonly incidentsLine: (n: number) => string;
  readonly failedLine: (n: number) => string;
  readonly finding: (agent: string, sentence: string, isNew: boolean) => string;
  readonly moreFindings: (n: number) => string;
  readonly trusted: string;
  readonly grounded: string;
  readonly faithfulness: (mean: string, n: number) => string;
  readonly notScored: string;
  readonly nothingToScore: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly costs: string;
  readonly asked: string;
  readonly times: (n: number) => string;
  readonly posted: Readonly<Record<Every, string>>;
  readonly preview: string;
  readonly none: string;
  readonly page: (page: number, of: number) => string;
  readonly listed: Readonly<Record<Count, (n: number) => string>>;
  readonly next: string;
  readonly subscriptions: string;
  readonly noSubscription: string;
  readonly already: string;
  readonly comesNext: string;
  readonly end: string;
  readonly every: Readonly<Record<Every, string>>;
}

const s = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;
const z = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('de-DE')} ${n === 1 ? one : many}`;

/** What digests say, in each language. */
export const DIGEST_WORDS: Readonly<Record<Language, DigestWords>> = {
  en: {
    title: { week: (from, to) => `Your week: ${from} to ${to}`, day: (from) => `Your day: ${from}` },
    steady: { week: 'A steady week', day: 'A steady day' },
    needsYou: (n) => `${s(n, 'thing')} ${n === 1 ? 'needs' : 'need'} you`,
    empty: {
      week: 'No agent ran, nothing was asked and nothing was spent this week.',
      day: 'No agent ran, nothing was asked and nothing was spent that day.',
    },
    all: 'the whole company',
    team: (team) => `team ${team}`,
    own: 'what you asked for',
    was: (before) => `before: ${before}`,
    same: 'as before',
    counts: {
      runs: 'Runs',
      failed: 'Failed',
      requests: 'Requests',
      decisions: 'Decisions',
      overrides: 'Edited or declined',
      expired: 'Expired unsigned',
      waiting: 'Waiting now',
      cost: 'Cost',
      scores: 'Scores',
      incidents: 'Incidents',
      unusual: 'Events',
    },
    tenfold: (amount) => `at ten times the work ${amount}`,
    median: 'Median decision',
    longest: 'Longest wait',
    byDay: (n) => `Requests by day, ${n.toLocaleString('en-GB')}`,
    howEnded: 'How they ended',
    endings: {
      as_asked: 'Approved as asked',
      edited: 'Approved with an edit',
      declined: 'Declined',
      expired: 'Expired unsigned',
    },
    needs: 'Needs you',
    expiredLine: (n) => `${s(n, 'request')} expired without enough signatures. Ask again or name a stand-in.`,
    overloadedLine: (name, n) => `${s(n, 'request')} wait for ${name}.`,
    incidentsLine: (n) => `${s(n, 'incident')} of this time ${n === 1 ? 'is' : 'are'} still open.`,
    failedLine: (n) => `${s(n, 'run')} failed.`,
    finding: (agent, sentence, isNew) => `${agent}${isNew ? '' : ', still'}: ${sentence}`,
    moreFindings: (n) => `${s(n, 'finding')} more, not shown here.`,
    trusted: 'Can it be trusted',
    grounded: 'Faithfulness',
    faithfulness: (mean, n) => `${mean}, ${s(n, 'run')} scored`,
    notScored: 'not measured: no run was scored',
    nothingToScore: 'no data: no run ended',
    kinds: {
      guardrail: 'held back by a guardrail',
      pii: 'personal details masked',
      pii_leak: 'leaks of personal data',
      tool_pattern: 'tools used in a new order',
      input_drift: 'inputs unlike those before',
    },
    costs: 'Cost by agent',
    asked: 'Asked for most',
    times: (n) => s(n, 'time'),
    posted: {
      week: 'Comes on Mondays at 08:00',
      day: 'Comes at 08:00 after each day on which something happened',
    },
    preview: 'A preview, so far as it is over',
    none: 'There is none.',
    page: (page, of) => `Page ${page} of ${of}`,
    listed: {
      runs: (n) => `${s(n, 'run')} ended`,
      failed: (n) => `${s(n, 'run')} failed`,
      requests: (n) => s(n, 'request'),
      decisions: (n) => s(n, 'decision'),
      overrides: (n) => `${s(n, 'proposal')} edited or declined`,
      expired: (n) => `${s(n, 'request')} expired unsigned`,
      waiting: (n) => `${s(n, 'request')} waiting now`,
      cost: (n) => `${s(n, 'run')} cost something`,
      scores: (n) => s(n, 'score'),
      incidents: (n) => s(n, 'incident'),
      unusual: (n) => s(n, 'event'),
    },
    next: 'Next page',
    subscriptions: 'Your digests',
    noSubscription: 'No digest comes to you or to a channel on your word. Begin one with',
    already: 'It comes here already.',
    comesNext: 'The next one comes',
    end: 'End',
    every: { week: 'weekly', day: 'daily' },
  },
  de: {
    title: { week: (from, to) => `Ihre Woche: ${from} bis ${to}`, day: (from) => `Ihr Tag: ${from}` },
    steady: { week: 'Eine ruhige Woche', day: 'Ein ruhiger Tag' },
    needsYou: (n) => (n === 1 ? '1 Sache braucht Sie' : `${n} Sachen brauchen Sie`),
    empty: {
      week: 'In dieser Woche lief kein Agent, nichts wurde erbeten und nichts ausgegeben.',
      day: 'An diesem Tag lief kein Agent, nichts wurde erbeten und nichts ausgegeben.',
    },
    all: 'ganzes Unternehmen',
    team: (team) => `Team ${team}`,
    own: 'was Sie erbeten haben',
    was: (before) => `davor: ${before}`,
    same: 'wie davor',
    counts: {
      runs: 'Läufe',
      failed: 'Gescheitert',
      requests: 'Anfragen',
      decisions: 'Entscheidungen',
      overrides: 'Geändert oder abgelehnt',
      expired: 'Abgelaufen',
      waiting: 'Wartet jetzt',
      cost: 'Kosten',
      scores: 'Bewertungen',
      incidents: 'Vorfälle',
      unusual: 'Ereignisse',
    },
    tenfold: (amount) => `bei zehnfacher Arbeit ${amount}`,
    median: 'Mittlere Entscheidung',
    longest: 'Längste Wartezeit',
    byDay: (n) => `Anfragen nach Tag, ${n.toLocaleString('de-DE')}`,
    howEnded: 'Wie sie endeten',
    endings: {
      as_asked: 'Genehmigt wie erbeten',
      edited: 'Mit Änderung genehmigt',
      declined: 'Abgelehnt',
      expired: 'Abgelaufen',
    },
    needs: 'Braucht Sie',
    expiredLine: (n) =>
      `${z(n, 'Anfrage ist', 'Anfragen sind')} ohne genug Unterschriften abgelaufen. Fragen Sie erneut oder benennen Sie eine Vertretung.`,
    overloadedLine: (name, n) => `${z(n, 'Anfrage wartet', 'Anfragen warten')} auf ${name}.`,
    incidentsLine: (n) =>
      `${z(n, 'Vorfall', 'Vorfälle')} aus dieser Zeit ${n === 1 ? 'ist' : 'sind'} noch offen.`,
    failedLine: (n) => `${z(n, 'Lauf ist', 'Läufe sind')} gescheitert.`,
    finding: (agent, sentence, isNew) => `${agent}${isNew ? '' : ', weiterhin'}: ${sentence}`,
    moreFindings: (n) => `${z(n, 'weiterer Befund', 'weitere Befunde')}, hier nicht gezeigt.`,
    trusted: 'Kann man dem trauen',
    grounded: 'Treue zu den Quellen',
    faithfulness: (mean, n) => `${mean}, ${z(n, 'Lauf', 'Läufe')} bewertet`,
    notScored: 'nicht gemessen: kein Lauf wurde bewertet',
    nothingToScore: 'keine Daten: kein Lauf endete',
    kinds: {
      guardrail: 'von einer Schutzregel zurückgehalten',
      pii: 'persönliche Angaben verdeckt',
      pii_leak: 'persönliche Daten nach außen gelangt',
      tool_pattern: 'Werkzeuge in neuer Reihenfolge',
      input_drift: 'Eingaben anders als davor',
    },
    costs: 'Kosten nach Agent',
    asked: 'Am häufigsten erbeten',
    times: (n) => `${n.toLocaleString('de-DE')}-mal`,
    posted: {
      week: 'Kommt montags um 08:00 Uhr',
      day: 'Kommt um 08:00 Uhr nach jedem Tag, an dem etwas geschah',
    },
    preview: 'Eine Vorschau, soweit die Zeit vorbei ist',
    none: 'Es gibt nichts.',
    page: (page, of) => `Seite ${page} von ${of}`,
    listed: {
      runs: (n) => `${z(n, 'Lauf', 'Läufe')} beendet`,
      failed: (n) => `${z(n, 'Lauf', 'Läufe')} gescheitert`,
      requests: (n) => z(n, 'Anfrage', 'Anfragen'),
      decisions: (n) => z(n, 'Entscheidung', 'Entscheidungen'),
      overrides: (n) => `${z(n, 'Vorschlag', 'Vorschläge')} geändert oder abgelehnt`,
      expired: (n) => `${z(n, 'Anfrage', 'Anfragen')} ohne Unterschrift abgelaufen`,
      waiting: (n) => `${z(n, 'Anfrage wartet', 'Anfragen warten')} jetzt`,
      cost: (n) => `${z(n, 'Lauf hat', 'Läufe haben')} etwas gekostet`,
      scores: (n) => z(n, 'Bewertung', 'Bewertungen'),
      incidents: (n) => z(n, 'Vorfall', 'Vorfälle'),
      unusual: (n) => z(n, 'Ereignis', 'Ereignisse'),
    },
    next: 'Nächste Seite',
    subscriptions: 'Ihre Übersichten',
    noSubscription: 'Keine Übersicht kommt auf Ihren Wunsch. Beginnen Sie eine mit',
    already: 'Sie kommt schon hierher.',
    comesNext: 'Die nächste kommt',
    end: 'Beenden',
    every: { week: 'wöchentlich', day: 'täglich' },
  },
};
