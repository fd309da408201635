import type { z } from 'zod';
import { TokenId, type TenantId } from '../../core/ids.ts';
import { Role, ROLES } from '../../core/people.ts';
import { LONGEST_TOKEN_DAYS, TOKEN_VERBS, TokenVerb, USUAL_TOKEN_DAYS } from '../../core/tokens.ts';
import type { TokenView } from '../../platform/stores.ts';
import type { Admin } from '../../platform/tenants.ts';

export const TOKEN_USAGE = `countersign admin service <tenant> --name NAME --team TEAM --roles ROLE,ROLE   an account of a program; it never signs
countersign admin token <tenant> create --name NAME --email OWNER [--verbs VERB,VERB] [--roles ROLE,ROLE] [--days N]
countersign admin token <tenant> list
countersign admin token <tenant> revoke --token tok_…`;

export interface TokenGiven {
  readonly name?: string;
  readonly email?: string;
  readonly team?: string;
  readonly verbs?: string;
  readonly roles?: string;
  readonly days?: string;
  readonly token?: string;
}

const NAME = /^[a-z][a-z0-9-]{1,40}$/;

/** @throws Error that names what is none of them, and all that there are */
function listOf<T extends string>(text: string, one: z.ZodType<T>, all: readonly string[]): T[] {
  const said = text.split(',').map((part) => part.trim()).filter((part) => part !== ''); // prettier-ignore
  const wrong = said.find((part) => !one.safeParse(part).success);
  if (wrong !== undefined || said.length === 0)
    throw new Error(`"${wrong ?? ''}" is none of these: ${all.join(', ')}`);
  return said.map((part) => one.parse(part));
}

function needed(given: TokenGiven, ...names: (keyof TokenGiven)[]): string[] {
  const missing = names.filter((name) => !given[name]);
  if (missing.length > 0)
    throw new Error(`Missing: ${missing.map((name) => `--${name}`).join(', ')}\n\n${TOKEN_USAGE}`);
  return names.map((name) => given[name] ?? '');
}

const rolesIn = (text: string): Role[] => listOf(text, Role, ROLES);

export async function service(admin: Admin, tenant: TenantId, given: TokenGiven): Promise<string> {
  const [name = '', team = '', roles = ''] = needed(given, 'name', 'team', 'roles');
  if (!NAME.test(name)) throw new Error('A service account has a short name: small letters, digits and -');
  await admin.createService(tenant, { name, team, roles: rolesIn(roles) });
  return `${name} is a service account of ${tenant}; tokens are made for ${name}@service.invalid. This is in the ledger.`;
}

async function create(admin: Admin, tenant: TenantId, given: TokenGiven): Promise<string> {
  const [name = '', owner = ''] = needed(given, 'name', 'email');
  const verbs = given.verbs === undefined ? [...TOKEN_VERBS] : listOf(given.verbs, TokenVerb, TOKEN_VERBS);
  const roles = given.roles === undefined ? {} : { roles: rolesIn(given.roles) };
  const days = given.days === undefined ? USUAL_TOKEN_DAYS : Number(given.days);
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_TOKEN_DAYS)
    throw new Error(`--days is a number from 1 to ${LONGEST_TOKEN_DAYS}`);
  const { token, text } = await admin.createToken(tenant, { name, owner, verbs, days, ...roles });
  return `${token} is made for ${owner}, for ${days} days, and signs nothing. This is in the ledger, the token is not.\nIt is shown this once: ${text}`;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function line({
  token,
  name,
  hint,
  owner,
  service: isService,
  verbs,
  expiresAtMs,
  lastUsedAtMs,
  revokedAtMs,
}: TokenView): string {
  const state =
    revokedAtMs !== null
      ? `revoked ${day(revokedAtMs)}`
      : `${expiresAtMs < Date.now() ? 'ended' : 'until'} ${day(expiresAtMs)}`;
  const used = lastUsedAtMs === null ? 'never used' : `last used ${new Date(lastUsedAtMs).toISOString()}`;
  return `${token}  ${name}  ${hint}…  ${owner}${isService ? ' (program)' : ''}  ${verbs.join(',')}  ${state}, ${used}`;
}

/** `countersign admin token`: who may come to the API and to MCP. A token is shown once, and lies as a hash. */
export async function token(admin: Admin, tenant: TenantId, given: TokenGiven, act: string): Promise<string> {
  if (act === 'create') return create(admin, tenant, given);
  if (act === 'list') {
    const all = await admin.tokens(tenant);
    return all.length === 0 ? `${tenant} has no tokens.` : all.map(line).join('\n');
  }
  if (act !== 'revoke') throw new Error(TOKEN_USAGE);
  const [named = ''] = needed(given, 'token');
  const id = TokenId.safeParse(named);
  if (!id.success || !(await admin.revokeToken(tenant, id.data)))
    throw new Error(
      `There is no ${named} to revoke. This lists them: countersign admin token ${tenant} list`,
    );
  return `${id.data} opens nothing any more. This is in the ledger.`;
}
