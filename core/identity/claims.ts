import { z } from 'zod';

/** What an Entra ID token says, as far as we look; its signature, issuer, audience, nonce and times are checked before. */
const many = z.union([z.array(z.string()), z.string().transform((one) => [one])]).optional();
const Claims = z.object({
  tid: z.guid(),
  oid: z.guid(),
  name: z.string().max(300).optional(),
  email: z.string().optional(),
  /** Says whether the domain of `email` is verified by its owner. */
  xms_edov: z.union([z.boolean(), z.number(), z.string()]).optional(),
  verified_primary_email: many,
  verified_secondary_email: many,
  /** 0: a member of the tenant, 1: a guest. */
  acct: z.union([z.number(), z.string()]).optional(),
  /** Who vouched for them where that is not the tenant itself: a guest's home. */
  idp: z.string().optional(),
  iss: z.string(),
  upn: z.string().optional(),
  preferred_username: z.string().optional(),
  groups: z.array(z.string()).optional(),
  roles: z.array(z.string()).optional(),
  hasgroups: z.union([z.boolean(), z.string()]).optional(),
  _claim_names: z.record(z.string(), z.unknown()).optional(),
  auth_time: z.number().int().optional(),
});

/** Somebody of a directory, as a checked token tells. */
export interface SignedIn {
  readonly tid: string;
  readonly oid: string;
  readonly name: string | null;
  /** Addresses whose domain's owner vouches for them, in lower case. What merely stands in a profile is not here. */
  readonly addresses: readonly string[];
  /** Null: the token does not say, so the directory has to be asked. */
  readonly standing: 'member' | 'guest' | null;
  /**
   * Ids of groups. Null: not in the token, whether since there are too many for it (overage) or since nobody asked for them
   * there. Never the same as none.
   */
  readonly groups: readonly string[] | null;
  /** Values of app roles; null: not in the token. */
  readonly roles: readonly string[] | null;
  readonly authTimeMs: number | null;
}

const isTrue = (said: unknown): boolean => [true, 1, '1', 'true', 'True'].some((yes) => yes === said);

function standingOf(claims: z.infer<typeof Claims>): SignedIn['standing'] {
  const { acct, idp, iss, tid, upn = '', preferred_username: username = '' } = claims;
  if (acct !== undefined && String(acct) !== '0') return 'guest';
  if (idp !== undefined && idp !== iss && !idp.includes(tid)) return 'guest';
  if ([upn, username].some((name) => /#ext#/iu.test(name))) return 'guest';
  return acct === undefined ? null : 'member';
}

/** Null: it does not say whose it is. */
export function readClaims(token: unknown): SignedIn | null {
  const parsed = Claims.safeParse(token);
  if (!parsed.success) return null;
  const { tid, oid, name, email, groups, roles, auth_time: authTime, ...rest } = parsed.data;
  const vouched = [
    ...(rest.verified_primary_email ?? []),
    ...(rest.verified_secondary_email ?? []),
    ...(email !== undefined && isTrue(rest.xms_edov) ? [email] : []),
  ];
  const tooMany = isTrue(rest.hasgroups) || Object.hasOwn(rest._claim_names ?? {}, 'groups');
  return {
    ...{ tid: tid.toLowerCase(), oid: oid.toLowerCase(), name: name ?? null },
    addresses: [...new Set(vouched.map((address) => address.trim().toLowerCase()))].filter((a) => a !== ''),
    standing: standingOf(parsed.data),
    groups: tooMany ? null : (groups ?? null),
    roles: roles ?? null,
    authTimeMs: authTime === undefined ? null : authTime * 1000,
  };
}
