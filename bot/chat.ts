import type { Card } from '../cards/model.ts';
import type { CopyId, TenantId } from '../core/ids.ts';
import type { ChatAccount, Platform } from '../platform/stores.ts';

/**
 * The chat-neutral seams. Slack and Teams parse what comes in into these, and render what comes out of these;
 * everything between is the same for both. Nothing in here is decided by a chat adapter.
 */

/** Who spoke, taken from the verified request only, never from text or a card's data. */
export interface Caller extends ChatAccount {
  /** Where the account lives, when the platform says so. Other than `workspace`: a person of another company. */
  readonly homeWorkspace: string | null;
}

/** Where they spoke. */
export interface Place {
  readonly conversation: string;
  /** Slack `thread_ts`, Teams root activity; null at the top of a conversation. */
  readonly thread: string | null;
  readonly kind: 'channel' | 'personal';
}

interface Inbound {
  readonly caller: Caller;
  readonly place: Place;
  /** The platform's own id of this request (Slack trigger_id or event_id, Teams activity id): the same key acts once. */
  readonly requestKey: string;
}

/** What the person chose. `fields` of an edit: form field name (= argument path) to the words typed. */
export type Choice =
  | { readonly verb: 'approve'; readonly comment: string | null }
  | { readonly verb: 'decline'; readonly reason: string }
  | {
      readonly verb: 'edit';
      readonly fields: Readonly<Record<string, string>>;
      readonly comment: string | null;
    };

/** A click (or the submitted form after it) on an approval card. */
export interface InboundDecision extends Inbound {
  /** The button's value exactly as it came; the gateway parses it strictly and trusts none of it. */
  readonly value: unknown;
  /** The message that the button sat on, when the platform names it: an unknown one is adopted. */
  readonly message: string | null;
  readonly choice: Choice;
}

/** A click on a button that first needs words: comment, reason or changed arguments. */
export interface FormAsked extends Inbound {
  readonly value: unknown;
  readonly message: string | null;
  readonly verb: 'comment' | 'decline' | 'edit';
}

/** `/countersign <verb> <words>`, `@Countersign <verb> <words>`, or the form of a command handed in (`fields`). */
export interface CommandRequest extends Inbound {
  readonly verb: string;
  readonly words: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** A form handed in: `carry` is the text that the form was opened with. */
export interface FormSubmitted extends Inbound {
  readonly carry: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'line' | 'text';
  readonly value: string;
  readonly placeholder: string;
  readonly optional: boolean;
}

/** A form for the platform to open: a Slack modal, a Teams dialog. `title` fits 24 characters (Slack's limit). */
export interface FormRequest {
  readonly title: string;
  readonly intro: string;
  readonly submit: string;
  readonly fields: readonly FormField[];
  /** Opaque to the adapter, at most 2,500 characters; comes back in `FormSubmitted.carry`. Not trusted on return. */
  readonly carry: string;
}

/**
 * What the person is told. A refusal is `done: false`. `private` is for their eyes only (ephemeral, invoke response,
 * direct message); `conversation` may be seen by everyone in the place. `fieldErrors` keep a form open.
 */
export type Outcome =
  | {
      readonly kind: 'card';
      readonly done: boolean;
      readonly audience: 'private' | 'conversation';
      readonly card: Card;
    }
  | { readonly kind: 'text'; readonly done: boolean; readonly text: string }
  | { readonly kind: 'form'; readonly form: FormRequest }
  | {
      readonly kind: 'invalid';
      readonly text: string;
      readonly fieldErrors: Readonly<Record<string, string>>;
    };

/** The one door in. No method throws: an engine away or a bug is an `Outcome` that tells the truth. */
export interface Gateway {
  /** Resolves after the decision is committed, or says that it is not. */
  decide(decision: InboundDecision): Promise<Outcome>;
  /** Answers with the form that the button needs, or with a refusal; changes nothing. */
  openForm(asked: FormAsked): Promise<Outcome>;
  /** The form came back: becomes `decide` or `command`. */
  submitForm(submitted: FormSubmitted): Promise<Outcome>;
  command(request: CommandRequest): Promise<Outcome>;
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
 * gone: the conversation, the app or the account is gone for good.
 * refused: the platform refuses this very card; trying again is useless.
 */
export interface SendFailure {
  readonly ok: false;
  readonly kind: 'retry' | 'unclear' | 'missing' | 'gone' | 'refused';
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
  /**
   * Looks for a message posted for this copy since `sinceMs` (epoch, UTC) whose id was not remembered.
   * `certain` false: the platform has no search; null then means "unknown".
   */
  find(
    target: PostTarget,
    sinceMs: number,
  ): Promise<{ ok: true; message: string | null; certain: boolean } | SendFailure>;
}
