import type { Sha256 } from '../core/canonical-json.ts';
import type { Chart } from '../core/charts/chart.ts';
import type { ApprovalId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';

/**
 * The neutral card: what a reader sees, as data, in neither chat's language. No HTML, no markdown, and no link but to a page of
 * our own: every text is shown letter by letter by the renderers. JSON all the way down, so that it has a digest.
 */
export interface Card {
  readonly v: 1;
  /** Part of what was shown, and so of the card's digest. */
  readonly language: Language;
  readonly kind: CardKind;
  /** What the card is about, e.g. `apr_…`; with `version` it tells copies of one card apart in time. */
  readonly subject: string;
  readonly version: number;
  /** Plain words; Slack shows at most 150 characters. */
  readonly title: string;
  readonly state: StateLine | null;
  readonly blocks: readonly Block[];
  /** One sentence: the notification, and what a screen reader says first. */
  readonly summary: string;
}

export type CardKind =
  | 'approval'
  | 'question'
  | 'run'
  | 'runs'
  | 'trace'
  | 'costs'
  | 'digest'
  | 'eval'
  | 'ready'
  | 'candidates'
  | 'inbox'
  | 'bulk'
  | 'help'
  | 'whoami'
  /** The way to a sign-in that says whose this account is. */
  | 'link'
  /** The way to a page of our own, for one person's eyes. */
  | 'sign'
  | 'passkeys'
  | 'agents'
  | 'delegations'
  /** A decision in plain words, for the person whom it concerns. */
  | 'explanation'
  | 'reads'
  | 'dead-letters'
  | 'roles'
  | 'verify'
  | 'checkpoint'
  | 'receipt'
  | 'grants'
  | 'policy'
  | 'refusal'
  | 'trouble'
  | 'incident'
  | 'oncall'
  | 'notice';

/** `waiting` for a person, `done` well, `stopped` by a person, `broken`, `over` without a decision, `plain`. */
export type Tone = 'waiting' | 'done' | 'stopped' | 'broken' | 'over' | 'plain';

/** Icon and words say the same as the tone: colour is never the only signal. */
export interface StateLine {
  readonly icon: string;
  readonly words: string;
  readonly aside: readonly Span[];
  readonly tone: Tone;
}

/**
 * How an instant is written: `day` Thu 26 Nov, `time` 09:12, `seconds` 09:12:04, `moment` both day and time, `deadline` a
 * moment that says whose time it is.
 */
export type TimeForm = 'day' | 'time' | 'seconds' | 'moment' | 'deadline';

/** A piece of a line. Instants are epoch ms, UTC, and appear in the reader's zone where the chat can. */
export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'struck'; readonly text: string }
  /** A record that was read. Deliberately no link: link previews click links. */
  | { readonly kind: 'cite'; readonly text: string }
  /** A command to type, without the prefix that each chat has for it. */
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'person'; readonly name: string; readonly slackUser: string | null }
  | { readonly kind: 'instant'; readonly atMs: number; readonly form: TimeForm };

export interface Fact {
  readonly label: string;
  /** Stands beside the label where the chat puts the value below it, e.g. "●○ 1 of 2". May be empty. */
  readonly lead: readonly Span[];
  readonly spans: readonly Span[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  /** `whole`: no value may be cut; a card that cannot hold them does not fit. */
  | {
      readonly kind: 'facts';
      readonly layout: 'grid' | 'lines';
      readonly whole: boolean;
      readonly facts: readonly Fact[];
    }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** Monospace lines, at most 72 characters each; `wide`: longer ones too, that somebody is to copy letter by letter. */
  | { readonly kind: 'table'; readonly lines: readonly string[]; readonly wide?: true }
  /** One thing of a list, in a few lines, with the button that opens it. */
  | { readonly kind: 'item'; readonly lines: readonly (readonly Span[])[]; readonly action: CardAction }
  /** A chart, drawn where the chat can show it; `alt` says the same in words, always. */
  | { readonly kind: 'picture'; readonly chart: Chart; readonly alt: string }
  /** A button that leads to a page of ours. Only in private answers: whoever has the address is taken for its reader. */
  | { readonly kind: 'link'; readonly label: string; readonly url: string }
  | { readonly kind: 'divider' }
  /** Small print. */
  | { readonly kind: 'context'; readonly spans: readonly Span[] }
  | {
      readonly kind: 'actions';
      readonly actions: readonly CardAction[];
      readonly menu: readonly CardAction[];
    };

/** The buttons that open a form. */
export type FormVerb =
  | 'approve_comment'
  | 'decline'
  | 'edit'
  | 'ask'
  | 'answer'
  | 'respond'
  | 'delegate'
  | 'snooze'
  | 'break_glass';

/** What a click may ask for. `command` runs a command verb in the clicker's name. */
export type Verb =
  | 'approve'
  | FormVerb
  /** The whole request, page by page; the signature is given on its last. */
  | 'open'
  | 'evidence'
  | 'changes'
  | 'verify'
  | 'command'
  /** Choosing several to sign at once, and signing them. */
  | 'bulk'
  | 'bulk_sign';

/** What a button is about; the renderer adds which copy of which card it sits on. */
export type Target =
  | {
      readonly kind: 'approval';
      readonly approval: ApprovalId;
      readonly version: number;
      readonly actionDigest: Sha256;
      /** Of a form that has several; counts from 1. */
      readonly page?: number;
    }
  /** Empty while they are still to be chosen. */
  | {
      readonly kind: 'bulk';
      readonly items: readonly { readonly approval: ApprovalId; readonly actionDigest: Sha256 }[];
    }
  | { readonly kind: 'command'; readonly command: string; readonly words: string };

export interface CardAction {
  readonly verb: Verb;
  readonly label: string;
  /** Primary is the one filled button; at most one per card. */
  readonly style: 'primary' | 'normal';
  /** `form`: the click opens a form, so that Teams opens a dialog. */
  readonly opens: 'form' | null;
  readonly target: Target;
}

/** Something that may be chosen: what comes back, and what a person reads. */
export interface Suggestion {
  readonly value: string;
  readonly label: string;
}

/** One field of a form. `name` comes back with what was typed, always as text. Limits count UTF-16 units. */
export interface FormInput {
  /** `person`: Slack's own picker where there is one, else a list; `options` are people's ids and names. */
  /** `checks`: any number of at most ten options; comes back as their values with commas between. */
  /** `suggest`: found while somebody types, by the `source` that the bot is asked about; `options` are the newest. */
  readonly kind: 'text' | 'multiline' | 'money' | 'select' | 'person' | 'checks' | 'suggest';
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly initial: string;
  readonly required: boolean;
  readonly maxLength: number;
  /** ISO 4217 code for `money`, else empty. */
  readonly currency: string;
  readonly options: readonly Suggestion[];
  /** Of a `suggest`: the command and its field, e.g. `trace.run`. */
  readonly source?: string;
}

/** A modal in Slack, a dialog in Teams. */
export interface Form {
  readonly v: 1;
  /** Part of what was shown, and so of the card's digest. */
  readonly language: Language;
  readonly verb: Verb;
  readonly target: Target;
  /** At most 24 characters are shown in Slack. */
  readonly title: string;
  readonly intro: readonly Block[];
  readonly inputs: readonly FormInput[];
  /** Empty: there is nothing to hand in, it is only read. */
  readonly submit: string;
  readonly cancel: string;
}

/** A rendering, or the news that the card cannot hold everything that must be whole. */
export type Rendered<T> = { readonly fits: true; readonly card: T } | { readonly fits: false };
