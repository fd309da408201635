import type { AlertLintDetails } from './alerts/thresholds.ts';

/** A role, a group or a person, as a policy names them. */
export interface Named {
  readonly kind: 'role' | 'group' | 'person';
  readonly name: string;
}

/** Where in a rule: a stage by its name, or the escalation. */
export type Where = { readonly stage: string } | 'escalation';

/** What can be wrong with a rule, and what its sentence needs to know. */
export interface LintDetails extends AlertLintDetails {
  readonly 'names-nobody': { readonly where: Where; readonly who: Named };
  readonly 'nobody-may-sign': { readonly where: Where; readonly who: Named };
  readonly 'too-few': {
    readonly stage: string;
    readonly quorum: number;
    readonly oneMore: boolean;
    readonly eligible: number;
    readonly besidesAsker: boolean;
  };
  readonly 'too-few-for-all': {
    readonly people: number;
    readonly oneMore: boolean;
    readonly missing: number;
  };
  readonly 'escalates-late': { readonly escalateMs: number; readonly expireMs: number };
  readonly 'reminds-late': { readonly remindMs: number; readonly expireMs: number };
  readonly 'own-tool-unknown': { readonly tool: string; readonly tools: string };
  readonly 'own-grants': Readonly<Record<never, never>>;
  readonly 'own-never': Readonly<Record<never, never>>;
  readonly 'no-admin': Readonly<Record<never, never>>;
  readonly 'grants-irreversible': Readonly<Record<never, never>>;
  readonly 'grants-high': Readonly<Record<never, never>>;
  readonly 'grants-proof': Readonly<Record<never, never>>;
  readonly 'too-few-passkeys': { readonly stage: string; readonly quorum: number; readonly have: number };
  readonly 'never-reached': { readonly rule: number };
  readonly 'below-zero': Readonly<Record<never, never>>;
}

type LintWhat = keyof LintDetails;

type FoundOf<What extends LintWhat> = { readonly what: What; readonly detail: LintDetails[What] };
export type Found = { readonly [What in LintWhat]: FoundOf<What> }[LintWhat];

/** What is wrong with a rule, or with what tunes an alert; counted from 1 as a person counts. */
export type LintFinding = Found & { readonly rule: number; readonly about?: 'alert' };

type LintWords = { readonly [What in LintWhat]: (detail: LintDetails[What]) => string };

const HOUR_MS = 3_600_000;
const hours = (ms: number, locale: string): string =>
  (Math.round((ms / HOUR_MS) * 100) / 100).toLocaleString(locale);

const h = (ms: number): string => `${hours(ms, 'en-GB')} h`;
const who = ({ kind, name }: Named): string =>
  kind === 'person' ? `the person ${name}` : `the ${kind} "${name}"`;
const at = (where: Where): string => (where === 'escalation' ? 'Its escalation' : `Stage "${where.stage}"`);
const more = (is: boolean): string => (is ? ' (one more than written, since the risk is high)' : '');

export const LINT_ENGLISH: LintWords = {
  'names-nobody': (d) => `${at(d.where)} names ${who(d.who)}, and nobody here is that.`,
  'nobody-may-sign': (d) => `${at(d.where)} names ${who(d.who)}, and nobody in it has a role that may sign.`,
  'too-few': (d) =>
    `Stage "${d.stage}": quorum ${d.quorum}${more(d.oneMore)}, only ${d.eligible} eligible${d.besidesAsker ? ' besides the one who asks' : ''}.`,
  'too-few-for-all': (d) =>
    `Its stages need ${d.people} different people${more(d.oneMore)}, and there are ${d.missing} too few: each person signs once.`,
  'escalates-late': (d) =>
    `It escalates after ${h(d.escalateMs)} but expires after ${h(d.expireMs)}: nobody senior would ever be asked.`,
  'reminds-late': (d) => `A reminder after ${h(d.remindMs)} comes when it has expired (${h(d.expireMs)}).`,
  'own-tool-unknown': (d) => `It names the tool "${d.tool}" of Countersign itself; there are ${d.tools}.`,
  'own-grants': () => 'It allows grants for what changes Countersign itself, where a person must sign.',
  'own-never': () =>
    'It never comes into play: what changes Countersign itself can be undone, names no amount, and counts as high.',
  'no-admin': () => 'It allows break-glass, and there is no Admin.',
  'grants-irreversible': () =>
    'It allows grants for what cannot be undone; a grant signs for reversible tools only.',
  'grants-high': () => 'It allows grants at high risk, where a person must sign.',
  'grants-proof': () => 'It allows grants and asks each signer for a proof, which no grant can give.',
  'too-few-passkeys': (d) =>
    `Stage "${d.stage}" needs ${d.quorum} with a passkey, and ${d.have} of those who may sign have one. They register theirs with "passkeys add".`,
  'never-reached': (d) => `It never comes into play: rule ${d.rule} takes everything that it would.`,
  'below-zero': () => 'Its threshold is below zero.',
  'alert-unreachable': (d) => `${d.rule}: a limit above ${d.most} is one that nothing can reach.`,
  'alert-both': (d) =>
    `${d.rule}: it would fire at ${d.enter} and be over at ${d.leave}, so it could be both at once.`,
  'alert-twice': (d) => `${d.rule}: an earlier one is about the same rule and agent, so this never counts.`,
  'alert-always': (d) => `${d.rule}: personal data that got out is always told, at the first time.`,
  'alert-nothing': (d) => `${d.rule}: it changes nothing.`,
  'alert-off-and-limits': (d) => `${d.rule}: it is switched off and given limits as well.`,
};

const KINDS = { role: 'die Rolle', group: 'die Gruppe', person: 'die Person' } as const;
const std = (ms: number): string => `${hours(ms, 'de-DE')} Std.`;
const wer = ({ kind, name }: Named): string => `${KINDS[kind]} ${kind === 'person' ? name : `„${name}“`}`;
const wo = (where: Where): string =>
  where === 'escalation' ? 'Die Eskalation' : `Die Stufe „${where.stage}“`;
const eine = (is: boolean): string => (is ? ' (eine mehr als geschrieben, wegen des hohen Risikos)' : '');

export const LINT_GERMAN: LintWords = {
  'names-nobody': (d) => `${wo(d.where)} nennt ${wer(d.who)}, und niemand hier ist das.`,
  'nobody-may-sign': (d) =>
    `${wo(d.where)} nennt ${wer(d.who)}, und niemand davon hat eine Rolle, die unterschreiben darf.`,
  'too-few': (d) =>
    `Die Stufe „${d.stage}“ braucht ${d.quorum} Unterschriften${eine(d.oneMore)}; unterschreiben könnten${d.besidesAsker ? ', außer wer fragt,' : ''} nur ${d.eligible}.`,
  'too-few-for-all': (d) =>
    `Die Stufen brauchen ${d.people} verschiedene Personen${eine(d.oneMore)}, und ${d.missing} zu wenig sind da: Jede unterschreibt einmal.`,
  'escalates-late': (d) =>
    `Sie eskaliert nach ${std(d.escalateMs)}, läuft aber nach ${std(d.expireMs)} ab: Die nächsthöhere Gruppe würde nie gefragt.`,
  'reminds-late': (d) =>
    `Eine Erinnerung nach ${std(d.remindMs)} käme erst, wenn alles abgelaufen ist (${std(d.expireMs)}).`,
  'own-tool-unknown': (d) => `Sie nennt das Werkzeug „${d.tool}“ von Countersign selbst; es gibt ${d.tools}.`,
  'own-grants': () =>
    'Sie erlaubt Dauerfreigaben für das, was Countersign selbst ändert; dort muss ein Mensch unterschreiben.',
  'own-never': () =>
    'Sie kommt nie zum Zug: Was Countersign selbst ändert, ist umkehrbar, nennt keinen Betrag und zählt als hohes Risiko.',
  'no-admin': () => 'Sie erlaubt die Notfallfreigabe, und es gibt keinen Admin.',
  'grants-irreversible': () =>
    'Sie erlaubt Dauerfreigaben für das, was nicht umkehrbar ist; eine Dauerfreigabe unterschreibt nur Umkehrbares.',
  'grants-high': () => 'Sie erlaubt Dauerfreigaben bei hohem Risiko; dort muss ein Mensch unterschreiben.',
  'grants-proof': () =>
    'Sie erlaubt Dauerfreigaben und verlangt von jeder Unterschrift einen Nachweis, den keine Dauerfreigabe geben kann.',
  'too-few-passkeys': (d) =>
    `Die Stufe „${d.stage}“ braucht ${d.quorum} mit Passkey; von denen, die unterschreiben dürfen, haben ihn ${d.have}. Registriert wird er mit „passkeys add“.`,
  'never-reached': (d) => `Sie kommt nie zum Zug: Regel ${d.rule} nimmt alles, was sie nähme.`,
  'below-zero': () => 'Ihr Schwellenwert liegt unter null.',
  'alert-unreachable': (d) => `${d.rule}: Eine Grenze über ${d.most} kann nichts erreichen.`,
  'alert-both': (d) =>
    `${d.rule}: Der Alarm ginge bei ${d.enter} los und wäre bei ${d.leave} vorbei, also beides zugleich.`,
  'alert-twice': (d) =>
    `${d.rule}: Ein früherer Eintrag betrifft dieselbe Regel und denselben Agenten; dieser zählt nie.`,
  'alert-always': (d) =>
    `${d.rule}: Personenbezogene Daten, die nach außen gelangt sind, werden immer sofort gemeldet.`,
  'alert-nothing': (d) => `${d.rule}: Der Eintrag ändert nichts.`,
  'alert-off-and-limits': (d) => `${d.rule}: Der Alarm ist abgeschaltet und hat zugleich Grenzen.`,
};

/** One finding in words. */
export function lintSentence({ what, detail }: Found, words: LintWords = LINT_ENGLISH): string {
  const say = words[what] as (detail: Found['detail']) => string;
  return say(detail);
}

/** Where it is, as a person finds it: `#2` a rule, `alerts[2]` a tuning. */
export const whereFound = ({ rule, about }: LintFinding): string =>
  about === 'alert' ? `alerts[${rule}]` : `#${rule}`;

/** Findings as a refusal carries them, so that whoever reads it later does so in their own language. */
export const carried = (findings: readonly LintFinding[]): string => JSON.stringify(findings);

/** What was carried, in words; nothing where it cannot be read. */
export function carriedSentences(said: string | number | undefined, words: LintWords): string {
  try {
    const findings = JSON.parse(String(said)) as readonly LintFinding[];
    return findings.map((one) => `${whereFound(one)}: ${lintSentence(one, words)}`).join(' ');
  } catch {
    return '';
  }
}
