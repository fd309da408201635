import type { PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { RatingView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import { namedPeople, nameless } from '../named-people.ts';
import type { Payloads } from '../payloads.ts';
import type { Rating } from '../stores.ts';

interface Row {
  readonly person: PersonId;
  readonly thumb: Rating['thumb'];
  readonly ref: string | null;
  readonly atMs: number;
}

const RATED = `SELECT person, thumb, word_ref AS ref, (extract(epoch FROM rated_at) * 1000)::bigint AS "atMs"
  FROM run_feedback WHERE run = $1`;
const PUT = `INSERT INTO run_feedback (tenant, run, person, thumb, word_ref) VALUES (current_tenant(), $1, $2, $3, $4)
  ON CONFLICT (tenant, run, person) DO UPDATE SET thumb = excluded.thumb, word_ref = excluded.word_ref, rated_at = now()`;

interface Parts {
  readonly tx: TenantTx;
  readonly payloads: Payloads;
  readonly tenant: TenantId;
}

async function wordAt({ tx, payloads, tenant }: Parts, ref: string | null): Promise<string | null> {
  return ref === null ? null : String(await payloads.get(tx, tenant, ref));
}

/**
 * One rating a person and run, the last counts; every change is a ledger entry, which says that there is a word and never
 * which: words lie sealed, where they can be erased. The head's lock keeps two clicks of one person apart.
 */
export async function rateRun(
  tx: TenantTx,
  payloads: Payloads,
  tenant: TenantId,
  run: RunId,
  { by, thumb, word }: Rating,
): Promise<{ changed: boolean; ledgerSeq: number | null }> {
  const parts = { tx, payloads, tenant };
  await lockHead(tx, tenant);
  const before = await tx.row<Row>({ text: `${RATED} AND person = $2`, values: [run, by] });
  const known = await wordAt(parts, before?.ref ?? null);
  const wanted = word === null ? known : word || null;
  if (before?.thumb === thumb && wanted === known) return { changed: false, ledgerSeq: null };
  let ref = wanted === known ? (before?.ref ?? null) : null;
  if (wanted !== null && wanted !== known) {
    ref = `${run}/feedback/${newId('fbk')}`;
    await payloads.put(tx, tenant, ref, wanted);
  }
  await tx.rows({ text: PUT, values: [run, by, thumb, ref] });
  const ledgerSeq = await append(tx, tenant, {
    kind: 'output.rated',
    subject: run,
    run,
    actor: by,
    body: { thumb, before: before?.thumb ?? null, word: ref },
  });
  return { changed: true, ledgerSeq };
}

/** What people think of a run's output, the latest last. */
export async function ratingsOf(parts: Parts, run: RunId): Promise<RatingView[]> {
  const rows = await parts.tx.rows<Row>({ text: `${RATED} ORDER BY rated_at, person`, values: [run] });
  const people = await namedPeople(
    parts.tx,
    rows.map(({ person }) => person),
  );
  const views: RatingView[] = [];
  for (const { person, thumb, ref, atMs } of rows)
    views.push({
      person: people.get(person) ?? nameless(person),
      thumb,
      word: await wordAt(parts, ref),
      atMs,
    });
  return views;
}
