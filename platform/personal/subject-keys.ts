import { randomBytes } from 'node:crypto';
import type { RunId, TenantId } from '../../core/ids.ts';
import { createPseudonym, createSealer, type Sealer } from '../seal.ts';
import type { Database, Pseudonym, Statement, SubjectKey, SubjectKeys, TenantTx } from '../transaction.ts';

export type { Pseudonym, SubjectKeys };

/** How long a process seals with a key that another has destroyed. What it seals then is erased as it is written. */
const REMEMBERED_MS = 5_000;
const MOST = 20_000;

interface Row {
  readonly id: string;
  readonly subject: Pseudonym;
  readonly wrapped: Buffer | null;
}

/** The oldest go first. */
function remember<T>(kept: Map<string, T>, key: string, value: T): T {
  if (kept.size >= MOST) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, value);
  return value;
}

const LIVE = `SELECT key_id AS id, subject, wrapped FROM subject_keys WHERE subject = ANY($1) AND erased_at IS NULL`;
const ADD = `INSERT INTO subject_keys (tenant, key_id, subject, wrapped)
  SELECT current_tenant(), * FROM unnest($1::text[], $2::text[], $3::bytea[])
  ON CONFLICT (tenant, subject) WHERE erased_at IS NULL DO NOTHING`;

/** The party that a run names; a run that names none is a subject by itself. */
export const runAlone = (run: RunId): string => `run ${run}`;
/** A person of the company. */
export const personSubject = (person: string): string => `person ${person}`;

const place = (tenant: TenantId, id: string): string => `subject key ${tenant} ${id}`;

const keysOf = (wanted: readonly Pseudonym[]): Statement => ({
  ...{ name: 'subject_keys', text: LIVE, values: [wanted] },
});

/** The keys of these: nearly always they are there. Where there is none it is made, in a transaction by itself. */
async function liveKeys(
  tx: TenantTx,
  { own, master }: { readonly own: Database; readonly master: Sealer },
  tenant: TenantId,
  wanted: readonly Pseudonym[],
): Promise<Row[]> {
  const known = await tx.rows<Row>(keysOf(wanted));
  const missing = wanted.filter((subject) => !known.some((row) => row.subject === subject));
  if (missing.length === 0) return known;
  // In one order everywhere, so that two who make the same keys wait for each other in turn.
  const made = missing.toSorted().map((subject) => ({ subject, id: randomBytes(16).toString('hex') }));
  const wrapped = made.map(({ id }) => master.seal(randomBytes(32), place(tenant, id)));
  return own.inTenant(tenant, async (alone) => {
    await alone.rows({ text: ADD, values: [made.map(({ id }) => id), made.map((m) => m.subject), wrapped] });
    return alone.commitWith<Row>(keysOf(wanted));
  });
}

/** Whom a run is about never changes once it is written. */
function createParties(pseudonym: SubjectKeys['pseudonym']): Pick<SubjectKeys, 'partyOf' | 'rememberParty'> {
  const parties = new Map<string, Pseudonym>();
  const rememberParty: SubjectKeys['rememberParty'] = (tenant, run, party) =>
    parties.get(`${tenant} ${run}`) ??
    remember(parties, `${tenant} ${run}`, party ?? pseudonym(tenant, runAlone(run)));
  return {
    rememberParty,
    async partyOf(tx, tenant, run) {
      const kept = parties.get(`${tenant} ${run}`);
      if (kept !== undefined) return kept;
      const row = await tx.row<{ party: Pseudonym | null }>({
        name: 'party_of_run',
        text: 'SELECT party FROM runs WHERE run = $1',
        values: [run],
      });
      // A run that is not written yet may still come to name somebody.
      return row === null ? pseudonym(tenant, runAlone(run)) : rememberParty(tenant, run, row.party);
    },
  };
}

/**
 * @param own connections of its own: a key is made in a transaction that waits for nothing, whoever holds which ledger
 * @param encryptionKey as in `COUNTERSIGN_ENCRYPTION_KEY`
 */
export function createSubjectKeys(own: Database, encryptionKey: string): SubjectKeys {
  const master = createSealer(encryptionKey);
  const pseudonymOf = createPseudonym(encryptionKey);
  const sealing = new Map<string, { readonly key: SubjectKey; readonly untilMs: number }>();
  const unwrapped = new Map<string, Sealer>();

  const pseudonym: SubjectKeys['pseudonym'] = (tenant, subject) =>
    pseudonymOf(`${tenant} ${subject}`) as Pseudonym;

  const sealerOf = (tenant: TenantId, id: string, wrapped: Buffer): Sealer =>
    unwrapped.get(id) ??
    remember(unwrapped, id, createSealer(master.open(wrapped, place(tenant, id)).toString('base64')));

  return {
    pseudonym,
    async forSealing(tx, tenant, subjects) {
      const nowMs = performance.now();
      const place_ = (subject: Pseudonym): string => `${tenant} ${subject}`;
      const wanted = [...new Set(subjects)].filter(
        (subject) => (sealing.get(place_(subject))?.untilMs ?? 0) < nowMs,
      );
      if (wanted.length > 0)
        for (const { id, subject, wrapped } of await liveKeys(tx, { own, master }, tenant, wanted))
          if (wrapped !== null)
            remember(sealing, place_(subject), {
              key: { id, sealer: sealerOf(tenant, id, wrapped) },
              untilMs: nowMs + REMEMBERED_MS,
            });
      const found = subjects.map((subject) => {
        const kept = sealing.get(place_(subject));
        if (kept === undefined) throw new Error('no key could be made to seal personal data with');
        return [subject, kept.key] as const;
      });
      return new Map(found);
    },
    async forOpening(tx, tenant, ids) {
      if (ids.length === 0) return new Map();
      const rows = await tx.rows<Row>({
        name: 'subject_keys_by_id',
        text: 'SELECT key_id AS id, subject, wrapped FROM subject_keys WHERE key_id = ANY($1)',
        values: [[...new Set(ids)]],
      });
      return new Map(rows.map(({ id, wrapped }) => [id, wrapped && sealerOf(tenant, id, wrapped)]));
    },
    ...createParties(pseudonym),
    forget() {
      sealing.clear();
      unwrapped.clear();
    },
  };
}
