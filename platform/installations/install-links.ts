import { createHash, randomBytes } from 'node:crypto';
import { TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { append } from '../ledger/append.ts';

/** A company's name, a dot, and 256 random bits: whoever knows it may act for that company once. */
export interface Handed {
  readonly tenant: TenantId;
  readonly digest: string;
}

/** Null: it cannot have come from us. The tenant counts for nothing until the digest was found among its rows. */
export function readHanded(text: string): Handed | null {
  const [, name, secret] = /^([a-z][a-z0-9-]{1,40})\.([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  const tenant = TenantId.safeParse(name);
  if (!tenant.success || secret === undefined) return null;
  return { tenant: tenant.data, digest: createHash('sha256').update(text).digest('hex') };
}

/** Something to hand out, and what is kept of it. */
export function newHanded(tenant: TenantId): { readonly text: string; readonly digest: string } {
  const text = `${tenant}.${randomBytes(32).toString('base64url')}`;
  return { text, digest: createHash('sha256').update(text).digest('hex') };
}

export interface LinkTerms {
  /** Where requests are to be shown; null: nowhere but with people. */
  readonly channel: string | null;
  readonly hours: number;
}

/** A link by which one workspace joins this company. Recorded; what is handed out is kept nowhere. */
export async function makeInstallLink(tx: TenantTx, tenant: TenantId, terms: LinkTerms): Promise<string> {
  const { text, digest } = newHanded(tenant);
  await tx.rows({
    text: `INSERT INTO install_links (tenant, link, channel, expires_at)
      VALUES (current_tenant(), $1, $2, now() + $3 * interval '1 hour')`,
    values: [digest, terms.channel, terms.hours],
  });
  const body = { hours: terms.hours, channel: terms.channel };
  await append(tx, tenant, { kind: 'slack.link-made', subject: tenant, run: null, actor: null, body });
  return text;
}
