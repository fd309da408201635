import { createHash, randomBytes } from 'node:crypto';
import { TenantId } from '../../core/ids.ts';

const BYTES = 32;
const TEXT = /^cs_([a-z][a-z0-9-]{1,40})_([A-Za-z0-9_-]{43})$/;
const SHOWN = 6;

export interface TokenText {
  /** Shown once, to whoever gets it. */
  readonly text: string;
  readonly hash: string;
  /** What it begins with, to recognise it by. */
  readonly hint: string;
}

/** 256 random bits need no slow hash: nobody finds them by trying. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A new token. It names its company, so that it is looked up there and nowhere else. */
export function newTokenText(tenant: TenantId): TokenText {
  const text = `cs_${tenant}_${randomBytes(BYTES).toString('base64url')}`;
  return { text, hash: hashOf(text), hint: text.slice(0, `cs_${tenant}_`.length + SHOWN) };
}

/** Where to look, and for what; null when it is no token of ours. What it says proves nothing until it is found there. */
export function readTokenText(text: string): { readonly tenant: TenantId; readonly hash: string } | null {
  const tenant = TenantId.safeParse(TEXT.exec(text)?.[1]);
  return tenant.success ? { tenant: tenant.data, hash: hashOf(text) } : null;
}
