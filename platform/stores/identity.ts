import type { SignedIn } from '../../core/identity/claims.ts';
import type { Directory } from '../../core/identity/directory.ts';
import type { RoleMapping } from '../../core/identity/role-mapping.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import type { ChatAccount } from './people.ts';
import type { SignInFound } from './sign-ins.ts';

export type WhyNoLink =
  | 'sign-in-other-tenant'
  | 'sign-in-guest'
  | 'sign-in-somebody-else'
  | 'sign-in-unverified'
  | 'sign-in-nobody'
  | 'sign-in-taken'
  | 'sign-in-other-account';

export type Linked =
  | { readonly ok: true; readonly person: PersonId; readonly name: string; readonly already: boolean }
  | { readonly ok: false; readonly why: WhyNoLink };

/** Somebody whose directory has to be read before their rights are used. */
export interface DueReading {
  readonly person: PersonId;
  readonly directory: Directory;
  /** Their accounts in it. */
  readonly accounts: readonly Pick<ChatAccount, 'workspace' | 'account'>[];
  /** Did groups of it give them anything when it was last read; null: it never was. */
  readonly gave: boolean | null;
}

export interface Membership {
  readonly person: PersonId;
  readonly directory: Directory;
  /** By `groupName`; no others than mappings name. */
  readonly groups: readonly string[];
  readonly standing: 'member' | 'guest' | 'deactivated';
  /** When the directory was asked, not when it was written. */
  readonly readAtMs: number;
}

/** Who somebody is in the company's directory, and what groups there give them. */
export interface IdentityStore {
  /** The Entra tenants of the company: only people of these are let in. */
  entraTenants(tenant: TenantId): Promise<string[]>;
  /** Links the account that asked, and the directory's own, to one person; the ledger's entry goes with it. */
  link(signIn: SignInFound, who: SignedIn): Promise<Linked>;
  /** Is this directory account the person's. */
  isTheirs(tenant: TenantId, person: PersonId, who: Pick<SignedIn, 'tid' | 'oid'>): Promise<boolean>;
  /** Mappings in force. */
  mappings(tenant: TenantId): Promise<(RoleMapping & { readonly approval: ApprovalId })[]>;
  /** Of these people, those whose directories were not read within that time; nobody where nothing is mapped. */
  due(tenant: TenantId, of: readonly PersonId[], maxAgeMs: number): Promise<DueReading[]>;
  dueOfAccount(tenant: TenantId, account: ChatAccount, maxAgeMs: number): Promise<DueReading[]>;
  /** Everybody who is linked, those first who were not read for the longest time. */
  dueOfAll(tenant: TenantId, maxAgeMs: number, limit: number): Promise<DueReading[]>;
  /** Of those whose rights an open request rests on. */
  dueOfApproval(tenant: TenantId, approval: ApprovalId, maxAgeMs: number): Promise<DueReading[]>;
  signersWaiting(tenant: TenantId): Promise<PersonId[]>;
  remember(tenant: TenantId, membership: Membership): Promise<void>;
}
