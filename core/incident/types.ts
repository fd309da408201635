import type { Finding, Severity } from '../alerts/finding.ts';
import type { ForwardKind, Untaken } from '../forward/kinds.ts';
import type { IncidentId, PersonId } from '../ids.ts';

/** Who is asked when, in this order: whoever is on call first, then second, then the manager. */
export const LADDER = ['first', 'second', 'manager'] as const;
export type Rung = (typeof LADDER)[number];

/** Who stands on each rung right now; missing where nobody does, or whoever did has left. */
export interface Ladder extends Readonly<Partial<Record<Rung, PersonId>>> {
  /** Whose turn it would be on a rung, had they not left. */
  readonly gone?: Readonly<Partial<Record<Rung, readonly PersonId[]>>>;
}

/** Who was asked last. `person` null: nobody was there to be asked. */
export interface Asked {
  readonly rung: Rung;
  readonly person: PersonId | null;
  readonly atMs: number;
  /** Whose turn it would have been, had they not left: said, so that nobody waits for them. */
  readonly insteadOf?: readonly PersonId[];
  /** When the next one was last looked for in vain; else `atMs`. */
  readonly triedAtMs: number;
}

export type IncidentStatus = 'open' | 'acknowledged' | 'resolved';

/**
 * One thing that is wrong, from when a rule first said so until it is over. Everything that decides about it is in here;
 * `advance` alone makes a new one.
 */
export interface IncidentState {
  readonly id: IncidentId;
  /** `rule/agent`: what makes a later finding the same incident. */
  readonly fingerprint: string;
  readonly rule: string;
  /** Null: it is about the whole company. */
  readonly agent: string | null;
  readonly version: number;
  readonly status: IncidentStatus;
  /** The worst that it has been since it opened, or opened again. */
  readonly severity: Severity;
  /** What the rule said last. */
  readonly finding: Finding;
  /** When it last said anything at all, and when the figures on the card were last brought up to date. */
  readonly observedAtMs: number;
  readonly drawnAtMs: number;
  readonly openedAtMs: number;
  /** Since when it is wrong, as far as the rule could tell. */
  readonly sinceMs: number;
  readonly reopenings: number;
  readonly acknowledged: { readonly by: PersonId; readonly atMs: number } | null;
  readonly asked: Asked;
  readonly silence: { readonly by: PersonId; readonly untilMs: number } | null;
  /** Since when the rule says that it is over; null while it does not. */
  readonly clearSinceMs: number | null;
  /** `by` null: it stayed clear. `armed`: what is wrong was seen to be over once, so that it counts anew when it returns. */
  readonly resolved: {
    readonly by: PersonId | null;
    readonly atMs: number;
    readonly armed: boolean;
  } | null;
}

export type IncidentEvent =
  /** A rule looked. Never by a person. */
  | { readonly kind: 'observe'; readonly finding: Finding }
  | { readonly kind: 'acknowledge'; readonly by: PersonId }
  | { readonly kind: 'escalate'; readonly by: PersonId }
  | { readonly kind: 'silence'; readonly by: PersonId; readonly untilMs: number }
  | { readonly kind: 'note'; readonly by: PersonId; readonly text: string }
  | { readonly kind: 'resolve'; readonly by: PersonId }
  | { readonly kind: 'timer' }
  /** Another system took what happened, or did not. Never by a person. */
  | { readonly kind: 'forwarding'; readonly to: ForwardKind; readonly untaken: UntakenBy | null };

/** Why another system did not take it, and after how many tries; `final`: nobody tries again by themselves. */
export interface UntakenBy {
  readonly why: Untaken;
  readonly code: string;
  readonly tries: number;
  readonly final: boolean;
}

/** What happened, in the order in which it did; each is an event of its own in the store and in the ledger. */
export const HAPPENED = [
  'opened',
  'rose',
  'cleared',
  'returned',
  'reopened',
  'acknowledged',
  'escalated',
  'silenced',
  'silence-ended',
  'noted',
  'resolved',
  'stayed-clear',
  'grew',
  'not-forwarded',
  'forwarded',
] as const;
export type Happened = (typeof HAPPENED)[number];

/** Figures, ids and, of a note, its words. */
export type HappenedDetail = Readonly<Record<string, string | number>>;

export interface IncidentHappening {
  readonly what: Happened;
  readonly detail: HappenedDetail;
}

export interface IncidentContext {
  readonly nowMs: number;
  readonly ladder: Ladder;
}

/** Why a person's doing was refused; each is a `Why` of the catalogue. */
export type WhyNot =
  | 'incident-over'
  | 'incident-acknowledged'
  | 'nobody-further'
  | 'time-passed'
  | 'silence-too-long'
  | 'note-empty'
  | 'note-too-long';

/** `quiet`: what nobody has to read, be woken by or prove: figures of another minute. */
export type Advanced =
  | {
      readonly ok: true;
      readonly state: IncidentState;
      readonly happened: readonly IncidentHappening[];
      readonly quiet: boolean;
    }
  | { readonly ok: false; readonly why: WhyNot; readonly detail: HappenedDetail };
