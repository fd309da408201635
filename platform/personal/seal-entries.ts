import { canonicalJson, type JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import {
  joinBody,
  partCommitment,
  partsOf,
  PERSONAL,
  splitBody,
  type Disclosed,
  type Part,
} from '../../core/ledger-personal.ts';
import type { TenantTx } from '../database.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { newSalt, SALT_BYTES } from '../ledger/salts.ts';
import { sha256Text } from '../ledger/sha256.ts';
import { storable } from '../ledger/chain.ts';
import { personSubject, type Pseudonym, type SubjectKeys } from './subject-keys.ts';

/** One entry's body as it is committed to, and what of it lies sealed beside it. */
export interface SealedBody {
  readonly body: JsonObject;
  /** JSON, {part: {key, sealed}}; null where nothing is personal. */
  readonly personal: string | null;
}
type Kept = Partial<Record<Part, { readonly key: string; readonly sealed: string }>>;

/** A sealed part opens beside its own commitment only. */
const place = (tenant: TenantId, commitment: string): string => `ledger ${tenant} ${commitment}`;

/** An account that is nobody's yet is a subject by itself. */
export const accountSubject = (account: unknown): string => {
  const { platform, workspace, account: id } = (account ?? {}) as Readonly<Record<string, unknown>>;
  return `account ${String(platform)} ${String(workspace)} ${String(id)}`;
};

interface Wanted {
  readonly part: Part;
  readonly fields: JsonObject;
  readonly subject: Pseudonym;
}

async function wantedOf(
  tx: TenantTx,
  keys: SubjectKeys,
  tenant: TenantId,
  entry: LedgerEntry,
  parts: ReturnType<typeof splitBody>['parts'],
): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  const { actor, party } = parts;
  if (actor !== undefined) {
    const who = entry.actor === null ? accountSubject(actor['account']) : personSubject(entry.actor);
    wanted.push({ part: 'actor', fields: actor, subject: keys.pseudonym(tenant, who) });
  }
  if (party !== undefined && entry.run !== null)
    wanted.push({
      ...{ part: 'party', fields: party },
      subject: entry.party ?? (await keys.partyOf(tx, tenant, entry.run)),
    });
  return wanted;
}

/**
 * Seals what is personal under the keys of those it concerns, before it is committed to. Done ahead of the head's lock where
 * that is possible. @throws Error where there is something personal and no key to seal it with
 */
export async function sealEntries(
  tx: TenantTx,
  tenant: TenantId,
  entries: readonly LedgerEntry[],
): Promise<SealedBody[]> {
  const split = entries.map(splitBody);
  if (split.every(({ parts }) => Object.keys(parts).length === 0))
    return split.map(({ open }) => ({ body: open, personal: null }));
  const { keys } = tx;
  if (keys === null)
    throw new Error('COUNTERSIGN_ENCRYPTION_KEY: missing; personal data of the ledger is sealed by it');
  const wanted: Wanted[][] = [];
  for (const [i, entry] of entries.entries())
    wanted.push(await wantedOf(tx, keys, tenant, entry, split[i]?.parts ?? {}));
  const found = await keys.forSealing(
    tx,
    tenant,
    wanted.flat().map(({ subject }) => subject),
  );
  return split.map(({ open }, i): SealedBody => {
    const committed: Record<string, string> = {};
    const kept: Kept = {};
    for (const { part, fields, subject } of wanted[i] ?? []) {
      const key = found.get(subject);
      if (key === undefined) throw new Error('a key to seal with is missing');
      const shown: Disclosed = { salt: newSalt(), text: canonicalJson(storable(fields)) };
      const commitment = partCommitment(shown, sha256Text);
      const plain = Buffer.concat([shown.salt, Buffer.from(shown.text, 'utf8')]);
      committed[part] = commitment;
      kept[part] = {
        key: key.id,
        sealed: key.sealer.seal(plain, place(tenant, commitment)).toString('base64'),
      };
    }
    const some = Object.keys(committed).length > 0;
    return some
      ? { body: { ...open, [PERSONAL]: committed }, personal: JSON.stringify(kept) }
      : { body: open, personal: null };
  });
}

export interface OpenedBody {
  /** With what is personal put back; null: there is no body, or it is not what was committed to. */
  readonly body: JsonObject | null;
  readonly disclosed: Readonly<Partial<Record<Part, Disclosed>>>;
  /** Keys of parts that were erased. */
  readonly erased: readonly string[];
  readonly broken: 'no-body' | 'other-body' | null;
}
export interface StoredBody {
  readonly body: string | null;
  readonly personal: string | null;
}

const NOTHING: OpenedBody = { body: null, disclosed: {}, erased: [], broken: null };

function keptOf(personal: string | null): Kept | null {
  try {
    return JSON.parse(personal ?? '{}') as Kept;
  } catch {
    return null;
  }
}

/** Opens what is personal of one body, where its keys are still there. */
function openOne(
  tenant: TenantId,
  body: JsonObject,
  kept: Kept,
  found: Awaited<ReturnType<SubjectKeys['forOpening']>>,
): OpenedBody {
  const disclosed: Partial<Record<Part, Disclosed>> = {};
  const erased: string[] = [];
  for (const [part, commitment] of partsOf(body)) {
    const { key, sealed } = kept[part] ?? {};
    const sealer = key === undefined ? undefined : found.get(key);
    // A key that was destroyed is still known to have been; nothing at all is somebody's doing.
    if (key === undefined || sealed === undefined || sealer === undefined)
      return { ...NOTHING, broken: 'no-body' };
    if (sealer === null) {
      erased.push(key);
      continue;
    }
    try {
      const plain = sealer.open(Buffer.from(sealed, 'base64'), place(tenant, commitment));
      disclosed[part] = {
        salt: Uint8Array.from(plain.subarray(0, SALT_BYTES)),
        text: plain.subarray(SALT_BYTES).toString('utf8'),
      };
    } catch {
      return { ...NOTHING, broken: 'other-body' };
    }
  }
  const joined = joinBody(body, disclosed);
  return joined === null
    ? { ...NOTHING, broken: 'other-body' }
    : { body: joined, disclosed, erased, broken: null };
}

/** Bodies as their readers know them, one for each row, in order. */
export async function openBodies(
  tx: TenantTx,
  tenant: TenantId,
  rows: readonly StoredBody[],
): Promise<OpenedBody[]> {
  const kept = rows.map(({ personal }) => keptOf(personal));
  const ids = kept.flatMap((one) => Object.values(one ?? {}).map(({ key }) => key));
  if (ids.length > 0 && tx.keys === null)
    throw new Error('COUNTERSIGN_ENCRYPTION_KEY: missing; personal data of the ledger is sealed by it');
  const found = (await tx.keys?.forOpening(tx, tenant, ids)) ?? new Map();
  return rows.map(({ body: text }, i): OpenedBody => {
    const one = kept[i] ?? null;
    if (text === null) return NOTHING;
    const body = JSON.parse(text) as JsonObject;
    return one === null ? { ...NOTHING, broken: 'other-body' } : openOne(tenant, body, one, found);
  });
}
