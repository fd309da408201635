import type { AnswerGiven } from '../cards/approval-forms.ts';
import type { Card, Form, Suggestion } from '../cards/model.ts';
import type { Binding, Press } from '../cards/payload.ts';
import type { CopyId, TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { Proof } from '../core/proof.ts';
import type { ChatAccount, Platform } from '../platform/stores.ts';

/**
 * The chat-neutral seams. Slack and Teams parse what comes in into these, and render what comes out of these;
 * everything between is the same for both. Nothing in here is decided by a chat adapter.
 */

/** Who spoke, taken from the verified request only, never from text or a card's data. */
export interface Caller extends ChatAccount {
  /** Where the account lives, when the platform says so. Other than `workspace`: a person of another company. */
  readonly homeWorkspace: string | null;
  /** What the chat says they read, where it says so with the request. */
  readonly language?: Language | null;
}

/** Where they spoke. */
export interface Place {
  readonly conversation: string;
  /** Slack `thread_ts`, Teams root activity; null at the top of a conversation. */
  readonly thread: string | null;
  /** `home`: the app's own tab, in which nothing is said; what it shows is published. */
  readonly kind: 'channel' | 'personal' | 'home';
}

interface Inbound {
  readonly caller: Caller;
  readonly place: Place;
  /** The platform's own id of this request (Slack trigger_id or event_id, Teams activity id): the same key acts once. */
  readonly requestKey: string;
}

/** What the person chose. `fields` of an edit: what was typed, by field name (`cards/edit-arguments.ts` reads it). */
export type Choice =
  /** `seen`: read whole, page by page; missing: on a card. */
  | {
      readonly verb: 'approve';
      readonly comment: string | null;
      readonly seen?: 'whole';
      /** Given on a page of ours, and checked there. */
      readonly proof?: Proof;
    }
  | { readonly verb: 'decline'; readonly reason: string }
  | { readonly verb: 'edit'; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly verb: 'break_glass';
      readonly reason: string;
      readonly confirmation: string;
      readonly proof?: Proof;
    }
  /** The answer to an agent's question: what was typed or chosen, by field name. */
  | { readonly verb: 'respond'; readonly fields: Readonly<Record<string, string>> }
  | { readonly verb: 'ask'; readonly text: string }
  /** `until`: an option of the form; `at`: the words typed instead. */
  | { readonly verb: 'snooze'; readonly until: string; readonly at: string }
  /** A person's id, or how this chat's own picker names them. */
  | { readonly verb: 'delegate'; readonly to: string }
  | { readonly verb: 'answer'; readonly answers: readonly AnswerGiven[] };

/** A click (or the submitted form after it) on an approval card, as a decision. */
export interface InboundDecision extends Inbound {
  /** What the button carried, exactly as it came; parsed strictly (`ButtonPayload`), nothing in it is trusted. */
  readonly payload: unknown;
  /** The message that the button sat on, when the platform names it: an unknown one is adopted. */
  readonly message: string | null;
  readonly choice: Choice;
}

/** Any button that was pressed: the adapter reads it with `cards/payload.ts`; null when it is not one of ours. */
export interface PressedButton extends Inbound {
  readonly press: Press | null;
  readonly message: string | null;
}

/** A form handed in: the press that it belongs to, and what was typed by field name. */
export interface SubmittedForm extends PressedButton {
  readonly fields: Readonly<Record<string, string>>;
}

/** `/countersign <verb> <words>`, `@Countersign <verb> <words>`, or the form of a command handed in (`fields`). */
export interface CommandRequest extends Inbound {
  readonly verb: string;
  readonly words: string;
  /** All that was written, as it was, where it was written to us by name: in a thread it may be an answer. */
  readonly typed?: string;
  /** The message that it was asked on (a message shortcut, a button); what stands in a thread has its root in `place`. */
  readonly message?: string | null;
  readonly fields?: Readonly<Record<string, string>>;
}

/** Where a form hangs: passed on to the renderer, comes back as the press of `SubmittedForm`. */
export interface FormToOpen {
  readonly form: Form;
  readonly binding: Binding;
}

/**
 * What the person is told. A refusal is `done: false`. A private card or text is for their eyes only (ephemeral,
 * invoke response, direct message); `conversation` may be seen by everyone in the place. `invalid` keeps a form open.
 * `nothing`: the same request was answered before; acknowledge and say no more.
 */
export type Outcome =
  | {
      readonly kind: 'card';
      readonly done: boolean;
      readonly audience: 'private' | 'conversation';
      readonly card: Card;
      /** The chat shows it already, in a message that is kept true: nothing is to be posted. */
      readonly kept?: true;
    }
  /** `unconfirmed`: nothing is known to be committed, so the platform must not be told "received" either. */
  | {
      readonly kind: 'text';
      readonly done: boolean;
      readonly text: string;
      readonly unconfirmed?: true;
      readonly language?: Language;
    }
  | ({ readonly kind: 'form' } & FormToOpen)
  | {
      readonly kind: 'invalid';
      readonly text: string;
      readonly fieldErrors: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'nothing' };

/** What is typed so far into a field that offers what may be chosen. */
export interface SuggestionRequest {
  readonly caller: Caller;
  /** The command and its field, e.g. `trace.run`, as the form carried it; untrusted. */
  readonly source: string;
  readonly typed: string;
}

/** The one door in. No method throws: an engine away or a bug is an `Outcome` that tells the truth. */
export interface Gateway {
  /** Any button: decides, opens a form or runs a command. Resolves after the commit, or says that there was none. */
  press(pressed: PressedButton): Promise<Outcome>;
  /** Any form handed in. */
  submit(submitted: SubmittedForm): Promise<Outcome>;
  /** Resolves after the decision is committed, or says that it is not. `press` and `submit` end here. */
  decide(decision: InboundDecision): Promise<Outcome>;
  command(request: CommandRequest): Promise<Outcome>;
  /** What this person may choose; nothing for a stranger. Null when it is not known in time. */
  suggest(request: SuggestionRequest): Promise<readonly Suggestion[] | null>;
  /** The tenant that a workspace belongs to; null when unknown. */
  tenantOf(platform: Platform, workspace: string): Promise<TenantId | null>;
}

/** Where a copy is posted. */
export interface PostTarget {
  readonly tenant: TenantId;
  readonly copy: CopyId;
  readonly workspace: string;
  readonly conversation: string;
  readonly thread: string | null;
}

/**
 * Why a message was not sent, as a value.
 * retry: the platform is busy or away, try again (after `retryInMs` when it said so); nothing was sent.
 * unclear: it may have arrived (time-out, broken connection): search before posting again.
 * missing: the message to update is no longer there: post anew.
 * cut_off: the whole workspace takes nothing from us (token revoked, app removed): wait until it does again.
 * gone: this conversation is closed to us for good.
 * refused: the platform refuses this very card; trying again is useless.
 */
export interface SendFailure {
  readonly ok: false;
  readonly kind: 'retry' | 'unclear' | 'missing' | 'cut_off' | 'gone' | 'refused';
  readonly retryInMs?: number;
  /** A code for log and ledger, e.g. Slack's `channel_not_found`; never a token or content. */
  readonly why: string;
}

export type Sent = { readonly ok: true; readonly message: string } | SendFailure;

/** The way out of one chat. Renders the neutral card itself. Never retries by itself: the delivery loop owns that. */
export interface ChatTransport {
  readonly platform: Platform;
  /** The message carries `target.copy` where the platform lets it (Slack metadata), so that `find` works. */
  post(target: PostTarget, card: Card): Promise<Sent>;
  update(target: PostTarget, message: string, card: Card): Promise<Sent>;
  /** Takes a message of ours away: one too many, since another shows the card. */
  remove(target: PostTarget, message: string): Promise<Sent>;
  /**
   * Where `find` knows nothing: begins with a message that nobody can act on and that stays true, into which the card is
   * put by `update` once its id is remembered. One whose id was lost is then no second live card.
   */
  announce?(target: PostTarget, card: Card): Promise<Sent>;
  /**
   * A workspace took our access away for that reason. True: the chat finds out by itself when it is back, so nothing is to
   * be tried until then. Missing: only trying tells.
   */
  awaitsAccess?(why: string, workspace: string): boolean;
  /**
   * Looks for a message posted for this copy since `sinceMs` (epoch, UTC) whose id was not remembered.
   * `certain` false: the platform has no search; null then means "unknown".
   */
  find(
    target: PostTarget,
    sinceMs: number,
  ): Promise<{ ok: true; message: string | null; certain: boolean } | SendFailure>;
}
