import { randomBytes } from 'node:crypto';
import type { ForwardKind } from '../../core/forward/kinds.ts';
import type { TargetId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { Sealer } from '../seal.ts';
import type { TargetView } from '../stores.ts';

const place = (tenant: TenantId, target: string): string => `forward ${tenant} ${target}`;

/** A signing secret as Standard Webhooks writes it: 32 random bytes. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Null: sealed with another key, or changed. */
export function openSecret(
  sealer: Sealer,
  tenant: TenantId,
  { target, secret }: { readonly target: TargetId; readonly secret: Uint8Array },
): string | null {
  try {
    return sealer.open(secret, place(tenant, target)).toString('utf8');
  } catch {
    return null;
  }
}

export interface NewTarget {
  readonly kind: ForwardKind;
  readonly url: string;
  readonly secret: string;
}

const INSERT = `INSERT INTO forward_targets (tenant, target, kind, url, secret) VALUES (current_tenant(), $1, $2, $3, $4)`;

const REPLACED = `UPDATE forward_targets SET ended_at = now(), ended_why = 'replaced'
  WHERE kind = $1 AND url = $2 AND ended_at IS NULL RETURNING target`;

const ENDED = `UPDATE forward_targets SET ended_at = now(), ended_why = 'operator'
  WHERE target = $1 AND ended_at IS NULL RETURNING target`;

/** An address without its query and its user, either of which may be a secret. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** What was waiting under an earlier secret goes out under that no more: the same address set up again begins anew. */
export async function addTarget(
  tx: TenantTx,
  tenant: TenantId,
  sealer: Sealer,
  { kind, url, secret }: NewTarget,
): Promise<TargetId> {
  await lockHead(tx, tenant);
  const replaced = await tx.rows<{ target: TargetId }>({ text: REPLACED, values: [kind, url] });
  const target = newId('tgt');
  const sealed = sealer.seal(Buffer.from(secret, 'utf8'), place(tenant, target));
  await tx.rows({ text: INSERT, values: [target, kind, url, sealed] });
  const body = { kind, url: withoutSecrets(url), replaced: replaced[0]?.target ?? null };
  await append(tx, tenant, { kind: 'forward.set', subject: target, run: null, actor: null, body });
  return target;
}

/** False: there is no such target, or it ended before. */
export async function endTarget(tx: TenantTx, tenant: TenantId, target: TargetId): Promise<boolean> {
  await lockHead(tx, tenant);
  const ended = await tx.rows({ text: ENDED, values: [target] });
  if (ended.length === 0) return false;
  await append(tx, tenant, { kind: 'forward.ended', subject: target, run: null, actor: null, body: {} });
  return true;
}

const VIEW = `SELECT t.target, t.kind, t.url, (extract(epoch FROM t.created_at) * 1000)::bigint AS "sinceMs",
    t.ended_why AS "endedWhy",
    count(*) FILTER (WHERE f.status = 'waiting')::int AS waiting, count(*) FILTER (WHERE f.status = 'dead')::int AS dead,
    (extract(epoch FROM max(f.settled_at) FILTER (WHERE f.status = 'sent')) * 1000)::bigint AS "lastSentMs"
  FROM forward_targets t LEFT JOIN incident_forwards f USING (tenant, target)
  WHERE t.ended_at IS NULL OR t.ended_why = 'gone' GROUP BY t.tenant, t.target ORDER BY t.target`;

/** As they lie in the store: for whoever has the key. */
export const sealedTargets = (tx: TenantTx): Promise<{ target: TargetId; secret: Uint8Array }[]> =>
  tx.rows({ text: 'SELECT target, secret FROM forward_targets WHERE ended_at IS NULL' });

/** Those that are in force, and those that said themselves that they are gone. */
export const viewTargets = async (tx: TenantTx): Promise<TargetView[]> =>
  (await tx.rows<TargetView>({ text: VIEW })).map((one) => ({ ...one, url: withoutSecrets(one.url) }));
