import type { JsonObject } from '../../core/canonical-json.ts';
import type { WhyNoWindow } from '../../core/delegation-window.ts';
import type { Directory } from '../../core/identity/directory.ts';
import type { ApprovalId, DelegationId, PersonId, TenantId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import type { AccountKind, Person } from '../../core/people.ts';
import type { DelegationsView, DelegationView } from '../../core/views.ts';

/** What the other rooms may ask of the store. Every method names its tenant and runs in one transaction. */
export type Platform = 'slack' | 'teams';

export interface ChatAccount {
  readonly platform: Platform;
  readonly workspace: string;
  readonly account: string;
}

/** Exactly one person or a reason why not; a chat account is never guessed at. */
export type Identified = (
  | { ok: true; person: Person; kind: AccountKind }
  | { ok: false; reason: 'identity_unlinked' | 'identity_ambiguous' | 'guest_or_external' }
) & {
  /** Whether groups of any directory give rights in this company: if none do, there are none to be read. */
  readonly mapped: boolean;
};

export interface RightsRead {
  /** Something was read: whoever was looked up meanwhile is to be looked up again. */
  readonly anew: boolean;
  /** Directories that did not answer. */
  readonly away: readonly Directory[];
}

/** What people's directories say, read when their rights are used. Where nothing is mapped, one look at the store. */
export interface FreshRights {
  ofAccount(tenant: TenantId, account: ChatAccount): Promise<RightsRead>;
  /** The same for somebody who comes by a token, and by no account. */
  ofPerson(tenant: TenantId, person: PersonId): Promise<RightsRead>;
  /** Everybody whose rights an approval rests on: earlier signers are judged again with each click. */
  ofApproval(tenant: TenantId, approval: ApprovalId): Promise<RightsRead>;
  ofPeople(tenant: TenantId, people: readonly PersonId[]): Promise<RightsRead>;
  /** Some of those who were not read for a while, so that whom a group makes an approver is asked before they ever write to us. */
  ofEverybody(tenant: TenantId): Promise<RightsRead>;
}

export interface PeopleStore {
  /** Where groups of directories give rights: reads them when those are used. Missing: nothing to read them with. */
  readonly rights?: FreshRights;
  /** The tenant of a workspace; null when none or more than one claims it. Crosses tenants by name (dispatcher role). */
  tenantOf(platform: Platform, workspace: string): Promise<TenantId | null>;
  /** `language`: what the chat says of the person right now, where it does. */
  identify(
    tenant: TenantId,
    account: ChatAccount & { readonly language?: Language | null },
  ): Promise<Identified>;
  /** What the company reads: cards that many see. */
  languageOf(tenant: TenantId): Promise<Language>;
  /** What the chat says of an account, for messages that answer no request; null: nothing that we speak. */
  rememberLanguage(tenant: TenantId, account: ChatAccount, language: Language | null): Promise<void>;
  person(tenant: TenantId, id: PersonId): Promise<Person | null>;
  /** Active people that any selector of the list names, for direct messages and "who may sign". */
  everyone(tenant: TenantId): Promise<Person[]>;
  accountsOf(tenant: TenantId, person: PersonId): Promise<(ChatAccount & { kind: AccountKind })[]>;
  workspaceSettings(
    tenant: TenantId,
    platform: Platform,
  ): Promise<{ workspace: string; settings: JsonObject }[]>;
  /** Remembers a conversation that the bot may write to (Teams needs it for proactive messages). */
  rememberConversation(
    tenant: TenantId,
    c: {
      platform: Platform;
      workspace: string;
      conversation: string;
      kind: 'channel' | 'personal';
      person: PersonId | null;
      serviceUrl: string | null;
    },
  ): Promise<void>;
}

/** Who is away, by their own word: to whom their requests go as well, and when. `fromMs` null: from now on. */
export interface AskedWindow {
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number | null;
  readonly untilMs: number;
}

export type DelegationMade =
  | { readonly ok: true; readonly delegation: DelegationId }
  | { readonly ok: false; readonly why: WhyNoWindow };

/** Every change is a ledger entry in the same transaction. */
export interface DelegationStore {
  /** The same window asked for twice is one. */
  create(tenant: TenantId, window: AskedWindow): Promise<DelegationMade>;
  /** False when it is not theirs, or was over already. */
  end(tenant: TenantId, id: DelegationId, by: PersonId): Promise<boolean>;
  of(tenant: TenantId, person: PersonId): Promise<DelegationsView>;
  view(tenant: TenantId, id: DelegationId): Promise<DelegationView | null>;
  /** The window opens: what waits for the person who is away goes to the delegate too. Safe to repeat. */
  begin(tenant: TenantId, id: DelegationId): Promise<void>;
}

export interface SeenStore {
  /** True the first time a key is seen. */
  firstTime(tenant: TenantId, platform: Platform | 'page', key: string): Promise<boolean>;
  /** The same for what was answered, after everything that the answer speaks of is kept: not worth waiting for the disk. */
  firstAnswer(tenant: TenantId, platform: Platform, key: string): Promise<boolean>;
}
