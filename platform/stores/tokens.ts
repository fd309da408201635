import type { PersonId, TenantId, TokenId } from '../../core/ids.ts';
import type { Person, Role } from '../../core/people.ts';
import type { TokenVerb } from '../../core/tokens.ts';

/** A token as its company sees it; the secret is known to whoever holds it and to nobody else. */
export interface TokenView {
  readonly token: TokenId;
  readonly name: string;
  readonly hint: string;
  readonly person: PersonId;
  readonly owner: string;
  readonly service: boolean;
  readonly roles: readonly Role[];
  readonly verbs: readonly TokenVerb[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** Whoever came with a token that holds: its owner, read now, with the roles that both have. */
export interface TokenHolder {
  readonly tenant: TenantId;
  readonly token: TokenId;
  readonly person: Person;
  readonly verbs: readonly TokenVerb[];
}

export interface TokenStore {
  /** Null: none of ours, unknown, expired, revoked, or of somebody who is here no more: all alike. Notes when it was used. */
  holder(text: string): Promise<TokenHolder | null>;
  list(tenant: TenantId): Promise<readonly TokenView[]>;
}
