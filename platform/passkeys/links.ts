import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TenantId, type ApprovalId, type PersonId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import { SignedStatement, statementText } from '../../core/passkey.ts';
import type { TenantTx } from '../database.ts';
import type { Sealer } from '../seal.ts';
import type { AskedToRegister, AskedToSign, FoundLink, Looked, TypedWords } from '../stores/passkeys.ts';
import type { Platform } from '../stores/people.ts';

/** Long enough to take the phone out; short enough that one left behind is worth nothing. */
export const LINK_MINUTES = 5;

const SECRET_BYTES = 32;
const Named = z.strictObject({ t: TenantId, s: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const Words = z.strictObject({ comment: z.string().nullable().optional(), reason: z.string().optional() });

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
const placeOf = (tenant: TenantId, link: string): string => `sign link ${tenant} ${link}`;

/** What stands in a link: tenant and secret, sealed, so that the tenant is one that we wrote and not one that a browser says. */
export function writeSecret(
  sealer: Sealer,
  tenant: TenantId,
): { secret: string; link: string; nonce: string } {
  const s = random(SECRET_BYTES);
  const named = JSON.stringify({ t: tenant, s } satisfies z.infer<typeof Named>);
  const secret = sealer.seal(Buffer.from(named), 'sign link').toString('base64url');
  return { secret, link: digest(s), nonce: random(16) };
}

/** The tenant and the digest that a secret stands for; null: it is none of ours. */
export function readSecret(sealer: Sealer, secret: string): { tenant: TenantId; link: string } | null {
  if (secret.length > 600) return null;
  try {
    const opened = sealer.open(Buffer.from(secret, 'base64url'), 'sign link');
    const { t, s } = Named.parse(JSON.parse(opened.toString('utf8')));
    return { tenant: t, link: digest(s) };
  } catch {
    return null;
  }
}

const INSERT = `INSERT INTO sign_links (tenant, link, purpose, person, platform, workspace, account, home_workspace, language, nonce,
    approval, statement, words, signed_in_at, expires_at)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, to_timestamp($13::float8 / 1000), now() + interval '${LINK_MINUTES} minutes')`;

type Asked = AskedToRegister & Partial<AskedToSign>;

/** Writes a new link; answers with what goes into it. */
export async function writeLink(
  tx: TenantTx,
  sealer: Sealer,
  tenant: TenantId,
  asked: Asked,
): Promise<string> {
  const { secret, link, nonce } = writeSecret(sealer, tenant);
  const { person, caller, language, approval, statement, words } = asked;
  const text = statement === undefined ? null : statementText({ ...statement, nonce });
  const sealed =
    words === undefined ? null : sealer.seal(Buffer.from(JSON.stringify(words)), placeOf(tenant, link));
  const { platform, workspace, account, homeWorkspace } = caller;
  await tx.rows({
    text: INSERT,
    values: [
      ...[link, text === null ? 'register' : 'sign', person, platform, workspace, account, homeWorkspace],
      ...[language, nonce, approval ?? null, text, sealed, asked.signedInAtMs ?? null],
    ],
  });
  return secret;
}

interface Row {
  link: string;
  purpose: 'sign' | 'register';
  person: PersonId;
  platform: Platform;
  workspace: string;
  account: string;
  home_workspace: string | null;
  language: Language;
  nonce: string;
  approval: ApprovalId | null;
  statement: string | null;
  words: Buffer | null;
  signed_in_ms: number | null;
  used: boolean;
  over: boolean;
}

const READ = `SELECT link, purpose, person, platform, workspace, account, home_workspace, language, nonce, approval, statement,
    words, (extract(epoch FROM signed_in_at) * 1000)::bigint AS signed_in_ms, used_at IS NOT NULL AS used, expires_at <= now() AS over FROM sign_links`;

function found(sealer: Sealer, tenant: TenantId, row: Row): FoundLink {
  const { link, person, platform, workspace, account, language, nonce, approval, statement } = row;
  const caller = { platform, workspace, account, homeWorkspace: row.home_workspace };
  const at = { tenant, link, person, caller, language, nonce };
  if (row.purpose === 'register') return { ...at, purpose: 'register', signedInAtMs: row.signed_in_ms };
  if (approval === null || statement === null) throw new Error('a link to sign names nothing to sign');
  const words: TypedWords =
    row.words === null
      ? {}
      : Words.parse(JSON.parse(sealer.open(row.words, placeOf(tenant, link)).toString('utf8')));
  return {
    ...{ ...at, purpose: 'sign', approval, words },
    statement: SignedStatement.parse(JSON.parse(statement)),
  };
}

/** What a link is for, locked where it is to be used up. */
export async function readLink(
  tx: TenantTx,
  sealer: Sealer,
  at: { readonly tenant: TenantId; readonly link: string },
  lock = '',
): Promise<Looked> {
  const row = await tx.row<Row>({ text: `${READ} WHERE link = $1${lock}`, values: [at.link] });
  if (row === null) return { ok: false, why: 'unknown' };
  const link = found(sealer, at.tenant, row);
  if (row.used) return { ok: false, why: 'used', link };
  return row.over ? { ok: false, why: 'expired', link } : { ok: true, link };
}

export const useUp = (tx: TenantTx, link: string): Promise<object[]> =>
  tx.rows({ text: 'UPDATE sign_links SET used_at = now() WHERE link = $1', values: [link] });

/** The newest that is open for this very action, used up. */
export async function takeFor(
  tx: TenantTx,
  sealer: Sealer,
  tenant: TenantId,
  about: { readonly person: PersonId; readonly approval: ApprovalId; readonly actionDigest: string },
): Promise<Extract<FoundLink, { purpose: 'sign' }> | null> {
  const rows = await tx.rows<Row>({
    text: `${READ} WHERE person = $1 AND approval = $2 AND statement::jsonb ->> 'actionDigest' = $3 AND purpose = 'sign'
      AND used_at IS NULL AND expires_at > now() - interval '10 minutes' ORDER BY created_at DESC LIMIT 1 FOR UPDATE`,
    values: [about.person, about.approval, about.actionDigest],
  });
  const [row] = rows;
  if (row === undefined) return null;
  await useUp(tx, row.link);
  const link = found(sealer, tenant, row);
  return link.purpose === 'sign' ? link : null;
}
