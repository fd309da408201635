import type { Sha256 } from '../../core/canonical-json.ts';
import type { ApprovalId, CopyId, PersonId, RunId, TenantId, TroubleId } from '../../core/ids.ts';
import type { TroubleView } from '../../core/trouble.ts';
import type { Platform } from './people.ts';

export interface CardCopy {
  readonly tenant: TenantId;
  readonly copy: CopyId;
  readonly subject: string;
  readonly platform: Platform;
  readonly workspace: string;
  readonly conversation: string;
  readonly person: PersonId | null;
  /** The message under which it hangs, where its subject does not say so itself. */
  readonly thread: string | null;
  readonly message: string | null;
  readonly wantedVersion: number;
  readonly shownVersion: number;
  readonly status: 'intended' | 'posted' | 'failed';
  /** The page that a person's inbox shows; null on every other card. */
  readonly page: number | null;
  /** Set when a post was begun and its end is not known: search before posting again. */
  readonly postingSinceMs: number | null;
  readonly attempts: number;
  /** With a lease alone: the chat itself said that it takes nothing there, so that nothing need be tried. */
  readonly shut?: { readonly whole: boolean; readonly why: string } | null;
}

/** A workspace, or one conversation in it. */
export interface ChatPlace {
  readonly platform: Platform;
  readonly workspace: string;
  /** Null: the whole workspace. */
  readonly conversation: string | null;
}

export interface LostPlace extends ChatPlace {
  /** A code, e.g. `app_uninstalled`. */
  readonly why: string;
}

/** One lease of a copy, and the message that it hung on when the lease was taken. */
export interface HeldCopy {
  readonly holder: string;
  readonly instead: string | null;
}

export interface CopyFailure {
  readonly holder: string;
  /** A code, e.g. Slack's `is_archived`. */
  readonly failure: string;
  readonly final: boolean;
  readonly retryInMs: number;
  readonly trouble: 'cut_off' | 'silent' | 'gone' | 'refused' | null;
}

/** Where a person looks at their inbox: their App Home in Slack, or the message in their own chat in Teams. */
export interface InboxPlace {
  readonly person: PersonId;
  readonly platform: Platform;
  readonly workspace: string;
  /** The person's account in Slack, the personal chat in Teams. */
  readonly conversation: string;
  /** Counts from 1. */
  readonly page: number;
  /** The message that becomes the inbox; null: a new one; missing: where it was before. */
  readonly message?: string | null;
}

export interface InboxStore {
  /** Somebody looks at their inbox: it is to be shown anew, and kept true there from now on. */
  open(tenant: TenantId, place: InboxPlace): Promise<CopyId>;
  /** These people's inboxes say something new, where they keep one; several changes in a moment are shown at once. */
  touch(tenant: TenantId, people: readonly PersonId[]): Promise<void>;
  /** The same for everybody whom an approval concerns. */
  concern(tenant: TenantId, approval: ApprovalId): Promise<void>;
}

export interface CopyStore {
  /**
   * Takes the lease (`LEASE_MS`) on a copy that shows less than it should. `held`: another sender has it, who may die with
   * it, so ask again; null: it shows the newest version, failed for good or does not exist, so nothing is to do.
   * `holder` names this one lease, never used before: what it is asked for in another's time is not done.
   */
  lease(tenant: TenantId, copy: CopyId, holder: string): Promise<CardCopy | 'held' | null>;
  /** A sender that takes longer goes on holding; false when another has taken over. */
  renew(tenant: TenantId, copy: CopyId, holder: string): Promise<boolean>;
  /** About to post. False: the lease is another's, or a message has turned up: do not post. */
  markPosting(tenant: TenantId, copy: CopyId, held: HeldCopy): Promise<boolean>;
  /** The message is there, and shows no card yet. False as above: then it is one too many. */
  markPosted(tenant: TenantId, copy: CopyId, held: HeldCopy & { message: string }): Promise<boolean>;
  /**
   * Remembers what is shown, appends ledger `card.shown`, frees the lease; says whether a newer version is wanted already.
   * `lost`: as above.
   */
  shown(
    tenant: TenantId,
    copy: CopyId,
    s: HeldCopy & { message: string; version: number; cardDigest: Sha256 },
  ): Promise<{ again: boolean; lost: boolean }>;
  /**
   * Frees the lease and tries again later (Retry-After) or gives up (`final`): then whoever may sign what hung there is
   * written to directly. `trouble`: what is wrong with the place, which Admins are told once. Nothing is done in
   * another's time.
   */
  failed(tenant: TenantId, copy: CopyId, f: CopyFailure): Promise<void>;
  /** The chat says that a place takes nothing from us any more; whatever waits for it waits, Admins are told once. */
  lost(tenant: TenantId, at: LostPlace): Promise<void>;
  /** It takes us again: Admins are told, and everything there is brought up to date. Nothing is done where nothing was wrong. */
  regained(tenant: TenantId, at: ChatPlace): Promise<void>;
  /** A click on a message that no copy remembers: finds the copy by its intent id and binds it. */
  adopt(tenant: TenantId, copy: CopyId, message: string): Promise<boolean>;
  ofSubject(tenant: TenantId, subject: string): Promise<CardCopy[]>;
  /** What these messages, or the threads under them, are about; null when it is nothing of ours. */
  about(tenant: TenantId, at: MessagesAt): Promise<AboutPlace | null>;
}

/** Messages that a person points at, the nearest first. */
export interface MessagesAt {
  readonly platform: Platform;
  readonly workspace: string;
  readonly conversations: readonly string[];
  readonly messages: readonly string[];
}

export interface AboutPlace {
  readonly run: RunId;
  /** Null where it is the run's own card. */
  readonly approval: ApprovalId | null;
}

/** What the chats refuse us, as an Admin is told of it. */
export interface TroubleStore {
  view(tenant: TenantId, trouble: TroubleId): Promise<TroubleView | null>;
}
