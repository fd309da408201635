import { dateFormat } from './formats.ts';
import { effectiveRequirement } from './approval/quorum.ts';
import type { ApprovalState } from './approval/types.ts';
import type { NotCanonicalError } from './canonical-json.ts';
import { isQuestion } from './person-question.ts';
import type { Refusal } from './views.ts';
import type { Detail } from './detail.ts';
import { saysWhy, type Happening, type Saying, type Standing, type Words } from './words.ts';
import { LOCALES, type Language } from './language.ts';
import { ENGLISH } from './words-english.ts';
import { GERMAN } from './words-german.ts';

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, de: GERMAN };

/** For whom a sentence is; all optional: English, UTC, and no name for anyone. */
export interface Reader {
  readonly language?: Language;
  /** IANA zone; times then carry no zone name, since they are the reader's own. */
  readonly timeZone?: string;
  readonly nameOf?: (person: string) => string | undefined;
}

const wordsFor = (reader: Reader): Words => WORDS[reader.language ?? 'en'];

const clockOf = (language: Language, timeZone: string): Intl.DateTimeFormat =>
  dateFormat(LOCALES[language], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });

function sayingFor(reader: Reader): Saying {
  const words = wordsFor(reader);
  const clock = clockOf(reader.language ?? 'en', reader.timeZone ?? 'UTC');
  const zone = reader.timeZone ? '' : ' UTC';
  // put together here, since the separators differ between versions of the locale data
  const time = (ms: string | number | undefined): string => {
    const parts = clock.formatToParts(Number(ms));
    const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
    const clockTime = `${part('hour')}:${part('minute')}${zone}`;
    return words.moment({
      weekday: part('weekday'),
      day: part('day'),
      month: part('month'),
      time: clockTime,
    });
  };
  return {
    name: (person) => reader.nameOf?.(String(person)) ?? words.somebody,
    time,
  };
}

/** Why something was refused and what to do next: one or two sentences for one reader, no markup. */
export function refusalSentence(refusal: Refusal, reader: Reader = {}): string {
  const { refusals, hints } = wordsFor(reader);
  const said = refusals[refusal.reason](refusal.detail, sayingFor(reader));
  return [said, hints[refusal.reason]].filter(Boolean).join(' ');
}

/** An instant as the reader's clocks and language have it. */
export const momentText = (atMs: number, reader: Reader = {}): string => sayingFor(reader).time(atMs);

export const isHappening = (what: string): what is Happening => Object.hasOwn(ENGLISH.happenings, what);

/** What an event did, e.g. "Signed, 1 of 2." */
export const happeningSentence = (what: Happening, detail: Detail = {}, reader: Reader = {}): string =>
  wordsFor(reader).happenings[what](detail, sayingFor(reader));

/** Signed and needed as last counted by the machine. */
export function tallyOf(state: ApprovalState): { readonly signed: number; readonly needed: number } {
  if (state.progress) return state.progress;
  const { stages } = effectiveRequirement(state.policy.requirement, state.risk);
  const signed = new Set(state.signatures.map((s) => s.person)).size;
  return {
    signed,
    needed: Math.max(
      signed,
      stages.reduce((sum, stage) => sum + stage.quorum, 0),
    ),
  };
}

function standingOf(state: ApprovalState): Standing {
  if (isQuestion(state.action)) {
    if (state.status === 'pending') return 'question-open';
    if (state.status === 'expired') return 'question-expired';
  }
  if (state.status === 'pending' && state.pausedSinceMs !== null) return 'waiting-for-answer';
  if (state.status !== 'lapsed') return state.status;
  return LAPSED[state.closed?.reason ?? ''] ?? 'lapsed-in-time';
}

const LAPSED: Readonly<Record<string, Standing>> = {
  preconditions_failed: 'lapsed-preconditions',
  policy_unmet: 'lapsed-signatures',
  not_borne_out: 'lapsed-record',
};

function backedBy(state: ApprovalState): keyof Words['approvedBy'] {
  if (state.breakGlass) return 'break-glass';
  if (state.grant !== null) return 'grant';
  return state.edits.length > 0 ? 'edit' : 'signatures';
}

/** Our own reason for something, or what somebody else gave as one; empty without. */
export const whySentence = (detail: Detail, reader: Reader = {}): string =>
  saysWhy(wordsFor(reader).whys)(detail).trim();

/** Why a value cannot be signed, as the reader of a form is told. */
export const notCanonicalSentence = (error: NotCanonicalError, reader: Reader = {}): string =>
  whySentence({ why: 'not-canonical', path: error.path, form: error.form }, reader);

/** How an approval stands, in one line that is never the same for two outcomes. */
export function statusWords(state: ApprovalState, reader: Reader = {}): string {
  const words = wordsFor(reader);
  const { signed, needed } = tallyOf(state);
  const by = state.declined?.person ?? state.answer?.person ?? state.closed?.by;
  return words.standings[standingOf(state)].words(
    {
      signed,
      needed,
      missing: needed - signed,
      approved: words.approvedBy[backedBy(state)],
      ...(by ? { by } : {}),
    },
    sayingFor(reader),
  );
}

/** How an approval can end, with `{}` for its figures: in the same order in every language. Nobody is named in a record. */
export const standingTexts = (language: Language): readonly string[] => {
  const { standings, approvedBy, somebody } = WORDS[language];
  const say: Saying = { name: () => somebody, time: () => '{}' };
  return Object.keys(ENGLISH.standings).flatMap((key) =>
    Object.keys(ENGLISH.approvedBy).flatMap((by) => {
      const approved = approvedBy[by as keyof Words['approvedBy']];
      const figures = { signed: '{}', needed: '{}', missing: '{}', approved };
      const words = standings[key as Standing].words;
      return [words({ ...figures, by: '{}' }, say), words(figures, say)];
    }),
  );
};

/** The smaller words beside the status: risk while it waits, what (never) ran afterwards. May be empty. */
export function statusNote(state: ApprovalState, reader: Reader = {}): string {
  const words = wordsFor(reader);
  const parts = [words.standings[standingOf(state)].note];
  if (state.status === 'pending') {
    if (!isQuestion(state.action))
      parts.push(words.risks[state.effect], state.risk === 'high' ? words.risks.high : '');
    if (state.escalatedAtMs !== null) parts.push(words.escalated);
  }
  return parts.filter(Boolean).join(' · ');
}

/** What a person can do now that it ended like this; empty where there is nothing to do. */
export const statusNextStep = (state: ApprovalState, reader: Reader = {}): string =>
  wordsFor(reader).standings[standingOf(state)].next;
