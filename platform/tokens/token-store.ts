import type { PersonId, TenantId, TokenId } from '../../core/ids.ts';
import type { Person, Role } from '../../core/people.ts';
import { LONGEST_TOKEN_DAYS, withRolesOf, type TokenVerb } from '../../core/tokens.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append } from '../ledger/append.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { TokenHolder, TokenStore, TokenView } from '../stores/tokens.ts';
import { newTokenText, readTokenText } from './token-text.ts';

export interface NewToken {
  readonly name: string;
  /** Whose it is, by email: a person or a service account. */
  readonly owner: string;
  /** Missing: all that the owner has now. */
  readonly roles?: readonly Role[];
  readonly verbs: readonly TokenVerb[];
  readonly days: number;
}

export interface NewServiceAccount {
  readonly name: string;
  readonly team: string;
  readonly roles: readonly Role[];
}

/** Nobody's address: `.invalid` never resolves (RFC 6761). */
export const serviceEmail = (name: string): string => `${name}@service.invalid`;

const INSERT_SERVICE = `INSERT INTO people (tenant, person, email, name, roles, team, time_zone, service)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, 'UTC', true)`;

/** An account of a program. @throws Error when the name is taken */
export async function createService(
  tx: TenantTx,
  tenant: TenantId,
  { name, team, roles }: NewServiceAccount,
): Promise<PersonId> {
  const email = serviceEmail(name);
  const taken = await tx.row({ text: 'SELECT person FROM people WHERE email = $1', values: [email] });
  if (taken !== null) throw new Error(`there is a service account ${name} already`);
  const person = newId('per');
  await tx.rows({ text: INSERT_SERVICE, values: [person, email, name, roles, team] });
  const body = { person, roles: [...roles], team };
  await append(tx, tenant, { kind: 'service.created', subject: person, run: null, actor: null, body });
  return person;
}

const INSERT = `INSERT INTO api_tokens (tenant, token, person, name, hash, hint, roles, verbs, expires_at)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 day')
  RETURNING to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS expires`;

/**
 * Makes a token; its text is in the answer and nowhere else.
 * @throws Error when its owner is unknown or has none of the roles, or it would live too long
 */
export async function createToken(
  tx: TenantTx,
  tenant: TenantId,
  { name, owner, roles: wanted, verbs, days }: NewToken,
): Promise<{ readonly token: TokenId; readonly text: string }> {
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_TOKEN_DAYS)
    throw new Error(`a token lives 1 to ${LONGEST_TOKEN_DAYS} days`);
  const person = await tx.row<Person>({
    text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.email = lower($1)`,
    values: [owner],
  });
  if (!person?.active) throw new Error(`nobody here has the address ${owner}`);
  const roles = wanted ?? person.roles;
  if (roles.length === 0) throw new Error(`${owner} has no role that a token could have`);
  const missing = roles.filter((role) => !person.roles.includes(role));
  if (missing.length > 0) throw new Error(`${owner} is no ${missing.join(' and no ')}`);
  const { text, hash, hint } = newTokenText(tenant);
  const token = newId('tok');
  const values = [token, person.id, name, hash, hint, roles, verbs, days];
  const made = await tx.row<{ expires: string }>({ text: INSERT, values });
  const body = {
    person: person.id,
    hint,
    roles: [...roles],
    verbs: verbs.join(', '),
    expires: made?.expires ?? '',
  };
  await append(tx, tenant, { kind: 'token.created', subject: token, run: null, actor: null, body });
  return { token, text };
}

/** From now on it opens nothing. False: it is none, or was revoked before. */
export async function revokeToken(tx: TenantTx, tenant: TenantId, token: TokenId): Promise<boolean> {
  const ended = await tx.row<{ hint: string }>({
    text: 'UPDATE api_tokens SET revoked_at = now() WHERE token = $1 AND revoked_at IS NULL RETURNING hint',
    values: [token],
  });
  if (ended === null) return false;
  const body = { hint: ended.hint };
  await append(tx, tenant, { kind: 'token.revoked', subject: token, run: null, actor: null, body });
  return true;
}

const epoch = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

const VIEWS = `SELECT t.token, t.name, t.hint, t.person, p.name AS owner, p.service, t.roles, t.verbs,
    ${epoch('t.created_at')} AS "createdAtMs", ${epoch('t.expires_at')} AS "expiresAtMs",
    ${epoch('t.last_used_at')} AS "lastUsedAtMs", ${epoch('t.revoked_at')} AS "revokedAtMs"
  FROM api_tokens t JOIN people p USING (tenant, person) ORDER BY t.token`;

export const listTokens = (tx: TenantTx): Promise<TokenView[]> => tx.rows<TokenView>({ text: VIEWS });

const HOLDER = `SELECT t.token, t.roles AS "tokenRoles", t.verbs, ${PERSON_COLUMNS},
    t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS "noteUse"
  FROM api_tokens t JOIN people p USING (tenant, person)
  WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now()`;

type Row = Person & Pick<TokenHolder, 'token' | 'verbs'> & { tokenRoles: Role[]; noteUse: boolean };

async function holder(db: Database, text: string): Promise<TokenHolder | null> {
  const read = readTokenText(text);
  if (read === null) return null;
  const { tenant, hash } = read;
  return db.inTenant(tenant, async (tx) => {
    const row = await tx.row<Row>({ name: 'token_holder', text: HOLDER, values: [hash] });
    if (!row?.active) return null;
    const { token, verbs, tokenRoles, noteUse, ...person } = row;
    if (noteUse)
      await tx.rows({ text: 'UPDATE api_tokens SET last_used_at = now() WHERE token = $1', values: [token] });
    return { tenant, token, verbs, person: withRolesOf(person, tokenRoles) };
  });
}

/** Tokens of the API, each looked up in the company that it names: no look crosses companies. */
export const createTokenStore = (db: Database): TokenStore => ({
  holder: (text) => holder(db, text),
  list: (tenant) => db.inTenant(tenant, listTokens),
});
