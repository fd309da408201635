import type { Language } from '../core/language.ts';

const ENGLISH = {
  title: (of: string): string => `Who read ${of}`,
  none: 'Nobody has read it.',
  count: (n: number): string => `${n} ${n === 1 ? 'read' : 'reads'}, newest first`,
  whats: {
    output: 'what came of it',
    trace: 'every step',
    request: 'the request',
    evidence: 'the evidence',
    changes: 'the changes',
    explanation: 'the explanation',
    receipt: 'a receipt',
    verification: 'a verification',
    entries: 'entries of the ledger',
    export: 'an export',
    reads: 'who read it',
  },
  vias: {
    slack: 'in Slack',
    teams: 'in Teams',
    api: 'by the API',
    mcp: 'by MCP',
    page: 'on the signing page',
    link: 'by a link for the person concerned',
    shell: 'on the command line',
  },
  operator: 'An operator',
  concerned: (link: string): string => `Whoever has the link ${link}`,
  note: 'The first time in each hour is kept, for two years. What was opened before a signature stands in the ledger as well.',
};

const GERMAN: typeof ENGLISH = {
  title: (of) => `Wer ${of} gelesen hat`,
  none: 'Niemand hat es gelesen.',
  count: (n) => `${n}-mal gelesen, das Neueste zuerst`,
  whats: {
    output: 'das Ergebnis',
    trace: 'jeden Schritt',
    request: 'die Anfrage',
    evidence: 'die Belege',
    changes: 'die Änderungen',
    explanation: 'die Erklärung',
    receipt: 'eine Quittung',
    verification: 'eine Überprüfung',
    entries: 'Einträge des Protokolls',
    export: 'einen Auszug',
    reads: 'wer es gelesen hat',
  },
  vias: {
    slack: 'in Slack',
    teams: 'in Teams',
    api: 'über die API',
    mcp: 'über MCP',
    page: 'auf der Unterschriftenseite',
    link: 'über einen Link für die betroffene Person',
    shell: 'auf der Kommandozeile',
  },
  operator: 'Jemand vom Betrieb',
  concerned: (link) => `Wer den Link ${link} hat`,
  note: 'Festgehalten wird das erste Mal in jeder Stunde, zwei Jahre lang. Was vor einer Unterschrift geöffnet wurde, steht auch im Protokoll.',
};

/** What the list of reads says. */
export const readsWordsIn = (language: Language = 'en'): typeof ENGLISH =>
  language === 'de' ? GERMAN : ENGLISH;
