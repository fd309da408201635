import type { Language } from '../core/language.ts';

const ENGLISH = {
  title: (of: string): string => `Receipt: ${of}`,
  holds: (entries: string, size: string): string =>
    `${entries} entries of the ledger, with the proof that they stand in it as it was signed at ${size} entries.`,
  how: 'Copy it with its first and last line into a file. countersign verify FILE.txt --key KEY checks it without us: whoever keeps the ledger has the key (countersign keys).',
  tooLong: (tenant: string, of: string): string =>
    `It is too long for a chat. By the API: GET /api/v1/${of.startsWith('run_') ? 'runs' : 'approvals'}/${of}/receipt. On the command line: countersign receipt ${tenant} ${of} --out receipt.json`,
  holdsWhat: 'It holds what was asked for and who decided. Treat it like the request itself.',
};

const GERMAN: typeof ENGLISH = {
  title: (of) => `Beleg: ${of}`,
  holds: (entries, size) =>
    `${entries} Einträge des Protokolls, mit dem Nachweis, dass sie darin stehen, wie es bei ${size} Einträgen unterschrieben wurde.`,
  how: 'Mit der ersten und letzten Zeile in eine Datei kopieren. countersign verify DATEI.txt --key SCHLÜSSEL prüft ihn ohne uns: Den Schlüssel hat, wer das Protokoll führt (countersign keys).',
  tooLong: (tenant, of) =>
    `Er ist zu lang für einen Chat. Über die API: GET /api/v1/${of.startsWith('run_') ? 'runs' : 'approvals'}/${of}/receipt. Auf der Kommandozeile: countersign receipt ${tenant} ${of} --out receipt.json`,
  holdsWhat:
    'Darin steht, was angefragt wurde und wer entschieden hat. Bitte wie die Anfrage selbst behandeln.',
};

/** What a receipt in a chat says beside itself. */
export const receiptWordsIn = (language: Language = 'en'): typeof ENGLISH =>
  language === 'de' ? GERMAN : ENGLISH;
